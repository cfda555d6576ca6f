"""A request that claims another name for the site, or comes by a proxy that says so."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.attacks.site import EVIL, addresses, words_of

CLAIMS = {
    "X-Forwarded-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Forwarded-Prefix": f"//{EVIL}",
    "X-Forwarded-For": EVIL,
    "X-Host": EVIL,
    "Forwarded": f"host={EVIL};proto=https",
    "X-Original-URL": f"/{EVIL}",
    "X-Rewrite-URL": f"/{EVIL}",
    "X-Original-Host": EVIL,
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Accept-Language": EVIL,
    "User-Agent": EVIL,
}


def test_what_a_request_claims_stands_nowhere_in_the_answer(app: Flask) -> None:
    client = app.test_client()
    for path, rule in addresses(app):
        plain = client.get(path)
        claimed = client.get(path, headers=CLAIMS)
        assert claimed.status_code == plain.status_code, path
        assert EVIL not in words_of(claimed), path
        if rule.rule != "/quiz" and "public" in plain.headers.get("Cache-Control", ""):
            assert claimed.data == plain.data, path


@pytest.mark.parametrize("claims", [{}, CLAIMS], ids=["plain", "claimed"])
def test_a_site_that_knows_its_name_uses_no_other(
    make_app: Callable[..., Flask], claims: dict[str, str]
) -> None:
    client = make_app(public_url="https://quiz.example.org", trusted_proxies=1).test_client()
    for path, _rule in addresses(client.application):
        answer = client.get(path, headers={**claims, "Host": EVIL})
        assert EVIL not in words_of(answer), path
    asked = {"url": f"https://{EVIL}/style/deep-diver"}
    assert client.get("/oembed", query_string=asked, headers={"Host": EVIL}).status_code == 404
