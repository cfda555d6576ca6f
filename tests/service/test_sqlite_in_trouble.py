"""SQLite is locked or full under load: nobody loses a result or an answer."""

import resource
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event

import psutil
import pytest

from tests.live_server import LiveServer, live_server
from tests.service.crowd import SETTINGS, Crowd

ENDLESS = resource.RLIM_INFINITY


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server that goes through all of it."""
    with live_server(tmp_path_factory.mktemp("troubled"), **SETTINGS) as running:
        yield running


@contextmanager
def locked(_server: LiveServer, file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


@contextmanager
def full(server: LiveServer, file: Path) -> Iterator[None]:
    """A quota: no file of the server grows beyond 64 KiB, and the database is larger already."""
    processes = psutil.Process(server.process.pid).children()
    assert file.stat().st_size > 65536
    for process in processes:
        process.rlimit(resource.RLIMIT_FSIZE, (65536, ENDLESS))
    yield
    for process in processes:
        process.rlimit(resource.RLIMIT_FSIZE, (ENDLESS, ENDLESS))


@pytest.mark.parametrize("trouble", [locked, full])
def test_the_answers_wait_and_each_is_stored_once(
    server: LiveServer, trouble: Callable[..., "contextmanager[None]"]
) -> None:
    file = server.folder / "data" / "quiz.sqlite3"
    before = receipts(file)
    with Crowd(server.url) as crowd:
        crowd.wait_for(20)
        with trouble(server, file):
            crowd.wait_for(40, "kept")
            says = server.readiness()
        crowd.wait_for(20, "stored")
    while (said := server.readiness()) != "ready\n":
        assert "outbox" in said
        Event().wait(0.1)
    assert "wait in the outbox of this server" in says
    assert crowd.answers.keys() == {"303", "stored", "kept"}
    crowd.assert_each_is_stored_once(receipts(file) - before)


def receipts(file: Path) -> set[bytes]:
    with closing(sqlite3.connect(file)) as database:
        rows = [row[0] for row in database.execute("SELECT receipt FROM result")]
    assert len(rows) == len(set(rows))
    return set(rows)
