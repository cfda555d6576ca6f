"""The page for bloggers in a real browser: preview and lines follow at once, buttons copy."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.live_server import live_server

Open = Callable[..., Page]


def colour_of_the_button(page: Page) -> str:
    button = page.frame_locator(".preview iframe").get_by_role("link", name="Take the quiz")
    return str(button.evaluate("element => getComputedStyle(element).backgroundColor"))


def test_preview_and_lines_follow_every_choice(page: Page) -> None:
    page.goto("/for-blogs")
    frame = page.frame_locator(".preview iframe")
    expect(frame.get_by_role("link", name="Take the quiz")).to_be_visible()
    before = page.evaluate("history.length")
    page.get_by_label("Theme").select_option("dark")
    expect(frame.locator("html[data-theme=dark]")).to_be_attached()
    page.get_by_label("Accent colour").fill("#c0392b")
    page.get_by_label("Source key, if you have one").fill("my-blog")
    page.get_by_label("Width in pixels").fill("320")
    page.get_by_label("Compact").check()
    for name in ("Frame alone", "Frame and script", "Address alone"):
        wanted = re.compile("theme=dark.*accent=c0392b.*source=my-blog.*compact=1")
        expect(page.get_by_label(name)).to_have_value(wanted)
    expect(page.get_by_text("This key is not known here")).to_be_visible()
    expect(frame.locator("html[data-compact]")).to_be_attached()
    assert page.locator(".preview iframe").evaluate("frame => frame.offsetWidth") in (320, 323)
    assert page.evaluate("history.length") == before
    assert "theme=dark" in page.url
    page.reload()
    expect(page.get_by_label("Theme")).to_have_value("dark")
    expect(page.get_by_label("Frame alone")).to_have_value(re.compile("theme=dark"))


def test_an_accent_reaches_the_frame_and_stays_readable(page: Page) -> None:
    page.goto("/for-blogs?accent=%23ffee00")
    assert colour_of_the_button(page) == "rgb(113, 105, 0)"
    page.goto("/for-blogs?accent=%23ffee00&theme=dark")
    assert colour_of_the_button(page) == "rgb(255, 238, 0)"


def test_buttons_copy_what_stands_beside_them(open_page: Open) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    page.goto("/for-blogs?theme=dark")
    for at, name in enumerate(("fitting", "bare", "address")):
        button = page.locator(f"[data-copy={name}]")
        button.click()
        expect(button).to_have_text("Copied")
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied == page.locator("textarea").nth(at).input_value()
    page.get_by_label("Theme").select_option("light")
    expect(page.locator("[data-copy=bare]")).to_have_text("Copy")


def test_without_script_a_button_does_it(open_page: Open) -> None:
    page = open_page(script=False)
    page.goto("/for-blogs")
    page.get_by_label("Theme").select_option("dark")
    page.get_by_label("Accent colour").fill("#c0392b")
    page.get_by_role("button", name="Show it").click()
    expect(page.get_by_label("Frame alone")).to_have_value(re.compile("theme=dark.*accent=c0392b"))
    expect(page.frame_locator("iframe").locator("html[data-theme=dark]")).to_be_attached()
    expect(page.locator("[data-copy]").first).to_be_hidden()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_it_is_accessible_and_fits(
    open_page: Open,
    assert_accessible: Callable[[Page], None],
    screen: dict[str, object],
    scheme: str,
) -> None:
    page = open_page(screen, scheme=scheme)
    page.goto("/for-blogs?source=my-blog&width=1200", wait_until="networkidle")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [280, 360, 640, 1200])
def test_every_page_of_the_frame_fits_and_is_accessible(
    open_page: Open, assert_accessible: Callable[[Page], None], width: int, scheme: str
) -> None:
    other = "dark" if scheme == "light" else "light"
    page = open_page({"viewport": {"width": width, "height": 640}}, scheme=other)
    for rest in ("", "quiz", "style/deep-diver", "result/1-13b3z2n813g6s", "nowhere"):
        compact = "&compact=1" if width == 280 else ""
        page.goto(f"/embed/{rest}?theme={scheme}&accent=f1c40f&source=my-blog{compact}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), rest
        paper = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert paper == {"light": "rgb(251, 247, 240)", "dark": "rgb(20, 32, 31)"}[scheme]
        assert_accessible(page)


def test_a_list_of_origins_lets_the_preview_in_and_other_sites_not(
    open_page: Open, complaints: list[str], tmp_path: Path
) -> None:
    with (
        live_server(tmp_path, QUIZ_EMBED_ORIGINS="https://blog.example") as server,
        another_site(tmp_path / "blog") as blog,
    ):
        page = open_page()
        page.goto(f"{server.url}/for-blogs")
        preview = page.frame_locator(".preview iframe")
        expect(preview.get_by_role("link", name="Take the quiz")).to_be_visible()
        line = page.get_by_label("Frame alone").input_value()
        (tmp_path / "blog" / "index.html").write_text(f"<!doctype html><title>Blog</title>{line}")
        with page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            page.goto(blog)
        expect(page.frame_locator("iframe").get_by_role("heading")).to_have_count(0)
        page.goto("about:blank")
    assert all("frame-ancestors" in complaint for complaint in complaints)
    complaints.clear()


@contextmanager
def another_site(folder: Path) -> Iterator[str]:
    """A folder served as a site of its own: localhost is another site than 127.0.0.1."""
    folder.mkdir()
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=str(folder))) as site:
        serving = Thread(target=site.serve_forever)
        serving.start()
        yield f"http://localhost:{site.server_port}/"
        site.shutdown()
        serving.join()
