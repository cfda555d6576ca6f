"""While the database refuses, answers wait in the outbox; back again, it gets each once."""

import signal
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.store import Outcome, StoreError, Submission
from quiz.store.database import EXTENSION
from quiz.store.outbox import Outbox, OutboxFull, Records
from quiz.store.repeating import Repeating
from quiz.store.saving import hash_of, row_of
from quiz.store.shared_commit import Row
from quiz.store.trouble import Trouble
from tests.store.test_store_refusals import locked

Make = Callable[..., Submission]


@pytest.fixture
def app(place: Any, folder: Path, open_app: Callable[..., Flask]) -> Iterator[Flask]:
    """An app that waits a twentieth of a second for a lock, and has an outbox."""
    store.migrate(place.url)
    app = open_app(place.url, patience=0.05, outbox=folder)
    with app.app_context():
        yield app


def refuse(_rows: Sequence[Row]) -> None:
    raise ConnectionError


@pytest.mark.usefixtures("app")
def test_a_locked_database_costs_no_answer_and_doubles_none(place: Any, submission: Make) -> None:
    store.save(submission(receipt="before"))
    with locked(place):
        for receipt in ("first", "first", "second", "before"):
            assert store.save(submission(receipt=receipt)) is Outcome.KEPT
        assert store.waiting_in_outbox() == Records(4, 0)
        with pytest.raises(StoreError):
            store.drain()
        assert store.waiting_in_outbox() == Records(4, 0)
    assert store.drain() == Records(4, 0)
    assert store.count() == 3
    assert store.drain() == store.waiting_in_outbox() == Records(0, 0)
    assert store.save(submission(receipt="second")) is Outcome.ALREADY_STORED
    assert store.save(submission(receipt="third")) is Outcome.STORED


