"""A copy of a SQLite database that is whole, made while others go on writing."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import URL

from quiz.store.engines import StoreError, database_url, sqlite_file
from quiz.store.outbox import sync_folder


def backup(url: str | URL, target: Path) -> int:
    """Copy the database to a new file that only its owner may read; how many results it holds.

    The copy is of one moment, checked and on the disk when this returns. Raises StoreError, and
    leaves no half copy behind; a file that is there already is never touched.
    """
    source = sqlite_file(database_url(url))
    if source is None:
        raise StoreError(
            "`backup` copies SQLite. For PostgreSQL use its own: pg_dump --format=custom"
            " --file=quiz.dump followed by the address in DATABASE_URL."
        )
    try:
        os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    except FileExistsError:
        raise StoreError(f"{target} is there already; name a new file.") from None
    except OSError as error:
        raise StoreError(f"{target} can't be written ({error.strerror}).") from error
    try:
        rows = _copy(source, target)
    except (sqlite3.Error, OSError) as error:
        target.unlink(missing_ok=True)
        code = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None)
        raise StoreError(f"The database could not be copied ({code or 'damaged'}).") from error
    return rows


def _copy(source: Path, target: Path) -> int:
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as database,
        closing(sqlite3.connect(target)) as copy,
    ):
        # In one step: one that lets writers in between begins anew with each of their rows.
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError
        rows: int = copy.execute("SELECT count(*) FROM result").fetchone()[0]
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    sync_folder(target.absolute().parent)
    return rows
