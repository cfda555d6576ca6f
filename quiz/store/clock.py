"""How far the clock behind the database is from this machine's."""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import URL, text

from quiz.store.engines import REFUSALS, StoreError, cause_of, open_engine, sqlite_file


def seconds_ahead(database: str | URL) -> float:
    """By how many seconds PostgreSQL's clock, or that of SQLite's file system, is ahead of ours.

    A file system of this machine goes by this machine's clock; one in the network by its own.
    Raises StoreError when it can't be asked.
    """
    engine = open_engine(database)
    try:
        before = datetime.now(UTC)
        file = sqlite_file(engine.url)
        if file:
            theirs = _of_file_system(file.parent)
        else:
            with engine.connect() as connection:
                theirs = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
        middle = before + (datetime.now(UTC) - before) / 2
    except REFUSALS as error:
        raise StoreError(f"The database's clock can't be read ({cause_of(error)}).") from error
    except OSError as error:
        raise StoreError(f"The folder's clock can't be read ({error.strerror}).") from error
    finally:
        engine.dispose()
    return (theirs - middle).total_seconds()


def _of_file_system(folder: Path) -> datetime:
    """When a file is written there now, as the file system says. It is gone again at once."""
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".clock-") as file:
        file.write(b"tick")
        file.flush()
        return datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
