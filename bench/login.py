"""How long the login takes to refuse what is nearly right, what is not, and where there is none."""

import argparse
import random
import re
import sys
import time
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from urllib.parse import urlencode, urlsplit

from bench.ledger import FORM
from bench.servers import GUNICORN
from quiz import store
from tests.live_server import ADMIN_PASSWORD, LiveServer, live_server

TOKEN = re.compile('name="csrf_token" value="([^"]+)"')
NEARLY, ANOTHER, SHORT, LONG, NONE = "nearly right", "another", "one letter", "200 letters", "none"
GUESSES = {
    NEARLY: ADMIN_PASSWORD[:-1],
    ANOTHER: "".join(reversed(ADMIN_PASSWORD[:-1])),
    SHORT: "x",
    LONG: "x" * 200,
    NONE: ADMIN_PASSWORD[:-1],
}


class Door:
    """The login page of a server, by a connection that stays open."""

    def __init__(self, server: LiveServer) -> None:
        self._connection = HTTPConnection(urlsplit(server.url).netloc)
        self._connection.request("GET", "/admin/login")
        page = self._connection.getresponse()
        cookie = page.headers["Set-Cookie"].partition(";")[0]
        self._token = TOKEN.findall(page.read().decode())[0]
        self._headers = {**FORM, "Cookie": cookie}

    def refuse(self, password: str) -> float:
        """Seconds until it was refused."""
        body = urlencode({"csrf_token": self._token, "password": password})
        began = time.perf_counter()
        self._connection.request("POST", "/admin/login", body, self._headers)
        answer = self._connection.getresponse()
        answer.read()
        taken = time.perf_counter() - began
        if answer.status != 422:
            raise RuntimeError(f"The login was not refused: {answer.status}")
        return taken


def main() -> int:
    """Measure in rounds, each guess once in each, in a new order; print."""
    parser = argparse.ArgumentParser(prog="python -m bench.login", description=__doc__)
    parser.add_argument("--rounds", type=int, default=400)
    rounds = max(20, parser.parse_args().rounds)  # fewer say nothing
    taken: dict[str, list[float]] = {name: [] for name in GUESSES}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="quiz-bench-")))
        settings = {"QUIZ_RATELIMIT_ENABLED": "off", "WEB_CONCURRENCY": "1"}
        for name in ("with", "without"):
            (folder / name / "data").mkdir(parents=True)
        store.migrate(f"sqlite:///{folder}/without/data/quiz.sqlite3")
        somebodys = Door(stack.enter_context(live_server(folder / "with", **settings)))
        # `serve` would make a password.
        settings["QUIZ_ADMIN_PASSWORD_HASH"] = ""
        nobodys = Door(
            stack.enter_context(live_server(folder / "without", command=GUNICORN, **settings))
        )
        for _ in range(rounds):
            for name in random.sample(list(GUESSES), len(GUESSES)):
                door = nobodys if name == NONE else somebodys
                taken[name].append(door.refuse(GUESSES[name]))
    print(f"{rounds} rounds; the time against “{ANOTHER}”, of each round")
    print(f"{'':14}{'ms':>8}{'ratio':>8}{'quarters':>16}{'95 % of the median':>22}")
    for name, times in taken.items():
        ratios = sorted(one / other for one, other in zip(times, taken[ANOTHER], strict=True))
        lower, upper = ratios[rounds // 4], ratios[-1 - rounds // 4]
        reach = round(0.98 * rounds**0.5)  # in ranks: binomial
        low, high = ratios[rounds // 2 - reach], ratios[rounds // 2 + reach]
        print(
            f"{name:14}{1000 * median(times):>8.1f}{median(ratios):>8.3f}"
            f"{lower:>8.2f} -{upper:>6.2f}{low:>14.3f} -{high:>6.3f}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
