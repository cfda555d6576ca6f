"""What readers do in a frame, step by step, and what a page around it may see of that."""

from collections.abc import Callable
from typing import Any

from quiz.library import load
from quiz.web.settings import CONTENT
from tests.browser.blog.reader import Reader
from tests.web.journey import ANSWERS, ITEMS, PAGES

STYLES = {style.id: style.name for style in load(CONTENT).current("en").styles}
LISTEN = """(() => {
  window.heard = [];
  addEventListener("message", ({ data, origin }) => heard.push({ data, origin }));
})()"""
STORED = """["cookie", "localStorage", "sessionStorage"].map((place) => {
  try { return (place === "cookie" ? document.cookie : window[place]).length; } catch { return 0; }
})"""
COMPLETE = "document.readyState === 'complete'"
MARKED = "document.documentElement.hasAttribute('data-before')"
MARK = "(document.documentElement.setAttribute('data-before', ''), true)"
TOLD = "told.map(({ name }) => name)"
SHOWN = "document.querySelector('%s').checkVisibility()"
FITS = """((page) => page.scrollHeight <= innerHeight && page.clientWidth === innerWidth
  && Math.abs(innerHeight - page.getBoundingClientRect().height) <= 1)(document.documentElement)"""


def at(reader: Reader, path: str, frame: int = 0, *, having: str = "") -> str:
    """Wait until a frame's page is at an address that starts with `path`; its full address.

    `having` is something that the address has to hold, where the page before began alike.
    """

    def arrived() -> str | None:
        here: str = reader.quiz("document.readyState === 'complete' && location.href", frame)
        there = here and here.partition("//")[2].partition("/")[2].startswith(path)
        return here if there and having in here else None

    address: str = reader.wait(arrived)
    return address


def lead(reader: Reader, address: str) -> None:
    """Have the blog lead the frame to an address under /embed/, and wait for the new page."""
    reader.wait(lambda: reader.quiz(f"{COMPLETE} && {MARK}"))
    reader.blog(f"void (document.querySelector('iframe').src = '{address}')")
    reader.wait(lambda: reader.quiz(f"{COMPLETE} && !{MARKED}"))
    at(reader, "embed/" + address.partition("/embed/")[2].partition("?")[0])


def told(reader: Reader, *names: str) -> None:
    """Wait until the blog heard of these events, in this order; a later one fails a later look."""
    reader.wait(lambda: reader.blog(TOLD) == list(names))


def begin(reader: Reader, frame: int = 0) -> None:
    """From the start page to the questionnaire."""
    at(reader, "embed/", frame)
    reader.press(".button", frame)
    at(reader, "embed/quiz?", frame)


def answer(reader: Reader, frame: int = 0, after: Callable[[], Any] = lambda: None) -> None:
    """Answer every line by hand; `after` is done after each press on "next"."""
    ways = "['steps', 'single'].map((way) => document.querySelector('form').matches('.' + way))"
    scripted, single = reader.quiz(ways, frame)
    for item, given in zip(ITEMS, ANSWERS, strict=True):
        shown(reader, f"#{item}-1", frame)
        reader.press(f"#{item}-{given}", frame)
        if scripted and not single and any(page.endswith(item) for page in PAGES):
            reader.press("#next", frame)
            after()
    shown(reader, "#send", frame)


def answer_at_once(reader: Reader, frame: int = 0) -> None:
    """Answer every line and go to the last page, in no time."""
    ids = [f"{item}-{given}" for item, given in zip(ITEMS, ANSWERS, strict=True)]
    reader.quiz(f"{ids}.forEach((id) => document.getElementById(id).click())", frame)
    next_page = (
        "!document.querySelector('#next').hidden && !document.querySelector('#next').click()"
    )
    while reader.quiz(next_page, frame):
        pass


def send(reader: Reader, frame: int = 0) -> str:
    """Send the answers; the address of the result."""
    reader.press("#send", frame)
    return at(reader, "embed/result/", frame)


def shown(reader: Reader, selector: str, frame: int = 0) -> None:
    """Wait until something is to be seen in a frame."""
    reader.wait(lambda: reader.quiz(SHOWN % selector, frame))


def heading(reader: Reader, frame: int = 0) -> str:
    text: str = reader.quiz("document.querySelector('h1').textContent.trim()", frame)
    return text


def fitted(reader: Reader, frame: int = 0) -> None:
    """Wait until a frame is as high as its page, so that it has no scrollbar of its own."""
    reader.wait(lambda: reader.quiz(FITS, frame))


def assert_nothing_told(reader: Reader, origin: str, result: str) -> None:
    """The page around learned heights and named events, and nothing of the answers."""
    reader.wait(lambda: reader.blog("heard.some(({ data }) => data.event === 'finished')"))
    heard = reader.blog("heard")
    code = result.partition("/result/")[2].partition("?")[0]
    assert code
    assert code not in str(heard)
    for message in heard:
        assert message["origin"] == origin
        said = dict(message["data"])
        assert (said.pop("type"), said.pop("v")) == ("networkingquiz", 1)
        assert is_allowed(said), said


def is_allowed(said: dict[str, Any]) -> bool:
    """Whether a message, without its name and version, is one that the contract has."""
    match said:
        case {"height": int(), **rest} | {"event": "step" | "page", "top": int(), **rest}:
            return not rest
        case {"event": "ready" | "started" | "here", **rest}:
            return not rest
        case {"event": "finished", "style": {"id": str(style), "name": str(name)}, **rest}:
            return not rest and STYLES[style] == name
    return False
