"""The lines of docs/embed.md as a blogger pastes them, and oEmbed's as WordPress writes them."""

import json
import re
from urllib.request import urlopen

import pytest

from quiz.web.embed import snippet_integrity
from tests.browser.blog.conftest import THREE
from tests.browser.blog.journey import (
    LISTEN,
    STYLES,
    answer_at_once,
    assert_nothing_told,
    at,
    begin,
    fitted,
    heading,
    send,
    shown,
    told,
)
from tests.browser.blog.reader import Reader
from tests.live_server import ROOT

TEXT = (ROOT / "docs" / "embed.md").read_text()
FRAME, SCRIPT = re.findall(r"```html\n(.*?)```", TEXT, re.DOTALL)
ELEMENT = re.findall(r"`(<div data-networking-quiz>.*?</div>)`", TEXT)[0]
PASTE = "document.querySelector('#app').append(document.createRange().createContextualFragment(%s))"
# What WordPress's own filter leaves of a frame from a site it does not know, and what it adds.
KEPT = re.compile(r' (?:src|title|width|height|frameborder)="[^"]*"')
ADDED = (
    '<iframe class="wp-embedded-content" sandbox="allow-scripts" security="restricted" '
    'data-secret="a1B2c3D4e5"%s></iframe>'
)
WORDPRESS_SAYS = "frames[0].postMessage({ message: 'ready', secret: 'a1B2c3D4e5' }, '*')"


def paste(reader: Reader, lines: str, quiz_url: str) -> None:
    """Put lines on a page, with this quiz's address and its script's hash in them."""
    lines = lines.replace("https://quiz.example.org", quiz_url)
    reader.blog(PASTE % json.dumps(lines.replace("sha384-…", snippet_integrity())))


@pytest.mark.parametrize("reader", THREE, indirect=True)
@pytest.mark.parametrize("lines", [FRAME + SCRIPT, ELEMENT + SCRIPT], ids=["frame", "element"])
def test_what_the_guide_says_works(
    reader: Reader, blog_url: str, quiz_url: str, lines: str
) -> None:
    reader.open(f"{blog_url}/empty.html")
    paste(reader, lines, quiz_url)
    told(reader, "ready")
    at(reader, "embed/")
    fitted(reader)
    begin(reader)
    fitted(reader)


@pytest.mark.parametrize("reader", THREE, indirect=True)
def test_an_address_alone_as_wordpress_embeds_it(
    reader: Reader, blog_url: str, quiz_url: str
) -> None:
    address = f"{quiz_url}/oembed?maxwidth=600&maxheight=900&url={quiz_url}/"
    with urlopen(address) as answer:  # noqa: S310 - only ever our own address
        offered = json.load(answer)["html"]
    kept = "".join(KEPT.findall(offered)).replace('/"', '/#?secret=a1B2c3D4e5"', 1)
    assert "src=" in kept
    reader.open(f"{blog_url}/empty.html")
    reader.blog(LISTEN)
    paste(reader, ADDED % kept, quiz_url)
    at(reader, "embed/")
    reader.blog(WORDPRESS_SAYS)
    begin(reader)
    answer_at_once(reader)
    shown(reader, "#send")
    result = send(reader)
    assert heading(reader) in STYLES.values()
    assert reader.quiz("document.documentElement.scrollHeight > innerHeight")
    assert_nothing_told(reader, "null", result)


@pytest.mark.parametrize("reader", ["chromium"], indirect=True)
def test_a_link_with_a_badge(reader: Reader, blog_url: str, quiz_url: str) -> None:
    found = re.search(r"`\[!\[My style\]\((.*?)\)\]\((.*?)\)`", TEXT)
    assert found
    badge, address = found.groups()
    reader.open(f"{blog_url}/empty.html")
    paste(reader, f'<a href="{address}"><img src="{badge}" alt="My style"></a>', quiz_url)
    reader.wait(lambda: reader.blog("document.querySelector('img').naturalWidth"))
    reader.click("#app a")
    reader.wait(lambda: reader.blog("location.href") == f"{quiz_url}/")
