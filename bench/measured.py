"""Bursts of one kind of request after another, and the table of what came of them."""

import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.load import Burst, fire
from tests.live_server import LiveServer

CORES = os.cpu_count() or 1
MOST_P99 = 50  # milliseconds until an answer is stored, but for one in a hundred
PAUSE = 0.2  # seconds before a burst, for what the last one left behind


@dataclass
class Measured:
    """One kind of request, at most `different` ones a second, and the ratio it should reach."""

    name: str
    server: LiveServer
    make: Callable[[], str]
    different: int = 1
    goal: float = 0
    answers: Path | None = None
    sent: list[str] = field(default_factory=list)
    bursts: list[Burst] = field(default_factory=list)
    enough: int = sys.maxsize

    def fire(self, seconds: int, connections: int) -> Burst:
        """A burst of fresh requests, many more than the last one needed."""
        lines = [self.make() for _ in range(min(self.different * seconds, self.enough))]
        time.sleep(PAUSE)
        burst = fire(self.server, lines, seconds, connections, self.answers)
        self.sent += lines[: burst.sent]
        self.enough = 1000 + 4 * burst.sent
        return burst

    def row(self, hello: "Measured") -> str:
        """A line of the table: medians over the rounds."""
        pairs = list(zip(self.bursts, hello.bursts, strict=True))
        ratios = [burst.rate / other.rate for burst, other in pairs]
        by_cpu = median(
            other.cpu / other.requests * burst.requests / burst.cpu if burst.cpu else 0
            for burst, other in pairs
        )
        size = sum(b.size for b in self.bursts) / sum(b.requests for b in self.bursts)
        p99 = median(b.p99 for b in self.bursts)
        verdict = "met" if median(ratios) >= self.goal else "MISSED"
        return (
            f"{self.name:<21}{median(b.rate for b in self.bursts):>8,.0f}{median(ratios):>7.2f}"
            f"  {min(ratios):.2f} to {max(ratios):.2f}{by_cpu:>8.2f}"
            f"{median(b.p50 for b in self.bursts):>8.1f}{p99:>8.1f}"
            f"{size:>8,.0f}{sum(b.faults for b in self.bursts):>8}"
            + (f"  {self.goal:.2f} {verdict}" if self.goal else "")
            + (f", p99 {'met' if p99 <= MOST_P99 else 'MISSED'}" if self.answers else "")
        )


def print_speeds(kinds: list[Measured], rounds: int, seconds: int, connections: int) -> None:
    """Warm up, measure round by round, print the table; the first kind is the yardstick."""
    load = os.getloadavg()[0]
    print(f"\n{connections} connections, {CORES} cores, {rounds} x {seconds} s, load {load:.1f}")
    for kind in kinds:
        kind.fire(1, connections)
    for _ in range(rounds):
        for kind in kinds:
            kind.bursts.append(kind.fire(seconds, connections))
    print(" " * 21 + "per sec  ratio  min to max    by CPU  p50 ms  p99 ms   bytes  faults  goal")
    print("\n".join(kind.row(kinds[0]) for kind in kinds))
    slow, *_, fast = sorted(burst.rate for burst in kinds[0].bursts)
    print(f"Hello world: {slow:,.0f} to {fast:,.0f}" + " a second: NOISY" * (fast > 1.3 * slow))
