"""Pages that are the same for everybody are given out before Flask, from the second time on.

Flask answers first. Where a view says that nothing but the parts of `_key` had a say in its answer,
status, headers and body are kept and given out again. Whatever is odd (an unknown query, another
method, a browser that asks whether its copy is still good) goes to Flask.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from flask import Flask, request

from quiz.store.sources import DIRECT
from quiz.web.headers import Wsgi
from quiz.web.premade import Shelf, encoding_for
from quiz.web.site import Site
from quiz.web.weeks import this_week

SAYS_SO = "quiz.same_for_all"
# A visit's token has no say in the page: it is only read when the answers come.
PLAIN_QUERY = re.compile(r"(visit=[A-Za-z0-9_.-]{1,200})?", re.ASCII)


@dataclass(frozen=True)
class Kept:
    """An answer, and what is counted each time it is given."""

    status: str
    headers: list[tuple[str, str]]
    body: bytes
    language: str
    event: str | None


def same_for_all(language: str = "", event: str | None = None) -> None:
    """Say of this request's answer that it may be kept, and what to count each time."""
    request.environ[SAYS_SO] = (language, event)


def answering(app: Flask, inner: Wsgi) -> Wsgi:
    """The app behind the shelf of kept answers."""
    site: Site = app.extensions["quiz.site"]
    shelf: Shelf[Kept] = Shelf(256)
    many_languages = len(site.library.languages) > 1

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        key = _key(environ, many_languages)
        if key is None:
            return inner(environ, start_response)
        kept = shelf.found(key)
        if kept is None:
            kept = _asked(environ, inner)
            if SAYS_SO in environ and kept.status == "200 OK":
                shelf.put(key, kept)
        elif kept.event:
            site.counters.add(this_week(), DIRECT, kept.language, kept.event)
        start_response(kept.status, list(kept.headers))
        return [kept.body]

    return answer


def _key(environ: dict[str, Any], many_languages: bool) -> tuple[str, ...] | None:
    """All that the answer may depend on; None when it is not for this shelf."""
    if (
        environ["REQUEST_METHOD"] != "GET"
        or "HTTP_IF_NONE_MATCH" in environ
        or environ.get("SCRIPT_NAME")
    ):
        return None
    query = PLAIN_QUERY.fullmatch(environ.get("QUERY_STRING", ""))
    if query is None:
        return None
    return (
        environ["PATH_INFO"],
        "visit" if query[1] else "",
        environ["wsgi.url_scheme"],
        environ.get("HTTP_HOST", ""),
        environ.get("SERVER_NAME", ""),
        environ.get("SERVER_PORT", ""),
        encoding_for(environ.get("HTTP_ACCEPT_ENCODING", "")),
        environ.get("HTTP_ACCEPT_LANGUAGE", "") if many_languages else "",
    )


def _asked(environ: dict[str, Any], inner: Wsgi) -> Kept:
    status, headers = "", []

    def start_response(said: str, named: list[tuple[str, str]], *_error: Any) -> None:
        nonlocal status, headers
        status, headers = said, named

    parts = inner(environ, start_response)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close:
            close()
    language, event = environ.get(SAYS_SO, ("", None))
    return Kept(status, headers, body, language, event)
