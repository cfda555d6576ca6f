"""Published figures move only when enough people are new in them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.store.snapshots import Snapshot

QUIZ = ("networking-style", 1)
WEEK = 202647


@pytest.mark.usefixtures("app")
def test_a_snapshot_needs_25_people_and_then_25_more() -> None:
    take, latest = store.snapshots.take, store.snapshots.latest
    assert take("", *QUIZ, 24, WEEK, {"n": 20}) is None
    assert latest("", *QUIZ) is None
    first = Snapshot(1, 25, WEEK, {"n": 25, "style": "Ünïcode"})
    assert take("", *QUIZ, 25, WEEK, first.body) == first
    assert take("", *QUIZ, 49, WEEK + 1, {"n": 45}) == first
    assert take("", *QUIZ, 3, WEEK + 1, {"n": 5}) == first
    assert take("", *QUIZ, 50, WEEK + 1, {"n": 50}) == Snapshot(2, 50, WEEK + 1, {"n": 50})
    assert latest("", *QUIZ) == Snapshot(2, 50, WEEK + 1, {"n": 50})


@pytest.mark.usefixtures("app")
def test_each_source_and_each_version_has_snapshots_of_its_own() -> None:
    take, latest = store.snapshots.take, store.snapshots.latest
    take("", *QUIZ, 100, WEEK, {"of": "all"})
    take("my-blog", *QUIZ, 30, WEEK, {"of": "my blog"})
    take("", "networking-style", 2, 40, WEEK, {"of": "version 2"})
    assert take("my-blog", *QUIZ, 80, WEEK, {}, least=51) == latest("my-blog", *QUIZ)
    found = [latest("", *QUIZ), latest("my-blog", *QUIZ), latest("", "networking-style", 2)]
    assert [(one.number, one.body["of"]) for one in found if one] == [
        (1, "all"),
        (1, "my blog"),
        (1, "version 2"),
    ]
    assert latest("other", *QUIZ) is None


def test_servers_that_take_one_at_once_agree_on_it(app: Flask, place: Any) -> None:
    gate = Barrier(8)

    def take(seat: int) -> Snapshot | None:
        with app.app_context():
            gate.wait()
            return store.snapshots.take("", *QUIZ, 100 + seat, WEEK, {"seat": seat})

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(take, range(8)))
    assert len(place.rows("SELECT * FROM snapshot")) == 1
    assert set(map(repr, taken)) == {repr(store.snapshots.latest("", *QUIZ))}


def test_figures_that_are_no_numbers_are_never_published(
    place: Any, open_app: Callable[..., Flask]
) -> None:
    store.migrate(place.url)
    with open_app(place.url).app_context():
        with pytest.raises(ValueError, match="JSON"):
            store.snapshots.take("", *QUIZ, 100, WEEK, {"alpha": float("nan")})
        assert place.rows("SELECT * FROM snapshot") == []
