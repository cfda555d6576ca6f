"""The headers of every address, group by group: nothing is allowed that the group does not need."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.request import urlopen

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.live_server import live_server
from tests.web.test_embed import FILLING, MAY_BE_FRAMED

NEEDED = {
    "default-src": "'none'",
    "base-uri": "'none'",
    "form-action": "'self'",
    "script-src": "'self'",
    "style-src": "'self'",
    "connect-src": "'self'",
    "img-src": "'self' data:",
}
PICTURES = {
    "/audience/cards/<card>/<kind>.svg",
    "/embed/accent/<colour>.css",
    "/favicon.ico",
    "/result/<code>.png",
    "/result/<code>.svg",
    "/static/<path:name>",
    "/style/<name>.png",
    "/style/<name>/badge.svg",
}
READ_BY_SCRIPTS = {"/embed.js", "/embed/v1.js", "/oembed"}


def answers(client: FlaskClient, rule: str) -> list[TestResponse]:
    """What an address answers to GET, to POST and to a method that nothing knows."""
    path = re.sub(r"<.*?(\w+)>", lambda found: FILLING[found[1]], rule)
    return [client.get(path), client.post(path), client.delete(path)]


def policy(answer: TestResponse) -> dict[str, str]:
    (header,) = answer.headers.getlist("Content-Security-Policy")
    parts = [part.split(maxsplit=1) for part in header.split(";")]
    return dict(parts)


def test_every_answer_of_every_address_is_closed_but_for_what_it_needs(client: FlaskClient) -> None:
    for rule in MAY_BE_FRAMED:
        for answer in answers(client, rule):
            said = policy(answer)
            # A frame without an origin has no 'self', so its policy names the site as well.
            site = " http://localhost" if rule.startswith("/embed/") else ""
            for name, value in NEEDED.items():
                assert said.pop(name).replace(site, "") == value, (rule, name)
            previewing = rule == "/for-blogs" and answer.status_code == 200
            assert said.pop("frame-src", None) == ("'self'" if previewing else None), rule
            assert set(said) <= {"frame-ancestors"}, rule
            head = answer.headers
            assert head["X-Content-Type-Options"] == "nosniff"
            assert head["Referrer-Policy"] in ("same-origin", "no-referrer")
            assert "camera=()" in head["Permissions-Policy"]
            assert "Strict-Transport-Security" not in head
            assert "Access-Control-Allow-Credentials" not in head
            assert len(head.getlist("Cross-Origin-Resource-Policy")) == 1, rule


def test_other_sites_show_and_read_only_what_is_made_for_them(client: FlaskClient) -> None:
    for rule in MAY_BE_FRAMED:
        answer = answers(client, rule)[0]
        if answer.status_code == 405:  # the address of a form
            continue
        framed = rule.startswith("/embed/") and rule not in PICTURES | READ_BY_SCRIPTS
        shown = framed or rule in PICTURES | READ_BY_SCRIPTS
        readable = framed or rule in READ_BY_SCRIPTS
        assert [
            answer.headers.get("Cross-Origin-Resource-Policy"),
            answer.headers.get("Access-Control-Allow-Origin"),
            answer.headers.get("Cross-Origin-Opener-Policy"),
            answer.headers.get("Cross-Origin-Embedder-Policy"),
        ] == [
            "cross-origin" if shown else "same-origin",
            "*" if readable else None,
            None if framed else "same-origin",
            "require-corp" if framed else None,
        ], rule


def test_an_audience_page_tells_nobody_its_address(client: FlaskClient) -> None:
    assert client.get("/audience/nobodys").headers["Referrer-Policy"] == "no-referrer"


def test_https_once_is_https_from_then_on(
    client: FlaskClient, make_app: Callable[..., Flask]
) -> None:
    known = make_app(public_url="https://quiz.example.org").test_client()
    for rule in ("/", "/embed/", "/admin/login", "/oembed", "/healthz", "/nowhere"):
        for answer in (client.get(rule, base_url="https://localhost"), known.get(rule)):
            assert answer.headers["Strict-Transport-Security"] == "max-age=31536000", rule
        assert "Strict-Transport-Security" not in client.get(rule).headers


def test_the_server_does_not_tell_its_version(tmp_path: Path) -> None:
    with (
        live_server(tmp_path, WEB_CONCURRENCY="1") as server,
        urlopen(server.url) as answer,  # noqa: S310 - our own address
    ):
        assert answer.headers["Server"] == "gunicorn"
