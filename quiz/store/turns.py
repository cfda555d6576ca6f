"""Writers to one SQLite file take turns, across threads and processes.

SQLite alone lets waiting writers poll with growing pauses: under load the unlucky ones starve
past any patience. Here they queue, and the wait is short.
"""

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Lock, Thread


class Turns:
    """A queue for the file in `folder`; None means that no queue is needed (PostgreSQL)."""

    def __init__(self, folder: Path | None, patience: float) -> None:
        self._folder = folder
        self._patience = patience
        self._lock = Lock()
        self._waiter = Thread()
        self._handles: SimpleQueue[int] = SimpleQueue()
        self._idle = Event()
        self._idle.set()
        self._refused: OSError | None = None

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Hold the turn; TimeoutError when the queue does not move for too long.

        That may be this process's own, or the one of all: a worker that hangs, a long import.
        """
        if self._folder is None:
            yield
            return
        if not self._lock.acquire(timeout=self._patience):
            raise TimeoutError
        try:
            with folder_turn(self._folder, self._wait):
                yield
        finally:
            self._lock.release()

    def _wait(self, handle: int) -> None:
        """Wait for a lock as long as patience lasts, by a thread: the kernel knows no such end.

        The thread stays for the next time: a busy server would make one for each commit. When
        nobody waits for it any more it lets go as soon as it has the lock, and who comes meanwhile
        waits for that first.
        """
        if not self._idle.wait(self._patience):
            raise TimeoutError
        if not self._waiter.is_alive():  # the first time, and after a fork
            self._waiter = Thread(target=self._wait_for_each, name="turns", daemon=True)
            self._waiter.start()
        self._idle.clear()
        # The lock belongs to both numbers of the same handle, until both are closed.
        self._handles.put(os.dup(handle))
        if not self._idle.wait(self._patience):
            raise TimeoutError
        if self._refused:
            raise self._refused

    def _wait_for_each(self) -> None:
        while True:
            handle = self._handles.get()
            self._refused = None
            try:
                _lock(handle)
            except OSError as error:
                self._refused = error
            finally:
                os.close(handle)
                self._idle.set()


def _lock(handle: int) -> None:
    fcntl.flock(handle, fcntl.LOCK_EX)


@contextmanager
def folder_turn(folder: Path, wait: Callable[[int], None] = _lock) -> Iterator[None]:
    """One process at a time, by a lock on the folder itself: no lock file is left behind.

    The kernel lets go of it when a process dies. A folder that cannot be opened is not locked:
    opening the database in it then says what is wrong. `wait` gets the lock where another process
    has it; without a wait of one's own that takes as long as it takes.
    """
    # Opened anew each time: a handle kept over a fork would be one lock for both processes.
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        yield
        return
    with _locked(handle, wait):
        yield


@contextmanager
def file_turn(file: Path) -> Iterator[None]:
    """One process and thread at a time, by a lock on an empty file. Raises OSError."""
    with _locked(os.open(file, os.O_RDONLY | os.O_CREAT, 0o600)):
        yield


@contextmanager
def _locked(handle: int, wait: Callable[[int], None] = _lock) -> Iterator[None]:
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            wait(handle)
        yield
    finally:
        os.close(handle)
