"""Which database, and how it is opened: durable, patient for a bounded time, and private."""

import logging
import math
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout

PATIENCE_SECONDS = 5.0

# How long emptying SQLite's log waits for readers: writers wait with it, so not for long.
ERASE_PATIENCE_MS = 250

# How a SQLite transaction starts is an execution option of its connection or engine.
SQLITE_BEGIN = "sqlite_begin"
BEGIN_WRITING = {SQLITE_BEGIN: "BEGIN IMMEDIATE"}
BEGIN_NOTHING = {SQLITE_BEGIN: ""}

# For a statement that reads many bytes: PostgreSQL sends them twice as long, as text, unless asked.
AS_BYTES = "as_bytes"

# For work that rightly takes long: PostgreSQL may be silent over it.
UNHURRIED = {"unhurried": True}

# What is raised when a database refuses, does not answer, or the queue for it does not move.
REFUSALS = (DBAPIError, PoolTimeout, TimeoutError)


class StoreError(RuntimeError):
    """The database cannot do what was asked; the message is a plain sentence without data."""


def open_engine(
    url: str | URL, patience: float = PATIENCE_SECONDS, setting: str = "DATABASE_URL"
) -> Engine:
    """An engine of one's own, for work outside an app; the caller disposes of it."""
    address = database_url(url, setting)
    engine = create_engine(address, **engine_options(address, patience))
    prepare(engine, patience)
    return engine


def database_url(url: str | URL, setting: str = "DATABASE_URL") -> URL:
    """The address as SQLAlchemy wants it: psycopg for PostgreSQL, an existing file for SQLite.

    A SQLite file is never made by opening it (only `migrate` makes one, readable by its owner
    alone), so that a lost file is noticed instead of being replaced by an empty one.
    """
    try:
        address = make_url(url)
    except (ArgumentError, ValueError):  # the latter for a port that is no number
        raise StoreError(
            f"{setting} is not an address; write sqlite:////folder/quiz.sqlite3"
            " or postgresql://user:password@host:5432/name."
        ) from None
    if "@" in (address.host or ""):
        raise StoreError(f"{setting} has an @ too many: in a user or password write it as %40.")
    if address.drivername in {"postgres", "postgresql", "postgresql+psycopg"}:
        return address.set(drivername="postgresql+psycopg")
    if address.drivername not in {"sqlite", "sqlite+pysqlite"}:
        raise StoreError(
            f"{setting} starts with {address.drivername}://,"
            " but only sqlite:/// and postgresql:// are supported."
        )
    file = sqlite_file(address)
    if file is None:
        raise StoreError(
            f"{setting} names a SQLite database in memory, which would lose every answer;"
            " name a file, for example sqlite:////folder/quiz.sqlite3."
        )
    return URL.create(
        "sqlite", database="file:" + quote(str(file)), query={"mode": "rw", "uri": "true"}
    )


def sqlite_file(url: URL) -> Path | None:
    """The absolute path of a SQLite file, or None when the address names no file."""
    name = url.database or ""
    if url.get_backend_name() != "sqlite" or name in {"", ":memory:"}:
        return None
    if name.startswith("file:"):
        name = unquote(name.removeprefix("file:"))
        if name == ":memory:" or url.query.get("mode") == "memory":
            return None
    return Path(name).absolute()


def engine_options(url: URL, patience: float) -> dict[str, Any]:
    """Options for `create_engine`: answers share one connection, so few are needed otherwise.

    `hide_parameters` keeps answers and receipts out of every message and traceback.
    """
    common = {
        "hide_parameters": True,
        "pool_size": 8,
        "max_overflow": 2,
        "pool_timeout": patience,
    }
    if url.get_backend_name() == "sqlite":
        return common | {"connect_args": {"timeout": patience}}
    return common | {
        "pool_recycle": 1800,
        "connect_args": {
            "connect_timeout": max(2, math.ceil(patience)),
            # A host that falls silent is given up, instead of being waited for some 15 minutes.
            "tcp_user_timeout": max(2, math.ceil(patience)) * 1000,
            "keepalives_idle": 5,
            "keepalives_interval": 2,
            "keepalives_count": 3,
        },
    }


