"""The folder in which the workers of one server count: fresh at its start, gone at its end.

A server that was killed leaves its folder behind, and the next one that starts takes it away. Who
uses a folder holds a lock on it, which the kernel lets go of with the last process that has it.
"""

import atexit
import fcntl
import logging
import os
import stat
import tempfile
from pathlib import Path

log = logging.getLogger(__name__)

# Where prometheus-client looks for it.
VARIABLE = "PROMETHEUS_MULTIPROC_DIR"
PREFIX, SUFFIX = "quiz-metrics-", ".locked"


def make_folder() -> None:
    """Make the folder of this server; another one's counts are not ours.

    One that is named in the environment is used as it is: for servers whose workers do not come
    from one process that has made the app.
    """
    if VARIABLE in os.environ:
        return
    sweep(Path(tempfile.gettempdir()))
    folder, handle = locked_folder()
    os.environ[VARIABLE] = str(folder)
    maker = os.getpid()

    def take_away() -> None:
        if os.getpid() == maker:
            try:
                _take_away(folder, handle)
            except OSError as error:  # the next server that starts tries again
                log.warning("%s was left behind (%s).", folder, error.strerror)

    atexit.register(take_away)


def locked_folder() -> tuple[Path, int]:
    """A fresh folder, and what holds the lock on it: workers inherit it, and it is never closed."""
    while True:
        folder = Path(tempfile.mkdtemp(prefix=PREFIX, suffix=SUFFIX))
        if (handle := _lock(folder)) is not None:
            return folder, handle


def _lock(folder: Path) -> int | None:
    """None when another server that starts took it for a leftover before it was locked."""
    try:
        handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except FileNotFoundError:
        return None
    fcntl.flock(handle, fcntl.LOCK_EX)
    if folder.exists():
        return handle
    os.close(handle)
    return None


def sweep(place: Path) -> None:
    """Take away what servers of this user left, who are gone."""
    for folder in place.glob(f"{PREFIX}*{SUFFIX}"):
        try:
            found = folder.lstat()
            if stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid():
                _take_away_unless_used(folder)
        except FileNotFoundError:
            continue  # another server that starts was faster
        except OSError as error:
            log.warning("%s was left behind and can't be removed (%s).", folder, error.strerror)


def _take_away_unless_used(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    else:
        _take_away(folder, handle)
    finally:
        os.close(handle)


def _take_away(folder: Path, handle: int) -> None:
    """Remove the files in an open folder, then the folder: nothing below it, through no link."""
    for name in os.listdir(handle):
        os.unlink(name, dir_fd=handle)
    folder.rmdir()
