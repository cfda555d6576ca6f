"""What is given out before Flask is what Flask would have said, to each as they asked."""

import shutil
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quiz.library import load
from quiz.web.counting import STARTED
from quiz.web.premade import Shelf
from quiz.web.settings import CONTENT
from quiz.web.site import site
from tests.web import pseudo

MakeApp = Callable[..., Flask]
PATHS = (
    "/",
    "/quiz?visit=a-token.1",
    "/embed/",
    "/embed/quiz?visit=b",
    "/method",
    "/style/deep-diver",
)
ASKED = (
    {},
    {"Accept-Encoding": "br"},
    {"Accept-Encoding": "gzip;q=1, br;q=0"},
    {"Host": "other.example"},
    {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"},
    {"Accept-Language": "xx"},
    {"Accept-Language": "en"},
    {"Cookie": "quiz-admin=x"},
    {"Range": "bytes=0-10"},
)


def told(answer: TestResponse) -> tuple[object, ...]:
    return answer.status, sorted(answer.headers), answer.data


@pytest.fixture(params=["one language", "two languages"])
def make(request: pytest.FixtureRequest, make_app: MakeApp, tmp_path: Path) -> Callable[[], Flask]:
    """Makes apps that are alike."""
    if request.param == "one language":
        return make_app
    content, words = tmp_path / "content", tmp_path / "translations"
    shutil.copytree(CONTENT, content)
    pseudo.write_content(content, load(CONTENT).current("en"))
    pseudo.write_catalogue(words)
    return lambda: make_app(content_dir=content, translations_dir=words)


@pytest.mark.parametrize("path", PATHS)
def test_a_kept_answer_is_what_flask_would_say(make: Callable[[], Flask], path: str) -> None:
    client, flask = make().test_client(), make().test_client()
    for headers in [*ASKED, *ASKED]:
        # A query that nobody knows leads past the shelf and changes nothing else.
        past = path + ("&" if "?" in path else "?") + "x="
        assert told(client.get(path, headers=headers)) == told(flask.get(past, headers=headers))


def test_each_opening_is_counted_whatever_its_token(app: Flask) -> None:
    client = app.test_client()
    for token in ("a", "b", "b", "c"):
        assert client.get(f"/quiz?visit={token}").status_code == 200
    client.get("/embed/quiz?visit=a")
    client.get("/embed/quiz?visit=b")
    with app.app_context():
        counted = site().counters._counts
        assert sum(n for kind, n in counted.items() if kind[3] == STARTED) == 6


@pytest.mark.parametrize(
    "query",
    ["visit=a&source=x", "visit=a&theme=dark", "theme=dark", "visit=a&visit=b", "visit=%61"],
)
def test_what_a_query_asks_for_is_answered_afresh(app: Flask, query: str) -> None:
    client = app.test_client()
    plain = client.get("/embed/quiz?visit=a")
    odd = client.get(f"/embed/quiz?{query}")
    again = client.get("/embed/quiz?visit=a")
    assert told(plain) == told(again)
    assert ("theme" in query or "source" in query) == (odd.data != plain.data)


def test_a_browser_that_has_it_is_told_so(app: Flask) -> None:
    client = app.test_client()
    for _ in range(2):
        first = client.get("/quiz?visit=a")
        again = client.get("/quiz?visit=b", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert not again.data


def test_head_and_post_are_not_for_the_shelf(app: Flask) -> None:
    client = app.test_client()
    client.get("/quiz?visit=a")
    assert client.head("/quiz?visit=a").data == b""
    assert client.post("/quiz?visit=a").status_code == 422


def is_thorough(client: FlaskClient, address: str, host: str = "quiz.example") -> bool:
    """Whether a page was compressed as well as can be, which takes a hundred times as long."""
    asked = {"Accept-Encoding": "br", "Host": host}
    body = client.get(address, headers=asked).data
    return body == brotli.compress(brotli.decompress(body), quality=11)


@pytest.mark.parametrize(
    "query", ["accent=123456", "source=nobody", "theme=dark", "compact=1"], ids=lambda q: q[:5]
)
def test_options_that_anybody_can_think_up_cost_little(app: Flask, query: str) -> None:
    client = app.test_client()
    assert is_thorough(client, "/embed/")
    assert not is_thorough(client, f"/embed/?{query}")
    assert not is_thorough(client, "/embed/accent/123456.css")


def test_hosts_that_anybody_can_think_up_cost_little_once_they_push_others_out(app: Flask) -> None:
    app.extensions["quiz.site"].shelf = Shelf(2)
    client = app.test_client()
    hosts = ("quiz.example", "a.example", "b.example", "c.example")
    assert [is_thorough(client, "/", host) for host in hosts] == [True, True, False, False]
