"""A data folder whose disk can be full: a small disk of its own, else a quota of the server's.

with small_disk(folder) as disk, live_server(folder, command=disk.command) as server:
    with disk.full(server):
        ...
receipts(disk.database())

Linux lets us mount a disk that only we see, in a namespace of our own. Where that is refused no
file of the server grows beyond 64 KiB instead.
"""

import errno
import os
import resource
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from subprocess import DEVNULL, PIPE, Popen

import psutil
import pytest

from tests.live_server import LiveServer

SERVE = (sys.executable, "-m", "quiz", "serve")
SIZE = 16 * 2**20
QUOTA = 65536
ENDLESS = resource.RLIM_INFINITY
# The disk lasts as long as the last one of them, which reads until its input is closed.
MOUNTED = f"""exec unshare --user --map-root-user --mount sh -c '
    mount -t tmpfs -o size={SIZE},mode=700 tmpfs "$0" && echo mounted && exec cat' "$0"
"""


class SmallDisk:
    """16 MiB, which only the server and `holder` see; it outlives the server."""

    fresh_server_says = (
        "The disk of the database has less than 1 MiB left.\n"
        "The disk of the outbox has less than 1 MiB left.\n"
    )

    def __init__(self, folder: Path, holder: int) -> None:
        enter = ("nsenter", "--target", str(holder), "--user", "--mount", "--preserve-credentials")
        self.command = (*enter, *SERVE)
        self._folder = folder
        self._seen = Path(f"/proc/{holder}/root{folder / 'data'}")

    @contextmanager
    def full(self, _server: LiveServer) -> Iterator[None]:
        """Not a byte more."""
        ballast = self._seen / "ballast"
        with pytest.raises(OSError, match=os.strerror(errno.ENOSPC)):
            ballast.write_bytes(bytes(SIZE))
        try:
            yield
        finally:
            ballast.unlink()

    def database(self) -> Path:
        """What the server left there, where SQLite can open it: it takes /proc/.../root for /."""
        copies = self._folder / "copies"
        copies.mkdir()
        for file in self._seen.glob("quiz.sqlite3*"):
            shutil.copy(file, copies)
        return copies / "quiz.sqlite3"


class Quota:
    """The disk that everybody uses, and a limit for this server."""

    command = SERVE
    fresh_server_says = ""  # a limit can't be seen; SQLite's log is short again, and may grow to it

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def full(self, server: LiveServer) -> Iterator[None]:
        """The database is larger already, so it can't grow. Workers yet to come can't either."""
        assert self.database().stat().st_size > QUOTA
        self._limit(server, QUOTA)
        try:
            yield
        finally:
            self._limit(server, ENDLESS)

    def database(self) -> Path:
        """The file itself."""
        return self._folder / "data" / "quiz.sqlite3"

    def _limit(self, server: LiveServer, size: int) -> None:
        parent = psutil.Process(server.process.pid)
        for process in (parent, *parent.children()):
            process.rlimit(resource.RLIMIT_FSIZE, (size, ENDLESS))


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk | Quota]:
    """For servers whose data is in `folder / "data"`, one after another."""
    data = folder / "data"
    data.mkdir(mode=0o700)
    with Popen(
        ["sh", "-c", MOUNTED, data], stdin=PIPE, stdout=PIPE, stderr=DEVNULL, text=True
    ) as holder:
        assert holder.stdout
        yield SmallDisk(folder, holder.pid) if holder.stdout.readline() else Quota(folder)
