"""Killed in the middle of everything: who was answered is stored and summed once, nobody twice."""

import os
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path

import psutil

from tests import command
from tests.live_server import free_port, live_server
from tests.service.crowd import SETTINGS, Crowd, wait_until_ready

# A longer campaign: QUIZ_TEST_ROUNDS=50 python3 quickstart.py test tests/service/test_kills.py
ROUNDS = int(os.environ.get("QUIZ_TEST_ROUNDS", "3"))


def receipts(folder: Path) -> list[bytes]:
    with closing(sqlite3.connect(folder / "data" / "quiz.sqlite3")) as database:
        return [row[0] for row in database.execute("SELECT receipt FROM result")]


def assert_the_sums_agree(folder: Path, crowd: Crowd) -> None:
    """Everybody's answers are in the sums, as often as they are stored."""
    rebuilt = command.say("stats", "rebuild", QUIZ_DATA_DIR=str(folder / "data"))
    assert f" from {len(crowd.promised):,} rows.\nThey are the same as before." in rebuilt


def test_workers_are_killed_one_after_the_other(tmp_path: Path) -> None:
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url) as crowd:
        for turn in range(ROUNDS):
            crowd.wait_for(40)
            workers = psutil.Process(server.process.pid).children()
            workers[turn % len(workers)].kill()
        crowd.wait_for(40)
    crowd.assert_each_is_stored_once(receipts(tmp_path))
    assert_the_sums_agree(tmp_path, crowd)
    assert crowd.broken > 0
    assert crowd.answers.keys() <= {"303", "stored"}


def test_a_worker_that_hangs_is_replaced(tmp_path: Path) -> None:
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url) as crowd:
        crowd.wait_for(40)
        hanging = psutil.Process(server.process.pid).children()[0]
        hanging.suspend()
        hanging.wait(60)
        crowd.wait_for(40, "stored")
        wait_until_ready(server)
    crowd.assert_each_is_stored_once(receipts(tmp_path))
    assert_the_sums_agree(tmp_path, crowd)
    # It may have hung in the middle of its turn to write; then the others' answers waited.
    assert crowd.answers.keys() <= {"303", "stored", "kept"}


def test_the_whole_server_is_killed_again_and_again(tmp_path: Path) -> None:
    port = free_port()
    with ExitStack() as stack, Crowd(f"http://127.0.0.1:{port}") as crowd:
        for _ in range(ROUNDS):
            with live_server(tmp_path, PORT=str(port), **SETTINGS) as server:
                crowd.wait_for(40)
                server.kill()
        stack.enter_context(live_server(tmp_path, PORT=str(port), **SETTINGS))
        crowd.wait_for(40)
    crowd.assert_each_is_stored_once(receipts(tmp_path))
    assert_the_sums_agree(tmp_path, crowd)
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
