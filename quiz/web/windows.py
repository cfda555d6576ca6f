"""Counting in windows of time: in this process for itself, or in Redis for all of them.

A window opens with the first of its kind and ends by itself. Clocks that jump change nothing: the
process counts seconds since its start, and Redis by its own clock.
"""

import time
from collections.abc import Iterator, Sequence
from math import ceil
from threading import Lock
from typing import NamedTuple

# So many windows at once, some 4 MB: whoever comes from ever new places can't fill the memory.
MOST = 20_000


class Window(NamedTuple):
    """What is counted together: `most` times in so many seconds."""

    name: str
    seconds: int
    most: int


class Counted(NamedTuple):
    """How often each window was used, as far as the first that is full; seconds till that ends."""

    counts: Sequence[int]
    wait: int


class Away(Exception):
    """Nobody answers who counts for all; the cause says why."""


class InMemory:
    """Windows of this process."""

    def __init__(self, most: int = MOST) -> None:
        """None yet, and never more than so many."""
        self._most = most
        self._open: dict[str, tuple[int, float]] = {}
        self._lock = Lock()

    def count(self, windows: Sequence[Window]) -> Counted:
        """Count one more in each window, in their order, and stop at one that is full."""
        now = time.monotonic()
        counts = []
        with self._lock:
            for name, seconds, most in windows:
                n, ends = self._open.get(name, (0, now))
                if ends <= now:
                    self._make_room(now)
                    n, ends = 0, now + seconds
                n += 1
                self._open[name] = (n, ends)
                counts.append(n)
                if n > most:
                    return Counted(counts, ceil(ends - now))
        return Counted(counts, 0)

    def forget(self, name: str) -> None:
        """Close a window."""
        with self._lock:
            self._open.pop(name, None)

    def __iter__(self) -> Iterator[str]:
        """The names of all windows."""
        return iter(list(self._open))

    def _make_room(self, now: float) -> None:
        if len(self._open) < self._most:
            return
        self._open = {name: kept for name, kept in self._open.items() if kept[1] > now}
        # All in use: the older half goes, so that there is room for a while.
        if len(self._open) >= self._most:
            self._open = dict(list(self._open.items())[self._most // 2 :])
