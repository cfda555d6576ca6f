"""Counts in memory, written to the database now and then: see counting.py for what is counted."""

import logging
from collections import Counter
from collections.abc import Callable, Iterator
from threading import Lock

from quiz import store
from quiz.statistics import Visits
from quiz.store.sources import DIRECT, OTHER

log = logging.getLogger(__name__)

# Beyond so many kinds of count at a time a source's own is no longer told from others'.
MOST = 4096

Kind = tuple[int, str, str, str]


class Counters:
    """What one process has counted and not yet written down."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._counts: Counter[Kind] = Counter()
        self._lock = Lock()
        self._failing = False

    def add(self, week: int, source: str, language: str, event: str) -> None:
        """Count one more."""
        kind = (week, source, language, event)
        with self._lock:
            if len(self._counts) >= MOST and kind not in self._counts:
                kind = (week, OTHER, language, event)
            self._counts[kind] += 1

    def flush(self, known: Callable[[str], bool]) -> None:
        """Write everything down; a source that is not `known` counts as another's.

        What the database does not take is kept for the next time.
        """
        with self._lock:
            taken, self._counts = self._counts, Counter()
        if not taken:
            return
        try:
            store.counts.add(_told(taken, known))
        except store.StoreError as error:
            self._put_back(taken)
            if not self._failing:
                log.error("%s They are kept in memory and tried again.", error)
            self._failing = True
        except BaseException:
            self._put_back(taken)
            raise
        else:
            self._failing = False

    def _put_back(self, taken: Counter[Kind]) -> None:
        with self._lock:
            self._counts.update(taken)


def _told(taken: Counter[Kind], known: Callable[[str], bool]) -> Iterator[Visits]:
    for (week, source, language, event), n in taken.items():
        named = source if source in (DIRECT, OTHER) or known(source) else OTHER
        yield Visits(week, named, language, event, n)
