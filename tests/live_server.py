"""The real app under the real gunicorn, on a free port, with a data folder of its own.

with live_server(tmp_path, QUIZ_CONTENT_DIR="...") as server:
    urlopen(server.url)
"""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.request import urlopen

ROOT = Path(__file__).parents[1]
ADMIN_PASSWORD = "a few plain words"  # noqa: S105 - of servers that live for a test
ADMIN_HASH = (
    "$argon2id$v=19$m=19456,t=3,p=1$PLdJI6o/R/AMJwMNWBhPLg"
    "$KDZ8UD0yaRG9hTmVugtZKmSTF+AC9mEUBi3dGs12/DA"
)
PATIENCE = 60  # seconds; far more than any start or stop takes, and short of a hanging test run
PAUSE = 0.01


@dataclass
class LiveServer:
    """A server that answers. `folder` holds its data (`data/`) and what it said (`server.log`)."""

    url: str
    folder: Path
    process: subprocess.Popen[bytes]
    killed: bool = False

    def kill(self) -> None:
        """End it and its workers as if the machine had failed."""
        self.killed = True
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    @property
    def log(self) -> str:
        """All it said so far, on stdout and on stderr, apart from its address."""
        return "".join(line for line in self._lines() if not self._is_address(line))

    @property
    def ready(self) -> bool:
        """Whether it has said its address."""
        return any(map(self._is_address, self._lines()))

    def readiness(self) -> str:
        """What /readyz says, ready or not."""
        try:
            return self.get("/readyz")
        except HTTPError as error:
            with error:
                return error.read().decode()

    def get(self, path: str = "/") -> str:
        """What it answers, redirects followed. Raises HTTPError for 4xx and 5xx."""
        with urlopen(self.url + path) as answer:  # noqa: S310 - only ever our own address
            text: str = answer.read().decode()
            return text

    def _lines(self) -> list[str]:
        return (self.folder / "server.log").read_text().splitlines(keepends=True)

    def _is_address(self, line: str) -> bool:
        return line.startswith(f"The quiz is at {self.url} ") and line.endswith("\n")


@contextmanager
def live_server(
    folder: Path,
    *,
    command: tuple[str, ...] = (sys.executable, "-m", "quiz", "serve"),
    python_path: str | None = str(ROOT),
    url: str | None = None,
    **settings: str,
) -> Iterator[LiveServer]:
    """Start `command`, yield once it says its address, stop it as Ctrl-C does.

    Nothing is inherited from this environment but PATH; the admin's password is ADMIN_PASSWORD;
    `settings` are further variables, `url` what it says it is at if not a port of this machine.
    Raises RuntimeError with the server's own words when it does not start, or does not stop well
    unless it was killed.
    """
    variables = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "QUIZ_DATA_DIR": str(folder / "data"),
        "PORT": str(free_port()),
        "QUIZ_ADMIN_PASSWORD_HASH": ADMIN_HASH,
        **({"PYTHONPATH": python_path} if python_path else {}),
        **settings,
    }
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=log,  # a file, not a pipe: nobody would read on there
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = LiveServer(url or f"http://127.0.0.1:{variables['PORT']}", folder, process)
    try:
        _wait_for_address(server)
        yield server
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        if process.wait(PATIENCE) != 0 and not server.killed:
            raise RuntimeError(f"The server ended with {process.returncode}:\n{server.log}")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for_address(server: LiveServer) -> None:
    for _ in range(round(PATIENCE / PAUSE)):
        if server.ready:
            return
        if server.process.poll() is not None:
            break
        Event().wait(PAUSE)
    raise RuntimeError(f"The server did not start; it said:\n{server.log}")
