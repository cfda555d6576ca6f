"""How often something may be tried. No address is kept: only a mark of it that lasts a day."""

import hmac
import logging
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import Any

from limits import RateLimitItem, parse
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import FixedWindowRateLimiter

from quiz.web.settings import Settings

log = logging.getLogger(__name__)

EVERYBODY = "everybody"
NEIGHBOURS = 64  # bits of an IPv6 address that one household has in common
ANSWER_SECONDS = 1.0


class Limits:
    """Counts tries: in each worker for itself, or in Redis for all of them.

    When Redis is away, each worker counts for itself: nobody is locked out, nothing is left open.
    """

    def __init__(self, settings: Settings) -> None:
        """Opens nothing yet, so it is safe before a fork."""
        self._settings = settings
        self._making = Lock()

    def wait(self, what: str, address: str, own: str, overall: str) -> int:
        """Count one try; the seconds to wait before the next, 0 when this one may go on.

        `own` limits one address, `overall` everybody together: "5 per 15 minutes".
        """
        if not self._settings.ratelimit_enabled:
            return 0
        tries = [(parse(own), (what, self._mark(address))), (parse(overall), (what, EVERYBODY))]
        try:
            return _hit(self._shared, tries)
        except Exception as error:  # noqa: BLE001,RUF100 - whatever a storage raises, it is away
            log.warning("Limits are counted by each worker alone (%s).", type(error).__name__)
            return _hit(self._alone, tries)

    def forget(self, what: str, address: str, own: str) -> None:
        """Let an address start anew, for it has shown who it is."""
        for counter in (self._shared, self._alone):
            try:
                counter.clear(parse(own), what, self._mark(address))
            except Exception as error:  # noqa: BLE001,RUF100
                log.warning("A limit could not be lifted (%s).", type(error).__name__)

    def _mark(self, address: str) -> str:
        key = f"limits {datetime.now(UTC):%Y-%m-%d} {self._settings.secret_key}"
        return hmac.new(key.encode(), _household(address).encode(), sha256).hexdigest()[:32]

    @cached_property
    def _shared(self) -> FixedWindowRateLimiter:
        uri = self._settings.ratelimit_storage
        if uri.startswith("memory:"):
            return self._alone
        options: dict[str, Any] = {
            "socket_connect_timeout": ANSWER_SECONDS,
            "socket_timeout": ANSWER_SECONDS,
        }
        if uri.startswith("unix:"):
            uri = f"redis+{uri}"
        return FixedWindowRateLimiter(storage_from_string(uri, **options))

    @property
    def _alone(self) -> FixedWindowRateLimiter:
        with self._making:
            return self._own

    @cached_property
    def _own(self) -> FixedWindowRateLimiter:
        return FixedWindowRateLimiter(MemoryStorage())


def _hit(
    counter: FixedWindowRateLimiter, tries: Sequence[tuple[RateLimitItem, tuple[str, str]]]
) -> int:
    for item, names in tries:
        if not counter.hit(item, *names):
            again = counter.get_window_stats(item, *names).reset_time
            return max(1, int(again - time.time()) + 1)
    return 0


def _household(address: str) -> str:
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(int(known) >> (128 - NEIGHBOURS))
    return str(known)
