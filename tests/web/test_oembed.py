"""oEmbed as its specification has it, asked by hand and by two consumers that others wrote."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from xml.etree import ElementTree as ET

import micawber
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quiz import store
from quiz.web import create_app, snippets
from quiz.web.settings import Settings
from tests.live_server import LiveServer, live_server
from tests.web.consumer import Consumer
from tests.web.page import Page

HERE = "http://localhost"
STYLE = f"{HERE}/style/deep-diver"
QUERY = "theme=dark&accent=c0392b&source=my-blog&compact=1"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """One app for all of them: nothing here changes it."""
    folder = tmp_path_factory.mktemp("data")
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(folder)}).prepare()
    store.migrate(settings.database_url)
    app = create_app(settings)
    yield app.test_client()
    with app.app_context():
        store.close()


def ask(client: FlaskClient, url: str | None, **further: object) -> TestResponse:
    return client.get("/oembed", query_string={**({} if url is None else {"url": url}), **further})


def answer(client: FlaskClient, url: str, **further: object) -> dict[str, Any]:
    found = ask(client, url, **further)
    assert found.status_code == 200, found.text
    said: dict[str, Any] = json.loads(found.data)
    return said


def frame_of(found: dict[str, Any]) -> dict[str, str | None]:
    """The attributes of the one element in the answer's HTML."""
    (element,) = Page(found["html"]).elements
    assert element.tag == "iframe"
    return element.attributes


def test_the_quiz_is_a_frame_of_the_start(client: FlaskClient) -> None:
    found = answer(client, f"{HERE}/")
    assert found["version"] == "1.0"
    assert found["type"] == "rich"
    assert found["provider_name"] == "Connect, don't collect"
    assert found["provider_url"] == f"{HERE}/"
    assert isinstance(found["cache_age"], int)
    frame = frame_of(found)
    assert frame["src"] == f"{HERE}/embed/"
    assert frame["title"] == found["title"]
    assert (frame["width"], frame["height"]) == (str(found["width"]), str(found["height"]))
    assert type(found["width"]) is type(found["height"]) is int
    assert not [name for name in found if name.startswith("thumbnail")]


def test_a_style_is_a_card_with_the_way_to_the_quiz(client: FlaskClient) -> None:
    found = answer(client, STYLE)
    assert found["title"] == "The Deep Diver"
    assert frame_of(found)["src"] == f"{HERE}/embed/style/deep-diver"
    card = Page(client.get("/embed/style/deep-diver").text)
    assert "The Deep Diver" in card.texts
    assert "Take the quiz" in card.texts
    assert "/embed/quiz" in card.values("href")


@pytest.mark.parametrize(
    ("address", "shows"),
    [
        (HERE, "/embed/"),
        (f"{HERE}/quiz", "/embed/"),
        (f"{HERE}/quiz?visit=abc.def", "/embed/"),
        (f"{HERE}/style/deep%2Ddiver", "/embed/style/deep-diver"),
        (f"{HERE}/embed/", "/embed/"),
        (f"{HERE}/embed/style/deep-diver", "/embed/style/deep-diver"),
        (f"{HERE}/?{QUERY}", f"/embed/?{QUERY}"),
        (f"{STYLE}?{QUERY}&utm=x", f"/embed/style/deep-diver?{QUERY}"),
        (f"{HERE}/?theme=blue&lang=xx", "/embed/"),
        (f"{HERE}:80/#top", "/embed/"),
        ("https://localhost/", "/embed/"),
        ("https://localhost:443/", "/embed/"),
        ("HTTP://LOCALHOST/", "/embed/"),
    ],
)
def test_what_is_pasted_decides_what_is_shown(
    client: FlaskClient, address: str, shows: str
) -> None:
    assert frame_of(answer(client, address))["src"] == HERE + shows


def test_the_address_in_the_frame_works(client: FlaskClient) -> None:
    for address in (f"{HERE}/?{QUERY}", f"{STYLE}?{QUERY}"):
        inside = frame_of(answer(client, address))["src"] or ""
        page = client.get(inside.removeprefix(HERE))
        assert page.status_code == 200
        assert "X-Frame-Options" not in page.headers


