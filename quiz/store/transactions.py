"""One transaction for each task, and one way to say that a database refused it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection
from sqlalchemy.dialects import postgresql, sqlite

from quiz.store.database import rooms
from quiz.store.engines import BEGIN_WRITING, REFUSALS, StoreError, cause_of, empty_sqlite_log
from quiz.store.models import Base

log = logging.getLogger(__name__)

# What a statement that adds a row is made from, so that it can say what happens on a conflict.
Insert = sqlite.Insert | postgresql.Insert


@contextmanager
def begun(**options: bool) -> Iterator[Connection]:
    """One transaction that writes, once its turn has come; refusals come as they are."""
    engine, turns = rooms().engine, rooms().turns
    with turns.turn(), engine.execution_options(**BEGIN_WRITING, **options).begin() as connection:
        yield connection


@contextmanager
def writing(trouble: str, **options: bool) -> Iterator[Connection]:
    """One transaction that writes, once its turn has come; UNHURRIED when it may take long.

    What the database refuses becomes a StoreError: `trouble`, and why in names and codes.
    """
    try:
        with begun(**options) as connection:
            yield connection
    except REFUSALS as error:
        raise StoreError(f"{trouble} ({cause_of(error)}).") from error


@contextmanager
def asking(trouble: str) -> Iterator[Connection]:
    """A connection for reading; every statement is a transaction of its own."""
    try:
        with rooms().single.connect() as connection:
            yield connection
    except REFUSALS as error:
        raise StoreError(f"{trouble} ({cause_of(error)}).") from error


@contextmanager
def reading() -> Iterator[Connection]:
    """One transaction that reads statistics, from the replica when there is one."""
    engine = rooms().reading
    try:
        with engine.connect() as connection:
            yield connection
    except REFUSALS as error:
        name = "database" if engine is rooms().engine else "database of QUIZ_READ_DATABASE_URL"
        raise StoreError(f"The {name} does not answer ({cause_of(error)}).") from error


def insert_into(connection: Connection, table: type[Base]) -> Insert:
    """An insert that can say what happens when the row is there already."""
    if is_postgres(connection):
        return postgresql.insert(table)
    return sqlite.insert(table)


def is_postgres(connection: Connection) -> bool:
    """Whether several may write at the same time, so that rows have to be locked."""
    return connection.dialect.name == "postgresql"


def erase(what: str) -> None:
    """See to it that deleted rows leave SQLite's log too; `what` is gone already.

    A reader or a database in trouble delays that and is no failure.
    """
    engine, turns = rooms().single, rooms().turns
    if engine.dialect.name != "sqlite":
        return
    try:
        with turns.turn():
            emptied = empty_sqlite_log(engine)
    except REFUSALS as error:
        log.warning("%s, the old bytes are not yet (%s).", what, cause_of(error))
        return
    if not emptied:
        log.info("%s; the old bytes go with the next checkpoint.", what)
