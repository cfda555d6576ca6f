"""What a blog loads besides the frame: embed.js, under a name that moves and one that never does.

The frame's own pages are the visitor's door, mounted at /embed; headers.py says what they may do.
"""

import base64
import hashlib
from functools import cache

from flask import Blueprint, Response, request

from quiz.web.assets import FOREVER
from quiz.web.places import static_folder
from quiz.web.premade import Premade

blueprint = Blueprint("embed_script", __name__)

MOVING = "public, max-age=3600, stale-while-revalidate=86400"


@blueprint.get("/embed.js")
def newest() -> Response:
    """The newest version. No hash can be pinned to it."""
    return _premade(MOVING).respond(request)


@blueprint.get("/embed/v1.js")
def version_1() -> Response:
    """Version 1: the same bytes for ever, so that a snippet can pin their hash."""
    return _premade(FOREVER).respond(request)


@cache
def snippet_integrity() -> str:
    """The value of `integrity` for /embed/v1.js, such as `sha384-…`."""
    return "sha384-" + base64.b64encode(hashlib.sha384(_script()).digest()).decode()


@cache
def _premade(cache_control: str) -> Premade:
    return Premade(_script(), "text/javascript; charset=utf-8", cache_control)


@cache
def _script() -> bytes:
    """Without its comments but the first, each of which is a line: a tenth less for every blog."""
    first, *lines = (static_folder() / "js" / "embed.v1.js").read_bytes().splitlines(keepends=True)
    return first + b"".join(line for line in lines if not line.lstrip().startswith(b"/*"))
