"""A request that claims another name for the site, or comes by a proxy that says so."""

from collections.abc import Callable

import pytest
from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

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


@pytest.mark.parametrize(
    "host", ["xn--strae-oqa.de", "xn--80ak6aa92e.com", "xn--0.cn", "xn--mnchen-3ya.de:8000"]
)
def test_a_name_in_another_script_is_used_as_it_came(app: Flask, host: str) -> None:
    def status_and_headers(path: str, query: str = "") -> tuple[str, Headers]:
        # Werkzeug's test client would look at the name itself, and break.
        environ = EnvironBuilder(path=path, query_string=query).get_environ()
        return run_wsgi_app(app.wsgi_app, {**environ, "HTTP_HOST": host})[1:]

    for path, _rule in addresses(app):
        status, headers = status_and_headers(path)
        assert status < "500", path
        assert "".join(map(str, headers.values())).isascii(), path
    policy = status_and_headers("/embed/")[1]["Content-Security-Policy"]
    assert f"http://{host}" in policy.split("; ")[1]
    assert status_and_headers("/oembed", f"url=http://{host}/")[0] == "200 OK"


@pytest.mark.parametrize(
    "path", ["/embed", "/admin", "/embed//quiz", f"//{EVIL}//", f"/embed//{EVIL}"]
)
def test_another_spelling_of_an_address_leads_nowhere_else(app: Flask, path: str) -> None:
    answer = app.test_client().get(path, headers={"Host": EVIL})
    assert answer.status_code in (308, 404)
    assert answer.headers["Cache-Control"] == "no-store"
    place = answer.headers.get("Location", "/")
    assert place.startswith("/")
    assert not place.startswith("//")


@pytest.mark.parametrize("host", ["[::ffff:999.1.1.1]", "[::1", "a b", "x" * 300])
def test_what_is_no_name_is_refused_as_everything_else_is(app: Flask, host: str) -> None:
    asked = EnvironBuilder("/").get_environ() | {"HTTP_HOST": host}
    _body, status, headers = run_wsgi_app(app, asked)  # a test client refuses to ask for it
    assert status == "400 Bad Request"
    assert headers["X-Content-Type-Options"] == "nosniff"
