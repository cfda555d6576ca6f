"""Another site shows a page in a frame, under something else to click on."""

from flask import Flask

from tests.attacks.site import addresses
from tests.web.admin import admin_of


def test_whatever_is_not_of_the_embed_may_not_be_framed(app: Flask) -> None:
    visitor, admin = app.test_client(), admin_of(app)
    seen = 0
    for path, rule in addresses(app):
        if rule.endpoint.startswith("embed."):
            continue
        for client in (visitor, admin):
            answer = client.get(path)
            policy = answer.headers.getlist("Content-Security-Policy")
            assert len(policy) == 1, path
            assert "frame-ancestors 'none'" in policy[0], path
            assert answer.headers.getlist("X-Frame-Options") == ["DENY"], path
            seen += 1
    assert seen > 40
