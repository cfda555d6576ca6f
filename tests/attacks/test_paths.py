"""Ways out of a folder, and paths that are no paths. Through the real server, byte by byte."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tests.live_server import LiveServer, live_server

TRICKS = [
    b"/static/../wsgi.py", b"/static/../../etc/passwd", b"/static/..%2f..%2fetc/passwd",
    b"/static/%2e%2e/%2e%2e/etc/passwd", b"/static/%252e%252e%252fetc/passwd",
    b"/static//etc/passwd",
    b"/static/..\\..\\wsgi.py", b"/static/..%5c..%5cwsgi.py", b"/static/%00", b"/static/css%00.css",
    b"/static/\xc0\xae\xc0\xae/wsgi.py", b"/static/....//....//wsgi.py",
    b"/static/", b"/static",
    b"/..;/admin/", b"/admin/..;/log", b"/embed/../admin/log", b"/%2e%2e/%2e%2e/",
    b"//evil.example/..",
    b"/result/%2e%2e%2fadmin", b"/style/..%2f..%2fetc/passwd", b"/result/\xff\xfe", b"/%ff%fe",
    b"/%",
    b"/quiz?lang=\xff", b"/oembed?url=\xff\xfe", b"/embed?lang=\xff", b"/" + b"a" * 3000,
    b"/audience/" + b"%2e" * 900,
]  # fmt: skip


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("server"), WEB_CONCURRENCY="1") as running:
        yield running


def said(server: LiveServer, request: bytes) -> bytes:
    """All that comes back until the server closes."""
    where = urlsplit(server.url)
    with socket.create_connection((where.hostname or "", where.port or 0), timeout=20) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while part := line.recv(65536):
            heard += part
    return heard


def asking(target: bytes, *lines: bytes, method: bytes = b"GET", body: bytes = b"") -> bytes:
    fixed = (b"Host: quiz.example", b"Connection: close")
    return b"\r\n".join([method + b" " + target + b" HTTP/1.1", *fixed, *lines, b"", body])


@pytest.mark.parametrize("path", TRICKS)
def test_no_path_leads_out_or_breaks(server: LiveServer, path: bytes) -> None:
    answer = said(server, asking(path))
    status = answer.split(b" ", 2)[1]
    assert status in (b"200", b"303", b"308", b"400", b"404", b"414"), answer[:300]
    assert b"root:" not in answer
    assert b"create_app" not in answer
    if status in (b"303", b"308"):
        location = next(x for x in answer.split(b"\r\n") if x.startswith(b"Location: "))
        assert location.startswith((b"Location: /", b"Location: http://quiz.example/")), location
        assert not location.startswith((b"Location: //", b"Location: /\\")), location


ANSWERS = asking(b"/healthz")


@pytest.mark.parametrize(
    "lines",
    [
        (b"Content-Length: 4", b"Transfer-Encoding: chunked"),
        (b"Content-Length: 4", b"Content-Length: 40"),
        (b"Content-Length: 4, 40",),
        (b"Content-Length: +4",),
        (b"Content-Length: -1",),
        (b"Content-Length: 0x4",),
        (b"Transfer-Encoding: chunked, identity",),
        (b"Transfer-Encoding: xchunked",),
        (b"Transfer-Encoding : chunked",),
        (b"Transfer-Encoding:\x0bchunked",),
        (b"Transfer-Encoding: chunked", b"Transfer-Encoding: chunked"),
        (b" Content-Length: 4",),
        (b"X-Odd: a\nContent-Length: 4",),
        (b"X Odd: a",),
        (b"X-Odd: a\x00b",),
    ],
)
def test_a_request_with_two_ends_is_refused(server: LiveServer, lines: tuple[bytes, ...]) -> None:
    hidden = b"0\r\n\r\n" + asking(b"/healthz")
    answer = said(
        server,
        asking(b"/count", *lines, method=b"POST", body=hidden).replace(b"close", b"keep-alive"),
    )
    assert answer.startswith((b"HTTP/1.1 4", b"HTTP/1.1 5")), answer[:200]
    assert answer.count(b"HTTP/1.1 ") == 1, answer


def test_what_is_too_much_is_refused(server: LiveServer) -> None:
    line = b"X-Odd: " + b"a" * 60_000
    assert said(server, asking(b"/", line)).startswith(b"HTTP/1.1 4")
    many = [b"X-%d: a" % number for number in range(300)]
    assert said(server, asking(b"/", *many)).startswith(b"HTTP/1.1 4")
    assert said(server, asking(b"/" + b"a" * 20_000)).startswith(b"HTTP/1.1 4")
    form = b"Content-Type: application/x-www-form-urlencoded"
    for body in (b"&" * 60_000, b"a=" + b"%" * 60_000):
        length = b"Content-Length: %d" % len(body)
        answer = said(server, asking(b"/quiz", form, length, method=b"POST", body=body))
        assert answer.startswith(b"HTTP/1.1 4"), answer[:200]
    endless = b"Content-Length: 999999999999"
    assert said(server, asking(b"/quiz", form, endless, method=b"POST")).startswith(b"HTTP/1.1 413")
    assert said(server, ANSWERS).startswith(b"HTTP/1.1 200")


def test_json_where_a_form_is_expected_is_an_empty_form(server: LiveServer) -> None:
    for kind in (b"application/json", b"text/plain", b"multipart/form-data", b"\xff"):
        lines = (b"Content-Type: " + kind, b"Content-Length: 8")
        for door in (b"/quiz", b"/withdraw", b"/count", b"/embed/quiz", b"/admin/login"):
            answer = said(server, asking(door, *lines, method=b"POST", body=b'{"a": 1}'))
            assert answer[9:12] in (b"204", b"400", b"415", b"422"), (door, answer[:200])


def test_nothing_of_all_this_was_an_error_of_ours(server: LiveServer) -> None:
    assert "Traceback" not in server.log
    assert " in the view " not in server.log
