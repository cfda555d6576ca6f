"""Bytes in an address that no browser sends."""

import pytest
from flask import Flask
from werkzeug.test import EnvironBuilder, run_wsgi_app

RAW = [
    "\xff",
    "lang=\xff&goal=\xc0\xae",
    "\r\nSet-Cookie: a=b",
    "a=\0",
    " ",
    "%",
    "%zz&=&&",
    "url=http://[",
    "lang=%ff",
]
PATHS = [
    "/",
    "/quiz",
    "/embed/",
    "/oembed",
    "/for-blogs",
    "/admin/",
    "/admin/login",
    "/nowhere",
    "/embed",
]


@pytest.mark.parametrize("query", RAW)
def test_no_query_breaks_a_page(app: Flask, query: str) -> None:
    for path in PATHS:
        environ = EnvironBuilder(path=path).get_environ() | {"QUERY_STRING": query}
        _body, status, headers = run_wsgi_app(app.wsgi_app, environ, buffered=True)
        assert status[0] in "234", (path, status)
        assert "Set-Cookie" not in headers or path.startswith("/admin")
        assert "\n" not in headers.get("Location", "")
