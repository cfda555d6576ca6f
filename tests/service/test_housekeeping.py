"""The real server tends its statistics by itself, and loses no count when it stops."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.request import Request, urlopen

from tests.live_server import live_server
from tests.service.crowd import SETTINGS, Crowd, wait_until

RESULT = "/result/1-13b3z2n813g6s"
SENTENCE = "people who finished this quiz scored lower"


def test_what_was_counted_is_written_down_when_the_server_stops(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        for _ in range(3):
            post = Request(f"{server.url}/count?event=card", method="POST")  # noqa: S310 - our own address
            with urlopen(post) as answer:  # noqa: S310 - our own address
                assert answer.status == 204
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database:
        counted = database.execute("SELECT source, event, sum(n) FROM visit_count GROUP BY 1, 2")
        assert counted.fetchall() == [("direct", "card", 3)]
    assert server.log == ""


def test_every_worker_counts_and_publishes_by_itself(tmp_path: Path) -> None:
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url) as crowd:
        crowd.wait_for(280)
    # A server begins with a round; the next one would be ten seconds later.
    with live_server(tmp_path, WEB_CONCURRENCY="2", **SETTINGS) as server:
        wait_until(lambda: SENTENCE in server.get(RESULT))
        wait_until(lambda: not waiting(tmp_path))
    assert server.log == ""


def waiting(folder: Path) -> int:
    """How many answers are not in the sums."""
    with closing(sqlite3.connect(folder / "data" / "quiz.sqlite3")) as database:
        n: int = database.execute("SELECT count(*) FROM result WHERE NOT folded").fetchone()[0]
        return n
