"""Rows that come together are committed together; a lone one waits for nobody."""

from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event

import pytest

from quiz.store.shared_commit import QueueFull, Row, SharedCommit


class Disk:
    """Commits when it is told to, and remembers which rows went together."""

    def __init__(self) -> None:
        self.groups: list[list[object]] = []
        self.started = Event()
        self.go_on = Event()

    def commit(self, rows: Sequence[Row]) -> list[bool]:
        self.groups.append([row["n"] for row in rows])
        self.started.set()
        assert self.go_on.wait(30)
        if any(row["n"] == "bad" for row in rows):
            raise OSError("no room")
        return [row["n"] != "again" for row in rows]


def queue_up(
    pool: ThreadPoolExecutor, writer: SharedCommit, names: Sequence[object]
) -> list[Future[bool]]:
    """Send the names one after the other, the next one once the last one waits."""
    sent = []
    for place, name in enumerate(names, 1):
        sent.append(pool.submit(writer.store, {"n": name}))
        while len(writer) < place:
            pass
    return sent


def test_a_lone_row_is_committed_at_once() -> None:
    disk = Disk()
    disk.go_on.set()
    writer = SharedCommit(disk.commit)
    assert [writer.store({"n": n}) for n in ("a", "again", "b")] == [True, False, True]
    assert disk.groups == [["a"], ["again"], ["b"]]
    assert len(writer) == 0


def test_rows_that_come_during_a_commit_share_the_next_ones() -> None:
    disk = Disk()
    writer = SharedCommit(disk.commit, most_at_once=3)
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(writer.store, {"n": 0})
        assert disk.started.wait(30)
        others = queue_up(pool, writer, [1, "again", 3, 4])
        disk.go_on.set()
        assert first.result(30) is True
        assert [other.result(30) for other in others] == [True, False, True, True]
    assert disk.groups == [[0], [1, "again", 3], [4]]
    assert len(writer) == 0


def test_what_fails_fails_for_those_who_went_together_and_for_nobody_else() -> None:
    disk = Disk()
    writer = SharedCommit(disk.commit, most_at_once=2)
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(writer.store, {"n": 0})
        assert disk.started.wait(30)
        others = queue_up(pool, writer, [1, "bad", 3])
        disk.go_on.set()
        assert first.result(30) is True
        for other in others[:2]:
            with pytest.raises(OSError, match="no room"):
                other.result(30)
        assert others[2].result(30) is True


def test_whoever_waits_when_patience_ends_does_not_wait_as_long_again() -> None:
    started, over = Event(), Event()
    commits = []

    def commit(rows: Sequence[Row]) -> list[bool]:
        commits.append(rows)
        started.set()
        assert over.wait(30)
        raise TimeoutError

    writer = SharedCommit(commit, most_at_once=2)
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(writer.store, {"n": 0})
        assert started.wait(30)
        others = queue_up(pool, writer, [1, 2, 3])
        over.set()
        assert all(isinstance(one.exception(30), TimeoutError) for one in (first, *others))
    assert commits == [[{"n": 0}]]
    assert len(writer) == 0


def test_beyond_its_bound_the_queue_sends_away_and_takes_again_later() -> None:
    disk = Disk()
    writer = SharedCommit(disk.commit, most_waiting=2)
    with ThreadPoolExecutor(10) as pool:
        first = pool.submit(writer.store, {"n": 0})
        assert disk.started.wait(30)
        others = queue_up(pool, writer, [1, 2])
        with pytest.raises(QueueFull):
            writer.store({"n": 3})
        disk.go_on.set()
        assert all(one.result(30) for one in (first, *others))
    assert writer.store({"n": 3}) is True
    assert disk.groups == [[0], [1, 2], [3]]


def test_a_crowd_loses_nobody() -> None:
    disk = Disk()
    disk.go_on.set()
    writer = SharedCommit(disk.commit)
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(lambda n: writer.store({"n": n}), range(2000)))
    assert sorted(n for group in disk.groups for n in group) == list(range(2000))
