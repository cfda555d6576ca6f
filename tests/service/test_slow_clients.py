"""Clients that are slow, silent or excessive hold nobody else up; a restart drops nobody."""

import signal
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPResponse
from pathlib import Path
from threading import Event
from urllib.parse import urlsplit

import psutil
import pytest

from quiz.web.gunicorn_settings import threads
from tests.live_server import LiveServer, live_server
from tests.service.crowd import SETTINGS, Crowd, wait_until

IDLE = 1000


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    with live_server(tmp_path_factory.mktemp("pestered"), **SETTINGS) as running:
        yield running


def connect(server: LiveServer, *parts: bytes) -> socket.socket:
    """A raw connection that has sent these parts, one packet each."""
    place = urlsplit(server.url)
    assert place.hostname
    assert place.port
    client = socket.create_connection((place.hostname, place.port), timeout=60)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for part in parts:
        client.sendall(part)
    return client


def status(client: socket.socket) -> int:
    line = client.makefile("rb").readline()
    return int(line.split()[1]) if line else 0


DONE = b"GET /healthz HTTP/1.1\r\nHost: local\r\nConnection: close\r\n\r\n"
DEAF = b"GET /quiz?visit=a HTTP/1.1\r\nHost: local\r\n\r\n" * 500
HALF_A_HEADER = b"GET /quiz HTTP/1.1\r\nHost: local"
HALF_A_BODY = (
    b"POST /quiz HTTP/1.1\r\nHost: local\r\nContent-Length: 500\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\nhalf"
)

IN_PIECES = (
    b"POST /quiz HTTP/1.1\r\nHost: local\r\nTransfer-Encoding: chunked\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
)


@pytest.mark.parametrize(
    "clients",
    [[()] * IDLE, [(HALF_A_HEADER,), (HALF_A_BODY,)] * 16, [(DONE,)] * 64, [(DEAF,)] * 32],
    ids=["idle", "stalled", "never close", "never read"],
)
def test_others_are_served_all_the_same(
    server: LiveServer, clients: list[tuple[bytes, ...]]
) -> None:
    workers = set(psutil.Process(server.process.pid).children())
    with ExitStack() as stack:
        for parts in clients:
            stack.enter_context(connect(server, *parts))
        with Crowd(server.url) as crowd:
            crowd.wait_for(30, "stored")
    assert set(psutil.Process(server.process.pid).children()) == workers  # none had to be replaced


