"""Whether the database was in trouble a moment ago: then nobody waits for it in vain."""

import time
from threading import Lock

SECONDS = 2.0


class Trouble:
    """Over at first; `cause` says why it began. Then one caller every `seconds` is sent to look.

    Without it each visitor would wait for the database's whole patience, and the threads that
    answer everybody else with them.
    """

    def __init__(self, seconds: float = SECONDS) -> None:
        self._seconds = seconds
        self._look_again = 0.0
        self._lock = Lock()
        self.cause = ""

    def is_over(self) -> bool:
        """Whether it is worth asking the database now."""
        if not self._look_again:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._look_again:
                return False
            self._look_again = now + self._seconds
        return True

    def begins(self, cause: str) -> None:
        """The database refused; the cause in names and codes."""
        with self._lock:
            self.cause = cause
            self._look_again = time.monotonic() + self._seconds

    def ends(self) -> None:
        """The database works."""
        self._look_again = 0.0
        self.cause = ""
