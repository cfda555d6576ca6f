"""How new results get into the table: each once, in one durable transaction."""

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, Engine
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from quiz.store.engines import BEGIN_WRITING, cause_of, single_statements
from quiz.store.models import Result
from quiz.store.shared_commit import Commit, Row
from quiz.store.turns import Turns

log = logging.getLogger(__name__)

AT_ONCE = 2000

_INSERT = {
    "sqlite": sqlite.insert(Result).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Result).on_conflict_do_nothing(),
}
_COUNTING = {"preserve_rowcount": True}


def committing(engine: Engine, turns: Turns) -> Commit:
    """Commits rows to this database; a lone row costs one statement and no more."""
    single, writing = single_statements(engine), engine.execution_options(**BEGIN_WRITING)

    def commit(rows: Sequence[Row]) -> list[bool]:
        with turns.turn():
            if len(rows) == 1:
                return _insert_one(single, rows[0])
            with writing.begin() as connection:
                return _insert_each(connection, rows)

    return commit


class EachForItself:
    """A writer without a queue, for a database in which all may commit at the same time."""

    def __init__(self, commit: Commit) -> None:
        self._commit = commit

    def __len__(self) -> int:
        """Nobody waits."""
        return 0

    def store(self, row: Row) -> bool:
        """Commit a row; whether it is new. Raises what the database raises."""
        return self._commit([row])[0]


def insert_all(connection: Connection, rows: Sequence[Row]) -> None:
    """Insert rows, whether they are there already or not."""
    connection.execute(_INSERT[connection.dialect.name], rows)


def _insert_one(engine: Engine, row: Row) -> list[bool]:
    """A connection that broke while it lay in the pool (a restarted server) is replaced once.

    Running it twice is safe: the receipt is unique.
    """
    try:
        with engine.connect() as connection:
            return _insert_each(connection, [row])
    except DBAPIError as error:
        if not error.connection_invalidated:
            raise
        log.warning("A kept connection was broken; using a new one (%s).", cause_of(error))
    with engine.connect() as connection:
        return _insert_each(connection, [row])


def _insert_each(connection: Connection, rows: Sequence[Row]) -> list[bool]:
    statement = _INSERT[connection.dialect.name]
    return [
        connection.execute(statement, row, execution_options=_COUNTING).rowcount > 0 for row in rows
    ]
