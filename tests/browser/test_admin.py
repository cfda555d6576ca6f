"""The admin's pages as they are seen: sign in, add a source, hand it over, go out again."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.live_server import ADMIN_PASSWORD, LiveServer, live_server

Open = Callable[..., Page]
NARROW: dict[str, Any] = {"viewport": {"width": 320, "height": 640}}
ROOMS = ("sources", "sources/busy", "log", "settings", "password")


@pytest.fixture(scope="module")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A server of its own, for these tests fill its list of sources."""
    with live_server(tmp_path_factory.mktemp("door")) as running:
        yield running


@pytest.fixture
def enter(open_page: Open, door: LiveServer) -> Open:
    """Signed in, in a fresh browser: `enter(PHONE, to="log", scheme="dark", script=False)`."""

    def make(screen: dict[str, Any] = DESKTOP, *, to: str = "sources", **further: Any) -> Page:
        page = open_page(screen, **further)
        page.goto(f"{door.url}/admin/{to}")
        sign_in(page)
        expect(page).to_have_url(f"{door.url}/admin/{to}")
        return page

    return make


def sign_in(page: Page, password: str = ADMIN_PASSWORD) -> None:
    page.get_by_label("The admin's password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def add(page: Page, key: str, name: str, sites: str = "") -> None:
    page.get_by_role("textbox", name=re.compile("^Key")).fill(key)
    page.get_by_label("What you call it").fill(name)
    page.get_by_label("Where its frame may stand").fill(sites)
    page.get_by_role("button", name="Add it").click()


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


@pytest.mark.parametrize("script", [True, False], ids=["script", "bare"])
def test_a_source_is_added_and_handed_over(enter: Open, door: LiveServer, script: bool) -> None:
    key = "quiet-blog" if script else "bare-blog"
    page = enter(PHONE if script else DESKTOP, script=script)
    add(page, key, f"Blog {key}", "https://blog.example")
    expect(page.get_by_role("heading", level=1)).to_have_text(f"Blog {key}")
    link = page.get_by_label("Their audience link")
    expect(link).to_have_value(re.compile(rf"^{re.escape(door.url)}/audience/[\w-]{{32}}$"))
    expect(page.get_by_label("The quiz for their page")).to_have_value(re.compile(f"source={key}"))
    page.goto(f"{door.url}/admin/sources/{key}")
    expect(link).to_have_count(0)
    page.get_by_text("Renew the audience link").click()
    page.get_by_role("button", name="Renew the link").click()
    expect(link).to_be_visible()
    page.reload()
    expect(link).to_have_count(0)
    page.goto(f"{door.url}/admin/log")
    expect(page.get_by_role("row", name=f"Audience link of a source renewed {key}")).to_have_count(
        1
    )


def test_a_link_is_copied_by_a_button(enter: Open) -> None:
    page = enter(permissions=["clipboard-read", "clipboard-write"])
    add(page, "copied", "A copied one")
    page.locator("[data-copy=audience]").click()
    expect(page.locator("[data-copy=audience]")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.get_by_label("Their audience link").input_value()


def test_what_is_wrong_is_said_at_the_top_and_reached_by_a_link(
    enter: Open, assert_accessible: Callable[[Page], None]
) -> None:
    page = enter(PHONE)
    add(page, "direct", "Kept", "blog.example")
    alert = page.get_by_role("alert")
    expect(alert.get_by_role("link")).to_have_count(2)
    expect(page.get_by_label("What you call it")).to_have_value("Kept")
    assert_accessible(page)
    alert.get_by_role("link").first.click()
    expect(page.locator("#key")).to_be_in_viewport()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP, NARROW], ids=["phone", "desktop", "narrow"])
def test_every_room_fits_and_is_accessible(
    enter: Open,
    door: LiveServer,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, Any],
    scheme: str,
) -> None:
    page = enter(screen, scheme=scheme)
    # The first of these adds it, the others are told that it is there.
    add(page, "busy", "A blog with a name of many words", "https://a-long-name-of-a-site.example")
    for room in ROOMS:
        page.goto(f"{door.url}/admin/{room}")
        for more in page.locator("main details > summary").all():
            more.click()
        assert fits(page), room
        assert_accessible(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_the_door_is_accessible_when_it_stays_shut(
    open_page: Open,
    door: LiveServer,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, Any],
    scheme: str,
) -> None:
    page = open_page(screen, scheme=scheme)
    page.goto(f"{door.url}/admin/log")
    expect(page.get_by_text("After this you go on where you wanted to be")).to_be_visible()
    assert_accessible(page)
    sign_in(page, "a wrong one")
    expect(page.get_by_role("alert")).to_contain_text("That is not the password.")
    assert fits(page)
    assert_accessible(page)
    sign_in(page)
    expect(page).to_have_url(f"{door.url}/admin/log")


def test_a_keyboard_leads_from_the_door_to_the_rooms(open_page: Open, door: LiveServer) -> None:
    page = open_page()
    page.goto(f"{door.url}/admin/sources")
    page.get_by_label("The admin's password").focus()
    page.keyboard.type(ADMIN_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sources")
    page.get_by_role("link", name="Log", exact=True).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Log", exact=True)).to_have_attribute(
        "aria-current", "page"
    )


def test_signed_out_everywhere_is_out_in_the_other_browser_too(
    enter: Open, door: LiveServer
) -> None:
    other = enter(PHONE)
    page = enter(to="password")
    page.get_by_role("button", name="Sign out everywhere").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")
    other.goto(f"{door.url}/admin/log")
    expect(other.get_by_role("heading", level=1)).to_have_text("Sign in")


def test_a_visitor_gets_no_cookie_beside_a_signed_in_admin(enter: Open, door: LiveServer) -> None:
    page = enter()
    (cookie,) = page.context.cookies()
    assert (cookie["path"], cookie["httpOnly"], cookie["sameSite"]) == ("/admin", True, "Strict")
    with page.expect_request(f"{door.url}/") as asked:
        page.goto(f"{door.url}/")
    assert "cookie" not in asked.value.all_headers()
