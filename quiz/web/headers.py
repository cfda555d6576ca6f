"""Security headers, in one place. Everything is denied unless it is named here."""

from collections.abc import Sequence
from functools import lru_cache

from flask import Flask, Response, request

from quiz.origins import ANY
from quiz.web.embed_options import options
from quiz.web.languages import EMBED, embedded
from quiz.web.site import site

Headers = Sequence[tuple[str, str]]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
EVERYWHERE: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)
ALONE: Headers = (
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
NOT_FRAMED: Headers = (
    *EVERYWHERE,
    *ALONE,
    ("Content-Security-Policy", f"{POLICY}; frame-ancestors 'none'"),
)
# The bloggers' page shows the embed as it will be, in a frame of its own.
WITH_PREVIEW: Headers = (
    *EVERYWHERE,
    *ALONE,
    ("Content-Security-Policy", f"{POLICY}; frame-src 'self'; frame-ancestors 'none'"),
)
PREVIEWING = "for_blogs"
# A blogger's own page: its address is its key, so no link on it says where it was followed.
AUDIENCE = "audience"
SECRET: Headers = tuple(
    (name, "no-referrer" if name == "Referrer-Policy" else value) for name, value in NOT_FRAMED
)


def init_app(app: Flask) -> None:
    """Put the headers on every answer; only the embed's own pages may be framed."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.extend(_headers())
        return response


def _headers() -> Headers:
    # An address that nothing answers to is told so inside the frame, not by an empty one.
    if request.blueprint == EMBED or (request.blueprint is None and embedded()):
        return framed_by(site().framers(options().source))
    if request.blueprint == AUDIENCE:
        return SECRET
    return WITH_PREVIEW if request.blueprint == PREVIEWING else NOT_FRAMED


@lru_cache(maxsize=256)
def framed_by(origins: tuple[str, ...]) -> Headers:
    """The headers of a page that these origins may frame, and this site itself for its preview.

    `*` means no `frame-ancestors` at all: the directive's own `*` leaves out pages without a
    network scheme, such as a file on disk or an editor's sandboxed preview (seen in Chromium).
    """
    if not origins:
        return NOT_FRAMED
    ancestors = "" if origins == (ANY,) else f"; frame-ancestors 'self' {' '.join(origins)}"
    return (*EVERYWHERE, ("Content-Security-Policy", POLICY + ancestors))
