"""The admin's door in a real browser: by hand, by keyboard, without script, on a phone."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.live_server import ADMIN_PASSWORD

Open = Callable[..., Page]


def sign_in(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("The admin's password").fill(ADMIN_PASSWORD)
    page.get_by_role("button", name="Sign in").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_every_room_fits_and_is_accessible(
    open_page: Open,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, object],
    scheme: str,
) -> None:
    page = open_page(screen, scheme=scheme)
    page.goto("/admin/sources?q=x")
    assert_accessible(page)
    sign_in(page, page.url)
    expect(page).to_have_url(re.compile(r"/admin/sources\?q=x$"))
    for room in ("Sources", "Log", "Settings", "Password"):
        page.get_by_role("navigation", name="Admin").get_by_role("link", name=room).click()
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), room


def test_a_source_is_added_and_retired_without_script_by_keyboard(open_page: Open) -> None:
    page = open_page(script=False)
    page.goto("/admin/sources")
    page.get_by_label("The admin's password").focus()
    page.keyboard.type(ADMIN_PASSWORD)
    page.keyboard.press("Enter")
    page.locator("#key").fill("no good")
    page.get_by_label("What you call it").fill("Walking notes")
    page.keyboard.press("Enter")
    problem = page.get_by_role("link", name="The key must be")
    problem.press("Enter")
    expect(page.get_by_label("What you call it")).to_have_value("Walking notes")
    page.locator("#key").fill("walking")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Their audience link")).to_have_value(re.compile("/audience/.{32}$"))
    expect(page.get_by_label("Line to hand over")).to_have_value(re.compile("source=walking"))
    page.get_by_text("Retire this source").press("Enter")
    page.get_by_role("button", name="Retire it").press("Enter")
    expect(page.get_by_text("Retired in week")).to_be_visible()


def test_the_link_that_is_shown_once_can_be_copied(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    sign_in(page, "/admin/sources")
    page.locator("#key").fill("copied")
    page.get_by_label("What you call it").fill("Copied")
    page.get_by_role("button", name="Add it").click()
    page.locator("[data-copy=audience]").click()
    link = page.get_by_label("Their audience link").input_value()
    assert page.evaluate("navigator.clipboard.readText()") == link
