"""Somebody asks oddly, a cache keeps the answer, and everybody else gets it."""

from flask import Flask
from werkzeug.test import TestResponse

from tests.attacks.site import addresses, words_of

ODD = "POISON7"
UNKNOWN = {"utm_source": ODD, "cb": ODD, "x": f"<{ODD}>", "callback": ODD}
ENCODINGS = [
    f"br;q={ODD}", f"gzip, {ODD}", "identity;q=0", "*;q=0", "gzip;q=1.5", "br, gzip", "",
    "x" * 5000,
]  # fmt: skip
HEADERS = {
    "Range": "bytes=0-3", "If-Range": ODD, "X-Forwarded-Scheme": "http", "X-HTTP-Method": "HEAD",
    "Content-Type": ODD, "Accept": ODD, "Cookie": f"quiz-admin={ODD}; lang={ODD}", "Expect": ODD,
}  # fmt: skip


def shared(answer: TestResponse) -> bool:
    return "public" in answer.headers.get("Cache-Control", "")


def test_what_nobody_asked_for_stands_in_no_page(app: Flask) -> None:
    client = app.test_client()
    seen = 0
    for path, rule in addresses(app):
        odd = client.get(path, query_string=UNKNOWN, headers=HEADERS)
        if not rule.rule.startswith("/admin"):
            assert ODD not in words_of(odd), path
        plain = client.get(path)
        if shared(plain):
            seen += 1
            assert (odd.status_code, odd.data) == (plain.status_code, plain.data), path
            assert not odd.headers.getlist("Set-Cookie"), path
    assert seen > 10


def test_no_error_is_kept_by_everybody_and_no_session_by_anybody(app: Flask) -> None:
    client = app.test_client()
    for path, rule in addresses(app):
        for asked in (path, f"{path}/nowhere"):
            answer = client.get(asked)
            if answer.status_code >= 400 or rule.rule.startswith("/admin"):
                assert not shared(answer), asked


def test_an_odd_encoding_gets_bytes_that_can_be_read(app: Flask) -> None:
    client = app.test_client()
    for path in ("/", "/method", "/quiz?visit=x", "/embed/", "/oembed", "/style/deep-diver"):
        plain = client.get(path)
        for accepted in ENCODINGS:
            answer = client.get(path, headers={"Accept-Encoding": accepted})
            assert answer.status_code == plain.status_code
            coded = answer.headers.get("Content-Encoding")
            assert coded in (None, "br", "gzip")
            assert (answer.data == plain.data) == (coded is None)
            if "Content-Encoding" in client.get(path, headers={"Accept-Encoding": "br"}).headers:
                assert "Accept-Encoding" in answer.headers.get("Vary", ""), path
