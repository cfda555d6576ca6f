"""Lines of another release in the outbox: what can be stored is stored, nothing is lost."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.store import Submission
from quiz.store.outbox import COLUMNS, Outbox, Records
from quiz.store.saving import hash_of, row_of
from quiz.store.shared_commit import Row

Make = Callable[..., Submission]


def refuse(_rows: Sequence[Row]) -> None:
    raise ConnectionError


OTHER_RELEASES = {
    "older": {name for name in COLUMNS if name != "flags"},
    "newer": {*COLUMNS, "mood"},
    "renamed": {"voucher", *COLUMNS} - {"receipt"},
}


@pytest.mark.parametrize("columns", OTHER_RELEASES.values(), ids=OTHER_RELEASES)
def test_what_another_release_wrote_is_set_aside_whole_and_read_there(
    sqlite_place: Any,
    folder: Path,
    open_app: Callable[..., Flask],
    submission: Make,
    caplog: pytest.LogCaptureFixture,
    columns: set[str],
) -> None:
    known = row_of(submission(receipt="of another release"))
    other = {name: known.get(name, "glad") for name in columns}
    Outbox(folder).append(other)
    Outbox(folder).append(row_of(submission(receipt="ours")))
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url, outbox=folder).app_context():
        assert store.drain() == Records(1, 0, 1)
        assert store.drain() == Records(0, 0, 0)
        assert store.count() == 1
        assert store.waiting_in_outbox() == Records(0, 0, 1)
    assert "another release of the quiz wrote were set aside, whole (1)" in caplog.text
    assert "glad" not in caplog.text
    # As docs/faults.md says, for the release that knows these columns.
    (folder / "waiting").write_bytes((folder / "other-release").read_bytes())
    taken: list[Row] = []
    assert Outbox(folder, columns=columns).drain(taken.extend, 100) == Records(1, 0)
    bytes_too = [name for name in ("receipt", "answers") if name in columns]
    assert [{**row} for row in taken] == [other]
    assert all(isinstance(taken[0][name], bytes) for name in bytes_too)


def test_what_an_older_release_wrote_without_an_optional_column_is_stored(
    outbox: Outbox, submission: Make
) -> None:
    known = row_of(submission(goal="learn"))
    outbox.append({name: value for name, value in known.items() if name != "goal"})
    taken: list[Row] = []
    assert outbox.drain(taken.extend, 100) == Records(1, 0)
    assert taken == [known | {"goal": None}]


def test_a_crash_while_setting_aside_costs_no_answer(
    outbox: Outbox, folder: Path, submission: Make
) -> None:
    others = [row_of(submission(receipt=receipt)) | {"mood": "glad"} for receipt in "ab"]
    for other in others:
        outbox.append(other)
    (folder / "other-release").write_bytes((folder / "waiting").read_bytes()[:40])
    assert outbox.drain(refuse, 100) == Records(0, 0, 2)
    (folder / "other-release").rename(folder / "waiting")
    taken: list[Row] = []
    assert Outbox(folder, columns=others[0]).drain(taken.extend, 100) == Records(2, 1)
    assert taken == others


@pytest.mark.parametrize("text", [b"[]", b"null", b"7", b'"receipt"', b"{}"], ids=repr)
def test_a_whole_line_that_holds_no_row_stops_nothing(
    outbox: Outbox, folder: Path, submission: Make, text: bytes
) -> None:
    folder.mkdir()
    checksum = hashlib.sha256(text).hexdigest()[:16].encode()
    (folder / "waiting").write_bytes(checksum + b" " + text + b"\n")
    outbox.append(row_of(submission()))
    taken: list[Row] = []
    assert outbox.remove(b"somebody") is False
    drained = outbox.drain(taken.extend, 100)
    assert (drained.rows, drained.damaged + drained.other_release) == (1, 1)
    assert taken == [row_of(submission())]


def test_answers_of_another_release_can_be_taken_out(outbox: Outbox, submission: Make) -> None:
    for receipt in ("mine", "of somebody else"):
        outbox.append(row_of(submission(receipt=receipt)) | {"mood": "glad"})
    assert outbox.drain(refuse, 100) == Records(0, 0, 2)
    assert outbox.remove(hash_of("mine")) is True
    assert outbox.remove(hash_of("mine")) is False
    assert outbox.waiting() == Records(0, 0, 1)
    assert outbox.remove(hash_of("of somebody else")) is True
