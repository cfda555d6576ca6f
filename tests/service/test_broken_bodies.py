"""A body that is cut into pieces against the rules is refused plainly, and nobody else notices."""

import socket
from collections.abc import Iterator
from http.client import HTTPResponse
from urllib.parse import urlsplit

import pytest

from tests.live_server import LiveServer, live_server
from tests.service.crowd import SETTINGS, Crowd

BROKEN = {
    "size": b"zz\r\nself=1\r\n0\r\n\r\n",
    "negative": b"-1\r\nself=1\r\n0\r\n\r\n",
    "no-size": b"\r\n\r\n",
    "too-short": b"3\r\nself=1\r\n0\r\n\r\n",
    "extension": b'6;a="\r\nself=1\r\n0\r\n\r\n',
    "trailer": b"6\r\nself=1\r\n0\r\nno trailer\r\n\r\n",
    "bare-newline": b"6\r\nself=1\r\n0\r\nX: y\n\n\r\n\r\n",
    "half": b"6\r\nsel",
    "no-end": b"6\r\nself=1\r\n",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    folder = tmp_path_factory.mktemp("broken")
    with live_server(folder, WEB_CONCURRENCY="1", **SETTINGS) as running:
        yield running


@pytest.mark.parametrize("path", ["/quiz", "/embed/quiz", "/withdraw", "/admin/login"])
@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_it_is_refused_in_plain_words(server: LiveServer, path: str, body: bytes) -> None:
    place = urlsplit(server.url)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: {place.netloc}\r\nTransfer-Encoding: chunked\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    with socket.create_connection((place.hostname or "", place.port or 0), timeout=60) as client:
        client.sendall(head.encode() + body)
        client.shutdown(socket.SHUT_WR)
        answer = HTTPResponse(client)
        answer.begin()
        assert answer.status == 400
        assert "We could not read that" in answer.read().decode()
        assert client.recv(1) == b""


def test_the_next_visitor_is_answered_and_nothing_was_logged(server: LiveServer) -> None:
    with Crowd(server.url) as crowd:
        crowd.wait_for(20, "stored")
    assert crowd.broken == 0
    assert server.log == ""
