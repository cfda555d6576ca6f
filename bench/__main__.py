"""One interleaved run: the quiz and Flask hello world under the same gunicorn, side by side."""

import argparse
import os
import secrets
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.ledger import settle
from bench.load import CONNECTIONS, Burst, fire, wrk
from bench.visitors import Visitors
from bench.weights import weigh
from quiz import library
from quiz.web.settings import CONTENT
from tests.live_server import LiveServer, live_server

GUNICORN = (sys.executable, "-m", "gunicorn", "-c", "python:quiz.web.gunicorn_settings")
CORES = os.cpu_count() or 1
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

    def fire(self, seconds: int) -> Burst:
        """A burst of fresh requests, many more than the last one needed."""
        lines = [self.make() for _ in range(min(self.different * seconds, self.enough))]
        time.sleep(PAUSE)
        burst = fire(self.server, lines, seconds, self.answers)
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
        verdict = "met" if median(ratios) >= self.goal else "MISSED"
        return (
            f"{self.name:<21}{median(b.rate for b in self.bursts):>8,.0f}{median(ratios):>7.2f}"
            f"  {min(ratios):.2f} to {max(ratios):.2f}{by_cpu:>8.2f}"
            f"{median(b.p50 for b in self.bursts):>8.1f}{median(b.p99 for b in self.bursts):>8.1f}"
            f"{size:>8,.0f}{sum(b.faults for b in self.bursts):>8}"
            + (f"  {self.goal:.2f} {verdict}" if self.goal else "")
        )


def main() -> int:
    """Measure and print; 1 when an answer was bad or a row is missing."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("--rounds", type=int, default=8, help="rounds of 2 s a burst (default: 8)")
    words.add_argument("--quick", action="store_true", help="3 rounds of 1 s, a rough look")
    chosen = words.parse_args()
    wrk()
    secret = secrets.token_urlsafe(48)
    with tempfile.TemporaryDirectory(prefix="quiz-bench-") as name:
        folders = [Path(name, server) for server in ("quiz", "hello")]
        for folder in folders:
            folder.mkdir()
        with (
            live_server(folders[0], SECRET_KEY=secret, QUIZ_TRUSTED_PROXIES="1") as quiz,
            live_server(folders[1], command=(*GUNICORN, "bench.hello:app")) as hello,
        ):
            visitors = Visitors(library.load(CONTENT).current("en"), secret)
            style_sheet = print_weights(quiz, visitors)
            kinds = [
                Measured("hello world", hello, lambda: "GET\t/\t"),
                Measured("GET /", quiz, lambda: "GET\t/\t"),
                Measured("GET /quiz?visit=...", quiz, visitors.open_quiz, 2_000, 0.95),
                Measured("POST /quiz?visit=...", quiz, visitors.send_answers, 2_500 * CORES, 0.38),
                Measured("GET /result/<code>", quiz, visitors.read_result, 2_000 * CORES, 0.30),
                Measured("GET /style/<name>", quiz, visitors.see_style, 60, 0.95),
                Measured("GET a style sheet", quiz, lambda: f"GET\t{style_sheet}\t", goal=0.95),
            ]
            posts = kinds[3]
            posts.answers = quiz.folder / "answers.txt"
            print_speeds(kinds, *((3, 1) if chosen.quick else (chosen.rounds, 2)))
            sentence, faults = settle(
                quiz.url,
                secret,
                [item.id for item in visitors.quiz.items],
                quiz.folder / "data" / "quiz.sqlite3",
                posts.sent,
                posts.answers.read_text().splitlines(),
            )
            print(sentence)
            faults += quiz.log.splitlines()[:5]
    bad = sum(burst.faults for kind in kinds for burst in kind.bursts)
    faults += [f"{bad} answers were not 2xx or 3xx, or never came."] if bad else []
    print("\n".join(f"!!! {fault}" for fault in faults))
    return 1 if faults else 0


def print_weights(quiz: LiveServer, visitors: Visitors) -> str:
    """Print what first visits weigh; the address of a style sheet."""
    print("First visit (bytes)       page   files   total  with headers  requests")
    pages = ("GET\t/\t", visitors.open_quiz(), visitors.read_result(), visitors.see_style())
    sheets: list[str] = []
    for request in pages:
        path = request.split("\t")[1]
        line, files = weigh(quiz.url, path)
        print(f"  /{path[1:].partition('?')[0].partition('/')[0]:<19}{line}")
        sheets += [file for file in files if "/site." in file]
    return sheets[0]


def print_speeds(kinds: list[Measured], rounds: int, seconds: int) -> None:
    """Warm up, measure round by round, print the table; the first kind is the yardstick."""
    load = os.getloadavg()[0]
    print(f"\n{CONNECTIONS} connections, {CORES} cores, {rounds} x {seconds} s, load {load:.1f}")
    for kind in kinds:
        kind.fire(1)
    for _ in range(rounds):
        for kind in kinds:
            kind.bursts.append(kind.fire(seconds))
    print(" " * 21 + "per sec  ratio  min to max    by CPU  p50 ms  p99 ms   bytes  faults  goal")
    print("\n".join(kind.row(kinds[0]) for kind in kinds))
    slow, *_, fast = sorted(burst.rate for burst in kinds[0].bursts)
    print(f"Hello world: {slow:,.0f} to {fast:,.0f}" + " a second: NOISY" * (fast > 1.3 * slow))


if __name__ == "__main__":
    sys.exit(main())
