"""The admin's list of sources, kept in memory for a moment: no page waits for the database."""

import logging
import time
from collections.abc import Mapping
from threading import Lock

from quiz import store
from quiz.origins import BadOrigin, origins_of

log = logging.getLogger(__name__)

SECONDS = 10.0
NEVER = float("-inf")


class Sources:
    """Which keys are in use, and where each may be framed; read anew after ten seconds.

    When the database is away, what was known before stays known.
    """

    def __init__(self) -> None:
        """Nothing is read before somebody asks."""
        self._known: Mapping[str, tuple[str, ...] | None] = {}
        self._read_at = NEVER
        self._lock = Lock()

    def knows(self, key: str) -> bool:
        """Whether a source with this key is in use."""
        return key in self._fresh()

    def origins(self, key: str) -> tuple[str, ...] | None:
        """Where the source's frame may stand; None when it has no list of its own."""
        return self._fresh().get(key)

    def _fresh(self) -> Mapping[str, tuple[str, ...] | None]:
        # The very first readers wait for the list; later ones go on with the old one.
        if self._stale() and self._lock.acquire(blocking=self._read_at == NEVER):
            try:
                if self._stale():
                    self._read()
            finally:
                self._lock.release()
        return self._known

    def _stale(self) -> bool:
        return time.monotonic() - self._read_at > SECONDS

    def _read(self) -> None:
        try:
            listed = store.sources.listed()
            self._known = {s.key: _allowed(s) for s in listed if s.retired_week is None}
        except store.StoreError as error:
            log.error("%s Only who may frame the quiz in general counts for now.", error)
        finally:
            self._read_at = time.monotonic()


def _allowed(source: store.sources.Source) -> tuple[str, ...] | None:
    try:
        return origins_of(" ".join(source.origins)) if source.origins else None
    except BadOrigin as error:
        log.error("The source %r can't be framed anywhere: %s", source.key, error)
        return ()
