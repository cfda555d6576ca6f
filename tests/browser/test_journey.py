"""A visitor's whole way, in a real browser: start, quiz, result, and what can be kept of it."""

import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from typing import Any
from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from quiz.library import load
from quiz.web.settings import CONTENT
from tests.browser.conftest import DESKTOP, PHONE
from tests.live_server import LiveServer

QUIZ = load(CONTENT).current("en")
QUIET = {item.id: 2 if item.key > 0 else 4 for item in QUIZ.items}
SMALL: dict[str, Any] = {"viewport": {"width": 320, "height": 568}}
FIRST_WINDOW = 14_600
Open = Callable[..., Page]


def choose(page: Page, item: str, value: int) -> None:
    page.locator(f"label:has(#{item}-{value})").click()


def assert_result(page: Page) -> None:
    expect(page).to_have_url(re.compile(r"/result/1-[0-9a-z]{13}"))
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Deep Diver|Quiet Beacon"))
    expect(page.get_by_role("heading", name="This week")).to_be_visible()


@pytest.mark.parametrize("screen", [PHONE, DESKTOP, SMALL], ids=["phone", "desktop", "small"])
def test_without_script(open_page: Open, screen: dict[str, Any]) -> None:
    page = open_page(screen, script=False)
    page.goto("/")
    page.get_by_role("link", name="Take the quiz").click()
    for item, value in list(QUIET.items())[:-1]:
        choose(page, item, value)
    page.get_by_role("button", name="See my result").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator('#problems a[href="#O4-1"]').click()
    assert page.evaluate("document.querySelectorAll('input:checked').length") >= 23
    choose(page, "O4", 4)
    page.get_by_role("button", name="See my result").click()
    assert_result(page)
    assert page.context.cookies() == []


def test_on_a_phone_a_tap_goes_on(open_page: Open) -> None:
    page = open_page(PHONE)
    page.goto("/quiz")
    for number, (item, value) in enumerate(QUIET.items(), 1):
        expect(page.locator(f"#{item}-1")).to_be_visible()
        expect(page.locator(".item:visible")).to_have_count(1)
        choose(page, item, value)
        expect(page.locator("progress")).to_have_js_property("value", number)
    expect(page.get_by_role("heading", name="About you, if you like")).to_be_visible()
    page.get_by_role("button", name="See my result").click()
    assert_result(page)


def test_section_by_section_on_a_desktop(page: Page) -> None:
    page.goto("/quiz")
    for items in QUIZ.items_by_page:
        expect(page.locator(".item:visible")).to_have_count(6)
        for item in items:
            choose(page, item.id, QUIET[item.id])
        page.get_by_role("button", name="Next").click()
    page.get_by_label("What would you like from your network?").select_option("learn")
    page.get_by_role("button", name="See my result").click()
    assert_result(page)
    assert "goal=learn" in page.url


def test_next_leads_to_the_open_line(page: Page) -> None:
    page.goto("/quiz")
    choose(page, "A1", 2)
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#B1-1")).to_be_focused()
    expect(page.locator("#B1-open")).to_be_visible()
    choose(page, "B1", 4)
    expect(page.locator("#B1-open")).to_have_count(0)


def test_by_keyboard_alone(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    while not page.evaluate("document.activeElement.textContent.includes('Take the quiz')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("visit="))
    while not page.evaluate("document.activeElement.id === 'A1-1'"):
        page.keyboard.press("Tab")
    for items in QUIZ.items_by_page:
        for item in items:
            page.keyboard.press(str(QUIET[item.id]))
            expect(page.locator(f"#{item.id}-{QUIET[item.id]}")).to_be_checked()
        expect(page.get_by_role("button", name="Next")).to_be_focused()
        page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="About you, if you like")).to_be_focused()
    while not page.evaluate("document.activeElement.id === 'send'"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert_result(page)


def test_arrow_keys_move_the_answer(page: Page) -> None:
    page.goto("/quiz")
    page.locator("#A1-2").focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    expect(page.locator("#A1-3")).to_be_checked()


def test_answers_survive_a_reload_and_start_again_clears_them(page: Page) -> None:
    page.goto("/quiz")
    for item in QUIZ.items_by_page[0]:
        choose(page, item.id, QUIET[item.id])
    page.get_by_role("button", name="Next").click()
    page.reload()
    expect(page.locator("progress")).to_have_js_property("value", 6)
    expect(page.locator("#D2-1")).to_be_visible()
    page.get_by_text("Start again").click()
    page.get_by_role("button", name="Clear my answers").click()
    expect(page.locator("progress")).to_have_js_property("value", 0)
    expect(page.locator("#A1-1")).to_be_visible()
    page.reload()
    expect(page.locator("progress")).to_have_js_property("value", 0)


def test_nothing_is_left_in_the_browser_after_sending(page: Page) -> None:
    take(page)
    assert page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]") == [
        0,
        0,
        "",
    ]
    assert page.context.cookies() == []


