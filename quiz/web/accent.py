"""A blog's accent colour, as a style sheet with an address of its own: nothing is inline."""

import hashlib
import re
from functools import lru_cache

from flask import Blueprint, Response, abort, request, url_for

from quiz.colour import readable_on
from quiz.web.assets import FOREVER
from quiz.web.premade import Premade

blueprint = Blueprint("accent", __name__)

COLOUR = re.compile(r"[0-9a-f]{6}", re.ASCII)
# The accent of the site itself: the same as no accent at all.
OWN = "175a57"
# What the accent stands on, and what stands on it: paper, sheet and wash of static/css/site.css.
LIGHT = ("fbf7f0", "fffdf8", "e3ece3")
DARK = ("14201f", "1a2827", "213431")


@blueprint.get("/embed/accent/<colour>.css")
def sheet(colour: str) -> Response:
    """The tokens that the accent replaces, readable in light and dark whatever the colour."""
    if not COLOUR.fullmatch(colour):
        abort(404)
    return _premade(colour).respond(request)


def address_of_sheet(colour: str) -> str:
    """Where the style sheet of a colour is; the address changes when its content does."""
    tag = hashlib.sha256(style_of(colour).encode()).hexdigest()[:8]
    return url_for("accent.sheet", colour=colour, v=tag)


@lru_cache(maxsize=256)
def style_of(colour: str) -> str:
    """The style sheet of a colour (six hexadecimal digits)."""
    light, dark = readable_on(colour, LIGHT), readable_on(colour, DARK)
    return (
        f":root{{--teal:#{light}}}"
        f"@supports (color:light-dark(#000,#fff)){{:root{{--teal:light-dark(#{light},#{dark})}}}}\n"
    )


@lru_cache(maxsize=256)
def _premade(colour: str) -> Premade:
    return Premade(style_of(colour).encode(), "text/css; charset=utf-8", FOREVER, quick=True)
