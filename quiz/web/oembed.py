"""oEmbed (oembed.com): paste the address of a page, get the frame that shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app, request, url_for
from werkzeug.exceptions import HTTPException

from quiz.questionnaire import Questionnaire, Style
from quiz.web import embed_options, snippets
from quiz.web.embed_options import Options
from quiz.web.languages import EMBED, SOURCE, language, root
from quiz.web.site import site
from quiz.web.styles import PICTURE_WIDTHS

blueprint = Blueprint("oembed", __name__)

DAY = 24 * 60 * 60
PORTS = {"http": 80, "https": 443}
LONGEST_ADDRESS = 2000
HIGHEST_LIMIT = 100_000

# Width and height of a frame, and its height where it has to be narrow.
WIDTH = 640
NARROW = 560
QUIZ_HEIGHTS = (snippets.HEIGHT, 840)
STYLE_HEIGHTS = (420, 700)


class Refused(Exception):
    """There is no answer; the message says why, `status` is oEmbed's code for it."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True)
class Page:
    """What an address shows: the quiz, or one style (with the language and options in it)."""

    questionnaire: Questionnaire
    style: Style | None
    lang: str | None
    options: Options


@blueprint.get("/oembed")
def oembed() -> Response:
    """What to show for `?url=`, as `?format=json` or `xml`, within `?maxwidth=` and `?maxheight=`.

    400 when the request is not understood, 404 for an address that is not ours, 501 for another
    format.
    """
    try:
        form = request.args.get("format", "json").lower()
        if form not in ("json", "xml"):
            raise Refused(501, "The formats are json and xml.")
        found = _answer(_page(_address(request.args.get("url", ""))))
    except Refused as refused:
        return Response(f"{refused}\n", refused.status, mimetype="text/plain")
    body, kind = (_xml(found), "text/xml") if form == "xml" else (_json(found), "application/json")
    kept = {"Cache-Control": f"public, max-age={DAY}"}
    return Response(body, 200, kept, content_type=f"{kind}; charset=utf-8")


def address_for(page: str, form: str) -> str:
    """Where oEmbed answers for the page's absolute address, as `json` or `xml`."""
    return f"{root()}{url_for('oembed.oembed')}?{urlencode({'url': page, 'format': form})}"


def _address(text: str) -> SplitResult:
    sentence = "url must be the whole address of a page, with https:// before it."
    try:
        parts = urlsplit(text)
        _place(parts)
    except (ValueError, LookupError):
        raise Refused(400, sentence) from None
    if not parts.hostname or len(text) > LONGEST_ADDRESS:
        raise Refused(400, sentence)
    return parts


def _page(address: SplitResult) -> Page:
    ours = urlsplit(root())
    path = address.path.removeprefix(ours.path) or "/"
    if _place(address) != _place(ours) or not address.path.startswith(ours.path):
        raise Refused(404, "This address is on another site.")
    try:
        endpoint, values = current_app.url_map.bind("").match(unquote(path), method="GET")
    except HTTPException:
        endpoint, values = "", {}
    door, _dot, name = endpoint.partition(".")
    if door not in (SOURCE, EMBED) or name not in ("start", "quiz", "style"):
        raise Refused(404, "There is nothing to embed at this address.")
    query = dict(parse_qsl(address.query))
    asked = query.get("lang")
    lang = asked if asked in site().library.languages else None
    questionnaire = site().questionnaire(lang or language())
    style = questionnaire.style_by_id.get(values.get("name", ""))
    if name == "style" and style is None:
        raise Refused(404, "There is no such style.")
    return Page(questionnaire, style, lang, embed_options.read(query))


def _place(address: SplitResult) -> tuple[str | None, int | None]:
    """Host and port. Behind a proxy the scheme may be told wrongly, so it does not count.

    Raises ValueError for a port that is none, LookupError for another scheme than http(s).
    """
    usual = address.port in (None, PORTS[address.scheme])
    return address.hostname, None if usual else address.port


def _answer(page: Page) -> Mapping[str, str | int]:
    most_width, most_height = _limit("maxwidth"), _limit("maxheight")
    width = min(WIDTH, most_width)
    heights = STYLE_HEIGHTS if page.style else QUIZ_HEIGHTS
    height = min(heights[width < NARROW], most_height)
    texts = page.questionnaire.texts
    title = page.style.name if page.style else f"{texts.title}: {texts.subtitle}"
    chosen: dict[str, Any] = {**page.options.query(), "lang": page.lang}
    if page.style:
        inside = url_for(f"{EMBED}.style", name=page.style.id, **chosen)
    else:
        inside = url_for(f"{EMBED}.start", **chosen)
    return {
        "version": "1.0",
        "type": "rich",
        "title": title,
        "provider_name": texts.title,
        "provider_url": root() + url_for(f"{SOURCE}.start"),
        "cache_age": DAY,
        "html": snippets.frame(root() + inside, title, width, height),
        "width": width,
        "height": height,
        **_thumbnail(page, most_width, most_height),
    }


def _thumbnail(page: Page, most_width: int, most_height: int) -> Mapping[str, str | int]:
    """The largest picture of the style that keeps within the limits, if there is one."""
    for width in PICTURE_WIDTHS:
        height = width * 21 // 40
        if page.style and width <= most_width and height <= most_height:
            address = url_for(
                f"{SOURCE}.style_image", name=page.style.id, width=width, lang=page.lang
            )
            return {
                "thumbnail_url": root() + address,
                "thumbnail_width": width,
                "thumbnail_height": height,
            }
    return {}


def _limit(name: str) -> int:
    text = request.args.get(name, "")
    if not text:
        return HIGHEST_LIMIT
    if not (text.isascii() and text.isdigit() and int(text[:7])):
        raise Refused(400, f"{name} must be a whole number of pixels, at least 1.")
    return min(HIGHEST_LIMIT, int(text[:7]))


def _json(found: Mapping[str, str | int]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


def _xml(found: Mapping[str, str | int]) -> bytes:
    top = ET.Element("oembed")
    for name, value in found.items():
        ET.SubElement(top, name).text = str(value)
    declaration = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
    return (declaration + ET.tostring(top, encoding="unicode")).encode()
