"""The real server tends its statistics by itself, and loses no count when it stops."""

import sqlite3
from pathlib import Path
from urllib.request import Request, urlopen

from tests.live_server import live_server


def test_what_was_counted_is_written_down_when_the_server_stops(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        for _ in range(3):
            post = Request(f"{server.url}/count?event=card", method="POST")  # noqa: S310 - our own address
            with urlopen(post) as answer:  # noqa: S310 - our own address
                assert answer.status == 204
    with sqlite3.connect(tmp_path / "data" / "quiz.sqlite3") as database:
        counted = database.execute("SELECT source, event, sum(n) FROM visit_count GROUP BY 1, 2")
        assert counted.fetchall() == [("direct", "card", 3)]
    database.close()
    assert server.log == ""
