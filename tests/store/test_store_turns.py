"""Writers to one SQLite file queue up instead of starving each other."""

import fcntl
import os
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from threading import enumerate as threads
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from quiz import store
from quiz.store import Outcome, Submission
from quiz.store.database import rooms

Make = Callable[..., Submission]

MANY_THREADS_SAVE = """
from concurrent.futures import ThreadPoolExecutor
from flask import Flask
from quiz import store
from quiz.store import Submission

app = Flask("bare")
store.init_app(app, url)

def save(receipt):
    with app.app_context():
        return store.save(Submission(receipt=receipt, questionnaire_id="q", version=1, week=202647,
            language="en", answers=(3,) * 24)).name

print("here", flush=True)
who = sys.stdin.readline().strip()
with ThreadPoolExecutor(8) as pool:
    for number in range(100):
        print(*pool.map(save, [f"{who} {number} {seat}" for seat in range(4)] + [f"{number}"] * 4))
with app.app_context():
    store.close()
"""


@pytest.mark.usefixtures("app")
def test_processes_full_of_threads_lose_nothing_and_repeat_nothing(place: Any) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(place.start(MANY_THREADS_SAVE)) for _ in range(2)]
        assert [process.stdout.readline() for process in processes] == ["here\n"] * 2
        for process, who in zip(processes, "ab", strict=True):
            process.stdin.write(f"{who}\n")
            process.stdin.flush()
        outputs = [process.communicate() for process in processes]
    assert [errors for _, errors in outputs] == ["", ""]
    outcomes = Counter(word for lines, _ in outputs for word in lines.split())
    # 2 x 100 x 4 of one's own; 100 that both processes sent, four times each
    assert outcomes == {"STORED": 900, "ALREADY_STORED": 700}
    assert store.count() == 900


def test_while_one_process_writes_the_others_are_kept_out(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    refused: list[str] = []
    with open_app(sqlite_place.url).app_context():

        @event.listens_for(store.db.engine, "before_cursor_execute")
        def try_to_enter(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            handle = os.open(sqlite_place.folder, os.O_RDONLY)
            try:
                with pytest.raises(BlockingIOError):
                    fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                refused.append(statement.split()[0])
            finally:
                os.close(handle)

        assert store.save(submission()) is Outcome.STORED
        assert store.withdraw(submission().receipt) is True
    assert refused[:3] == ["INSERT", "BEGIN", "DELETE"]


def test_a_queue_that_does_not_move_ends_in_a_refusal(
    sqlite_place: Any,
    open_app: Callable[..., Flask],
    submission: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url, patience=0.05).app_context():
        with rooms().turns.turn():
            assert store.save(submission()) is Outcome.NOT_STORED
        assert "refused a submission (TimeoutError)" in caplog.text
        assert store.save(submission()) is Outcome.STORED


def test_another_process_that_keeps_its_turn_too_long_ends_in_a_refusal(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url, patience=0.2).app_context():
        other = os.open(sqlite_place.folder, os.O_RDONLY)
        fcntl.flock(other, fcntl.LOCK_EX)
        before = set(threads())
        for _ in range(3):
            assert store.save(submission()) is Outcome.NOT_STORED
        os.close(other)
        assert store.save(submission()) is Outcome.STORED
        assert len(set(threads()) - before) == 1  # one thread waits for all, again and again
