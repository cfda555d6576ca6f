"""The page for bloggers: what is chosen is what is shown and copied, without JavaScript too."""

import base64
import hashlib
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.origins import origins_of
from quiz.web.embed import snippet_integrity
from tests.web.journey import query
from tests.web.page import Element, Page

HERE = "http://localhost"
CHOSEN = {"theme": "dark", "accent": "c0392b", "source": "my-blog", "compact": "1"}
FORM = {**CHOSEN, "accent": "#c0392b", "width": "400"}
WEEK = 202647


class Shown:
    """The page after choosing: preview, form, and the three things to copy."""

    def __init__(self, client: FlaskClient, **choices: str) -> None:
        answer = client.get("/for-blogs", query_string=choices)
        assert answer.status_code == 200
        self.text = answer.text
        self.page = Page(answer.text)
        self.frames = self.page.all("iframe")

    def copied(self, name: str) -> str:
        """What stands in the field of that name."""
        _, _, rest = self.text.partition(f'<textarea id="{name}"')
        return unescape(rest[rest.index(">") + 1 : rest.index("</textarea>")])

    def pasted(self, name: str) -> Page:
        """What a blog's page would make of it."""
        return Page(self.copied(name))

    def address(self) -> str:
        return self.copied("address")

    def field(self, name: str) -> Element:
        (found,) = [e for e in self.page.elements if e.attributes.get("name") == name]
        return found


def source_of(frame: Element) -> str:
    return frame.attributes["src"] or ""


def test_every_choice_is_in_preview_and_snippets(client: FlaskClient) -> None:
    shown = Shown(client, **FORM)
    (preview,) = shown.frames
    assert urlsplit(source_of(preview)).path == "/embed/"
    assert urlsplit(source_of(preview)).netloc == ""
    assert query(source_of(preview)) == CHOSEN
    assert preview.attributes["width"] == "400"
    assert client.get(source_of(preview)).status_code == 200
    for name in ("bare", "fitting"):
        (frame,) = shown.pasted(name).all("iframe")
        assert source_of(frame).startswith(f"{HERE}/embed/?")
        assert query(source_of(frame)) == CHOSEN
        assert frame.attributes["width"] == "400"
        assert frame.attributes["title"]
        assert frame.attributes["loading"] == "lazy"
    assert not shown.pasted("bare").all("script")
    assert shown.address().startswith(f"{HERE}/?")
    assert query(shown.address()) == CHOSEN


def test_nothing_chosen_means_the_shortest_lines(client: FlaskClient) -> None:
    shown = Shown(client)
    (frame,) = shown.pasted("bare").all("iframe")
    assert source_of(frame) == f"{HERE}/embed/"
    assert frame.attributes["width"] == "100%"
    assert shown.address() == f"{HERE}/"
    assert source_of(shown.frames[0]) == "/embed/"


def test_the_script_is_pinned_to_its_very_bytes(client: FlaskClient) -> None:
    (script,) = Shown(client).pasted("fitting").all("script")
    assert script.attributes["crossorigin"] == "anonymous"
    assert script.attributes["integrity"] == snippet_integrity()
    served = client.get((script.attributes["src"] or "").removeprefix(HERE))
    digest = base64.b64encode(hashlib.sha384(served.data).digest()).decode()
    assert script.attributes["integrity"] == f"sha384-{digest}"


def test_the_form_shows_again_what_was_chosen(client: FlaskClient) -> None:
    shown = Shown(client, **FORM)
    assert shown.field("accent").attributes["value"] == "#c0392b"
    assert shown.field("width").attributes["value"] == "400"
    assert shown.field("source").attributes["value"] == "my-blog"
    assert "checked" in shown.field("compact").attributes
    (selected,) = [e for e in shown.page.all("option") if "selected" in e.attributes]
    assert selected.attributes["value"] == "dark"
    form = next(e for e in shown.page.all("form"))
    assert (form.attributes["method"], form.attributes["action"]) == ("get", "/for-blogs")


def test_our_own_colour_is_no_accent(client: FlaskClient) -> None:
    shown = Shown(client)
    own = shown.field("accent").attributes["value"] or ""
    assert shown.address() == Shown(client, accent=own).address() == f"{HERE}/"
    assert Shown(client, accent="#175A58").address() == f"{HERE}/?accent=175a58"


@pytest.mark.parametrize(
    "odd",
    [
        {"theme": "blue"},
        {"accent": "red"},
        {"width": "0"},
        {"width": "279"},
        {"width": "1201"},
        {"width": "-400"},
        {"width": "9" * 5000},
        {"width": "٤٠٠"},
        {"reading": "xx"},
        {"compact": "perhaps"},
        {"source": '"><script>alert(1)</script>'},
        {"source": "Two words"},
        {"unknown": "x"},
    ],
)
def test_what_is_of_no_use_stays_out_of_the_lines(client: FlaskClient, odd: dict[str, str]) -> None:
    shown = Shown(client, **odd)
    assert shown.address() == f"{HERE}/"
    assert source_of(shown.pasted("bare").all("iframe")[0]) == f"{HERE}/embed/"
    assert "<script>alert" not in shown.text


def test_a_key_is_called_known_unknown_or_impossible(app: Flask) -> None:
    with app.app_context():
        store.sources.add("my-blog", "A private name", (), WEEK)
    client = app.test_client()
    known = Shown(client, source="my-blog")
    assert "This key is known here" in known.text
    assert "A private name" not in known.text
    assert "not known here" in Shown(client, source="another").text
    assert "This one is left out" in Shown(client, source="My blog").text


def test_who_may_frame_is_told_and_previewed(make_app: Callable[..., Flask]) -> None:
    anybody = Shown(make_app().test_client())
    assert "allows every site" in anybody.text
    some = make_app(embed_origins=origins_of("https://a.example")).test_client()
    shown = Shown(some)
    assert "allows only" in shown.text
    assert "https://a.example" in shown.text
    allowed = some.get(source_of(shown.frames[0])).headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://a.example" in allowed
    nobody = Shown(make_app(embed_origins=()).test_client())
    assert nobody.frames == []
    assert "allows no site" in nobody.text


def test_a_sources_own_list_is_told_for_its_key(app: Flask) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", ("https://a.example",), WEEK)
    shown = Shown(app.test_client(), source="my-blog")
    assert "https://a.example" in shown.text
    assert len(shown.frames) == 1


def test_behind_a_proxy_the_lines_hold_the_public_address(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://quiz.example.org").test_client()
    shown = Shown(client, **FORM)
    for name in ("bare", "fitting"):
        loaded: list[Any] = shown.pasted(name).values("src")
        assert all(one.startswith("https://quiz.example.org/embed/") for one in loaded)
    assert shown.address().startswith("https://quiz.example.org/?")
    assert source_of(shown.frames[0]).startswith("/embed/?")


def test_every_page_outside_a_frame_leads_there(client: FlaskClient) -> None:
    for address in ("/", "/method", "/style/deep-diver"):
        assert "/for-blogs" in Page(client.get(address).text).values("href")
    assert "/for-blogs" not in client.get("/embed/").text
    assert f"{HERE}/for-blogs" in client.get("/sitemap.xml").text


def test_choosing_sets_no_cookie_and_is_not_for_a_frame(client: FlaskClient) -> None:
    answer = client.get("/for-blogs", query_string=FORM)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["X-Frame-Options"] == "DENY"
