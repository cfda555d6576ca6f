"""A database that refuses costs the visitor nothing, and the log tells the operator why."""

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.exc import OperationalError

from quiz import store
from quiz.store import Outcome, StoreError, Submission
from quiz.store.engines import UNHURRIED, fell_silent

Make = Callable[..., Submission]


@contextmanager
def locked(place: Any) -> Iterator[None]:
    """Somebody else holds the table."""
    with place.connect() as connection:
        if place.is_sqlite:
            connection.execute("BEGIN IMMEDIATE")
        else:
            connection.execute("BEGIN")
            connection.execute("LOCK TABLE result IN ACCESS EXCLUSIVE MODE")
        yield
        connection.execute("ROLLBACK")


def assert_says_why_without_data(caplog: pytest.LogCaptureFixture, *codes: str) -> None:
    [record] = [record for record in caplog.records if record.name.startswith("quiz.store")]
    assert record.levelno == logging.ERROR
    assert "refused a submission" in record.getMessage()
    assert any(code in record.getMessage() for code in codes), record.getMessage()
    for secret in ("visit-with", "5, 1, 4", "introvert", "learn", "online", "x05"):
        assert secret not in caplog.text


@pytest.mark.usefixtures("impatient")
def test_a_locked_database_refuses_and_takes_the_same_submission_later(
    place: Any, submission: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with locked(place):
        assert store.save(submission()) is Outcome.NOT_STORED
    assert_says_why_without_data(caplog, "SQLITE_BUSY", "55P03")
    assert store.save(submission()) is Outcome.STORED


@pytest.mark.usefixtures("impatient")
def test_a_withdrawal_from_a_locked_database_is_not_called_done(
    place: Any, submission: Make
) -> None:
    store.save(submission())
    with locked(place), pytest.raises(StoreError, match="nothing was taken out"):
        store.withdraw(submission().receipt)
    assert store.withdraw(submission().receipt) is True


def test_a_database_without_tables_refuses_and_is_not_ready(
    place: Any, open_app: Callable[..., Flask], submission: Make, caplog: pytest.LogCaptureFixture
) -> None:
    if place.is_sqlite:
        place.file.touch()
    with open_app(place.url).app_context():
        assert store.ready() == "The database has no tables yet; it has to be migrated."
        assert store.save(submission()) is Outcome.NOT_STORED
        assert_says_why_without_data(caplog, "SQLITE_ERROR", "42P01")
        store.migrate(place.url)
        assert "takes no answers" in (store.ready() or "")
        assert store.save(submission()) is Outcome.STORED
        assert store.ready() is None


def test_a_missing_database_refuses_and_is_not_replaced_by_an_empty_one(
    place: Any, open_app: Callable[..., Flask], submission: Make, caplog: pytest.LogCaptureFixture
) -> None:
    url = place.url if place.is_sqlite else place.url.replace("quiz_test_", "no_such_")
    with open_app(url, patience=0.05).app_context():
        assert store.save(submission()) is Outcome.NOT_STORED
        assert_says_why_without_data(caplog, "SQLITE_CANTOPEN", "OperationalError")
        assert "does not answer" in (store.ready() or "")
        with pytest.raises(StoreError, match="does not answer"):
            store.count()
    assert not place.file.exists()


def test_a_read_only_postgresql_refuses(
    postgres_place: Any,
    open_app: Callable[..., Flask],
    submission: Make,
    caplog: pytest.LogCaptureFixture,
) -> None:
    store.migrate(postgres_place.url)
    [[name]] = postgres_place.rows("SELECT current_database()")
    postgres_place.execute(f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with open_app(postgres_place.url).app_context():
        assert store.ready() == "The database is read-only."  # before anybody was refused
        assert store.save(submission()) is Outcome.NOT_STORED
        assert_says_why_without_data(caplog, "25006")
        assert store.count() == 0


SQLITE_UNDER_A_LIMIT = """
import logging, os, pathlib, resource
from flask import Flask
from quiz import store
from quiz.store import Submission

logging.basicConfig(stream=sys.stdout, format="%(message)s")
app = Flask("bare")
store.migrate(url)
store.init_app(app, url)

def save(receipt):
    print(store.save(Submission(receipt=receipt, questionnaire_id="q", version=1, week=202647,
        language="en", answers=(3, 4, 5, 4, 3))).name, flush=True)

with app.app_context():
    save("before")
    {limit}
    save("during-the-trouble")
    {relief}
    save("during-the-trouble")
    print(store.count())
    store.close()
"""


def run_under_a_limit(place: Any, limit: str, relief: str) -> list[str]:
    process = place.start(SQLITE_UNDER_A_LIMIT.format(limit=limit, relief=relief))
    out, err = process.communicate()
    assert err == ""
    assert "during" not in out
    assert "3, 4, 5" not in out
    lines: list[str] = out.splitlines()
    return lines


def test_a_full_disk_refuses_and_takes_the_same_submission_later(sqlite_place: Any) -> None:
    lines = run_under_a_limit(
        sqlite_place,
        "resource.setrlimit(resource.RLIMIT_FSIZE, (40, resource.RLIM_INFINITY))",
        "resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY,) * 2)",
    )
    assert lines[0] == "STORED"
    assert "refused a submission (OperationalError, SQLITE_" in lines[1]
    assert lines[2:] == ["NOT_STORED", "STORED", "2"]


def test_a_read_only_sqlite_file_refuses(sqlite_place: Any) -> None:
    # Root may write anywhere, so a root's process becomes somebody else for the while.
    nobody, root = ("os.seteuid(65534)", "os.seteuid(0);") if os.geteuid() == 0 else ("", "")
    # SQLite gives the log that it makes meanwhile the mode of the file.
    folder = f"pathlib.Path({str(sqlite_place.folder)!r})"
    lines = run_under_a_limit(
        sqlite_place,
        f"store.close(); [file.chmod(0o444) for file in {folder}.iterdir()]; {nobody}",
        f"store.close(); {root} [file.chmod(0o600) for file in {folder}.iterdir()]",
    )
    assert lines[0] == "STORED"
    assert "refused a submission (OperationalError, SQLITE_" in lines[1]
    assert lines[2:] == ["NOT_STORED", "STORED", "2"]


@pytest.mark.usefixtures("impatient")
def test_a_crowd_that_takes_every_connection_refuses_the_next(
    submission: Make, caplog: pytest.LogCaptureFixture
) -> None:
    with ExitStack() as crowd:
        for _ in range(10):
            crowd.enter_context(store.db.engine.connect())
        assert store.save(submission()) is Outcome.NOT_STORED
    assert_says_why_without_data(caplog, "TimeoutError")
    assert store.save(submission()) is Outcome.STORED


@pytest.mark.usefixtures("app")
def test_connections_that_broke_while_idle_are_replaced_unseen(
    place: Any, submission: Make
) -> None:
    store.save(submission(receipt="before"))
    if not place.is_sqlite:
        place.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert store.save(submission()) is Outcome.STORED
    assert store.withdraw("before") is True


def test_a_silence_ends_except_over_work_that_takes_long(
    postgres_place: Any, open_app: Callable[..., Flask]
) -> None:
    with open_app(postgres_place.url, patience=0.05).app_context():
        engine = store.db.engine
        with pytest.raises(OperationalError) as refused, engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(600)")
        assert fell_silent(refused.value)
        with engine.execution_options(**UNHURRIED).connect() as connection:
            assert connection.exec_driver_sql("SELECT 1 FROM pg_sleep(4)").scalar_one() == 1
        with pytest.raises(OperationalError), engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_sleep(600)")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "is not an address"),
        ("quiz.sqlite3", "is not an address"),
        ("mysql://ann:secret@host/quiz", "only sqlite:/// and postgresql://"),
        ("postgresql://ann:se@cret@host/quiz", "write it as %40"),
        ("postgresql://ann:secret@host:cret/quiz", "is not an address"),
        ("sqlite://", "in memory"),
        ("sqlite:///:memory:", "in memory"),
        ("sqlite:///file::memory:?uri=true", "in memory"),
    ],
)
def test_an_address_of_no_use_is_refused_at_start_without_its_password(
    url: str, sentence: str
) -> None:
    with pytest.raises(StoreError, match=sentence) as refusal:
        store.init_app(Flask("bare"), url)
    assert "cret" not in str(refusal.value)
