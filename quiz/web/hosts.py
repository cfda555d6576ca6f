"""Requests whose host can't be the name of a site are answered before anything reads it."""

import re
from collections.abc import Callable, Iterable
from typing import Any

LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
HOST = re.compile(rf"(?:{LABEL}(?:\.{LABEL})*\.?|\[[0-9a-f:.]+\])(?::[0-9]{{1,5}})?", re.IGNORECASE)
SAYS = b"The name of this site in the request is not one. Please check the address.\n"

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def only_real(app: Wsgi, public_host: str | None) -> Wsgi:
    """The app behind a check of Host; where the site knows its own name, that one is used."""

    def checked(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["wsgi.url_scheme"] != "https":
            environ["wsgi.url_scheme"] = "http"  # whatever else a proxy may have been told
        host = environ.get("HTTP_HOST")
        if host is not None and (len(host) > 253 or not HOST.fullmatch(host)):
            if not public_host:
                start_response(
                    "400 Bad Request",
                    [("Content-Type", "text/plain; charset=utf-8"), ("Cache-Control", "no-store")],
                )
                return [SAYS]
            environ["HTTP_HOST"] = public_host
        return app(environ, start_response)

    return checked
