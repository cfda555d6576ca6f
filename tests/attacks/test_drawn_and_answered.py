"""Markup from strangers inside the pictures and the answers for machines."""

import json
from xml.parsers import expat

import pytest
from flask import Flask

from tests.attacks.site import CODE, STYLE
from tests.attacks.test_written_words import PAYLOADS

DRAWN = {
    "svg", "title", "desc", "g", "path", "circle", "ellipse", "rect", "line", "polyline", "polygon",
    "text", "tspan", "defs", "use", "symbol", "stop", "linearGradient", "radialGradient", "style",
}  # fmt: skip
TOLD = {
    "oembed", "version", "type", "title", "provider_name", "provider_url", "cache_age", "html",
    "width", "height", "thumbnail_url", "thumbnail_width", "thumbnail_height",
}  # fmt: skip
PICTURES = [
    f"{door}{path}"
    for door in ("", "/embed")
    for path in (f"/result/{CODE}.svg", f"/style/{STYLE}/badge.svg")
]


def elements(body: bytes) -> dict[str, set[str]]:
    """Elements of a document with their attributes; a DOCTYPE or entity is refused."""
    found: dict[str, set[str]] = {}

    def refuse(*_said: object) -> None:
        raise AssertionError("a document type or an instruction")

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    parser.StartElementHandler = lambda tag, given: found.setdefault(tag, set()).update(given)
    parser.Parse(body, True)
    return found


@pytest.mark.parametrize("path", PICTURES)
def test_a_picture_holds_only_what_is_drawn(app: Flask, path: str) -> None:
    client = app.test_client()
    plain = client.get(path)
    assert plain.status_code == 200
    for payload in PAYLOADS:
        names = ("lang", "theme", "accent", "source", "title", "goal", "style", "text")
        answer = client.get(path, query_string=dict.fromkeys(names, payload))
        found = elements(answer.data)
        assert set(found) <= DRAWN
        given = set().union(*found.values())
        assert not [name for name in given if name.startswith("on") or "href" in name.lower()]
        assert answer.data == plain.data


@pytest.mark.parametrize("name", ["url", "query", "lang", "accent", "source", "theme", "maxwidth"])
def test_what_is_pasted_can_not_break_out_of_the_answer(app: Flask, name: str) -> None:
    client = app.test_client()
    page = f"http://localhost/style/{STYLE}"
    for payload in PAYLOADS:
        asked = {"url": page}
        if name in ("url", "query"):
            asked["url"] += ("?" if name == "query" else "") + payload
        elif name == "maxwidth":
            asked[name] = payload
        else:
            asked["url"] += f"?{name}={payload}"
        xml = client.get("/oembed", query_string={**asked, "format": "xml"})
        told = client.get("/oembed", query_string=asked)
        assert xml.status_code == told.status_code
        if xml.status_code != 200:
            assert xml.mimetype == told.mimetype == "text/plain"
            assert payload not in xml.text + told.text
            continue
        found = elements(xml.data)
        assert set(found) <= TOLD
        assert not set().union(*found.values())
        html = json.loads(told.data)["html"]
        assert html.count("<") == 2
        assert "xss" not in html
