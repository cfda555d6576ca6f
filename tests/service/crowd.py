"""Many people who send their answers at the same time, and an account of what they were promised.

with Crowd(url, secret) as crowd:
    crowd.wait_for(50)
    ...break something...
    crowd.wait_for(50)
crowd.assert_each_is_stored_once(receipts_in_the_table)
"""

from collections import Counter
from collections.abc import Callable, Iterable
from http.client import HTTPConnection, HTTPException
from threading import Condition, Event, Thread
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

from bench.visitors import Visitors
from quiz import library
from quiz.store.saving import hash_of
from quiz.web.settings import CONTENT
from tests.live_server import LiveServer

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
PATIENCE = 60  # seconds; far more than anything here takes, and short of a hanging test run
PAUSE = 0.05
PROMISES = ("stored", "kept")
SECRET = "one secret for the visitors and the servers"  # noqa: S105 - of servers that live for a test
# All of them come from one address, and more than a household would.
SETTINGS = {"SECRET_KEY": SECRET, "QUIZ_RATELIMIT_ENABLED": "off"}


def wait_until(met: Callable[[], bool]) -> None:
    """Look again and again, for as long as anything here may take."""
    pause = Event()
    assert any(met() or pause.wait(PAUSE) for _ in range(int(PATIENCE / PAUSE)))


def wait_until_ready(*servers: LiveServer) -> None:
    """Until nothing is wrong any more and nothing waits."""
    for _ in range(round(PATIENCE / PAUSE)):
        said = [server.readiness() for server in servers]
        if set(said) == {"ready\n"}:
            return
        Event().wait(PAUSE)
    raise AssertionError(f"still not ready: {said}")


class Crowd:
    """`size` people at a time. Whoever gets no answer, or a 5xx, sends the same once more.

    `promised` has the receipts that came with a promise; `answers` counts the answers by status
    and, of the results, by what they said; `broken` counts requests without an answer. `anew`: each
    request comes by a connection of its own.
    """

    def __init__(
        self, url: str, secret: str = SECRET, size: int = 8, *, anew: bool = False
    ) -> None:
        self.promised: list[str] = []
        self.answers: Counter[str] = Counter()
        self.broken = 0
        self._place = urlsplit(url).netloc
        self._anew = anew
        self._visitors = Visitors(library.load(CONTENT).current("en"), secret)
        self._changed = Condition()
        self._stopped = Event()
        self._threads = [Thread(target=self._go_on, daemon=True) for _ in range(size)]

    def __enter__(self) -> "Crowd":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Let everybody who has begun get an answer."""
        self._stopped.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        assert not any(thread.is_alive() for thread in self._threads), "somebody got no answer"

    def wait_for(self, more: int, saying: str = "") -> None:
        """Until so many more were answered (with this status, or told this of their answers)."""
        with self._changed:
            goal = self._heard(saying) + more
            assert self._changed.wait_for(lambda: self._heard(saying) >= goal, PATIENCE), (
                f"{self.answers}, {self.broken} broken"
            )

    def assert_each_is_stored_once(self, rows: Iterable[bytes]) -> None:
        """Every promise is a row, and every row was promised to somebody."""
        stored = Counter(bytes(row) for row in rows)
        promised = {hash_of(receipt) for receipt in self.promised}
        assert set(stored.values()) <= {1}
        assert len(promised - stored.keys()) == 0, "lost"
        assert len(stored.keys() - promised) == 0, "never promised"
        assert len(self.promised) == len(promised) > 0

    def _heard(self, saying: str) -> int:
        if saying:
            return self.answers[saying]
        return len(self.promised)

    def _go_on(self) -> None:
        connection = HTTPConnection(self._place, timeout=PATIENCE)
        while not self._stopped.is_set():
            with self._changed:
                method, path, body = self._visitors.send_answers().split("\t")
            while not self._answered(connection, method, path, body):
                Event().wait(PAUSE)
        connection.close()

    def _answered(self, connection: HTTPConnection, method: str, path: str, body: str) -> bool:
        try:
            connection.request(method, path, body, FORM)
            answer = connection.getresponse()
            answer.read()
            if self._anew:
                connection.close()
        except (OSError, HTTPException):
            connection.close()
            with self._changed:
                self.broken += 1
            return False
        query = parse_qs(urlsplit(answer.headers.get("Location", "")).query)
        with self._changed:
            self.answers[str(answer.status)] += 1
            for saved in query.get("saved", []):
                self.answers[saved] += 1
                if saved in PROMISES:
                    self.promised += query["receipt"]
            self._changed.notify_all()
        return answer.status < 500
