"""Security headers, in one place. Everything is denied unless it is named here."""

from collections.abc import Sequence

from flask import Flask, Response, request

from quiz.web.languages import EMBED

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors "
)
EVERYWHERE: Sequence[tuple[str, str]] = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), microphone=(), geolocation=(), browsing-topics=()"),
)
NOT_FRAMED: Sequence[tuple[str, str]] = (
    *EVERYWHERE,
    ("Content-Security-Policy", POLICY + "'none'"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
)
FRAMED: Sequence[tuple[str, str]] = (*EVERYWHERE, ("Content-Security-Policy", POLICY + "*"))


def init_app(app: Flask) -> None:
    """Put the headers on every answer; only the embed's own pages may be framed."""

    @app.after_request
    def protect(response: Response) -> Response:
        response.headers.extend(FRAMED if request.blueprint == EMBED else NOT_FRAMED)
        return response