def test_who_stalls_when_most_threads_are_in_use_is_given_up_first(tmp_path: Path) -> None:
    with live_server(tmp_path, WEB_CONCURRENCY="1", **SETTINGS) as server, ExitStack() as stack:
        clients = []
        for _ in range(threads):
            clients.append(stack.enter_context(connect(server, HALF_A_HEADER)))
            server.get("/healthz")  # so the one before is in hand
        for late in clients[threads // 2 :]:
            late.recv(1000)
        for early in clients[: threads // 2 - 1]:
            early.setblocking(False)
            with pytest.raises(BlockingIOError):
                early.recv(1000)


def test_six_that_stall_half_way_hold_nobody_up(tmp_path: Path) -> None:
    with live_server(tmp_path, WEB_CONCURRENCY="1", **SETTINGS) as server, ExitStack() as stack:
        stalled = []
        for _ in range(6):
            stalled.append(stack.enter_context(connect(server, HALF_A_HEADER)))
            with connect(server, DONE) as other:  # once it is over, the one before is in hand
                while other.recv(1000):
                    pass
        with Crowd(server.url) as crowd:
            crowd.wait_for(30, "stored")
        for client in stalled:  # so nobody had to wait until they were given up
            client.setblocking(False)
            with pytest.raises(BlockingIOError):
                client.recv(1000)


@pytest.mark.parametrize(
    ("request_", "answers"),
    [
        (b"GET /" + b"a" * 10_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", {414, 400}),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 10_000 + b"\r\n\r\n", {431, 400}),
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: y\r\n" * 200 + b"\r\n", {431, 400}),
        (b"POST /quiz HTTP/1.1\r\nHost: x\r\nContent-Length: 10000000\r\n\r\n", {413, 415}),
        (IN_PIECES + b"10000\r\n" + b"a" * 0x10000 + b"\r\n1\r\na\r\n0\r\n\r\n", {413}),
    ],
    ids=["line", "header", "headers", "body", "pieces"],
)
def test_too_much_is_refused(server: LiveServer, request_: bytes, answers: set[int]) -> None:
    with connect(server, request_) as client:
        assert status(client) in answers


@pytest.mark.parametrize(
    "kind",
    [b"application/x-www-form-urlencoded", b"multipart/form-data; boundary=x"],
    ids=["form", "parts"],
)
def test_a_body_without_an_end_is_cut_off(server: LiveServer, kind: bytes) -> None:
    head = b"POST /quiz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\nContent-Type: "
    endless = (b"10000\r\n" + b"a" * 0x10000 + b"\r\n") * 256  # more than waits in between
    with connect(server, head + kind + b"\r\n\r\n") as client, pytest.raises(ConnectionError):
        client.sendall(endless)


def test_a_byte_at_a_time_is_answered_all_the_same(server: LiveServer) -> None:
    request_ = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connect(server, *(bytes([one]) for one in request_)) as client:
        assert status(client) == 200


def test_a_body_that_nobody_wants_may_come_after_the_answer(server: LiveServer) -> None:
    refused = b"POST /nowhere HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\n"
    with connect(server, refused) as client:
        assert answered(client) == 404
        for _ in range(50):
            server.get("/healthz")  # meanwhile
        client.sendall(b"lateGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert answered(client) == 200


def answered(client: socket.socket) -> int:
    """Read one whole answer of a connection that goes on."""
    answer = HTTPResponse(client)
    answer.begin()
    answer.read()
    return answer.status


def receipts(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "data" / "quiz.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT receipt FROM result")]


@pytest.mark.parametrize("anew", [False, True], ids=["kept", "new"])
def test_new_workers_take_over_under_load_and_nobody_is_refused(
    tmp_path: Path, *, anew: bool
) -> None:
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url, anew=anew) as crowd:
        parent = psutil.Process(server.process.pid)
        for _ in range(3):
            crowd.wait_for(30)
            before = set(parent.children())
            server.process.send_signal(signal.SIGHUP)
            while before & set(parent.children()):
                Event().wait(0.05)
        crowd.wait_for(30)
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored"})
    crowd.assert_each_is_stored_once(receipts(tmp_path))


def test_who_knocks_at_a_worker_that_dies_is_answered_by_the_next(tmp_path: Path) -> None:
    with live_server(tmp_path, WEB_CONCURRENCY="1", **SETTINGS) as server:
        [worker] = psutil.Process(server.process.pid).children()
        worker.suspend()
        wait_until(lambda: worker.status() == psutil.STATUS_STOPPED)
        with connect(server, DONE) as client:
            worker.kill()
            assert status(client) == 200


def test_no_door_is_left_without_a_worker(tmp_path: Path) -> None:
    with live_server(tmp_path, WEB_CONCURRENCY="2", **SETTINGS) as server:
        parent = psutil.Process(server.process.pid)
        server.process.send_signal(signal.SIGTTOU)  # gunicorn's way to ask for one worker less
        killed = parent.children()[0]
        killed.kill()
        wait_until(lambda: len(set(parent.children()) - {killed}) == 2)
        for _ in range(20):
            with connect(server, DONE) as client:
                assert status(client) == 200


def test_no_door_is_left_where_gunicorn_is_told_of_fewer_workers(tmp_path: Path) -> None:
    settings = {"WEB_CONCURRENCY": "2", "GUNICORN_CMD_ARGS": "--workers 1", **SETTINGS}
    with live_server(tmp_path, **settings) as server:
        for _ in range(20):
            with connect(server, DONE) as client:
                assert status(client) == 200


def test_who_knocked_before_a_stop_is_answered(tmp_path: Path) -> None:
    with live_server(tmp_path, WEB_CONCURRENCY="1", **SETTINGS) as server, ExitStack() as stack:
        [worker] = psutil.Process(server.process.pid).children()
        worker.suspend()
        wait_until(lambda: worker.status() == psutil.STATUS_STOPPED)
        clients = [stack.enter_context(connect(server, DONE)) for _ in range(5)]
        server.process.send_signal(signal.SIGTERM)
        wait_until(lambda: is_told_to_stop(worker))
        worker.resume()
        assert [status(client) for client in clients] == [200] * 5


def is_told_to_stop(suspended: psutil.Process) -> bool:
    pending = Path(f"/proc/{suspended.pid}/status").read_text().partition("ShdPnd:")[2].split()[0]
    return bool(int(pending, 16) & 1 << (signal.SIGTERM - 1))


def test_a_stop_lets_everybody_finish(tmp_path: Path) -> None:
    with live_server(tmp_path, **SETTINGS) as server:
        begun = [connect(server, HALF_A_BODY) for _ in range(4)]
        with Crowd(server.url) as crowd:
            crowd.wait_for(30)
        server.process.send_signal(signal.SIGTERM)
        for client in begun:
            with client:
                client.sendall(b"." * 496)
                assert status(client) == 422
    crowd.assert_each_is_stored_once(receipts(tmp_path))
