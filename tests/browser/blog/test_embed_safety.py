"""Nobody can speak for the quiz, and the quiz tells nobody anything."""

import json

import pytest

from tests.browser.blog.conftest import THREE
from tests.browser.blog.journey import TOLD, at, begin, fitted, is_allowed, told
from tests.browser.blog.reader import Reader

HEIGHT = "document.querySelector('#quiz iframe').offsetHeight"
READY = "heard.filter(({ data }) => data.event === 'ready').length"
FORGER = """document.querySelector('#quiz').insertAdjacentHTML(
  'beforebegin', '<iframe src=forger.html%s></iframe>')"""
FORGED = "heard.filter(({ data }) => data === 'done').length"
# What a parent might send to find something out, or to break something.
DEMANDS = [
    None,
    0,
    "networkingquiz",
    [],
    {"type": "networkingquiz"},
    {"type": "networkingquiz", "v": 1, "ask": False, "answers": True},
    {"type": "networkingquiz", "v": 1, "event": "finished"},
    {"type": "networkingquiz", "v": 1, "height": 10},
    {"type": "other", "ask": True},
]
# What a frame might send that is no message of ours, or not quite.
SLIPS = [
    '{ height: 5000, type: "networkingquiz", v: 2 }',
    '{ height: 5000, type: "other", v: 1 }',
    '{ height: "5000px", type: "networkingquiz", v: 1 }',
    '{ height: -5000, type: "networkingquiz", v: 1 }',
    '{ height: NaN, type: "networkingquiz", v: 1 }',
    '{ height: Infinity, type: "networkingquiz", v: 1 }',
    '{ height: { valueOf: 5000 }, type: "networkingquiz", v: 1 }',
    '{ event: "click", type: "networkingquiz", v: 1 }',
    '{ event: "finished", type: "networkingquiz", v: 1 }',
    '{ event: "finished", style: "x", type: "networkingquiz", v: 1 }',
    '{ event: "finished", style: { id: 1, name: [] }, type: "networkingquiz", v: 1 }',
    '{ event: "step", top: "x", type: "networkingquiz", v: 1 }',
    "null",
    '"networkingquiz"',
    "7",
]


@pytest.fixture
def quiet(reader: Reader, blog_url: str) -> Reader:
    """A reader with the quiz before them, fitted."""
    reader.open(f"{blog_url}/script.html")
    at(reader, "embed/")
    fitted(reader)
    told(reader, "ready")
    return reader


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_a_parent_learns_nothing_by_asking(quiet: Reader) -> None:
    begin(quiet)
    fitted(quiet)
    quiet.press("#A1-4")
    told(quiet, "ready", "started")
    ready = quiet.blog(READY)
    for demand in DEMANDS:
        quiet.blog(f"frames[0].postMessage({json.dumps(demand)}, '*')")
    quiet.blog("frames[0].postMessage({ type: 'networkingquiz', v: 1, ask: true }, '*')")
    quiet.wait(lambda: quiet.blog(READY) > ready)
    assert quiet.blog(READY) == ready + 1
    for message in quiet.blog("heard"):
        said = dict(message["data"])
        del said["type"], said["v"]
        assert is_allowed(said), said


@pytest.mark.parametrize("reader", THREE, indirect=True)
@pytest.mark.parametrize("attributes", ["", " sandbox=allow-scripts"])
def test_another_frame_cannot_speak_for_the_quiz(quiet: Reader, attributes: str) -> None:
    before = quiet.blog(HEIGHT)
    quiet.blog(FORGER % attributes)
    quiet.wait(lambda: quiet.blog(FORGED))
    assert quiet.blog(HEIGHT) == before
    assert quiet.blog("document.querySelector('iframe').offsetHeight") < 200
    assert quiet.blog(TOLD) == ["ready"]


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_another_page_in_the_same_frame_cannot_either(quiet: Reader, blog_url: str) -> None:
    before = quiet.blog(HEIGHT)
    quiet.blog(f"void (frames[0].location = '{blog_url}/forger.html')")
    quiet.wait(lambda: quiet.blog(FORGED))
    assert quiet.blog(HEIGHT) == before
    assert quiet.blog(TOLD) == ["ready"]


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_a_message_of_another_shape_does_nothing(quiet: Reader) -> None:
    before = quiet.blog(HEIGHT)
    for slip in (*SLIPS, '"done"'):
        quiet.quiz(f"parent.postMessage({slip}, '*')")
    quiet.wait(lambda: quiet.blog(FORGED))
    assert quiet.blog(HEIGHT) == before
    assert quiet.blog(TOLD) == ["ready"]


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
@pytest.mark.parametrize("path", ["//127.0.0.1:9/", "https://127.0.0.1:9/", "javascript:1", "../"])
def test_an_element_cannot_lead_the_frame_elsewhere(
    quiet: Reader, quiz_url: str, path: str
) -> None:
    # For blogs whose readers may write a div with attributes in their comments.
    quiet.blog(
        "void (document.querySelector('#search').parentElement.outerHTML = "
        f"'<div data-networking-quiz={json.dumps(path)}></div><div data-networking-quiz></div>')"
    )
    quiet.wait(lambda: quiet.blog("document.querySelectorAll('iframe').length") >= 2)
    for address in quiet.blog("[...document.querySelectorAll('iframe')].map(({ src }) => src)"):
        assert address.startswith(f"{quiz_url}/embed/")
