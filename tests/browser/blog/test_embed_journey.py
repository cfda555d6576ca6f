"""The whole journey in a frame on another site: start, questionnaire, result."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import BrowserContext

from quiz.web.embed import snippet_integrity
from tests.browser.blog.conftest import EVERY, THREE, WITHOUT_SCRIPT
from tests.browser.blog.journey import (
    LISTEN,
    STORED,
    STYLES,
    answer,
    answer_at_once,
    assert_nothing_told,
    at,
    begin,
    fitted,
    heading,
    lead,
    send,
    shown,
    told,
)
from tests.browser.blog.reader import PlaywrightWindow, Reader
from tests.browser.blog.site import blog
from tests.live_server import live_server


@pytest.mark.parametrize("reader", EVERY + WITHOUT_SCRIPT, indirect=True)
def test_bare_frame(reader: Reader, blog_url: str, quiz_url: str) -> None:
    reader.open(f"{blog_url}/bare.html")
    reader.blog(LISTEN)
    begin(reader)
    answer(reader)
    result = send(reader)

    assert heading(reader) in STYLES.values()
    assert reader.quiz(STORED) == reader.blog(STORED) == [0, 0, 0]
    if "no script" not in reader.browser:
        assert_nothing_told(reader, quiz_url, result)


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_closed_frame_that_may_run_scripts(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/sandbox.html")
    at(reader, "embed/")
    fitted(reader)
    begin(reader)
    assert reader.quiz("self.origin") == "null"
    answer(reader) if reader.browser == "chromium" else answer_at_once(reader)
    fitted(reader)
    result = send(reader)
    fitted(reader)
    assert heading(reader) in STYLES.values()
    told(reader, "ready", "started", "finished")
    assert_nothing_told(reader, "null", result)
    assert "receipt" not in reader.quiz("location.search")

    reader.press(".files a[href*=calendar]")
    spelled = reader.quiz("document.querySelector('.files code').textContent.trim()")
    assert spelled == reader.quiz("document.querySelector('.files a[href*=calendar]').href")
    assert not reader.quiz("document.querySelector('#print').checkVisibility()")

    reader.quiz("document.querySelector('#fit ~ form select').value = 'learn'")
    reader.press("#fit ~ form button")
    at(reader, "embed/result/", having="goal=learn")
    fitted(reader)
    reader.press("form[action$=withdraw] button")
    reader.wait(lambda: heading(reader) == "Your answers are deleted")
    assert reader.quiz(STORED) == [0, 0, 0]


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_closed_frame_left_open_too_long(reader: Reader, blog_url: str, quiz_url: str) -> None:
    reader.open(f"{blog_url}/sandbox.html")
    lead(reader, f"{quiz_url}/embed/quiz?visit=old")
    answer_at_once(reader)
    fitted(reader)
    reader.press("#send")
    shown(reader, "#notice")
    shown(reader, "#send")
    reader.wait(lambda: reader.quiz("document.activeElement.id") == "notice")
    fitted(reader)
    send(reader)
    assert heading(reader) in STYLES.values()


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_closed_frame_off_line(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/sandbox.html")
    begin(reader)
    answer_at_once(reader)
    assert isinstance(reader.window, PlaywrightWindow)
    with off_line(reader.window.page.context):
        reader.press("#send")
        shown(reader, "[role=alert]")
        assert "try once more" in reader.quiz("document.querySelector('[role=alert]').textContent")
    send(reader)
    assert heading(reader) in STYLES.values()


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_frame_that_may_do_nothing_shows_the_address(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/closed.html")
    at(reader, "embed/")
    shown(reader, ".otherwise a")
    assert reader.quiz("document.querySelector('.otherwise').textContent.includes(location.host)")
    reader.press(".button")
    at(reader, "embed/quiz?")


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_refused_frame_leaves_the_link(reader: Reader, refusing: str) -> None:
    reader.open(f"{refusing}/script.html")
    reader.wait(lambda: reader.blog("document.querySelector('#quiz iframe')"))
    link = "document.querySelector('#quiz a')"
    assert reader.blog(f"{link}.checkVisibility() && {link}.textContent")
    assert reader.blog("told") == []


@pytest.fixture(scope="module")
def refusing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A blog whose quiz lets only another site show it."""
    settings = {"QUIZ_EMBED_ORIGINS": "https://elsewhere.example"}
    with live_server(tmp_path_factory.mktemp("refusing"), **settings) as server:
        address = server.url.replace("127.0.0.1", "localhost")
        with blog(address, snippet_integrity()) as around:
            yield around


@contextmanager
def off_line(context: BrowserContext) -> Iterator[None]:
    """As long as this lasts, the browser reaches nobody."""
    context.set_offline(True)
    yield
    context.set_offline(False)
