"""Bringing a database to the newest migration, and asking whether it is there."""

import os
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text

from quiz.store.database import rooms
from quiz.store.engines import (
    BEGIN_WRITING,
    REFUSALS,
    UNHURRIED,
    StoreError,
    cause_of,
    empty_sqlite_log,
    open_engine,
    single_statements,
    sqlite_file,
)
from quiz.store.naming import check_that_it_opens, is_missing, name_of
from quiz.store.room import no_room
from quiz.store.turns import folder_turn

FOLDER = Path(__file__).with_name("migrations")
# The migrations in their order, by the names of their files: v0004_burst.py is 0004.
KNOWN = sorted(file.name[1:5] for file in (FOLDER / "versions").glob("v*.py"))

# Any fixed number will do, as long as every process that migrates uses the same one.
ADVISORY_LOCK = 0x51_55_49_5A
LOCK_PATIENCE = "60s"


def migrate(database: str | URL | Engine, revision: str = "head") -> None:
    """Upgrade a database in one transaction; makes a missing SQLite file, for its owner only.

    Processes that start together take turns, the later ones find nothing left to do. Raises
    StoreError when the database refuses or was made by a newer version of the quiz.
    """
    if isinstance(database, Engine):
        _migrate(database, revision)
        return
    engine = open_engine(database)
    try:
        _migrate(engine, revision)
    finally:
        engine.dispose()


def is_made(database: str | URL) -> bool:
    """Whether a quiz's database is there, of any release. Asking makes nothing.

    Raises StoreError when it can't be asked.
    """
    if is_missing(database):
        return False
    engine = open_engine(database)
    file = sqlite_file(engine.url)
    try:
        if file and not file.stat().st_size:
            return False
        check_that_it_opens(engine)
        with engine.connect() as connection:
            return _revision(connection) is not None
    except REFUSALS as error:
        raise StoreError(f"The database does not answer ({cause_of(error)}).") from error
    finally:
        engine.dispose()


def ready() -> str | None:
    """None when the database answers, takes answers and is at the newest migration.

    Else what is wrong. Whether it takes answers is what the last visitor of this worker found, and
    what anybody can see: a full disk, or a database that is read-only.
    """
    try:
        with rooms().engine.connect() as connection:
            wrong = _wrong_with(_revision(connection))
            closed = _closed_to_answers(connection)
    except REFUSALS as error:
        return f"The database does not answer ({cause_of(error)})."
    cause = rooms().trouble.cause
    return wrong or (f"The database takes no answers ({cause})." if cause else closed)


def state_of(database: str | URL) -> str | None:
    """What is wrong with a database that no app has opened; None when it is as it should be.

    It is asked whether it is whole, and for a transaction that writes and is given up. Raises
    StoreError when it can't be opened.
    """
    engine = open_engine(database)
    try:
        check_that_it_opens(engine)
        with engine.execution_options(**BEGIN_WRITING, **UNHURRIED).connect() as connection:
            wrong = _wrong_with(_revision(connection))
            if wrong is None and engine.dialect.name == "sqlite":
                found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
                wrong = None if found == "ok" else "It is damaged; restore a backup."
            if wrong is None:
                connection.execute(text("DELETE FROM result WHERE version = -1"))
            connection.rollback()
    except REFUSALS as error:
        return f"It does not answer, or takes no writes ({cause_of(error)})."
    finally:
        engine.dispose()
    return wrong


def can_be_read(database: str | URL) -> str | None:
    """What is wrong with a replica from which statistics are read. Raises StoreError likewise."""
    setting = "QUIZ_READ_DATABASE_URL"
    engine = open_engine(database, setting=setting)
    try:
        check_that_it_opens(engine, setting)
        with engine.connect() as connection:
            return _wrong_with(_revision(connection))
    except REFUSALS as error:
        return f"It does not answer ({cause_of(error)})."
    finally:
        engine.dispose()


def _migrate(engine: Engine, revision: str) -> None:
    try:
        file = sqlite_file(engine.url)
        if file is None:
            check_that_it_opens(engine)
            _upgrade(engine, revision)
        else:
            # BEGIN IMMEDIATE alone would not do: a new file is switched to WAL before it, and
            # there SQLite does not wait.
            with folder_turn(file.parent):
                _make_private(file)
                _upgrade(engine, revision)
                empty_sqlite_log(single_statements(engine))
    except REFUSALS as error:
        raise StoreError(
            f"The database could not be migrated ({cause_of(error)}): {name_of(engine.url)}"
        ) from error
    except OSError as error:
        raise StoreError(
            f"The database's folder cannot be used ({error.strerror}): {name_of(engine.url)}. Check"
            " that it exists and belongs to the user who runs the quiz."
        ) from error


def _wrong_with(here: str | None) -> str | None:
    if here == KNOWN[-1]:
        return None
    if here is None:
        return "The database has no tables yet; it has to be migrated."
    return f"The database is at migration {here}, this version of the quiz needs another."


def _closed_to_answers(connection: Connection) -> str | None:
    file = sqlite_file(connection.engine.url)
    if file:
        return no_room("database", file)
    if connection.execute(text("SHOW transaction_read_only")).scalar() == "on":
        return "The database is read-only."
    return None


def _upgrade(engine: Engine, revision: str) -> None:
    writing = engine.execution_options(**BEGIN_WRITING, **UNHURRIED)
    with writing.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        here = _revision(connection)
        if here is not None and here not in KNOWN:
            raise StoreError(
                f"The database is at migration {here}, which this version of the quiz does not"
                " know; install the newer version again or restore a backup."
            )
        if here != (KNOWN[-1] if revision == "head" else revision):
            _run(connection, revision)


def _run(connection: Connection, revision: str) -> None:
    # Only here: Alembic takes 10 MB of memory in every process, and is seldom needed.
    from alembic import command
    from alembic.config import Config

    config = Config()
    # Alembic reads options with interpolation, where a per cent sign must be doubled.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def _make_private(file: Path) -> None:
    # An empty file is a valid empty database; SQLite gives its log the same mode.
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
