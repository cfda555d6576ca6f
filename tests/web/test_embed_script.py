"""embed.js as a blog gets it: small, pinned, readable from anywhere, never changed unnoticed."""

import base64
import gzip
import hashlib
import re
from collections.abc import Callable

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz.web.embed import snippet_integrity

# Snippets on blogs hold this hash: a change of one byte switches the script off for all of them.
# Once version 1 is released this line never changes; what has to change becomes version 2.
VERSION_1 = "sha384-lSzlPCgRYD9GuzmX1LCTBt19dagkm6wKHfFYAWuvhLNamorXNxFuw4IMTXGkk3qp"
CODE = "1-13b3z2n813g6s"


def test_version_1_never_changes(client: FlaskClient) -> None:
    body = client.get("/embed/v1.js").data
    digest = base64.b64encode(hashlib.sha384(body).digest()).decode()
    assert f"sha384-{digest}" == snippet_integrity() == VERSION_1


@pytest.mark.parametrize(
    ("name", "open_up"), [("br", brotli.decompress), ("gzip", gzip.decompress)]
)
def test_it_is_small(client: FlaskClient, name: str, open_up: Callable[[bytes], bytes]) -> None:
    answer = client.get("/embed/v1.js", headers={"Accept-Encoding": name})
    assert answer.headers["Content-Encoding"] == name
    assert len(answer.data) <= 2048
    assert open_up(answer.data) == client.get("/embed/v1.js").data


def test_the_moving_name_leads_to_the_newest_version(client: FlaskClient) -> None:
    assert client.get("/embed.js").data == client.get("/embed/v1.js").data


@pytest.mark.parametrize(
    ("address", "kept"), [("/embed.js", "max-age=3600"), ("/embed/v1.js", "immutable")]
)
def test_a_blog_may_load_it_and_pin_it(client: FlaskClient, address: str, kept: str) -> None:
    sent = {"Origin": "https://blog.example", "Accept-Encoding": "gzip"}
    answer = client.get(address, headers=sent)
    assert answer.status_code == 200
    assert answer.mimetype == "text/javascript"
    assert gzip.decompress(answer.data).startswith(b"/*")
    # Without this a browser refuses a script with an integrity hash from another site.
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert kept in answer.headers["Cache-Control"]
    again = client.get(address, headers={**sent, "If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("path", ["/", "/quiz?visit=x", f"/result/{CODE}", "/style/quiet-beacon"])
def test_a_closed_frame_may_read_what_it_shows(client: FlaskClient, path: str) -> None:
    inside, outside = client.get(f"/embed{path}"), client.get(path)
    assert inside.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in outside.headers
    # A frame without an origin has no 'self' in WebKit, so its policy names the site as well.
    policy = directives(inside.headers["Content-Security-Policy"])
    for kind in ("script-src", "style-src", "img-src", "connect-src", "form-action"):
        assert policy[kind][:2] == ["'self'", "http://localhost"]
    assert policy["default-src"] == ["'none'"]
    assert "http://localhost" not in outside.headers["Content-Security-Policy"]


def test_a_closed_frame_may_read_where_its_answers_led(client: FlaskClient) -> None:
    answer = client.post("/embed/quiz?visit=x", headers={"Origin": "null"})
    assert answer.status_code == 422
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get("/embed/quiz").headers["Access-Control-Allow-Origin"] == "*"


def test_the_policy_names_the_public_address(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://example.org/quiz").test_client()
    policy = directives(client.get("/embed/").headers["Content-Security-Policy"])
    assert policy["script-src"] == ["'self'", "https://example.org"]


@pytest.mark.parametrize("host", ["", "evil; script-src *", "a b"])
def test_a_forged_host_adds_nothing_to_the_policy(client: FlaskClient, host: str) -> None:
    answer = client.get("/embed/", headers={"Host": host})
    if answer.status_code == 200:
        policy = directives(answer.headers["Content-Security-Policy"])
        assert set(policy["script-src"]) <= {"'self'", "http://localhost"}
        assert not re.search(r"[*]|evil", str(policy["script-src"]))


def directives(policy: str) -> dict[str, list[str]]:
    """The directives of a Content-Security-Policy with their sources."""
    parts = [part.split() for part in policy.split(";") if part.strip()]
    return {name: sources for name, *sources in parts}
