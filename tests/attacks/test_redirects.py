"""A link to the site that ends on another one. For the login's `next` see test_admin_login."""

from urllib.parse import urljoin, urlsplit

import pytest
from flask import Flask

from tests.attacks.site import CODE, EVIL, addresses
from tests.web.journey import send, visit

AWAY = [
    f"//{EVIL}",
    f"https://{EVIL}",
    f"\\\\{EVIL}",
    f"/\\{EVIL}",
    f"%2f%2f{EVIL}",
    f"\r\nLocation: https://{EVIL}",
    "%0d%0aSet-Cookie: a=b",
    f"@{EVIL}",
    f".{EVIL}",
]
NAMES = (
    "next",
    "url",
    "source",
    "lang",
    "goal",
    "setting",
    "work",
    "theme",
    "return",
    "redirect",
    "visit",
    "receipt",
)


@pytest.mark.parametrize("away", AWAY)
def test_no_answer_leads_to_another_site(app: Flask, away: str) -> None:
    client = app.test_client()
    query = dict.fromkeys(NAMES, away)
    paths = [path for path, _rule in addresses(app) if not path.endswith((".png", ".svg"))]
    for path in [
        *paths,
        f"/result/{CODE.upper()}",
        "/embed",
        "/admin",
        f"/{away}",
        f"/{away}/..",
        f"/embed/{away}",
        f"/result/{away}",
        f"/style/{away}",
        f"/static/{away}",
    ]:
        answer = client.get(path, query_string=query)
        assert answer.status_code < 500, path
        _stays(answer.headers.get("Location", "/"))
        assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("away", AWAY)
def test_answers_that_are_sent_lead_to_the_result(app: Flask, away: str) -> None:
    client = app.test_client()
    for door in ("", "/embed"):
        answer = client.post(door + visit(client), data={})
        assert answer.status_code == 422
        answer = send(
            client, f"{door}{visit(client)}&source={away}&lang={away}", next=away, url=away
        )
        assert answer.status_code == 303
        _stays(answer.location)
        assert urlsplit(answer.location).path.startswith(f"{door}/result/")


def _stays(location: str) -> None:
    where = urlsplit(urljoin("http://localhost/", location.replace("\\", "/")))
    assert where.netloc == "localhost", location
    assert location.isprintable()
