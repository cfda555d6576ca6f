"""What the workers of a server take up, how evenly they work, and how soon one answers."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

import psutil

from tests.live_server import LiveServer, free_port, live_server

MIB = 2**20
STARTS = 5


def workers(server: LiveServer) -> list[psutil.Process]:
    """The processes that answer."""
    return psutil.Process(server.process.pid).children()


def shares(server: LiveServer) -> str:
    """How the CPU time since the start is spread over the workers."""
    spent = [sum(worker.cpu_times()[:2]) for worker in workers(server)]
    return " / ".join(f"{100 * one / sum(spent):.0f}" for one in spent) + " %"


def memory(server: LiveServer) -> str:
    """MiB of the largest worker: its fair share (what it shares is divided), and all it touches.

    PSS and RSS of Linux; added up over all processes, only the first is what the machine spends.
    """
    found = [worker.memory_full_info() for worker in workers(server)]
    share, whole = max(one.pss for one in found) / MIB, max(one.rss for one in found) / MIB
    verdict = "met" if share <= 80 else "MISSED"
    return f"{share:.0f} MiB (goal 80: {verdict}), {whole:.0f} with all that it shares"


def first_answers() -> str:
    """Seconds from the start of the command until `/` answers, database and secret in place."""
    with TemporaryDirectory(prefix="quiz-bench-") as name:
        first, *rest = _starts(Path(name))
    verdict = "met" if median(rest) <= 1.2 else "MISSED"
    return f"{median(rest):.2f} s (goal 1.2: {verdict}), the very first time {first:.2f} s"


def _starts(folder: Path) -> Iterator[float]:
    for _ in range(STARTS + 1):
        port = free_port()
        began = time.monotonic()
        with live_server(folder, PORT=str(port)) as server:
            while not _answers(server):
                time.sleep(0.005)
            yield time.monotonic() - began


def _answers(server: LiveServer) -> bool:
    try:
        with urlopen(server.url) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except URLError:
        return False