@pytest.mark.parametrize("form", ["json", "xml"])
@pytest.mark.parametrize(
    ("url", "status"),
    [
        (None, 400),
        ("", 400),
        ("/style/deep-diver", 400),
        ("localhost/style/deep-diver", 400),
        ("javascript:alert(1)", 400),
        ("ftp://localhost/", 400),
        ("http://", 400),
        ("http://[::1", 400),
        ("http://localhost:port/", 400),
        (HERE + "/" + "x" * 3000, 400),
        ("https://elsewhere.example/", 404),
        ("http://localhost:8080/", 404),
        ("http://localhost.evil.example/", 404),
        ("http://localhost@evil.example/", 404),
        (f"{HERE}/style/nobody", 404),
        (f"{HERE}/style/deep-diver.png", 404),
        (f"{HERE}/result/1-13b3z2n813g6s", 404),
        (f"{HERE}/for-blogs", 404),
        (f"{HERE}/nowhere", 404),
        (f"{HERE}/oembed", 404),
        (f"{HERE}/style/%00", 404),
    ],
)
def test_what_cannot_be_shown_has_the_code_of_the_specification(
    client: FlaskClient, url: str | None, status: int, form: str
) -> None:
    found = ask(client, url, format=form)
    assert found.status_code == status
    assert found.mimetype == "text/plain"
    assert found.text.strip()
    assert found.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("form", ["html", "jsonp", "xml2", "yaml", ""])
def test_other_formats_are_not_implemented(client: FlaskClient, form: str) -> None:
    assert ask(client, STYLE, format=form).status_code == 501
    assert ask(client, None, format=form).status_code == 501


@pytest.mark.parametrize("form", [None, "json", "JSON"])
def test_json_is_what_one_gets(client: FlaskClient, form: str | None) -> None:
    found = ask(client, STYLE, **({"format": form} if form else {}))
    assert found.mimetype == "application/json"
    assert found.headers["Access-Control-Allow-Origin"] == "*"
    assert "public" in found.headers["Cache-Control"]
    assert "Set-Cookie" not in found.headers


def test_xml_says_the_same_as_json(client: FlaskClient) -> None:
    for url in (f"{HERE}/", f"{HERE}/?{QUERY}", f"{STYLE}?{QUERY}"):
        found = ask(client, url, format="xml")
        assert found.mimetype == "text/xml"
        assert found.data.startswith(b'<?xml version="1.0" encoding="utf-8" standalone="yes"?>')
        top = ET.fromstring(found.data)  # noqa: S314 - our own bytes
        assert top.tag == "oembed"
        texts = {child.tag: child.text for child in top}
        assert texts == {name: str(value) for name, value in answer(client, url).items()}


@pytest.mark.parametrize("url", [f"{HERE}/", STYLE])
@pytest.mark.parametrize("width", [1, 79, 80, 250, 320, 559, 560, 640, 5000, 10**30])
@pytest.mark.parametrize("height", [None, 1, 41, 42, 300, 5000])
def test_nothing_is_larger_than_asked(
    client: FlaskClient, url: str, width: int, height: int | None
) -> None:
    further = {"maxwidth": width, **({"maxheight": height} if height else {})}
    found = answer(client, url, **further)
    for name, most in (("width", width), ("height", height or 10**9)):
        assert 1 <= found[name] <= most
        assert frame_of(found)[name] == str(found[name])
        assert found.get(f"thumbnail_{name}", 0) <= most
    assert len([name for name in found if name.startswith("thumbnail_")]) in (0, 3)


@pytest.mark.parametrize("name", ["maxwidth", "maxheight"])
@pytest.mark.parametrize("value", ["0", "-1", "wide", "1.5", "640px", "٣", " 640"])
def test_a_limit_that_is_no_number_is_refused(client: FlaskClient, name: str, value: str) -> None:
    assert ask(client, STYLE, **{name: value}).status_code == 400


def test_an_empty_limit_and_unknown_words_do_not_matter(client: FlaskClient) -> None:
    plain = answer(client, STYLE)
    assert answer(client, STYLE, maxwidth="", maxheight="", dnt="true", callback="x") == plain


@pytest.mark.parametrize("most", [10_000, 1200, 1199, 640, 300, 80])
def test_the_thumbnail_is_as_large_as_it_says(client: FlaskClient, most: int) -> None:
    found = answer(client, STYLE, maxwidth=most)
    width, height = found["thumbnail_width"], found["thumbnail_height"]
    picture = client.get(found["thumbnail_url"].removeprefix(HERE))
    assert picture.mimetype == "image/png"
    assert picture.data[16:24] == width.to_bytes(4, "big") + height.to_bytes(4, "big")


def test_an_odd_width_of_a_picture_is_the_usual_one(client: FlaskClient) -> None:
    usual = client.get("/style/deep-diver.png")
    for odd in ("99999", "401", "-1", "x", ""):
        assert client.get(f"/style/deep-diver.png?width={odd}").data == usual.data


