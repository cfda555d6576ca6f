"""Queries as a browser would have written them, so that whatever comes in can be read."""

import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote

from quiz.web.headers import Wsgi

VISIBLE = "".join(map(chr, range(0x21, 0x7F)))
PLAIN = re.compile(r"[!-~]*")


def readable(app: Wsgi) -> Wsgi:
    """The app behind a layer that escapes what may not stand in a query as it is.

    Only a hand-made request has such bytes; one that is not UTF-8 would break the reading.
    """

    def escaped(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        query = environ.get("QUERY_STRING", "")
        if not PLAIN.fullmatch(query):
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe=VISIBLE)
        return app(environ, start_response)

    return escaped
