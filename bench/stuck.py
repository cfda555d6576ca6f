"""One worker of the quiz is stopped under load: who waits, and until when."""

import argparse
import os
import signal
import sys
import time
from http.client import HTTPConnection, HTTPException
from threading import Event, Thread
from urllib.parse import urlsplit

from bench.servers import servers
from bench.workers import workers

PEOPLE = 16
GIVEN_UP = 120.0  # seconds


def main() -> int:
    """Measure and print; 1 when somebody never got an answer."""
    argparse.ArgumentParser(prog="python -m bench.stuck", description=__doc__).parse_args()
    with servers() as both:
        first, *_ = workers(both.quiz)
        waits: list[float] = []
        lost: list[float] = []
        over = Event()
        people = [
            Thread(target=_ask_again_and_again, args=(both.quiz.url, waits, lost, over))
            for _ in range(PEOPLE)
        ]
        for one in people:
            one.start()
        time.sleep(2)
        os.kill(first.pid, signal.SIGSTOP)
        stopped = time.monotonic()
        while first.is_running() and time.monotonic() - stopped < GIVEN_UP:
            time.sleep(0.05)
        replaced = time.monotonic() - stopped
        time.sleep(2)
        over.set()
        for one in people:
            one.join()
    print(f"{PEOPLE} people, each with a new connection for every page: {len(waits):,} pages")
    print(f"The stopped worker was replaced after {replaced:.1f} s.")
    print(f"{len(lost)} got no answer and asked again, after {max(lost, default=0):.1f} s at most.")
    print(f"The others waited {1000 * max(waits):.0f} ms at most.")
    return 1 if replaced >= GIVEN_UP else 0


def _ask_again_and_again(url: str, waits: list[float], lost: list[float], over: Event) -> None:
    while not over.is_set():
        connection = HTTPConnection(urlsplit(url).netloc, timeout=GIVEN_UP)
        began = time.monotonic()
        try:
            connection.request("GET", "/")
            connection.getresponse().read()
            waits.append(time.monotonic() - began)
        except (OSError, HTTPException):
            lost.append(time.monotonic() - began)
        connection.close()
        time.sleep(0.05)


if __name__ == "__main__":
    sys.exit(main())
