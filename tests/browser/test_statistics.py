"""The statistics page as it is seen: phone, desktop, light, dark, script on and off, paper."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from quiz import store
from quiz.web import create_app
from quiz.web.settings import Settings
from tests.browser.conftest import DESKTOP, PHONE
from tests.live_server import LiveServer, live_server
from tests.web.statistics import PASSWORD, PASSWORD_HASH, simulate

Open = Callable[..., Page]
SECTIONS = ["how-many", "scale-ie", "scale-sharing", "styles", "strands", "self-labels", "weeks"]


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server with 600 people in its database."""
    folder = tmp_path_factory.mktemp("counted")
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(folder / "data")}).prepare()
    store.migrate(settings.database_url)
    with create_app(settings).app_context():
        simulate(600, direct=0.6, blog=0.4)
        store.sources.add("blog", "A quiet blog", [], 202601)
        store.close()
    with live_server(
        folder, QUIZ_ADMIN_PASSWORD_HASH=PASSWORD_HASH, QUIZ_RATELIMIT_ENABLED="off"
    ) as server:
        yield server


@pytest.fixture
def open_statistics(open_page: Open, counted: LiveServer) -> Open:
    """The page, signed in: `open_statistics(PHONE, query="?source=blog")`."""

    def make(screen: dict[str, Any] = DESKTOP, *, query: str = "", **further: Any) -> Page:
        page = open_page(screen, **further)
        page.goto(f"{counted.url}/admin/{query}")
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main button").first.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Statistics")
        return page

    return make


@pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_fits_and_is_accessible(
    open_statistics: Open,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, Any],
    scheme: str,
    script: bool,
) -> None:
    page = open_statistics(screen, scheme=scheme, script=script)
    for section in SECTIONS:
        expect(page.locator(f"#{section}")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for table in page.locator("details > summary").all():
        table.click()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if script:  # axe itself needs scripts
        assert_accessible(page)


def test_it_fits_the_narrowest_phone(open_statistics: Open) -> None:
    page = open_statistics({"viewport": {"width": 320, "height": 640}})
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_picture_has_words_and_a_table(open_statistics: Open) -> None:
    page = open_statistics()
    picture = page.get_by_role("img", name="Introvert to extrovert")
    expect(picture.locator("desc")).to_contain_text("On average about")
    page.get_by_text("As a table: spread of scores, Introvert to extrovert").click()
    table = page.get_by_role("table", name="spread of scores, Introvert to extrovert")
    expect(table.get_by_role("row")).not_to_have_count(0)


def test_a_choice_counts_at_once(open_statistics: Open) -> None:
    page = open_statistics()
    expect(page.get_by_role("button", name="Show it")).to_be_hidden()
    page.get_by_role("combobox", name="Source").select_option("blog")
    expect(page.locator("#sources")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/admin/\?source=blog$"))
    # One of the three at a time: the other one gives way.
    page.get_by_label("Period").select_option("2026")
    expect(page.get_by_role("combobox", name="Source")).to_have_value("")
    expect(page.get_by_role("status")).to_have_text("The figures are up to date.")
    expect(page).to_have_url(re.compile(r"/admin/\?period=2026$"))
    page.reload()
    expect(page.get_by_label("Period")).to_have_value("2026")


def test_without_script_a_button_does_it(open_statistics: Open) -> None:
    page = open_statistics(script=False)
    page.get_by_role("combobox", name="Source").select_option("blog")
    page.get_by_role("button", name="Show it").click()
    expect(page.locator("#sources")).to_have_count(0)
    page.get_by_label("Period").select_option("2026")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_role("alert")).to_contain_text("Please choose a period, a source")


def test_a_keyboard_is_enough(open_statistics: Open) -> None:
    page = open_statistics()
    page.get_by_label("Period").focus()
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="Source")).to_be_focused()
    opener = page.get_by_text("As a table: results by week")
    opener.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="results by week")).to_be_visible()


def test_new_results_come_in_quietly(open_statistics: Open, counted: LiveServer) -> None:
    page = open_statistics(query="?period=2026-Q1")
    page.clock.install()
    page.reload()
    opener = page.get_by_text("As a table: results by week")
    opener.click()
    before = page.locator("#how-many dd").nth(2).inner_text()
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(counted.folder / "data")}).prepare()
    with create_app(settings).app_context():
        simulate(120, seed=9)
        store.close()
    page.clock.run_for(31_000)
    expect(page.locator("#how-many dd").nth(2)).not_to_have_text(before)
    expect(page.get_by_role("table", name="results by week")).to_be_visible()
    expect(opener).to_be_focused()


def test_on_paper_there_are_figures_and_no_form(open_statistics: Open) -> None:
    page = open_statistics()
    page.emulate_media(media="print")
    expect(page.locator("form")).to_be_hidden()
    expect(page.locator("#styles table")).to_be_visible()
    expect(page.locator("details").first).to_be_hidden()
