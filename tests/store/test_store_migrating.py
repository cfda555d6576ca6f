"""Any database, empty or old, becomes the newest one, however many processes try at once."""

import hashlib
import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, event

from quiz import store
from quiz.store import Outcome, StoreError, Submission, sources
from quiz.store.engines import open_engine
from quiz.store.migrating import FOLDER
from quiz.store.sources import Source

Make = Callable[..., Submission]


OLD_ROW = """
INSERT INTO result (receipt, questionnaire_id, version, week, source, language, answers, flags)
VALUES (BLOB, 'old', 1, 202601, 'direct', 'en', BLOB, 0)
"""


OLD_SOURCE = """
INSERT INTO source (key, name, origins, audience, created_week, retired_week)
VALUES ('my-blog', 'My blog', 'https://a.example', BLOB, 202601, 202630)
"""


OLD_SUMS = """
INSERT INTO tally (questionnaire_id, version, source, language, flagged, settled, first_week,
                   last_week, sums)
VALUES ('q', 1, 'direct', 'en', false, false, 202601, 202601, BLOB)
"""


def revisions() -> list[str]:
    """Every migration, oldest first."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    scripts = ScriptDirectory.from_config(config)
    assert len(scripts.get_heads()) == 1
    return [script.revision for script in scripts.walk_revisions()][::-1]


def differences(url: str) -> list[Any]:
    """What Alembic would still have to change to reach the models."""
    engine = open_engine(url)
    try:
        with engine.connect() as connection:
            context = MigrationContext.configure(
                connection, opts={"compare_type": True, "compare_server_default": True}
            )
            return list(compare_metadata(context, store.db.metadata))
    finally:
        engine.dispose()


def test_an_empty_database_becomes_the_models(place: Any) -> None:
    store.migrate(place.url)
    assert differences(place.url) == []


@pytest.mark.parametrize("revision", revisions())
def test_an_old_database_becomes_the_models_and_keeps_its_rows(
    place: Any, revision: str, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(place.url, revision)
    blob = "x'0102'" if place.is_sqlite else r"'\x0102'"
    place.execute(OLD_ROW.replace("BLOB", blob))
    store.migrate(place.url)
    assert differences(place.url) == []
    with open_app(place.url).app_context():
        assert store.count() == 1
        assert store.save(submission()) is Outcome.STORED


def test_sources_of_an_older_version_keep_everything_and_get_their_cards(
    place: Any, open_app: Callable[..., Flask]
) -> None:
    store.migrate(place.url, "0002")
    handed_over = "a word that only the blogger has"
    digest = hashlib.sha256(handed_over.encode()).hexdigest()
    blob = f"x'{digest}'" if place.is_sqlite else rf"'\x{digest}'"
    place.execute(OLD_SOURCE.replace("BLOB", blob))
    store.migrate(place.url)
    with open_app(place.url).app_context():
        found = sources.by_secret(handed_over)
        assert found == Source("my-blog", "My blog", ("https://a.example",), 202601, 202630)
        assert sources.by_card(sources.card_of(handed_over)) == found


def test_sums_of_an_older_version_get_room_for_another_flag(place: Any) -> None:
    store.migrate(place.url, "0003")
    numbers = range(1, 15)
    old = b"".join(n.to_bytes(8, "little") for n in numbers).hex()
    blob = f"x'{old}'" if place.is_sqlite else rf"'\x{old}'"
    place.execute(OLD_SUMS.replace("BLOB", blob))
    store.migrate(place.url)
    ((sums,),) = place.rows("SELECT sums FROM tally")
    found = [int.from_bytes(bytes(sums)[at : at + 8], "little") for at in range(0, len(sums), 8)]
    assert found == [*range(1, 10), 0, *range(10, 15)]


def test_sqlite_gets_the_very_tables_that_the_models_describe(
    sqlite_place: Any, tmp_path: Path
) -> None:
    store.migrate(sqlite_place.url)
    other = create_engine(f"sqlite:///{tmp_path}/models.sqlite3")
    store.db.metadata.create_all(other)
    query = "SELECT sql FROM sqlite_master WHERE name NOT LIKE 'alembic%' AND sql IS NOT NULL"
    with other.connect() as connection:
        wanted = {" ".join(sql.split()) for (sql,) in connection.exec_driver_sql(query)}
    other.dispose()
    assert {" ".join(sql.split()) for (sql,) in sqlite_place.rows(query)} == wanted


@pytest.mark.usefixtures("app")
def test_migrating_again_changes_nothing(place: Any, submission: Make) -> None:
    store.save(submission())
    store.migrate(place.url)
    store.migrate(store.db.engine)
    assert store.count() == 1
    assert store.ready() is None


MIGRATE_WHEN_TOLD = """
from quiz import store
print("here", flush=True)
for line in sys.stdin:
    store.migrate(url)
    print("done", flush=True)