def prepare(engine: Engine, patience: float) -> None:
    """Set up every connection that the engine will open."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _settle_sqlite)
        file = sqlite_file(engine.url)
        if file is not None:
            event.listen(engine, "connect", _SameFile(file).remember)
            event.listen(engine, "checkout", _SameFile(file).check)
        event.listen(engine, "begin", _begin_sqlite)
        event.listen(engine, "handle_error", _give_up_read_only)
    else:
        from quiz.store.silence import end_silences

        # A little longer than for a lock: the server had better say itself what it was.
        end_silences(engine, max(2, math.ceil(patience)) + 1, UNHURRIED)
        event.listen(engine, "connect", _LockTimeout(patience))
        event.listen(engine, "before_cursor_execute", _ask_for_bytes)


def single_statements(engine: Engine) -> Engine:
    """The same connections, but every statement is a transaction of its own (one round trip)."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**BEGIN_NOTHING)
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def empty_sqlite_log(engine: Engine) -> bool:
    """Move SQLite's write-ahead log into the file and empty it; False when a reader is in the way.

    `secure_delete` zeroes a deleted row in its page, but older copies of that page lie in the log,
    and in the file itself, until a checkpoint. `engine` is one of single statements. Withdrawals
    and migrations (that is, every start) call this, and closing the last connection does the same.
    """
    with engine.connect() as connection:
        patience = connection.exec_driver_sql("PRAGMA busy_timeout").scalar_one()
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {ERASE_PATIENCE_MS}")
        try:
            return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar_one()
        finally:
            connection.exec_driver_sql(f"PRAGMA busy_timeout = {patience}")


def fell_silent(error: DBAPIError) -> bool:
    """Whether an answer, or a connection, was waited for in vain."""
    # By its name: psycopg is imported only where PostgreSQL is used.
    return type(error.orig).__name__ == "ConnectionTimeout"


def broke_while_idle(error: DBAPIError) -> bool:
    """Whether a kept connection was broken when it was used, so that a new one may do."""
    return error.connection_invalidated and not fell_silent(error)


def cause_of(error: Exception) -> str:
    """What went wrong in names and codes only: never a message, which could hold data."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return f"{type(error).__name__}, {code}" if code else type(error).__name__


def _holds_no_row(record: logging.LogRecord) -> bool:
    """The parameters of a statement are hidden by an option; the rows it returns are not."""
    return not str(record.msg).startswith("Row ")


logging.getLogger("sqlalchemy.engine.Engine").addFilter(_holds_no_row)


def _settle_sqlite(connection: Any, _record: object) -> None:
    # The driver's own, implicit BEGIN comes too late for DDL and for reading before writing.
    connection.isolation_level = None
    for pragma in (
        "journal_mode = WAL",
        "synchronous = FULL",
        "fullfsync = ON",  # macOS: fsync alone leaves the bytes in the drive's cache
        "foreign_keys = ON",
        "secure_delete = ON",  # a withdrawn row's bytes are overwritten with zeros
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    begin = connection.get_execution_options().get(SQLITE_BEGIN, "BEGIN")
    if begin:
        connection.exec_driver_sql(begin)


def _give_up_read_only(context: ExceptionContext) -> None:
    """Who opened a file that could not be written would go on refusing when it can be again."""
    code = getattr(context.original_exception, "sqlite_errorname", None) or ""
    if code.startswith("SQLITE_READONLY"):
        context.is_disconnect = True  # a new connection is opened for the next one


def _ask_for_bytes(
    _connection: Connection, cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
) -> None:
    if context and context.execution_options.get(AS_BYTES):
        cursor.format = context.dialect.dbapi.pq.Format.BINARY


class _SameFile:
    """A connection outlives its file: what is written by it then is lost when it is closed.

    So a file that was removed or replaced is noticed each time a connection is taken from the pool.
    """

    def __init__(self, file: Path) -> None:
        self.file = file

    def remember(self, _connection: object, record: Any) -> None:
        """Which file this connection has opened."""
        record.info["file"] = self._now()

    def check(self, _connection: object, record: Any, _proxy: object) -> None:
        """Let the pool open a new connection when it is another one now."""
        if record.info["file"] != self._now():
            raise DisconnectionError("the file is gone or another one")

    def _now(self) -> tuple[int, int] | None:
        try:
            found = self.file.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino


class _LockTimeout:
    """Waits on PostgreSQL end too. Set by SQL: poolers refuse it as a connection option."""

    def __init__(self, patience: float) -> None:
        self.milliseconds = max(1, round(patience * 1000))

    def __call__(self, connection: Any, _record: object) -> None:
        connection.autocommit = True
        connection.execute(f"SET lock_timeout = {self.milliseconds}")
        connection.autocommit = False