@pytest.mark.parametrize("path", ["/", "/quiz?visit=secret", "/style/deep-diver", "/embed/"])
def test_pages_lead_to_their_answer(client: FlaskClient, path: str) -> None:
    links = discovered(client.get(path, base_url="https://quiz.example").text)
    assert list(links) == ["application/json+oembed", "text/xml+oembed"]
    for kind, address in links.items():
        assert address.startswith("https://quiz.example/oembed?")
        assert "secret" not in address
        found = client.get(
            address.removeprefix("https://quiz.example"), base_url="https://quiz.example"
        )
        assert found.status_code == 200
        assert found.mimetype == kind.removesuffix("+oembed")


def test_discovery_takes_the_options_along(client: FlaskClient) -> None:
    for path in ("/", "/style/deep-diver"):
        address = discovered(client.get(f"{path}?{QUERY}").text)["application/json+oembed"]
        assert set(parse_qs(urlsplit(address).query)) == {"url", "format"}
        found = json.loads(client.get(address.removeprefix(HERE)).data)
        assert QUERY in (frame_of(found)["src"] or "")


def discovered(html: str) -> dict[str, str]:
    return {
        str(link.attributes["type"]): str(link.attributes["href"])
        for link in Page(html).all("link")
        if link.attributes.get("rel") == "alternate"
    }


def test_behind_a_proxy_the_public_address_wins(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://quiz.example.org").test_client()
    for host in ("localhost", "evil.example"):
        page = client.get("/", headers={"Host": host}).text
        for address in discovered(page).values():
            assert address.startswith("https://quiz.example.org/oembed?")
        said = client.get(
            "/oembed?url=https://quiz.example.org/style/deep-diver", headers={"Host": host}
        )
        assert frame_of(json.loads(said.data))["src"] == (
            "https://quiz.example.org/embed/style/deep-diver"
        )
        assert "evil" not in said.text
        inner = client.get(f"/oembed?url=http://{host}/", headers={"Host": host})
        assert inner.status_code == 404


def test_a_public_address_may_have_a_folder(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://example.org/quiz").test_client()
    found = answer(client, "https://example.org/quiz/style/deep-diver")
    assert frame_of(found)["src"] == "https://example.org/quiz/embed/style/deep-diver"
    for url in ("https://example.org/style/deep-diver", "https://example.org/quizzes/"):
        assert ask(client, url).status_code == 404


def test_a_snippet_cannot_be_broken_out_of() -> None:
    line = snippets.frame('https://x.example/?a="><script>&b=1', 'It\'s "<b>"', 300)
    (element,) = Page(line).elements
    assert element.attributes["src"] == 'https://x.example/?a="><script>&b=1'
    assert element.attributes["title"] == 'It\'s "<b>"'


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server, for consumers that fetch by themselves."""
    with live_server(tmp_path_factory.mktemp("oembed")) as running:
        yield running


def test_a_consumer_from_pypi_makes_a_frame_of_the_address(server: LiveServer) -> None:
    registry = micawber.ProviderRegistry()
    registry.register(rf"{server.url}/\S*", micawber.Provider(f"{server.url}/oembed"))
    style = f"{server.url}/style/deep-diver?{QUERY}"
    found = registry.request(style, maxwidth=320)
    assert found["title"] == "The Deep Diver"
    assert found["width"] == 320
    html = registry.parse_text_full(f"Look:\n{server.url}/\n{style}\n")
    assert [e.attributes["src"] for e in Page(html).all("iframe")] == [
        f"{server.url}/embed/",
        f"{server.url}/embed/style/deep-diver?{QUERY}",
    ]
    with pytest.raises(micawber.ProviderException):
        registry.request(f"{server.url}/style/nobody")


def test_a_consumer_from_npm_finds_the_answer_by_itself(server: LiveServer, tmp_path: Path) -> None:
    consumer = Consumer(tmp_path)
    pages = [f"{server.url}/", f"{server.url}/quiz", f"{server.url}/style/deep-diver?{QUERY}"]
    start, quiz, style = consumer.resolve(*pages, maxwidth=300, maxheight=400)
    for found in (start, quiz, style):
        assert found["method"] == "auto-discovery"
        assert found["type"] == "rich"
        assert (found["width"], found["height"]) == (300, 400)
    assert frame_of(start)["src"] == frame_of(quiz)["src"] == f"{server.url}/embed/"
    assert frame_of(style)["src"] == f"{server.url}/embed/style/deep-diver?{QUERY}"
    assert style["thumbnail_width"] <= 300
    assert urlencode({"width": style["thumbnail_width"]}) in style["thumbnail_url"]