"""


def test_processes_that_start_together_migrate_once(place: Any) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(place.start(MIGRATE_WHEN_TOLD)) for _ in range(4)]
        assert [process.stdout.readline() for process in processes] == ["here\n"] * 4
        for _attempt in range(8):
            place.clear()
            for process in processes:
                process.stdin.write("go\n")
                process.stdin.flush()
            assert [process.stdout.readline() for process in processes] == ["done\n"] * 4
            assert len(place.rows("SELECT version_num FROM alembic_version")) == 1
        assert [process.communicate() for process in processes] == [("", "")] * 4
    assert differences(place.url) == []


def test_a_service_that_goes_on_writing_waits_for_a_migration(sqlite_place: Any) -> None:
    sqlite_place.file.touch()
    engine = open_engine(sqlite_place.url)
    with closing(sqlite3.connect(sqlite_place.file, timeout=0, isolation_level=None)) as service:
        service.execute("PRAGMA journal_mode = WAL")
        service.execute("CREATE TABLE other (number INTEGER)")

        @event.listens_for(engine, "before_cursor_execute")
        def write(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if "CREATE TABLE alembic_version" in statement:  # the first thing it writes
                with pytest.raises(sqlite3.OperationalError, match="locked"):
                    service.execute("INSERT INTO other VALUES (1)")

        store.migrate(engine)
        service.execute("DROP TABLE other")
    engine.dispose()
    assert differences(sqlite_place.url) == []


@pytest.mark.usefixtures("app")
def test_a_database_of_a_newer_version_is_left_alone(place: Any) -> None:
    place.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(StoreError, match="9999, which this version of the quiz does not know"):
        store.migrate(place.url)
    assert "9999" in (store.ready() or "")


@pytest.fixture
def open_umask() -> Iterator[None]:
    before = os.umask(0)
    yield
    os.umask(before)


@pytest.mark.usefixtures("open_umask")
def test_a_new_sqlite_file_and_its_log_are_for_their_owner_only(
    sqlite_place: Any, open_app: Callable[..., Flask], submission: Make
) -> None:
    store.migrate(sqlite_place.url)
    with open_app(sqlite_place.url).app_context():
        store.save(submission())
        modes = {
            file.name: stat.S_IMODE(file.stat().st_mode) for file in sqlite_place.folder.iterdir()
        }
    assert modes == dict.fromkeys(("quiz.sqlite3", "quiz.sqlite3-wal", "quiz.sqlite3-shm"), 0o600)


def test_a_folder_that_is_missing_is_named_as_the_fault(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="folder cannot be used"):
        store.migrate(f"sqlite:///{tmp_path}/missing/quiz.sqlite3")


def test_a_file_name_with_odd_letters_works(tmp_path: Path) -> None:
    store.migrate(f"sqlite:///{tmp_path}/ä 50%-#1.sqlite3")
    assert (tmp_path / "ä 50%-#1.sqlite3").stat().st_size > 0


def test_a_relative_sqlite_address_means_the_current_folder_for_app_and_migration(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    open_app: Callable[..., Flask],
    submission: Make,
) -> None:
    monkeypatch.chdir(tmp_path)
    store.migrate("sqlite:///here.sqlite3")
    app = open_app("sqlite:///here.sqlite3")
    monkeypatch.chdir("/")
    with app.app_context():
        assert store.save(submission()) is Outcome.STORED
    assert (tmp_path / "here.sqlite3").exists()


def test_the_address_that_hosting_services_hand_out_works(
    postgres_place: Any, open_app: Callable[..., Flask]
) -> None:
    url = postgres_place.url.replace("postgresql://", "postgres://")
    store.migrate(url)
    with open_app(url).app_context():
        assert store.ready() is None


def test_a_place_that_may_not_be_looked_at_is_not_taken_for_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "circle").symlink_to("circle")
    hidden = f"sqlite:///{tmp_path}/circle/quiz.sqlite3"
    with pytest.raises(StoreError, match="can't be looked at"):
        store.is_missing(hidden)
    with pytest.raises(StoreError, match="can't be looked at"):
        store.is_made(hidden)
    assert store.is_missing(f"sqlite:///{tmp_path}/nowhere/quiz.sqlite3")
