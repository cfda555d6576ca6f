"""Nothing that is stored, logged or left behind leads to a person."""

import hashlib
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import inspect

from quiz import store
from quiz.statistics import Shape
from quiz.store import StoreError, Submission

Make = Callable[..., Submission]

# Adding a line here is a decision about people: say on the privacy page why it is harmless.
MAY_BE_KEPT = {
    "alembic_version": {"version_num"},
    "result": {
        "receipt",  # a hash of a random number that only the visitor has
        "questionnaire_id",
        "version",
        "week",  # never anything finer
        "source",
        "language",
        "answers",
        "self_label",
        "goal",
        "setting",
        "flags",
        "folded",
    },
    # Blogs, not visitors: what the admin typed.
    "source": {
        "key",
        "name",
        "origins",
        "audience",  # a hash of a secret that only the blogger has
        "created_week",
        "retired_week",
        "card",  # a hash of what the blogger publishes
    },
    # Sums over all who came in a week through one source. Single sheets could be worked out of
    # small ones, so they are kept like rows: nothing but rounded figures leaves them, and once
    # the rows are gone only cells of 100 people keep what that would take.
    "tally": {
        "questionnaire_id",
        "version",
        "source",
        "language",
        "flagged",
        "settled",
        "first_week",
        "last_week",
        "sums",
    },
    # How often, in a week: no link between two events, or to a row.
    "visit_count": {"week", "source", "language", "event", "n"},
    # Figures as they were published.
    "snapshot": {"scope", "questionnaire_id", "version", "number", "n", "week", "body"},
    # The one admin: a slow hash, and what was done in which week.
    "admin": {"id", "password_hash", "changed_week", "sessions"},
    "audit": {"id", "week", "action", "subject"},
    # What is true of the whole database.
    "fact": {"name", "value"},
}


@pytest.mark.usefixtures("app")
def test_every_column_is_on_the_list_of_what_may_be_kept() -> None:
    inspector = inspect(store.db.engine)
    found = {
        table: {column["name"] for column in inspector.get_columns(table)}
        for table in inspector.get_table_names()
    }
    assert found == MAY_BE_KEPT


def test_sqlite_keeps_no_order_of_arrival(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url).app_context():
        for visit in range(50):
            store.save(submission(receipt=f"visit {visit}"))
    [[definition]] = sqlite_place.rows("SELECT sql FROM sqlite_master WHERE name = 'result'")
    assert definition.strip().endswith("WITHOUT ROWID")
    receipts = [receipt for (receipt,) in sqlite_place.rows("SELECT receipt FROM result")]
    assert receipts == sorted(receipts)


def test_a_submission_shows_neither_receipt_nor_answers_when_printed(submission: Make) -> None:
    shown = f"{submission()} {submission()!r}"
    assert "visit-with" not in shown
    assert "5, 1, 4" not in shown


def test_a_whole_visit_leaves_nothing_in_the_most_talkative_log(
    place: Any,
    open_app: Callable[..., Flask],
    submission: Make,
    shape: Shape,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name in ("", "sqlalchemy.engine", "sqlalchemy.pool", "alembic", "psycopg", "quiz"):
        caplog.set_level(logging.DEBUG, name)
    store.migrate(place.url)
    with open_app(place.url).app_context():
        store.save(submission())
        store.save(submission())
        store.withdraw(submission().receipt)
        store.save(submission())
        store.folding.fold([shape])
        store.withdraw(submission().receipt, [shape])
        place.execute("DROP TABLE result")
        store.save(submission())
        with pytest.raises(StoreError):
            store.withdraw(submission().receipt)
        try:
            store.withdraw(submission().receipt)
        except StoreError:
            logging.getLogger("web").exception("A page failed.")
    assert "INSERT INTO result" in caplog.text
    assert "DELETE FROM result" in caplog.text
    receipt, answers = submission().receipt, bytes(submission().answers)
    key = hashlib.sha256(receipt.encode()).digest()[:16]
    for secret in (receipt, *(repr(kept)[2:12] for kept in (key, answers)), "introvert"):
        assert secret not in caplog.text


class Traces:
    """Submissions in a SQLite folder, and what of them is left in its bytes."""

    def __init__(self, place: Any, make: Make, visits: int) -> None:
        self.place = place
        self.submissions = [
            make(receipt=f"visit {n}", answers=tuple(n // 5**k % 5 + 1 for k in range(24)))
            for n in range(visits)
        ]
        for submission in self.submissions:
            store.save(submission)

    def left(self) -> int:
        content = b"".join(file.read_bytes() for file in self.place.folder.iterdir())
        return sum(bytes(submission.answers) in content for submission in self.submissions)


def test_a_withdrawn_row_leaves_the_files_too(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url).app_context():
        traces = Traces(sqlite_place, submission, visits=300)
        assert traces.left() == 300
        for gone in traces.submissions[:100]:
            store.withdraw(gone.receipt)
        assert traces.left() == 200


def test_a_long_reader_delays_the_erasing_but_not_the_withdrawal(
    sqlite_place: Any,
    open_app: Callable[..., Flask],
    submission: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "quiz.store")
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url).app_context():
        traces = Traces(sqlite_place, submission, visits=2)
        with sqlite_place.connect() as reader:
            reader.execute("BEGIN")
            assert reader.execute("SELECT count(*) FROM result").fetchone() == (2,)
            assert store.withdraw("visit 0") is True
            assert "go with the next checkpoint" in caplog.text
            assert store.count() == 1
        store.migrate(sqlite_place.url)
        assert traces.left() == 1
