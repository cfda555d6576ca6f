"""How often something may be tried. No address is kept: only a mark of it that lasts a day."""

import hmac
import logging
import re
import time
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from ipaddress import IPv6Address, ip_address
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from quiz.web.settings import Settings
from quiz.web.windows import Away, Counted, InMemory, Window

if TYPE_CHECKING:
    from quiz.web.windows_in_redis import InRedis

log = logging.getLogger(__name__)

# An address with a port, as some proxies send it: 192.0.2.1:443, [2001:db8::1]:443.
WITH_PORT = re.compile(r"\[(.+)\](?::\d+)?|([\d.]+):\d+", re.ASCII)
NEIGHBOURS = 64  # bits of an IPv6 address that one household has in common
DAY = 24 * 60 * 60
QUARTER, HOUR = 15 * 60, 60 * 60  # of an hour; seconds
AWAY_SECONDS = 5.0
NO_END = 2**31

# Answers from one household in a quarter of an hour: a school's assembly passes. Beyond that they
# are flagged, and beyond the second they are not kept.
CROWD, FLOOD = 300, 3000
# The same answers in an hour: from one household, for friends may agree; and from anywhere.
ALIKE_HERE, ALIKE = 3, 10


class Limit(NamedTuple):
    """So many times in so many seconds, for each household or for everybody together."""

    what: str
    times: int
    seconds: int
    everybody: bool = False


class Sending(NamedTuple):
    """Whether answers look like a part of a burst, and whether there are too many to be kept."""

    burst: bool
    flood: bool


class Limits:
    """Counts tries: in each worker for itself, or in Redis for all of them.

    When Redis is away, each worker counts for itself: nobody is locked out, nothing is left open,
    and only one request in some seconds waits for it.
    """

    def __init__(self, settings: Settings, away_seconds: float = AWAY_SECONDS) -> None:
        """Opens nothing yet, so it is safe before a fork. Redis is looked for so seldom."""
        self._settings = settings
        self._away_seconds = away_seconds
        # Each door's apart: whoever knocks at one can't push out how often they tried another.
        self._alone: dict[str, InMemory] = defaultdict(InMemory)
        self._away_until = 0.0
        self._lock = Lock()

    def wait(self, address: str, *limits: Limit) -> int:
        """Count one try; the seconds to wait before the next, 0 when this one may go on."""
        if not self._settings.ratelimit_enabled:
            return 0
        windows = [
            Window(self._name(limit, address), limit.seconds, limit.times) for limit in limits
        ]
        return self._count(limits[0].what, windows).wait

    def forget(self, address: str, limit: Limit) -> None:
        """Let an address start anew, for it has shown who it is."""
        name = self._name(limit, address)
        self._alone[limit.what].forget(name)
        if self._may_ask():
            try:
                self._shared.forget(name)
            except Away as away:
                self._is_away(away)

    def sending(self, address: str, sheet: bytes | None) -> Sending:
        """Count answers that are sent. `sheet` tells them apart, None if it can't."""
        if not self._settings.ratelimit_enabled:
            return Sending(burst=False, flood=False)
        house = self._mark(_household(address).encode())
        windows = [Window(f"answers {house}", QUARTER, FLOOD)]
        alike = []
        if sheet is not None:
            told = self._mark(sheet)
            alike = [
                Window(f"alike {told} {house}", HOUR, NO_END),
                Window(f"alike {told}", HOUR, NO_END),
            ]
        counts, wait = self._count("answers", windows, alike)
        burst = any(n > most for n, most in zip(counts, (CROWD, ALIKE_HERE, ALIKE), strict=False))
        return Sending(burst, wait > 0)

    def close(self) -> None:
        """Close what was opened."""
        if "_shared" in self.__dict__:
            self._shared.close()

    def _count(self, door: str, windows: Sequence[Window], alike: Sequence[Window] = ()) -> Counted:
        if self._may_ask():
            try:
                counted = self._shared.count([*windows, *alike])
            except Away as away:
                self._is_away(away)
            else:
                self._away_until = 0.0
                return counted
        counted = self._alone[door].count(windows)
        if counted.wait or not alike:
            return counted
        return Counted([*counted.counts, *self._alone["alike"].count(alike).counts], 0)

    def _may_ask(self) -> bool:
        """Whether Redis is there; while it is not, one request at a time looks for it."""
        if self._settings.ratelimit_storage.startswith("memory:"):
            return False
        if not self._away_until:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._away_until:
                return False
            self._away_until = now + self._away_seconds
            return True

    def _is_away(self, away: Away) -> None:
        if not self._away_until:
            cause = type(away.__cause__).__name__
            log.warning("Limits are counted by each worker alone (%s).", cause)
        self._away_until = time.monotonic() + self._away_seconds

    def _name(self, limit: Limit, address: str) -> str:
        if limit.everybody:
            return f"{limit.what} everybody {limit.seconds}"
        return f"{limit.what} {limit.seconds} {self._mark(_household(address).encode())}"

    def _mark(self, told: bytes) -> str:
        key = f"limits {int(time.time() // DAY)} {self._settings.secret_key}"
        return hmac.digest(key.encode(), told, "sha256").hex()[:32]

    @cached_property
    def _shared(self) -> "InRedis":
        from quiz.web.windows_in_redis import InRedis

        return InRedis(self._settings.ratelimit_storage)


def _household(address: str) -> str:
    if ":" not in address:
        return address
    if found := WITH_PORT.fullmatch(address):
        address = found[1] or found[2]
    try:
        known = ip_address(address)
    except ValueError:
        return address
    if isinstance(known, IPv6Address) and known.ipv4_mapped is None:
        return str(int(known) >> (128 - NEIGHBOURS))
    return str(known)
