"""A blogger's own page and cards: only with the secret, only enough people, nothing that leaks."""

import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.store.sources import card_of
from tests.crowd import crowd
from tests.web.page import Page

KINDS = ("count", "style", "styles", "distribution")
NAME = 'Ida & <script>alert("x")</script>'


@pytest.fixture
def secret(app: Flask) -> str:
    """The secret of the blog `my-blog`."""
    with app.app_context():
        return store.sources.add("my-blog", NAME, [], 202647)


def texts(client: FlaskClient, address: str) -> str:
    return " ".join(Page(client.get(address).text).texts)


def card(client: FlaskClient, secret: str, kind: str, query: str = "") -> ET.Element:
    answer = client.get(f"/audience/cards/{card_of(secret)}/{kind}.svg{query}")
    assert answer.status_code == 200
    assert answer.mimetype == "image/svg+xml"
    return ET.fromstring(answer.text)  # noqa: S314 - our own bytes


@pytest.mark.parametrize("n", [0, 24])
def test_below_the_gate_it_says_kindly_that_it_is_early(app: Flask, secret: str, n: int) -> None:
    crowd(app, n, "my-blog")
    client = app.test_client()
    text = texts(client, f"/audience/{secret}")
    assert "It is early days" in text
    assert "%" not in text.replace("100%", "")
    for kind in KINDS:
        assert "Not yet" in "".join(card(client, secret, kind).itertext())


def test_it_shows_the_source_s_readers_and_nobody_else(app: Flask, secret: str) -> None:
    crowd(app, 400, "direct")
    crowd(app, 122, "my-blog")
    text = texts(app.test_client(), f"/audience/{secret}")
    assert "About 120 of your readers took the quiz since November 2026" in text
    assert "renewed after 25 more" in text
    assert re.search(r"\d+%", text)
    assert re.search(r"On average they score \d+ of 100 \(most likely \d+ to \d+\)", text)


def test_a_new_number_needs_25_new_readers(app: Flask, secret: str) -> None:
    crowd(app, 100, "my-blog")
    client = app.test_client()
    before = client.get(f"/audience/{secret}").text
    crowd(app, 24, "my-blog", seed=2)
    assert client.get(f"/audience/{secret}").text == before
    crowd(app, 1, "my-blog", seed=3)
    assert "About 125 of your readers" in texts(client, f"/audience/{secret}")


@pytest.mark.parametrize("wrong", ["x", "a" * 32, "a" * 300, "%ff", "cards", "é"])
def test_a_wrong_secret_opens_nothing_and_says_what_to_do(client: FlaskClient, wrong: str) -> None:
    answer = client.get(f"/audience/{wrong}")
    assert answer.status_code == 404
    assert "Whoever runs this site can give you the new one" in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_a_renewed_secret_closes_the_old_page_and_its_cards(app: Flask, secret: str) -> None:
    client = app.test_client()
    with app.app_context():
        new = store.sources.renew("my-blog")
    assert client.get(f"/audience/{secret}").status_code == 404
    assert client.get(f"/audience/cards/{card_of(secret)}/count.svg").status_code == 404
    assert client.get(f"/audience/{new}").status_code == 200


def test_the_page_is_kept_by_nobody_and_led_to_by_nothing(client: FlaskClient, secret: str) -> None:
    answer = client.get(f"/audience/{secret}")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"].startswith("noindex")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    page = Page(answer.text)
    assert len(page.all("h1")) == 1
    assert len(page.values("id")) == len(set(page.values("id")))
    for link in page.values("href") + page.values("src"):
        assert secret not in link
        if link.startswith("/"):
            assert client.get(link).status_code == 200, link


def test_the_lines_for_a_post_hold_no_secret(app: Flask, secret: str) -> None:
    crowd(app, 120, "my-blog")
    text = app.test_client().get(f"/audience/{secret}").text
    lines = re.findall(r"<textarea[^>]*>(.*?)</textarea>", text, re.DOTALL)
    assert len(lines) == 2 * len(KINDS)
    for line in lines:
        assert f"/audience/cards/{card_of(secret)}/" in line
        assert "source=my-blog" in line
        assert secret not in line
        assert "<script" not in line


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("query", ["", "?theme=dark"])
def test_a_card_can_stand_in_any_post(app: Flask, secret: str, kind: str, query: str) -> None:
    crowd(app, 402, "my-blog")
    client = app.test_client()
    answer = client.get(f"/audience/cards/{card_of(secret)}/{kind}.svg{query}")
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    drawn = card(client, secret, kind, query)
    assert (drawn.get("width"), drawn.get("role")) == ("480", "img")
    said = "".join(drawn.itertext())
    assert "Not yet" not in said
    assert NAME in drawn.get("aria-label", "")
    assert "about 400 readers since November 2026" in said.replace("\n", " ")
    assert {element.tag.partition("}")[2] for element in drawn.iter()} <= {
        "svg", "title", "rect", "path", "g", "text",
    }  # fmt: skip


def test_an_unknown_card_is_not_there(client: FlaskClient, secret: str) -> None:
    key = card_of(secret)
    for address in (
        f"{key}/other.svg",
        f"{secret}/count.svg",
        "x/count.svg",
        f"{'a' * 99}/count.svg",
    ):
        assert client.get(f"/audience/cards/{address}").status_code == 404


def test_a_style_of_few_is_not_shown(make_app: Callable[..., Flask]) -> None:
    app = make_app(min_group=40)
    with app.app_context():
        secret = store.sources.add("my-blog", "My blog", [], 202647)
    crowd(app, 60, "my-blog")
    assert "too few to show" in texts(app.test_client(), f"/audience/{secret}")


def test_a_database_away_is_said(app: Flask, secret: str) -> None:
    with app.app_context():
        store.close()
    site = app.extensions["quiz.site"]
    for file in site.settings.data_dir.glob("quiz.sqlite3*"):
        file.unlink()
    client = app.test_client()
    assert client.get(f"/audience/{secret}").status_code == 503
    assert client.get(f"/audience/cards/{card_of(secret)}/count.svg").status_code == 503


def test_styles_come_before_the_spread_where_both_would_give_a_rare_style_away(
    app: Flask, secret: str
) -> None:
    crowd(app, 122, "my-blog")
    client = app.test_client()
    said = {kind: "".join(card(client, secret, kind).itertext()) for kind in KINDS}
    assert "Not yet" not in said["styles"]
    assert "%" in said["styles"]
    assert "Not yet" in said["distribution"]