def test_what_is_lost_is_told_at_once_and_then_now_and_then(
    place: Any,
    open_app: Callable[..., Flask],
    submission: Make,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def told() -> list[str]:
        return [line for line in caplog.messages if "it is lost (ENOTDIR)." in line]

    store.migrate(place.url)
    folder.touch()  # in the way
    app = open_app(place.url, patience=0.05, outbox=folder / "outbox")
    with app.app_context(), locked(place):
        for n in range(4):
            assert store.save(submission(receipt=f"person {n}")) is Outcome.NOT_STORED
        assert len(told()) == 1
        store.close()
        assert len(told()) == 2
        assert told()[-1].endswith("So many since the last line: 3.")
        app.extensions[EXTENSION] = replace(app.extensions[EXTENSION], lost=Repeating(1.0))
        for n in range(2):
            store.save(submission(receipt=f"person {n}"))
        for _ in range(600):  # rounds of housekeeping
            store.drain()
            if len(told()) == 4:
                break
            Event().wait(0.05)
        assert len(told()) == 4


@pytest.mark.usefixtures("app")
def test_what_waited_is_the_row_that_would_have_been_stored(place: Any, submission: Make) -> None:
    store.save(submission(receipt="at once"))
    with locked(place):
        store.save(submission(receipt="later"))
    store.drain()
    rows = place.rows("SELECT * FROM result")
    assert len(rows) == 2
    assert rows[0][1:] == rows[1][1:]


@pytest.mark.usefixtures("app")
def test_answers_are_taken_out_of_the_outbox_too(place: Any, submission: Make) -> None:
    with locked(place):
        for receipt in ("mine", "of somebody else"):
            store.save(submission(receipt=receipt))
    assert store.withdraw("mine") is True
    assert store.withdraw("mine") is False
    assert store.drain() == Records(1, 0)
    assert store.count() == 1
    assert store.withdraw("of somebody else") is True


DRAIN_AND_DIE = """
import os, pathlib
from flask import Flask
from quiz import store
from quiz.store import saving
from quiz.store.database import rooms

app = Flask("bare")
store.init_app(app, url, outbox=pathlib.Path({folder!r}))
with app.app_context():
    outbox = rooms().outbox
    def store_and_die(rows):
        saving._store_all(rows)
        os.kill(os.getpid(), 9)
    outbox.drain(store_and_die, 2)
"""


@pytest.mark.usefixtures("app")
def test_a_crash_between_storing_and_forgetting_doubles_nothing(
    place: Any, folder: Path, submission: Make
) -> None:
    with locked(place):
        for seat in range(5):
            store.save(submission(receipt=f"seat {seat}"))
    process = place.start(DRAIN_AND_DIE.format(folder=str(folder)))
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert store.count() == 2
    assert store.waiting_in_outbox().rows == 5
    assert store.withdraw("seat 0") is True
    store.drain()
    assert store.count() == 4
    assert store.withdraw("seat 0") is False


def test_a_damaged_file_costs_no_answer(
    sqlite_place: Any, folder: Path, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url, outbox=folder).app_context():
        assert store.save(submission(receipt="before")) is Outcome.STORED
        store.close()
        whole = sqlite_place.file.read_bytes()
        sqlite_place.file.write_bytes(b"\0" * 2000 + whole[2000:])
        assert store.save(submission(receipt="meanwhile")) is Outcome.KEPT
        assert "does not answer" in (store.ready() or "")
        with pytest.raises(StoreError, match="SQLITE_NOTADB"):
            store.drain()
        store.close()
        sqlite_place.file.write_bytes(whole)
        assert store.drain() == Records(1, 0)
        assert store.count() == 2


def test_a_torn_last_record_is_noticed_and_costs_nothing_else(
    outbox: Outbox, folder: Path, submission: Make
) -> None:
    for receipt in ("a", "b", "c"):
        outbox.append(row_of(submission(receipt=receipt)))
    whole = (folder / "waiting").read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for cut in range(last + 1, len(whole) - 1):
        (folder / "waiting").write_bytes(whole[:cut])
        outbox.append(row_of(submission(receipt="after")))
        taken: list[Row] = []
        assert outbox.drain(taken.extend, 100) == Records(3, 1)
        assert taken == [row_of(submission(receipt=receipt)) for receipt in ("a", "b", "after")]
        assert outbox.waiting().rows == 0
    assert outbox.waiting().damaged == len(whole) - last - 2


def test_a_record_that_the_disk_spoilt_is_set_aside(
    outbox: Outbox, folder: Path, submission: Make
) -> None:
    for receipt in ("a", "b", "c"):
        outbox.append(row_of(submission(receipt=receipt)))
    lines = (folder / "waiting").read_bytes().split(b"\n")
    lines[1] = lines[1].replace(b"introvert", b"extrovert")
    (folder / "waiting").write_bytes(b"\n".join(lines))
    taken: list[Row] = []
    assert outbox.drain(taken.extend, 100) == Records(2, 1)
    assert (folder / "damaged").read_bytes() == lines[1] + b"\n"


def test_a_large_file_is_read_a_little_at_a_time(
    outbox: Outbox, folder: Path, submission: Make
) -> None:
    outbox.append(row_of(submission()))
    outbox.append(row_of(submission(receipt="another")))
    first, second = (folder / "waiting").read_bytes().splitlines(keepends=True)
    (folder / "waiting").write_bytes(first * 20_000 + second)
    batches: list[int] = []
    tracemalloc.start()
    try:
        assert outbox.waiting().rows == 20_001
        assert outbox.remove(hash_of("another")) is True
        outbox.drain(lambda rows: batches.append(len(rows)), 100)
        _now, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert batches == [100] * 200
    assert most < len(first) * 20_000 / 4
    assert outbox.size() == 0


def test_a_full_outbox_says_so_and_keeps_what_it_has(folder: Path, submission: Make) -> None:
    row = row_of(submission())
    Outbox(folder).append(row)
    small = Outbox(folder, most_bytes=Outbox(folder).size() + 10)
    with pytest.raises(OutboxFull):
        small.append(row)
    assert small.waiting().rows == 1


def test_what_cannot_be_handed_over_stays(outbox: Outbox, submission: Make) -> None:
    outbox.append(row_of(submission()))
    with pytest.raises(ConnectionError):
        outbox.drain(refuse, 100)
    assert outbox.waiting().rows == 1


def test_only_its_owner_may_read_it_and_it_holds_no_receipt(
    outbox: Outbox, folder: Path, submission: Make
) -> None:
    outbox.append(row_of(submission()))
    assert folder.stat().st_mode & 0o777 == 0o700
    for file in folder.iterdir():
        assert file.stat().st_mode & 0o777 == 0o600
        assert submission().receipt.encode() not in file.read_bytes()


FILL = """
import pathlib
from quiz.store import Submission
from quiz.store.outbox import Outbox
from quiz.store.saving import row_of

outbox = Outbox(pathlib.Path(sys.stdin.readline().strip()))
who = sys.stdin.readline().strip()
for n in range(100):
    outbox.append(row_of(Submission(receipt=f"{who} {n}", questionnaire_id="q", version=1,
        week=202647, language="en", answers=(3, 4, 5))))
"""


def test_processes_that_fill_and_empty_it_together_lose_nothing(
    sqlite_place: Any, outbox: Outbox, folder: Path
) -> None:
    taken: list[Row] = []
    with ExitStack() as stack:
        processes = [stack.enter_context(sqlite_place.start(FILL)) for _ in range(2)]
        for process, who in zip(processes, "ab", strict=True):
            process.stdin.write(f"{folder}\n{who}\n")
            process.stdin.flush()

        def empty() -> None:
            while any(process.poll() is None for process in processes):
                outbox.drain(taken.extend, 10)

        with ThreadPoolExecutor(2) as pool:
            done = [pool.submit(empty) for _ in range(2)]
        assert [each.result() for each in done] == [None, None]
        assert [process.stderr.read() for process in processes] == ["", ""]
    outbox.drain(taken.extend, 10)
    assert outbox.waiting() == Records(0, 0)
    assert len(taken) == len({row["receipt"] for row in taken}) == 200


def test_in_trouble_one_goes_to_see_and_the_others_do_not_wait() -> None:
    trouble = Trouble(seconds=3600)
    assert trouble.is_over()
    assert trouble.is_over()
    trouble.begins("a cause")
    assert not trouble.is_over()
    assert trouble.cause == "a cause"
    trouble.ends()
    assert trouble.is_over()
    assert not trouble.cause
    soon = Trouble(seconds=0)
    soon.begins("a cause")
    assert soon.is_over()
