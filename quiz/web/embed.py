"""What a blog loads besides the frame: embed.js, under a name that moves and one that never does.

The frame's own pages are the visitor's door, mounted at /embed. A frame in a sandbox has no
origin: its pages may be read from anywhere, for they hold nothing of one visitor but what stands
in their address, and their policy names this site, for there is no self.
"""

import base64
import hashlib
from functools import cache
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, request

from quiz.web.assets import FOREVER
from quiz.web.languages import EMBED, root
from quiz.web.places import static_folder
from quiz.web.premade import Premade

blueprint = Blueprint("embed_script", __name__)

MOVING = "public, max-age=3600, stale-while-revalidate=86400"
FROM_ANYWHERE = (
    ("Access-Control-Allow-Origin", "*"),
    ("Cross-Origin-Resource-Policy", "cross-origin"),
)


def init_app(app: Flask) -> None:
    """Serve the script and let closed frames read the embed's answers.

    Comes before the security headers, so that its own touch is the last one.
    """
    app.register_blueprint(blueprint)

    @app.after_request
    def open_to_closed_frames(response: Response) -> Response:
        if request.blueprint in (EMBED, blueprint.name):
            response.headers.extend(FROM_ANYWHERE)
        if request.blueprint == EMBED and request.host:
            policy = response.headers["Content-Security-Policy"]
            response.headers["Content-Security-Policy"] = _naming_this_site(policy)
        return response


def _naming_this_site(policy: str) -> str:
    """In a closed frame WebKit lets 'self' stand for nothing, not even for style sheets (seen)."""
    directives, ancestors, framers = policy.partition("frame-ancestors")
    here = urlsplit(root())
    own = f"'self' {here.scheme}://{here.netloc}"
    return directives.replace("'self'", own) + ancestors + framers


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
