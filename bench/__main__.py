"""One interleaved run: the quiz and Flask hello world under the same gunicorn, side by side."""

import argparse
import sys

from bench.ledger import settle
from bench.load import wrk
from bench.measured import CORES, Measured, print_speeds
from bench.servers import Servers, servers
from bench.visitors import Visitors
from bench.weights import weigh
from bench.workers import first_answers, memory, shares
from quiz import library
from quiz.web.settings import CONTENT
from tests.live_server import LiveServer


def main() -> int:
    """Measure and print; 1 when an answer was bad or a row is missing."""
    words = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    words.add_argument("--rounds", type=int, default=8, help="rounds of 2 s a burst (default: 8)")
    words.add_argument("--quick", action="store_true", help="3 rounds of 1 s, a rough look")
    words.add_argument("--connections", type=int, default=32, help="at the same time (default: 32)")
    words.add_argument("--postgresql", action="store_true", help="instead of SQLite")
    words.add_argument(
        "--slow-flush",
        type=float,
        default=0,
        metavar="MS",
        help="a disk that flushes so much later",
    )
    chosen = words.parse_args()
    wrk()
    print(f"Start to first answer: {first_answers()}")
    with servers(postgresql=chosen.postgresql, slow_flush_ms=chosen.slow_flush) as both:
        goal = 0.22 if chosen.slow_flush else 0.30 if chosen.postgresql else 0.38
        visitors = Visitors(library.load(CONTENT).current("en"), both.secret)
        kinds = kinds_of(both, visitors, print_weights(both.quiz, visitors), goal)
        [posts] = [kind for kind in kinds if kind.answers]
        rounds = (3, 1) if chosen.quick else (chosen.rounds, 2)
        print_speeds(kinds, *rounds, chosen.connections)
        print(f"A worker's memory: {memory(both.quiz)}; shares of the work: {shares(both.quiz)}")
        items = [item.id for item in visitors.quiz.items]
        told = posts.answers.read_text().splitlines() if posts.answers else []
        sentence, faults = settle(both.quiz.url, both.secret, items, both.rows, posts.sent, told)
        print(sentence)
        faults += both.quiz.log.splitlines()[:5]
    bad = sum(burst.faults for kind in kinds for burst in kind.bursts)
    faults += [f"{bad} answers were not 2xx or 3xx, or never came."] if bad else []
    print("\n".join(f"!!! {fault}" for fault in faults))
    return 1 if faults else 0


def kinds_of(both: Servers, visitors: Visitors, style_sheet: str, goal: float) -> list[Measured]:
    """What is asked for, the yardstick first; `goal` is that of the posts."""
    quiz, answers = both.quiz, both.quiz.folder / "answers.txt"
    return [
        Measured("hello world", both.hello, lambda: "GET\t/\t"),
        Measured("GET /", quiz, lambda: "GET\t/\t"),
        Measured("GET /quiz?visit=...", quiz, visitors.open_quiz, 2_000, 0.95),
        Measured("POST /quiz?visit=...", quiz, visitors.send_answers, 2_500 * CORES, goal, answers),
        Measured("GET /result/<code>", quiz, visitors.read_result, 2_000 * CORES, 0.30),
        Measured("GET /style/<name>", quiz, visitors.see_style, 60, 0.95),
        Measured("GET a style sheet", quiz, lambda: f"GET\t{style_sheet}\t", goal=0.95),
    ]


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


if __name__ == "__main__":
    sys.exit(main())
