"""A line of the log for what happens again and again: at once the first time, then now and then."""

import logging
import time
from threading import Lock

log = logging.getLogger("quiz.store.saving")  # whose lines they are

SECONDS = 10.0


class Repeating:
    """One kind of trouble. What comes within `seconds` of its last line is counted until then."""

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._next = 0.0
        self._untold = 0
        self._line = ""

    def happened(self, line: str) -> None:
        """Once more. Of several the latest line is told, and how many there were."""
        with self._lock:
            self._line = line
            self._untold += 1
        self.tell()

    def tell(self, *, at_once: bool = False) -> None:
        """Log what was not told yet, if it is time for it or must be `at_once`."""
        with self._lock:
            now = time.monotonic()
            if not self._untold or (now < self._next and not at_once):
                return
            times, self._untold = self._untold, 0
            self._next = now + self._seconds
            line = self._line
        log.error("%s%s", line, f" So many since the last line: {times}." if times > 1 else "")
