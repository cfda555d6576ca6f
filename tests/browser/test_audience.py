"""A blogger's own page as it is seen: phone, desktop, light, dark, on paper, in forced colours."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quiz import store
from quiz.web import create_app
from quiz.web.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE
from tests.crowd import crowd
from tests.live_server import LiveServer, live_server

Open = Callable[..., Page]
NARROW = {"viewport": {"width": 320, "height": 640}}


@dataclass(frozen=True)
class Blog:
    """A server with a blog on it, and the blogger's secret."""

    server: LiveServer
    secret: str


@pytest.fixture(scope="module")
def blog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """A blog with 200 readers who took the quiz, beside 60 other people."""
    folder = tmp_path_factory.mktemp("audience")
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(folder / "data")}).prepare()
    store.migrate(settings.database_url)
    app = create_app(settings)
    with app.app_context():
        secret = store.sources.add("quiet-blog", "A quiet blog", (), 202601)
    crowd(app, 60)
    crowd(app, 200, "quiet-blog")
    with app.app_context():
        store.close()
    with live_server(folder, QUIZ_RATELIMIT_ENABLED="off") as server:
        yield Blog(server, secret)


@pytest.fixture
def open_audience(open_page: Open, blog: Blog) -> Open:
    """The page: `open_audience(PHONE, scheme="dark")`."""

    def make(screen: dict[str, Any] = DESKTOP, **further: Any) -> Page:
        page = open_page(screen, **further)
        page.goto(f"{blog.server.url}/audience/{blog.secret}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Readers of A quiet blog")
        return page

    return make


def assert_pictures_arrive(page: Page) -> None:
    """All four cards are drawn, once each is looked at."""
    cards = page.locator(".offer > img")
    expect(cards).to_have_count(4)
    for card in cards.all():
        card.scroll_into_view_if_needed()
        expect(card).to_have_js_property("complete", value=True)
        assert card.evaluate("image => image.naturalWidth") > 0


@pytest.mark.parametrize(
    ("screen", "scheme"),
    [(NARROW, "light"), (PHONE, "dark"), (DESKTOP, "dark")],
    ids=["narrow", "phone", "desktop"],
)
def test_it_fits_and_is_accessible(
    open_audience: Open,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, Any],
    scheme: str,
) -> None:
    page = open_audience(screen, scheme=scheme)
    assert_pictures_arrive(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def test_without_script_everything_is_there(open_audience: Open) -> None:
    page = open_audience(PHONE, script=False)
    expect(page.locator(".offer > img")).to_have_count(4)
    expect(page.locator("textarea").first).to_have_value(re.compile("^<a href="))


def test_on_paper_there_are_figures_and_no_lines_to_copy(open_audience: Open) -> None:
    page = open_audience()
    page.emulate_media(media="print")
    expect(page.get_by_role("table")).to_be_visible()
    expect(page.locator("textarea").first).to_be_hidden()
    expect(page.locator("button").first).to_be_hidden()


def test_in_forced_colours_the_bars_have_the_colour_of_text(open_audience: Open) -> None:
    page = open_audience(forced_colors="active")
    colours = page.locator(".share").first.evaluate(
        "bar => [getComputedStyle(bar).fill, getComputedStyle(document.body).color]"
    )
    assert colours[0] == colours[1]
    expect(page.get_by_role("heading", level=1)).to_be_visible()
