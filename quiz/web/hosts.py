"""Requests whose host can't be the name of a site are answered before anything reads it."""

import re
from collections.abc import Callable, Iterable
from ipaddress import IPv6Address
from typing import Any

from quiz.web.headers import EVERYWHERE, Wsgi

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(
    rf"(?:{LABEL}(?:\.{LABEL})*\.?|\[([0-9a-f:.]+)\])(?::[0-9]{{1,5}})?", re.IGNORECASE
)
HEADERS = [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")]
SAYS = b"The name of this site in the request is not one. Please check the address.\n"


def only_real(app: Wsgi, public_host: str | None) -> Wsgi:
    """The app behind a check of Host; where the site knows its own name, that one is used."""

    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] != "https":
            environ["wsgi.url_scheme"] = "http"  # whatever else a proxy may have been told
        if public_host:
            environ["HTTP_HOST"] = public_host
        elif not is_host(environ.get("HTTP_HOST")):
            start_response("400 Bad Request", [*HEADERS, *EVERYWHERE])
            return [SAYS]
        return app(environ, start_response)

    return checked


def is_host(text: str | None) -> bool:
    """Whether it can be the name of a site; none at all can, too."""
    if text is None:
        return True
    found = HOST.fullmatch(text) if len(text) <= 253 else None
    if found and found[1]:
        try:
            IPv6Address(found[1])
        except ValueError:
            return False
    return found is not None
