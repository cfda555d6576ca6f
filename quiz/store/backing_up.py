"""A copy of a SQLite database that is whole, made while others go on writing."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import URL

from quiz.store.engines import StoreError, database_url, sqlite_file
from quiz.store.outbox import sync_folder


def backup(url: str | URL, target: Path) -> int:
    """Copy the database to a new file that only its owner may read; how many results it holds.

    The copy is of one moment, checked, compared and on the disk before it gets its name. Raises
    StoreError, and leaves no half copy behind; a file that is there already is never touched.
    """
    source = sqlite_file(database_url(url))
    if source is None:
        raise StoreError(
            "`backup` copies SQLite. For PostgreSQL use its own: pg_dump --format=custom"
            " --file=quiz.dump followed by the address in DATABASE_URL."
        )
    there_already = StoreError(f"{target} is there already; name a new file.")
    if os.path.lexists(target):
        raise there_already
    try:
        # Its owner alone may read it.
        handle, name = mkstemp(".part", f"{target.name}.", target.parent)
        os.close(handle)
    except OSError as error:
        raise StoreError(f"{target} can't be written ({error.strerror}).") from error
    part = Path(name)
    try:
        rows = _copy(source, part)
        _give_name(part, target)
    except FileExistsError:
        raise there_already from None
    except (sqlite3.Error, OSError) as error:
        code = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None)
        raise StoreError(f"The database could not be copied ({code or 'damaged'}).") from error
    finally:
        for left in ("", "-journal", "-wal", "-shm"):
            part.with_name(part.name + left).unlink(missing_ok=True)
    return rows


def compare(database: sqlite3.Connection, copy: sqlite3.Connection) -> int:
    """See that each table of a copy has as many rows as its original; the number of results.

    Raises StoreError.
    """
    original, copied = _rows(database), _rows(copy)
    for table, n in original.items():
        found = copied.get(table, 0)
        if found != n:
            raise StoreError(
                f"The copy holds {found:,} rows of {n:,} in the table {table!r}, so it was thrown"
                " away. Look at both disks, then try again."
            )
    return original["result"]


def _copy(source: Path, target: Path) -> int:
    with (
        closing(_open(f"{source.as_uri()}?mode=ro")) as database,
        closing(_open(target.as_uri())) as copy,
    ):
        # What is counted is of the moment that is copied, whoever writes meanwhile.
        database.execute("BEGIN")
        database.execute("SELECT count(*) FROM result")
        # In one step: one that lets writers in between begins anew with each of their rows.
        database.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")
        if copy.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise sqlite3.DatabaseError
        rows = compare(database, copy)
    handle = os.open(target, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return rows


def _open(address: str) -> sqlite3.Connection:
    return sqlite3.connect(address, uri=True, isolation_level=None)


def _rows(database: sqlite3.Connection) -> dict[str, int]:
    tables = database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    return {
        name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 - our tables
        for (name,) in tables
    }


def _give_name(part: Path, target: Path) -> None:
    """Let a finished copy appear, unless a file of this name came meanwhile."""
    try:
        os.link(part, target)
    except FileExistsError:
        raise
    except OSError:  # a disk without second names, as on many sticks
        if os.path.lexists(target):
            raise FileExistsError from None
        part.rename(target)
    sync_folder(target.absolute().parent)
