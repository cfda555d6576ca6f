"""Many results at once, in and out."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.store import StoreError, Submission

People = Callable[..., list[Submission]]


@pytest.mark.usefixtures("app")
def test_an_import_adds_what_is_new(people: People) -> None:
    assert store.results.pour(people(30)) == (30, 0)
    assert store.results.pour(people(50), batch=7) == (20, 30)
    assert store.results.pour([]) == (0, 0)
    assert store.count() == 50


@pytest.mark.usefixtures("app")
def test_an_import_that_fails_on_the_way_leaves_nothing(people: People) -> None:
    def torn() -> Iterator[Submission]:
        yield from people(30)
        raise ValueError("line 31 is bad")

    with pytest.raises(ValueError, match="line 31"):
        store.results.pour(torn(), batch=10)
    assert store.count() == 0


@pytest.mark.usefixtures("app")
def test_an_export_tells_everything_but_the_receipt(
    place: Any, people: People, submission: Callable[..., Submission]
) -> None:
    store.results.pour(people(2500, version=7))
    store.save(submission())
    [raw] = store.results.each(submission().questionnaire_id, submission().version)
    sent = submission()
    assert (raw.answers, raw.week, raw.self_label, raw.goal, raw.setting, raw.flags) == (
        bytes(sent.answers),
        sent.week,
        sent.self_label,
        sent.goal,
        sent.setting,
        sent.flags,
    )
    assert not hasattr(raw, "receipt")
    assert "x05" not in repr(raw)
    assert sum(1 for _ in store.results.each()) == 2501
    assert sum(1 for _ in store.results.each("another")) == 0
    place.execute("DROP TABLE result")
    with pytest.raises(StoreError):
        list(store.results.each())


def test_an_import_into_a_database_without_tables_is_said_plainly(
    place: Any, open_app: Callable[..., Flask], people: People
) -> None:
    if place.is_sqlite:
        place.file.touch()
    with open_app(place.url).app_context(), pytest.raises(StoreError, match="none was"):
        store.results.pour(people(3))
