"""Writers to one SQLite file take turns, across threads and processes.

SQLite alone lets waiting writers poll with growing pauses: under load the unlucky ones starve
past any patience. Here they queue, and the wait is short.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock


class Turns:
    """A queue for the file in `folder`; None means that no queue is needed (PostgreSQL)."""

    def __init__(self, folder: Path | None, patience: float) -> None:
        self._folder = folder
        self._patience = patience
        self._lock = Lock()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn; TimeoutError when this process's queue does not move for too long."""
        if self._folder is None:
            yield
            return
        if not self._lock.acquire(timeout=self._patience):
            raise TimeoutError
        try:
            with folder_turn(self._folder):
                yield
        finally:
            self._lock.release()


@contextmanager
def folder_turn(folder: Path) -> Iterator[None]:
    """One process at a time, by a lock on the folder itself: no lock file is left behind.

    The kernel lets go of it when a process dies. A folder that cannot be opened is not locked:
    opening the database in it then says what is wrong.
    """
    # Opened anew each time: a handle kept over a fork would be one lock for both processes.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    with _locked(handle):
        yield


@contextmanager
def file_turn(file: Path) -> Iterator[None]:
    """One process and thread at a time, by a lock on an empty file. Raises OSError."""
    with _locked(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600)):
        yield


@contextmanager
def _locked(handle: int) -> Iterator[None]:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
