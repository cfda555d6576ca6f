"""Rows that arrive together share one durable commit; a lone one is committed at once.

Whoever comes while nobody writes leads: it takes its turn among processes, then commits what waits
by then. Those who come meanwhile wait, and the first of them leads the next commit. No thread of
its own, so nothing to start, to stop or to lose at a fork.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock

Row = Mapping[str, object]
Commit = Callable[[Sequence[Row]], Sequence[bool]]

MOST_AT_ONCE = 128
MOST_WAITING = 256


class QueueFull(RuntimeError):
    """So many wait already that this one had better come again."""


class _Place:
    """A row in the queue. Its lock opens, once, when all is done or when it leads now."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.called = Lock()
        self.called.acquire()
        self.leads = False
        self.added = False
        self.error: BaseException | None = None


class SharedCommit:
    """A queue before `commit`, which says of each row whether it is new, or raises for all.

    `turn` is held meanwhile. A TimeoutError of either is for all who wait by then: each would wait
    as long, and in vain.
    """

    def __init__(
        self,
        commit: Commit,
        turn: Callable[[], AbstractContextManager[None]] = nullcontext,
        most_waiting: int = MOST_WAITING,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._commit = commit
        self._turn = turn
        self._most_waiting = most_waiting
        self._most_at_once = most_at_once
        self._lock = Lock()
        self._waiting: deque[_Place] = deque()
        self._writing = False

    def __len__(self) -> int:
        """How many wait."""
        return len(self._waiting)

    def store(self, row: Row) -> bool:
        """Commit a row, alone or with others; whether it is new.

        Raises QueueFull, and what `commit` raised for the rows that went together.
        """
        place = _Place(row)
        with self._lock:
            if len(self._waiting) >= self._most_waiting:
                raise QueueFull
            self._waiting.append(place)
            place.leads = not self._writing
            self._writing = True
        if not place.leads:
            place.called.acquire()
        if place.leads:
            self._lead()
        if place.error is not None:
            raise place.error
        return place.added

    def _lead(self) -> None:
        group: list[_Place] = []
        try:
            with self._turn():
                # Only now: while others had their turn, more have come.
                group = self._taken()
                added = self._commit([place.row for place in group])
            for place, new in zip(group, added, strict=True):
                place.added = new
        except BaseException as error:
            group = group or self._taken()
            while isinstance(error, TimeoutError) and (more := self._taken()):
                group += more
            for place in group:
                place.error = error
        with self._lock:
            following = self._waiting[0] if self._waiting else None
            self._writing = following is not None
        if following is not None:
            following.leads = True
            following.called.release()
        # The leader is the first of its group and does not wait.
        for place in group[1:]:
            place.called.release()

    def _taken(self) -> list[_Place]:
        with self._lock:
            size = min(len(self._waiting), self._most_at_once)
            return [self._waiting.popleft() for _ in range(size)]
