"""What a page's script counts: how far people come, once each, and nothing about who they are."""

from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.test_journey import QUIET, QUIZ, assert_result, choose

LAST_OF_A_PAGE = {items[-1].id for items in QUIZ.items_by_page}


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_each_part_and_the_first_card_are_counted_once(
    open_page: Callable[..., Page], screen: dict[str, object]
) -> None:
    page = open_page(screen)
    counted: list[Request] = []
    page.on("request", lambda one: counted.append(one) if "/count" in one.url else None)
    page.goto("/quiz")
    for item, value in QUIET.items():
        expect(page.locator(f"#{item}-1")).to_be_visible()
        choose(page, item, value)
        if item in LAST_OF_A_PAGE and screen is DESKTOP:
            page.locator("#next").click()
    page.get_by_role("button", name="See my result").click()
    assert_result(page)
    page.wait_for_load_state()  # the words are there before the script that counts
    with page.expect_request("**/count?*"):
        page.locator(".later summary").first.click()
    page.locator(".later summary").nth(1).click()
    events = [dict(parse_qsl(urlsplit(one.url).query)) for one in counted]
    assert [event["event"] for event in events] == ["page-1", "page-2", "page-3", "page-4", "card"]
    # The address says what happened and where the reader came from; the body says nothing.
    assert all(set(event) <= {"event", "source", "lang"} for event in events)
    assert not any(one.post_data for one in counted)
    assert page.context.cookies() == []
