"""Old rows go; of small groups nothing stays that their answers could be worked out from."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.statistics import Cell, Shape, Tally
from quiz.store import Submission
from quiz.store.folding import Waiting

People = Callable[..., list[Submission]]
ONE_PLACE = {"source": "direct", "language": "en", "flags": 0}


def pour(people: People, shape: Shape, weeks: dict[int, int], **changes: Any) -> None:
    """So many complete results in each of these weeks, folded."""
    for week, n in weeks.items():
        answers = (1, 2, 3, 4, 5, 3) * 4
        fields = {**ONE_PLACE, "week": week, "answers": answers, **changes}
        who = f"{week} {sorted(changes.items())}"
        store.results.pour(people(n, **{"who": who, **fields}))
    store.folding.fold([shape])


def spans(cells: list[Cell]) -> list[tuple[int, int, int, int]]:
    """First week, last week, how many people, how many of them in detail."""
    return sorted(
        (cell.first_week, cell.last_week, cell.tally.n, cell.tally.n_detail) for cell in cells
    )


@pytest.mark.usefixtures("app")
def test_rows_leave_before_they_are_older_than_set_and_young_ones_stay(
    place: Any, people: People, shape: Shape
) -> None:
    pour(people, shape, {202601: 5, 202613: 5, 202614: 5, 202626: 5})
    store.results.pour(people(4, who="waiting", week=202601, version=shape.version + 1))
    before = Tally.total(shape, (cell.tally for cell in store.folding.cells(shape)))
    assert store.folding.retain([shape], 26, 202626) == 0
    assert store.folding.retain([shape], 26, 202627) == 10
    assert store.folding.retain([shape], 26, 202627) == 0
    left = place.rows("SELECT week, count(*) FROM result WHERE folded GROUP BY week")
    assert sorted(left) == [(202614, 5), (202626, 5)]
    assert store.folding.waiting([shape]) == Waiting(0, 4)
    after = Tally.total(shape, (cell.tally for cell in store.folding.cells(shape)))
    assert after.n == before.n == 20
    assert after.n_detail == 10
    assert after.thin() == before.thin()
    assert store.folding.rebuild([shape]).differences == 0


@pytest.mark.usefixtures("app")
def test_small_weeks_are_merged_until_a_hundred_people_stand_behind_the_details(
    people: People, shape: Shape
) -> None:
    weeks = {202601: 40, 202602: 40, 202603: 40, 202604: 130, 202605: 60, 202606: 50, 202607: 20}
    pour(people, shape, weeks)
    pour(people, shape, {202601: 30, 202609: 30}, source="small")
    pour(people, shape, {202614: 99}, source="next-quarter")
    pour(people, shape, {202601: 60, 202602: 60}, source="flagged", flags=1)
    store.folding.retain([shape], 26, 202650)
    of = {
        source: spans([cell for cell in store.folding.cells(shape) if cell.source == source])
        for source in ("direct", "small", "next-quarter", "flagged")
    }
    assert of == {
        "direct": [
            (202601, 202603, 120, 120),
            (202604, 202604, 130, 130),
            (202605, 202607, 130, 130),
        ],
        "small": [(202601, 202609, 60, 0)],
        "next-quarter": [(202614, 202614, 99, 0)],
        "flagged": [(202601, 202602, 120, 120)],
    }
    for cell in store.folding.cells(shape):
        if not cell.tally.n_detail:
            assert cell.tally == cell.tally.thin()


@pytest.mark.usefixtures("app")
def test_no_period_is_in_two_quarters_or_two_years(people: People, shape: Shape) -> None:
    pour(people, shape, {202052: 30, 202053: 30, 202101: 30, 202113: 30, 202114: 30})
    store.folding.retain([shape], 52, 202650)
    assert [span[:2] for span in spans(store.folding.cells(shape))] == [
        (202052, 202053),
        (202101, 202113),
        (202114, 202114),
    ]


@pytest.mark.usefixtures("app")
def test_a_latecomer_joins_the_large_cell_of_its_quarter_or_is_thinned(
    place: Any, people: People, shape: Shape
) -> None:
    pour(people, shape, {202601: 120})
    pour(people, shape, {202601: 20}, source="small")
    store.folding.retain([shape], 26, 202640)
    pour(people, shape, {202601: 1, 202603: 1}, goal="learn")
    pour(people, shape, {202601: 1}, goal="learn", source="small")
    # While its row is there, it has a cell of its own that a rebuild can count again.
    assert (202601, 202601, 1, 1) in spans(store.folding.cells(shape))
    assert store.folding.rebuild([shape]).differences == 0
    assert store.folding.retain([shape], 26, 202640) == 3
    assert spans(store.folding.cells(shape)) == [
        (202601, 202601, 21, 0),
        (202601, 202603, 122, 122),
    ]
    assert place.rows("SELECT * FROM result") == []
    assert store.folding.rebuild([shape]).differences == 0


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("weeks", "kept"), [(1, 202640), (4, 202637), (12, 202631), (25, 202625)])
def test_a_short_retention_is_kept_too(
    place: Any, people: People, shape: Shape, weeks: int, kept: int
) -> None:
    pour(people, shape, {202601 + week: 1 for week in range(40)})
    store.folding.retain([shape], weeks, 202640)
    [[oldest, newest]] = place.rows("SELECT min(week), max(week) FROM result")
    assert oldest == kept
    assert newest == 202640


def test_deleted_rows_leave_sqlites_files_too(
    sqlite_place: Any, open_app: Callable[..., Flask], people: People, shape: Shape
) -> None:
    store.migrate(sqlite_place.url)
    old, young = (
        [person for person in people(200, who=str(week), week=week) if 0 not in person.answers]
        for week in (202601, 202640)
    )
    with open_app(sqlite_place.url).app_context():
        store.results.pour([*old[:100], *young[100:]])
        store.folding.fold([shape])
        assert store.folding.retain([shape], 26, 202640) == 100
        content = b"".join(file.read_bytes() for file in sqlite_place.folder.iterdir())
        traces = [bytes(person.answers) in content for person in (*old[:100], *young[100:])]
        assert traces == [False] * 100 + [True] * (len(traces) - 100)
