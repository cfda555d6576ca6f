"""One layer around everything: it gives each request a name for the logs, and counts it.

A name is made by chance or by our own proxy; it says nothing about who asks, and is kept nowhere.
"""

import re
import secrets
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from time import perf_counter
from typing import Any

from quiz.web.headers import Wsgi
from quiz.web.metrics import Metrics
from quiz.web.settings import Settings

NAME = re.compile(r"[A-Za-z0-9-]{8,64}", re.ASCII)
BROKEN = "500"

# The name of the request that this thread is answering.
request_name: ContextVar[str] = ContextVar("request_name", default="")


def observing(app: Wsgi, settings: Settings, metrics: Metrics) -> Wsgi:
    """The app inside this layer. An answer that tells of trouble carries the request's name."""
    believed = settings.trusted_proxies > 0

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        given = environ.get("HTTP_X_REQUEST_ID", "")
        name = given if believed and NAME.fullmatch(given) else secrets.token_hex(8)
        status = BROKEN

        def start(said: str, headers: list[tuple[str, str]], *error: Any) -> Any:
            nonlocal status
            status = said[:3]
            if status >= BROKEN:
                headers = [*headers, ("X-Request-ID", name)]
            return start_response(said, headers, *error)

        known = request_name.set(name)
        began = perf_counter()
        try:
            return app(environ, start)
        finally:
            metrics.answered(environ.get("PATH_INFO", ""), status, perf_counter() - began)
            request_name.reset(known)

    return answer
