"""Whom to believe about a visitor's address, scheme and host: as many proxies as are set."""

import logging
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.middleware.proxy_fix import ProxyFix

from quiz.web.headers import Wsgi
from quiz.web.settings import Settings

log = logging.getLogger(__name__)

FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST")


def believing(app: Wsgi, settings: Settings) -> Wsgi:
    """The app behind its proxies; without any, what a request claims of itself changes nothing.

    A site that knows its own address needs nobody to tell it the host.
    """
    hops = settings.trusted_proxies
    if not hops:
        return _noticing(app)
    known = settings.public_url is not None
    return _unquoted(ProxyFix(app, x_for=hops, x_proto=hops, x_host=0 if known else hops))


def _unquoted(app: Wsgi) -> Wsgi:
    """No value has a quote in it by right; an open one would swallow what our own proxies add."""

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        for name in FORWARDED:
            if '"' in environ.get(name, ""):
                environ[name] = environ[name].replace('"', "")
        return app(environ, start_response)

    return answer


def _noticing(app: Wsgi) -> Wsgi:
    """Say once that there seems to be a proxy nobody told us of; anybody could have made it up."""
    said = False

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        nonlocal said
        if not said and "HTTP_X_FORWARDED_FOR" in environ:
            said = True
            log.warning(
                "Requests come with X-Forwarded-For. If a proxy sends them, set"
                " QUIZ_TRUSTED_PROXIES; till then all visitors count as one household."
            )
        return app(environ, start_response)

    return answer
