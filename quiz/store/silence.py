"""A PostgreSQL that takes a statement and says nothing is given up after a while.

The kernel notices a machine that is gone, but not a server that hangs on a machine that lives: its
process is stopped, its disk does not come back, its commit waits for a replica that is lost.
Imported only where PostgreSQL is used.
"""

import time
from collections.abc import Generator, Mapping
from typing import Any

import psycopg
from psycopg.errors import ConnectionTimeout
from sqlalchemy import Engine, event


class Connection(psycopg.Connection[Any]):
    """Waits for a sign of the server for so many `seconds`; None: as long as it takes."""

    seconds: float | None = None

    def wait(self, gen: Any, *args: Any, **named: Any) -> Any:
        """Go on with a statement until it is done. Raises ConnectionTimeout after a silence.

        The connection is closed then. Nobody knows whether the statement is carried out later.
        """
        return super().wait(self._heard(gen) if self.seconds else gen, *args, **named)

    def _heard(self, steps: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
        last = time.monotonic()
        try:
            awaited = next(steps)
            while True:
                sign = yield awaited  # ten times a second with none, if there is none
                now = time.monotonic()
                if sign:
                    last = now
                elif self.seconds and now - last > self.seconds:
                    self.pgconn.finish()
                    raise ConnectionTimeout("the server took the statement and fell silent")
                awaited = steps.send(sign)
        except StopIteration as end:
            return end.value


def end_silences(engine: Engine, seconds: float, exempt: Mapping[str, object]) -> None:
    """Let this engine give up after so many seconds, but for statements with these options."""

    def connect(_dialect: object, _record: object, args: Any, named: Any) -> Connection:
        connection = Connection.connect(*args, **named)
        connection.seconds = seconds
        return connection

    def before(
        _connection: object, cursor: Any, _sql: str, _values: Any, context: Any, _many: bool
    ) -> None:
        may_take_long = context and exempt.items() <= context.execution_options.items()
        cursor.connection.seconds = None if may_take_long else seconds

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "before_cursor_execute", before)
