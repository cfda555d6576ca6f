"""`serve`, with a note of every cookie that anybody sends or sets: python -m tests.browser.blog."""

import json
import os
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from quiz import cli, web


def noting(app: WSGIApplication, file: str) -> WSGIApplication:
    """The application behind a gate where each request leaves one line."""

    def gate(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., Any]:
            note = {
                "method": environ["REQUEST_METHOD"],
                "path": environ["PATH_INFO"],
                "status": int(status[:3]),
                "sent": environ.get("HTTP_COOKIE"),
                "set": [value for name, value in headers if name.lower() == "set-cookie"],
            }
            with open(file, "a") as notes:  # noqa: PTH123 - one short append, from two processes
                notes.write(json.dumps(note) + "\n")
            return start_response(status, headers, *rest)

        return app(environ, start)

    return gate


def create_app(*settings: Any) -> Any:
    """The real one, at the gate."""
    app = make(*settings)
    app.wsgi_app = noting(app.wsgi_app, os.environ["COOKIE_NOTES"])
    return app


if __name__ == "__main__":
    make, web.create_app = web.create_app, create_app  # type: ignore[assignment]
    cli.main(["serve"])
