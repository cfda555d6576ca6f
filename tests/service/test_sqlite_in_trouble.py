"""SQLite is locked, full, read-only or damaged under load: nobody loses a result or an answer."""

import os
import shutil
import signal
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from tests import command
from tests.live_server import PATIENCE, LiveServer, live_server
from tests.service.crowd import SETTINGS, Crowd, wait_until_ready
from tests.service.small_disk import SERVE, Quota, SmallDisk, small_disk

Disk = SmallDisk | Quota
# Root may write anywhere. This one gives that right up for good before it starts the server.
AS_ANYBODY = (
    sys.executable,
    "-c",
    """
import ctypes, os, sys
PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1
assert ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0) == 0
os.execv(sys.argv[1], sys.argv[1:])
""",
    *SERVE,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server that goes through all of it."""
    folder = tmp_path_factory.mktemp("troubled")
    settings = {"QUIZ_OUTBOX_DIR": str(folder / "outbox"), **SETTINGS}
    serve = AS_ANYBODY if os.geteuid() == 0 else SERVE
    with live_server(folder, command=serve, **settings) as running:
        yield running


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    """The one that `tmp_path / "data"` is on."""
    with small_disk(tmp_path) as made:
        yield made


@contextmanager
def locked(_server: LiveServer, file: Path) -> Iterator[None]:
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield  # closing takes it back


@contextmanager
def moved(_server: LiveServer, file: Path) -> Iterator[None]:
    """Somebody cleans up; connections that are open would go on with it and never tell."""
    elsewhere = file.with_name("elsewhere")
    file.rename(elsewhere)
    try:
        yield
    finally:
        elsewhere.rename(file)


@contextmanager
def read_only(server: LiveServer, file: Path) -> Iterator[None]:
    """Fresh workers may not write; SQLite's log stays where it is, for somebody reads."""
    with closing(sqlite3.connect(file)) as reader:
        reader.execute("SELECT count(*) FROM result").fetchone()
        files = list(file.parent.glob("quiz.sqlite3*"))
        for each in files:
            each.chmod(0o400)
        try:
            renew(server)
            yield
        finally:
            for each in files:
                each.chmod(0o600)


@pytest.mark.parametrize("trouble", [locked, moved, read_only])
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
    wait_until_ready(server)
    assert says.startswith(("The database takes no answers (", "The database does not answer ("))
    assert "wait in the outbox of this server" in says
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
    crowd.assert_each_is_stored_once(receipts(file) - before)


def test_a_fresh_server_says_that_its_database_is_read_only(server: LiveServer) -> None:
    with read_only(server, server.folder / "data" / "quiz.sqlite3"):
        says = server.readiness()
    wait_until_ready(server)
    assert says.startswith("The database can't be written")


def test_a_full_disk_keeps_answers_on_another_one_and_each_is_stored_once(
    disk: Disk, tmp_path: Path
) -> None:
    settings = {"QUIZ_OUTBOX_DIR": str(tmp_path / "another" / "outbox"), **SETTINGS}
    with live_server(tmp_path, command=disk.command, **settings) as server:
        with Crowd(server.url) as crowd:
            crowd.wait_for(20, "stored")
            with disk.full(server):
                crowd.wait_for(40, "kept")
                says = server.readiness()
            crowd.wait_for(20, "stored")
        wait_until_ready(server)
    assert says.startswith("The database takes no answers (OperationalError, SQLITE_")
    assert "wait in the outbox of this server" in says
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
    crowd.assert_each_is_stored_once(receipts(disk.database()))


def test_one_full_disk_for_all_is_said_by_a_fresh_server_too(disk: Disk, tmp_path: Path) -> None:
    with live_server(tmp_path, command=disk.command, **SETTINGS) as server:
        with disk.full(server):
            with Crowd(server.url) as crowd:
                crowd.wait_for(20, "failed")
            renew(server)  # nobody has answered these workers
            says = server.readiness()
        with Crowd(server.url) as later:
            later.wait_for(20, "stored")
        wait_until_ready(server)
    assert says.startswith(disk.fresh_server_says)
    assert (crowd.broken, later.broken) == (0, 0)
    crowd.promised += later.promised
    crowd.assert_each_is_stored_once(receipts(disk.database()))


def test_a_damaged_file_gives_way_to_a_backup_and_the_answers_since_are_stored(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    file = data / "quiz.sqlite3"
    with live_server(tmp_path, **SETTINGS) as server:
        with Crowd(server.url) as crowd:
            crowd.wait_for(40, "stored")
        command.say("backup", str(tmp_path / "backup"), QUIZ_DATA_DIR=str(data))
        with closing(sqlite3.connect(file)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        with file.open("r+b") as pages:
            pages.write(os.urandom(file.stat().st_size))
        renew(server)  # who has pages in memory goes on with them
        with Crowd(server.url) as later:
            later.wait_for(40, "kept")
        assert "wait in the outbox" in server.readiness()
    # As docs/data.md says.
    for name in ("quiz.sqlite3-wal", "quiz.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    shutil.copyfile(tmp_path / "backup", file)
    assert "the same as before" in command.say("stats", "rebuild", QUIZ_DATA_DIR=str(data))
    with live_server(tmp_path, **SETTINGS) as server:
        wait_until_ready(server)
    crowd.promised += later.promised
    crowd.assert_each_is_stored_once(receipts(file))


def test_more_than_can_wait_are_asked_to_come_again_and_lose_nothing(tmp_path: Path) -> None:
    file = tmp_path / "data" / "quiz.sqlite3"
    with live_server(tmp_path, WEB_CONCURRENCY="1", **SETTINGS) as server:
        with Crowd(server.url, size=400) as crowd:
            with locked(server, file):
                crowd.wait_for(1, "503")
            crowd.wait_for(400)
        wait_until_ready(server)
    assert crowd.broken == 0
    assert {"303", "stored", "503"} <= crowd.answers.keys() <= {"303", "stored", "kept", "503"}
    crowd.assert_each_is_stored_once(receipts(file))


def renew(server: LiveServer) -> None:
    """Fresh workers."""
    parent = psutil.Process(server.process.pid)
    before = set(parent.children())
    server.process.send_signal(signal.SIGHUP)
    _, alive = psutil.wait_procs(before, PATIENCE)
    assert not alive


def receipts(file: Path) -> set[bytes]:
    with closing(sqlite3.connect(file)) as database:
        rows = [row[0] for row in database.execute("SELECT receipt FROM result")]
    assert len(rows) == len(set(rows))
    return set(rows)
