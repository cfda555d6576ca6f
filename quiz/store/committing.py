"""How new results get into the table: each once, all that come together in one durable commit."""

import logging
from collections.abc import Sequence
from functools import lru_cache
from typing import cast

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError

from quiz.store.engines import broke_while_idle, cause_of, fell_silent, single_statements
from quiz.store.models import Result
from quiz.store.outbox import COLUMNS
from quiz.store.shared_commit import Commit, Row

log = logging.getLogger(__name__)

AT_ONCE = 1000


def committing(engine: Engine) -> Commit:
    """Commits rows to this database, by a statement that is a transaction of its own."""
    single = single_statements(engine)

    def commit(rows: Sequence[Row]) -> list[bool]:
        try:
            fresh = _insert(single, rows)
        except DBAPIError as error:
            if fell_silent(error):
                raise TimeoutError from error
            raise
        added = []
        for row in rows:
            added.append(_receipt(row) in fresh)
            fresh.discard(_receipt(row))  # of the same one twice in a group, one is new
        return added

    return commit


def insert_all(connection: Connection, rows: Sequence[Row]) -> set[bytes]:
    """Insert rows, at most AT_ONCE, unless they are there; the receipts of those that were not."""
    # In one order: two servers that get the same few can't wait for each other.
    values = tuple(row[name] for row in sorted(rows, key=_receipt) for name in COLUMNS)
    # Not SQLAlchemy's own insert, which takes three times as long to put together.
    insert, unless_there = _statements(connection.dialect.name, len(rows))
    if connection.dialect.name == "sqlite":
        # One step, so the interpreter's lock is waited for once. To fetch what was new takes a step
        # for each row, with others' turns in between, while other processes wait to write.
        try:
            connection.exec_driver_sql(insert, values)
        except IntegrityError:  # some are there; none was inserted
            pass
        else:
            return {_receipt(row) for row in rows}
    found = connection.exec_driver_sql(unless_there, values).fetchall()
    return {bytes(receipt) for (receipt,) in found}


def _insert(engine: Engine, rows: Sequence[Row]) -> set[bytes]:
    """A connection that broke while it lay in the pool (a restarted server) is replaced once.

    Running it twice is safe: the receipt is unique.
    """
    try:
        with engine.connect() as connection:
            return insert_all(connection, rows)
    except DBAPIError as error:
        if not broke_while_idle(error):
            raise
        why = cause_of(error)
    with engine.connect() as connection:
        fresh = insert_all(connection, rows)
    log.warning("A kept connection was broken; a new one was used (%s).", why)
    return fresh


@lru_cache(maxsize=256)
def _statements(dialect: str, rows: int) -> tuple[str, str]:
    """One that inserts all rows or none, and one that leaves out those that are there."""
    mark = "?" if dialect == "sqlite" else "%s"
    row = f"({', '.join([mark] * len(COLUMNS))})"
    insert = (
        f"INSERT INTO {Result.__tablename__} ({', '.join(COLUMNS)})"  # noqa: S608 - names of ours
        f" VALUES {', '.join([row] * rows)}"
    )
    return insert, f"{insert} ON CONFLICT DO NOTHING RETURNING receipt"


def _receipt(row: Row) -> bytes:
    return cast("bytes", row["receipt"])
