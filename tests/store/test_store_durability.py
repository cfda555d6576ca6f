"""What was answered with STORED is there after a crash, once."""

import signal
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from quiz import store
from quiz.store import Outcome, Submission

Make = Callable[..., Submission]


def test_every_sqlite_connection_is_durable_patient_and_erases(
    sqlite_place: Any, open_app: Callable[..., Flask]
) -> None:
    store.migrate(sqlite_place.url)
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "fullfsync": 1,
        "busy_timeout": 5000,
        "foreign_keys": 1,
        "secure_delete": 1,
    }
    with open_app(sqlite_place.url).app_context():
        engine = store.db.engine
        with engine.connect() as first, engine.connect() as second:
            for connection in (first, second):
                found = {
                    name: connection.execute(text(f"PRAGMA {name}")).scalar() for name in wanted
                }
                assert found == wanted


def test_sqlite_is_as_patient_after_a_withdrawal_as_before(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url).app_context():
        store.save(submission())
        store.withdraw(submission().receipt)
        with store.db.engine.connect() as connection:
            assert connection.execute(text("PRAGMA busy_timeout")).scalar() == 5000


def test_every_postgresql_connection_is_durable_and_patient(
    postgres_place: Any, open_app: Callable[..., Flask]
) -> None:
    with open_app(postgres_place.url).app_context(), store.db.engine.connect() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar() == "on"
        assert connection.execute(text("SHOW lock_timeout")).scalar() == "5s"


def test_a_longer_transaction_holds_together(app: Flask) -> None:
    insert = text(
        "INSERT INTO result (receipt, questionnaire_id, version, week, source, language, answers,"
        " flags) VALUES (:receipt, 'q', 1, 202647, 'direct', 'en', :answers, 0)"
    )
    with app.app_context(), store.db.engine.connect() as connection:
        for receipt in (b"1", b"2"):
            connection.execute(insert, {"receipt": receipt, "answers": b"1"})
        connection.rollback()
        assert store.count() == 0


SAVE_FOR_EVER = """
import itertools
from flask import Flask
from quiz import store
from quiz.store import Submission

app = Flask("bare")
store.init_app(app, url)
with app.app_context():
    for visit in itertools.count():
        outcome = store.save(Submission(receipt=f"visit {visit}", questionnaire_id="q", version=1,
            week=202647, language="en", answers=(visit % 5 + 1,) * 24))
        print(visit, outcome.name, flush=True)
"""


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("answered", [1, 2, 40])
def test_what_was_stored_survives_a_kill_exactly_once(
    place: Any, submission: Make, answered: int
) -> None:
    with place.start(SAVE_FOR_EVER) as process:
        for visit in range(answered):
            assert process.stdout.readline() == f"{visit} STORED\n"
        process.kill()
        heard = answered + process.stdout.read().count(" STORED\n")
        assert process.stderr.read() == ""
    assert process.returncode == -signal.SIGKILL
    # One more may have been stored than the dying process had time to say.
    assert store.count() in {heard, heard + 1}
    repeats = {store.save(submission(receipt=f"visit {visit}")) for visit in range(heard)}
    assert repeats == {Outcome.ALREADY_STORED}
    assert store.count() in {heard, heard + 1}
