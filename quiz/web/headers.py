"""Security headers, in one place. Everything is denied unless it is named here."""

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from flask import request

from quiz.origins import ANY
from quiz.web.embed_options import options
from quiz.web.languages import EMBED, embedded, root
from quiz.web.site import by_https, site

Headers = Sequence[tuple[str, str]]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# Objects, frames, fonts, media, workers, manifests: whatever is not named falls to `default-src`.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'"
)
NOBODY_FRAMES = "; frame-ancestors 'none'"
# A year, for this host alone: what else lives under its name is not ours to decide.
HTTPS_ONLY = ("Strict-Transport-Security", "max-age=31536000")
UNUSED = (
    "accelerometer",
    "browsing-topics",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)
EVERYWHERE: Headers = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", ", ".join(f"{feature}=()" for feature in UNUSED)),
)
ALONE: Headers = (
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
OURS = ("Cross-Origin-Resource-Policy", "same-origin")
ANYBODYS = ("Cross-Origin-Resource-Policy", "cross-origin")
READABLE = ("Access-Control-Allow-Origin", "*")

NOT_FRAMED: Headers = (*EVERYWHERE, *ALONE, ("Content-Security-Policy", POLICY + NOBODY_FRAMES))
PAGE: Headers = (*NOT_FRAMED, OURS)
# The bloggers' page shows the embed as it will be, in a frame of its own.
PREVIEWING = "for_blogs"
WITH_PREVIEW: Headers = (
    *EVERYWHERE,
    *ALONE,
    ("Content-Security-Policy", f"{POLICY}; frame-src 'self'{NOBODY_FRAMES}"),
    OURS,
)
# A blogger's own page: its address is its key, so no link on it says where it was followed.
KEYED = "audience.audience"
SECRET: Headers = tuple(
    (name, "no-referrer" if name == "Referrer-Policy" else value) for name, value in PAGE
)
# Pictures that other sites show, and what a frame without an origin needs from this site.
SHOWN = (
    "asset",
    "accent.sheet",
    "audience.card",
    "machines.favicon",
    "visit.badge",
    "visit.picture",
    "visit.picture_png",
    "visit.style_image",
)
PICTURE: Headers = (*NOT_FRAMED, ANYBODYS)
# What other sites' scripts may read. Without it a browser refuses a script with a pinned hash.
READ = ("embed_script", "oembed")
OPEN: Headers = (*NOT_FRAMED, ANYBODYS, READABLE)


def protecting(app: Wsgi) -> Wsgi:
    """The app with the headers on every answer; only the embed's own pages may be framed.

    It stands next to Flask, whose own way to do it would check the same words anew each time.
    """

    def protected(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        def start(status: str, given: list[tuple[str, str]], *error: Any) -> Any:
            return start_response(status, [*given, *headers()], *error)

        return app(environ, start)

    return protected


def headers() -> Headers:
    """The headers of this request's answer, whatever the answer is."""
    found = _of_its_group()
    return (*found, HTTPS_ONLY) if by_https() else found


def _of_its_group() -> Headers:
    blueprint, endpoint = request.blueprint, request.endpoint
    # An address that nothing answers to is told so inside the frame, not by an empty one.
    if blueprint == EMBED or (blueprint is None and embedded()):
        return framed_by(site().framers(options().source), root() if request.host else "")
    if blueprint in READ:
        return OPEN
    if endpoint in SHOWN:
        return PICTURE
    if endpoint == KEYED:
        return SECRET
    return WITH_PREVIEW if blueprint == PREVIEWING else PAGE


@lru_cache(maxsize=256)
def framed_by(origins: tuple[str, ...], address: str) -> Headers:
    """The headers of a page that these origins may frame, and this site itself for its preview.

    `*` means no `frame-ancestors` at all: the directive's own `*` leaves out pages without a
    network scheme, such as a file on disk or an editor's sandboxed preview (seen in Chromium).

    A frame in a sandbox has no origin. Its pages may be read from anywhere, for they hold nothing
    of one visitor but what stands in their address; and their policy names this site beside
    'self', which WebKit lets stand for nothing there, not even for style sheets (seen).

    A blog that isolates itself (`Cross-Origin-Embedder-Policy`) shows only frames that do so too.
    """
    if not origins:
        return (*NOT_FRAMED, ANYBODYS, READABLE)
    ancestors = "" if origins == (ANY,) else f"; frame-ancestors 'self' {' '.join(origins)}"
    here = urlsplit(address)
    own = f"'self' {here.scheme}://{here.netloc}" if address else "'self'"
    return (
        *EVERYWHERE,
        ("Content-Security-Policy", POLICY.replace("'self'", own) + ancestors),
        ANYBODYS,
        READABLE,
        ("Cross-Origin-Embedder-Policy", "require-corp"),
    )