def test_a_double_click_counts_once(page: Page, server: LiveServer) -> None:
    before = rows(server)
    take(page, send=lambda button: button.dblclick())
    assert rows(server) == before + 1


def take(page: Page, send: Callable[[Any], None] = lambda button: button.click()) -> None:
    """Fill in everything at once and send it."""
    page.goto("/quiz")
    for items in QUIZ.items_by_page:
        for item in items:
            choose(page, item.id, QUIET[item.id])
        page.get_by_role("button", name="Next").click()
    send(page.get_by_role("button", name="See my result"))
    assert_result(page)


def rows(server: LiveServer) -> int:
    with closing(sqlite3.connect(server.folder / "data" / "quiz.sqlite3")) as database:
        count: int = database.execute("SELECT count(*) FROM result").fetchone()[0]
    return count


def test_taking_the_answers_out_again(page: Page, server: LiveServer) -> None:
    before = rows(server)
    take(page)
    assert rows(server) == before + 1
    expect(page).not_to_have_url(re.compile("receipt"))
    page.get_by_role("button", name="Take my answers out").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert rows(server) == before


def test_another_goal_without_retaking(page: Page) -> None:
    take(page)
    code = page.url.split("/result/")[1].split("?")[0]
    first = page.locator("h3").all_text_contents()
    page.get_by_label("What would you like from your network?").select_option("clients")
    page.get_by_role("button", name="Show the new plan").click()
    expect(page).to_have_url(re.compile(f"/result/{code}.*goal=clients"))
    assert page.locator("h3").all_text_contents() != first


def test_keeping_a_result(page: Page) -> None:
    take(page)
    for name, beginning in [
        ("calendar", b"BEGIN:VCALENDAR"),
        ("text", b"# The "),
        ("PNG", b"\x89PNG"),
        ("SVG", b"<svg"),
    ]:
        link = page.locator("main a", has_text=re.compile(name))
        answer = page.request.get(urljoin(page.url, link.first.get_attribute("href") or ""))
        assert answer.status == 200
        assert answer.body().startswith(beginning)
    page.emulate_media(media="print")
    printed = page.pdf(format="A4")
    assert 1 <= len(re.findall(rb"/Type\s*/Page\b", printed)) <= 2


PAGES = {
    "start": "/",
    "quiz": "/quiz",
    "result": "/result/1-13b3z2n813g6s?goal=learn&setting=online&work=code",
    "between": "/result/1-1my23f7csvd04",
    "style": "/style/quiet-beacon",
    "method": "/method",
    "privacy": "/privacy",
    "accessibility": "/accessibility",
    "nowhere": "/nowhere",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_page_is_accessible(
    open_page: Open, assert_accessible: Callable[[Page], None], screen: dict[str, Any], scheme: str
) -> None:
    page = open_page(screen, scheme=scheme)
    for address in PAGES.values():
        page.goto(address)
        for details in page.locator("details:not([open]) > summary").all():
            if details.is_visible():
                details.click()
        assert_accessible(page)


@pytest.mark.parametrize("width", [320, 360, 768, 1600])
def test_no_page_scrolls_sideways(open_page: Open, width: int) -> None:
    page = open_page({"viewport": {"width": width, "height": 700}})
    for address in PAGES.values():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_no_page_scrolls_sideways_with_text_at_200_per_cent(open_page: Open) -> None:
    page = open_page({"viewport": {"width": 640, "height": 700}, "device_scale_factor": 2})
    for address in PAGES.values():
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640


def test_first_visit_to_the_quiz_fits_the_first_window(open_page: Open) -> None:
    page = open_page(PHONE)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.goto("/quiz", wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes) <= FIRST_WINDOW
