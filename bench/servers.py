"""The two servers of a run, on the database and the disk that were asked for."""

import secrets
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from sqlite3 import connect as open_file
from tempfile import TemporaryDirectory

from tests.live_server import LiveServer, live_server
from tests.postgres import OwnPostgresServer, connect

GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "python:quiz.web.gunicorn_settings")
SLOW_FLUSH = Path(__file__).with_name("slow_flush.c")
ROWS = "SELECT count(*) FROM result"


@dataclass(frozen=True)
class Servers:
    """The quiz, its secret and its database; and Flask hello world under the same gunicorn."""

    quiz: LiveServer
    hello: LiveServer
    secret: str
    postgresql: str | None

    def rows(self) -> int:
        """How many answers are stored."""
        if self.postgresql:
            with connect(self.postgresql) as server:
                return int(server.execute(ROWS).fetchall()[0][0])
        with closing(open_file(self.quiz.folder / "data" / "quiz.sqlite3")) as file:
            return int(file.execute(ROWS).fetchone()[0])


@contextmanager
def servers(*, postgresql: bool = False, slow_flush_ms: float = 0) -> Iterator[Servers]:
    """Start both; PostgreSQL flushes as it does in earnest.

    `slow_flush_ms` are added to each flush that the quiz itself asks for. Raises RuntimeError when
    a server does not start, CalledProcessError when there is no compiler for the slow flush.
    """
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="quiz-bench-")))
        settings = {"SECRET_KEY": secrets.token_urlsafe(48), "QUIZ_TRUSTED_PROXIES": "1"}
        if postgresql:
            database = OwnPostgresServer({"max_connections": "200"})
            stack.callback(database.stop)
            settings["DATABASE_URL"] = database.url
        if slow_flush_ms:
            shim = folder / "slow_flush.so"
            subprocess.run(["cc", "-shared", "-fPIC", SLOW_FLUSH, "-o", shim, "-ldl"], check=True)
            settings |= {"LD_PRELOAD": str(shim), "SLOW_FLUSH_MS": str(slow_flush_ms)}
        for name in ("quiz", "hello"):
            (folder / name).mkdir()
        quiz = stack.enter_context(live_server(folder / "quiz", **settings))
        hello = stack.enter_context(
            live_server(folder / "hello", command=(*GUNICORN, "bench.hello:app"))
        )
        yield Servers(quiz, hello, settings["SECRET_KEY"], settings.get("DATABASE_URL"))
