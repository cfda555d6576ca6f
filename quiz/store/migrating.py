"""Bringing a database to the newest migration, and asking whether it is there."""

import os
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import URL, Connection, Engine, text

from quiz.store.database import rooms
from quiz.store.engines import (
    BEGIN_WRITING,
    REFUSALS,
    StoreError,
    cause_of,
    empty_sqlite_log,
    open_engine,
    single_statements,
    sqlite_file,
)
from quiz.store.turns import folder_turn

FOLDER = Path(__file__).with_name("migrations")

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


def ready() -> str | None:
    """None when the database answers and is at the newest migration, else what is wrong."""
    try:
        with rooms().engine.connect() as connection:
            here = _revision(connection)
    except REFUSALS as error:
        return f"The database does not answer ({cause_of(error)})."
    if here == _scripts().get_current_head():
        return None
    if here is None:
        return "The database has no tables yet; it has to be migrated."
    return f"The database is at migration {here}, this version of the quiz needs another."


def _migrate(engine: Engine, revision: str) -> None:
    try:
        file = sqlite_file(engine.url)
        if file is None:
            _upgrade(engine, revision)
        else:
            # BEGIN IMMEDIATE alone would not do: a new file is switched to WAL before it, and
            # there SQLite does not wait.
            with folder_turn(file.parent):
                _make_private(file)
                _upgrade(engine, revision)
                empty_sqlite_log(single_statements(engine))
    except REFUSALS as error:
        raise StoreError(f"The database could not be migrated ({cause_of(error)}).") from error
    except OSError as error:
        raise StoreError(
            f"The database's folder cannot be used ({error.strerror}); check that it exists"
            " and belongs to the user who runs the quiz."
        ) from error


def _upgrade(engine: Engine, revision: str) -> None:
    writing = engine.execution_options(**BEGIN_WRITING)
    with writing.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text(f"SET LOCAL lock_timeout = '{LOCK_PATIENCE}'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ADVISORY_LOCK})
        here = _revision(connection)
        if here is not None and here not in _known():
            raise StoreError(
                f"The database is at migration {here}, which this version of the quiz does not"
                " know; install the newer version again or restore a backup."
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)


def _config() -> Config:
    config = Config()
    # Alembic reads options with interpolation, where a per cent sign must be doubled.
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    return config


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _known() -> set[str]:
    return {script.revision for script in _scripts().walk_revisions()}


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _make_private(file: Path) -> None:
    # An empty file is a valid empty database; SQLite gives its log the same mode.
    try:
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        return
