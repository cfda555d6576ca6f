"""The database of an app: its engines, its writer, and where answers wait when it refuses."""

from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import URL, Engine

from quiz.store.committing import committing
from quiz.store.engines import (
    PATIENCE_SECONDS,
    database_url,
    engine_options,
    open_engine,
    prepare,
    single_statements,
    sqlite_file,
)
from quiz.store.models import Base
from quiz.store.outbox import Outbox
from quiz.store.repeating import Repeating
from quiz.store.shared_commit import SharedCommit
from quiz.store.trouble import Trouble
from quiz.store.turns import Turns

EXTENSION = "quiz.store"

db = SQLAlchemy(metadata=Base.metadata)


@dataclass(frozen=True)
class Rooms:
    """The engines of one app: `single` commits every statement by itself.

    Who writes takes one of the `turns` first; new results go to the `writer`, and to the `outbox`
    while the database is in `trouble`. What neither takes is `lost`, and told to the log. `reading`
    is where statistics are read: a replica, or the same as `engine`.
    """

    engine: Engine
    single: Engine
    turns: Turns
    reading: Engine
    writer: SharedCommit
    trouble: Trouble
    outbox: Outbox | None
    lost: Repeating = field(default_factory=Repeating)


def init_app(
    app: Flask,
    url: str | URL,
    patience: float = PATIENCE_SECONDS,
    read_url: str | URL | None = None,
    outbox: Path | None = None,
) -> None:
    """Give an app its database; opens no connection yet, so it is safe before a fork.

    `patience` is how many seconds a statement waits for a lock, a free connection or an answer
    while connecting. `read_url` is a replica from which statistics are read; `outbox` is the folder
    where answers wait while the database refuses. Raises StoreError for an address that is neither
    SQLite nor PostgreSQL.
    """
    address = database_url(url)
    app.config["SQLALCHEMY_DATABASE_URI"] = address
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(address, patience)
    db.init_app(app)
    with app.app_context():
        engine = db.engine
    prepare(engine, patience)
    file = sqlite_file(address)
    turns = Turns(file.parent if file else None, patience)
    reading = open_engine(read_url, patience, "QUIZ_READ_DATABASE_URL") if read_url else engine
    app.extensions[EXTENSION] = Rooms(
        engine=engine,
        single=single_statements(engine),
        turns=turns,
        reading=reading,
        writer=SharedCommit(committing(engine), turns.turn),
        trouble=Trouble(),
        outbox=Outbox(outbox) if outbox else None,
    )


def rooms() -> Rooms:
    """The engines of the current app."""
    found: Rooms = current_app.extensions[EXTENSION]
    return found


def close() -> None:
    """Close the current app's idle connections; it opens new ones when it needs them.

    For the end of a command or a test, and for a process about to fork. The log is told what it
    was still to be told.
    """
    rooms().lost.tell(at_once=True)
    rooms().engine.dispose()
    rooms().reading.dispose()
