"""With embed.js: the frame is as high as its page, stays in view, and leaves the blog alone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.browser.blog.conftest import THREE
from tests.browser.blog.journey import (
    STYLES,
    answer,
    answer_at_once,
    assert_nothing_told,
    at,
    begin,
    fitted,
    lead,
    send,
    shown,
    told,
)
from tests.browser.blog.reader import PlaywrightWindow, Reader

CODE = "1-13b3z2n813g6s"
WIDTHS = (280, 320, 480, 600, 639, 641, 768, 1000, 1200)
PLACE = "document.querySelector('%s').getBoundingClientRect().top"
WINDOW = "[document.querySelector('iframe').getBoundingClientRect().top, innerHeight]"
HEIGHTS = "[...document.querySelectorAll('iframe')].map((frame) => frame.offsetHeight)"
FRAMES = """new Promise((done) => {
  let left = 40;
  const next = () => (left-- ? requestAnimationFrame(next) : done());
  next();
})"""

# How a script may put things on a page
INSERT = "document.querySelector('#app').insertAdjacentHTML('beforeend', %s)"
ADD = "document.head.append(Object.assign(document.createElement('script'), %s))"
DIV = INSERT % "'<div data-networking-quiz><p class=way>A link</p></div>'"
BARE = INSERT % "'<iframe src=QUIZ/embed/ height=300></iframe>'"
INSIDE = INSERT % (
    "'<div data-networking-quiz><iframe src=QUIZ/embed/></iframe><p class=way>A link</p></div>'"
)
MOVING = ADD % "{ src: 'QUIZ/embed.js?ver=6' }"
CLASSIC = ADD % "{ src: 'QUIZ/embed/v1.js' }"
MODULE = ADD % "{ src: 'QUIZ/embed/v1.js', type: 'module' }"
IMPORT = "void import('QUIZ/embed/v1.js')"


def below_top(reader: Reader, selector: str) -> float:
    """How far below the top of the window something in the frame stands."""
    above, _ = reader.blog(WINDOW)
    pixels: float = above + reader.quiz(PLACE % selector)
    return pixels


def heights(reader: Reader) -> set[int]:
    """What the blog heard of heights so far."""
    return set(reader.blog("heard.map(({ data }) => data.height).filter(Boolean)"))


def in_view(reader: Reader, selector: str, header: int = 0) -> None:
    """Wait until something stands where it can be read on from, to the pixel."""
    lowest = 0.8 * reader.blog(WINDOW)[1] + 1
    reader.wait(lambda: header - 1 <= below_top(reader, selector) <= lowest)


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_every_step_fits_and_is_in_view(reader: Reader, blog_url: str, quiz_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=600)
    reader.blog("document.querySelector('#search').focus()")
    at(reader, "embed/")
    fitted(reader)
    assert reader.blog("[document.activeElement.id, scrollY]") == ["search", 0]
    assert not reader.blog("document.querySelector('#quiz p').checkVisibility()")

    begin(reader)
    fitted(reader)
    in_view(reader, "form")

    def after_next() -> None:
        fitted(reader)
        in_view(reader, "form")
        assert reader.quiz("document.activeElement.tagName") == "H2"

    answer(reader, after=after_next)
    result = send(reader)
    fitted(reader)
    in_view(reader, "h1")
    reader.press(".later summary")
    fitted(reader)
    reader.press("a[href='#fit']")
    in_view(reader, "#fit")

    told(reader, "ready", "started", "finished")
    style = reader.blog("told.at(-1).detail.style")
    assert STYLES[style] == reader.quiz("document.querySelector('h1').textContent.trim()")
    assert reader.blog("told") == [
        {"name": "ready", "on": "", "detail": {}},
        {"name": "started", "on": "", "detail": {}},
        {"name": "finished", "on": "", "detail": {"style": style, "name": STYLES[style]}},
    ]
    assert_nothing_told(reader, quiz_url, result)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_what_is_in_view_does_not_move(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=2500)
    begin(reader)
    fitted(reader)
    answer(reader, after=lambda: fitted(reader))
    assert reader.blog("scrollY") == 0


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_a_page_that_the_blog_put_in_moves_nothing(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=600)
    begin(reader)
    fitted(reader)
    reader.blog("scrollTo(0, document.body.scrollHeight)")
    reader.click("body > p:last-of-type")
    scrolled = reader.blog("scrollY")
    assert scrolled
    # As a blog does that follows its reader's wish for a dark page.
    reader.blog("void (document.querySelector('iframe').src += '?theme=dark')")
    at(reader, "embed/", having="theme=dark")
    fitted(reader)
    lower = reader.blog("document.documentElement.scrollHeight - innerHeight")
    assert reader.blog("scrollY") == min(scrolled, lower)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_a_sticky_header_of_the_blog_stays_clear(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=600)
    reader.blog("void (document.documentElement.style.scrollPaddingTop = '90px')")
    begin(reader)
    answer_at_once(reader)
    reader.press("#back")
    shown(reader, "#next")
    in_view(reader, "form", header=90)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_without_a_mouse(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=600)
    at(reader, "embed/")
    fitted(reader)
    reader.blog("document.querySelector('#search').focus()")
    reader.keys("Tab")
    reader.wait(lambda: reader.quiz("document.hasFocus() && document.activeElement.matches('a')"))
    reader.keys("Enter")
    at(reader, "embed/quiz?")
    fitted(reader)
    reader.keys("Tab")
    reader.wait(lambda: reader.quiz("document.activeElement.matches('input')"))
    for _ in range(4):
        reader.keys(*"434343", "Enter")
        fitted(reader)
        in_view(reader, "form")
    reader.quiz("document.querySelector('#send').focus()")
    reader.keys("Enter")
    at(reader, "embed/result/")
    in_view(reader, "h1")


@pytest.mark.parametrize("reader", THREE, indirect=True)
@pytest.mark.parametrize(
    "path", ["", "quiz?visit=x", f"result/{CODE}?saved=stored", "style/quiet-beacon"]
)
def test_fits_at_any_width(reader: Reader, blog_url: str, quiz_url: str, path: str) -> None:
    reader.open(f"{blog_url}/script.html", width=1280)
    lead(reader, f"{quiz_url}/embed/{path}")
    for width in WIDTHS:
        reader.blog(f"void (document.body.style.width = '{width}px')")
        reader.wait(lambda width=width: reader.quiz("innerWidth") == width)
        fitted(reader)
        assert reader.quiz("document.documentElement.scrollWidth <= innerWidth"), width


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_a_narrow_column_asks_line_by_line(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/script.html", height=600)
    reader.blog("void (document.body.style.width = '280px')")
    at(reader, "embed/")
    fitted(reader)
    begin(reader)
    fitted(reader)
    assert reader.quiz("document.querySelector('form').matches('.single')")
    answer(reader)
    in_view(reader, "form")
    fitted(reader)
    send(reader)
    fitted(reader)
    in_view(reader, "h1")


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
@pytest.mark.parametrize("density", [1, 1.1, 1.25, 1.5, 2.625])
def test_fits_on_any_screen(reader: Reader, blog_url: str, density: float) -> None:
    reader.open(f"{blog_url}/script.html")
    assert isinstance(reader.window, PlaywrightWindow)
    screen = {"width": 777, "height": 600, "deviceScaleFactor": density, "mobile": False}
    page = reader.window.page
    page.context.new_cdp_session(page).send("Emulation.setDeviceMetricsOverride", screen)
    begin(reader)
    fitted(reader)
    assert reader.quiz("innerWidth - document.documentElement.clientWidth") == 0


@pytest.mark.parametrize("reader", THREE, indirect=True)
@pytest.mark.parametrize(
    ("page", "width"), [("hostile", 500), ("quirks", 700), ("strict", None)], ids=lambda page: page
)
def test_survives_the_blog(reader: Reader, blog_url: str, page: str, width: int | None) -> None:
    reader.open(f"{blog_url}/{page}.html")
    at(reader, "embed/")
    fitted(reader)
    answered = reader.blog("document.querySelector('iframe').clientWidth")
    assert answered >= (width or 900) - 8
    begin(reader)
    fitted(reader)
    answer_at_once(reader)
    fitted(reader)
    send(reader)
    fitted(reader)
    told(reader, "ready", "started", "finished")


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_two_on_one_page(reader: Reader, blog_url: str) -> None:
    reader.open(f"{blog_url}/two.html", height=1000)
    at(reader, "embed/", 0)
    fitted(reader, 0)
    at(reader, "embed/quiz?", 1, having="source=newsletter")
    fitted(reader, 1)
    first, second = reader.blog(HEIGHTS)
    reader.press("#A1-4", 1)
    reader.wait(lambda: len(reader.blog("told")) == 3)
    ids = "told.map(({ name, on }) => `${name} ${on}`).sort()"
    assert reader.blog(ids) == ["ready ", "ready second", "started second"]

    begin(reader, 0)
    fitted(reader, 0)
    now, beside = reader.blog(HEIGHTS)
    assert now != first
    assert beside == second


@pytest.mark.parametrize("reader", THREE, indirect=True)
@pytest.mark.parametrize(
    ("first", "then"),
    [(BARE, MOVING), (CLASSIC, DIV), (MODULE, DIV), (IMPORT, BARE), (INSIDE, CLASSIC)],
    ids=["frame first", "script first", "module", "dynamic import", "frame inside"],
)
def test_whenever_it_is_added(
    reader: Reader, blog_url: str, quiz_url: str, first: str, then: str
) -> None:
    reader.open(f"{blog_url}/empty.html")
    reader.blog(first.replace("QUIZ", quiz_url))
    if "iframe" in first:
        at(reader, "embed/")
    reader.blog(then.replace("QUIZ", quiz_url))
    reader.wait(lambda: reader.blog("told.length"))
    at(reader, "embed/")
    fitted(reader)
    assert reader.blog("document.querySelectorAll('iframe').length") == 1
    assert reader.blog(
        "[...document.querySelectorAll('.way')].every((way) => !way.checkVisibility())"
    )

    reader.blog("document.querySelector('#app').replaceChildren()")
    reader.blog(DIV)
    at(reader, "embed/")
    fitted(reader)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_the_blogs_own_scrollbar_makes_no_loop(
    reader: Reader, blog_url: str, quiz_url: str
) -> None:
    # Without the blog's scrollbar the frame is wide enough for a whole section, which is so high
    # that the scrollbar comes; with it there is room for one line only, and it goes.
    reader.open(f"{blog_url}/empty.html", width=650, height=900)
    reader.blog("void (document.body.style.margin = 0)")
    reader.blog(CLASSIC.replace("QUIZ", quiz_url))
    reader.blog(INSERT % "'<div data-networking-quiz=quiz></div>'")
    at(reader, "embed/quiz?")
    reader.wait(lambda: len(heights(reader)) > 1)  # else there is nothing to loop about
    reader.blog(FRAMES)
    heard = reader.blog("heard.length")
    reader.blog(FRAMES)
    assert reader.blog("heard.length") == heard


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_options_of_the_element_reach_the_address(
    reader: Reader, blog_url: str, quiz_url: str
) -> None:
    reader.open(f"{blog_url}/empty.html")
    options = "data-theme=dark data-accent='#b03a2e' data-lang=en data-source=news data-compact"
    reader.blog(INSERT % f'"<div data-networking-quiz=style/quiet-beacon {options}></div>"')
    reader.blog(CLASSIC.replace("QUIZ", quiz_url))
    here = at(reader, "embed/style/quiet-beacon")
    assert here.partition("?")[2] == "theme=dark&accent=%23b03a2e&lang=en&source=news&compact=1"
    reader.press(".button")
    assert "accent=b03a2e" in at(reader, "embed/quiz?", having="theme=dark")


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_costs_the_blog_next_to_nothing_before_it_is_near(
    reader: Reader, blog_url: str, quiz_url: str
) -> None:
    assert isinstance(reader.window, PlaywrightWindow)
    asked: list[str] = []
    reader.window.page.on("request", lambda request: asked.append(request.url))
    reader.open(f"{blog_url}/long.html")
    reader.blog(FRAMES)
    assert [url for url in asked if url.startswith(quiz_url)] == [f"{quiz_url}/embed/v1.js"]
    reader.blog("document.querySelector('iframe').scrollIntoView()")
    at(reader, "embed/")
    fitted(reader)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
@pytest.mark.parametrize(
    "path", ["", "quiz?visit=x", f"result/{CODE}?saved=stored", "style/quiet-beacon"]
)
def test_axe_finds_nothing_in_the_frame(
    reader: Reader,
    blog_url: str,
    quiz_url: str,
    path: str,
    assert_accessible: Callable[[Any], None],
) -> None:
    assert isinstance(reader.window, PlaywrightWindow)
    reader.open(f"{blog_url}/script.html")
    lead(reader, f"{quiz_url}/embed/{path}")
    fitted(reader)
    assert_accessible(reader.window.place(0))
