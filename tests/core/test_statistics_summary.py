"""What may be seen: every figure waits for enough people, and none stands for a small group."""

import json
import re
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.statistics import (
    Cell,
    Chosen,
    ImpossibleFilter,
    Row,
    Shape,
    Summary,
    Tally,
    Visits,
    as_json,
    by_source,
    flat,
    periods,
    publish,
    summarise,
    valid_results,
)
from quiz.statistics.gates import put_together, rounded, shown
from tests.core.test_statistics_tally import OURS, TINY

SHAPE = Shape.of(OURS)
WEEK = 202640


def people(n: int, seed: int = 1, flags: int = 0, shape: Shape = SHAPE) -> list[Row]:
    """Answers with one trait behind each scale, and a self-label that follows the first."""
    dice = np.random.default_rng(seed)
    rows = []
    for _ in range(n):
        traits = dice.normal(size=len(shape.scales))
        answers = [0] * len(shape.item_ids)
        for trait, scale in zip(traits, shape.scales, strict=True):
            for at in scale.items:
                push = 0.7 * trait * shape.keys[at] + dice.normal()
                middle = (shape.points + 1) / 2
                answers[at] = int(np.clip(round(middle + push), 1, shape.points))
        label = ("introvert", "between", "extrovert")[int(np.clip(round(1 + traits[0]), 0, 2))]
        rows.append(Row(bytes(answers), label, flags=flags))
    return rows


def cell(
    n: int, source: str = "direct", week: int = WEEK, *, language: str = "en", flags: int = 0
) -> Cell:
    """A week of one source."""
    tally = Tally.of(SHAPE, people(n, seed=n + week, flags=flags))
    return Cell(week, week, source, language, bool(flags), tally)


def of(n: int) -> Summary:
    return summarise(SHAPE, [cell(n)], ())


GATES: list[tuple[int, Callable[[Summary], object]]] = [
    (11, lambda told: told.n),
    (11, lambda told: told.scales[0].mean),
    (30, lambda told: told.scales[0].bins),
    (30, lambda told: told.styles),
    (30, lambda told: told.items[0].mean),
    (100, lambda told: told.reliability),
    (100, lambda told: told.items[0].item_total),
    (200, lambda told: told.items[0].alpha_if_deleted),
    (200, lambda told: told.reliability[0].omega if told.reliability else None),
    (200, lambda told: len(told.reliability) > len(told.scales)),
    (200, lambda told: told.scales[0].median),
    (250, lambda told: told.correlations),
]


@pytest.mark.parametrize(("least", "figure"), GATES)
def test_a_figure_waits_for_enough_people(least: int, figure: Callable[[Summary], object]) -> None:
    assert not figure(of(least - 1))
    assert figure(of(least))


def test_everything_is_rounded() -> None:
    told = of(312)
    assert told.n == 310
    assert told.scales[0].mean == int(told.scales[0].mean or 0.5)
    numbers = [value for _, value in flat(as_json(told)) if isinstance(value, float)]
    assert numbers
    assert all(round(value, 3) == value for value in numbers)
    assert (rounded(12), rounded(13), rounded(1_000_003)) == (10, 15, 1_000_005)


@pytest.mark.parametrize("n", [0, 1, 2, 10, 11, 40, 120, 300])
def test_people_who_all_answer_alike_break_nothing(n: int) -> None:
    for questionnaire in (OURS, TINY):
        shape = Shape.of(questionnaire)
        rows = [Row(bytes([2] * len(shape.item_ids)))] * n
        one = Cell(WEEK, WEEK, "direct", "en", False, Tally.of(shape, rows))
        said = json.dumps(as_json(summarise(shape, [one], ())), allow_nan=False)
        assert "NaN" not in said
        json.dumps(publish(shape, [one], 11), allow_nan=False)


def test_nobody_at_all_is_collecting() -> None:
    told = summarise(SHAPE, [], ())
    assert told.n is None
    assert told.weeks == told.sources == told.styles == ()
    assert {item.verdict for item in told.items} == {"too-few"}


def test_an_item_that_people_answer_against_its_key_is_found() -> None:
    rows = people(300)
    turned = SHAPE.item_ids.index("A1")
    against = [
        Row(bytes(6 - a if at == turned else a for at, a in enumerate(row.answers))) for row in rows
    ]
    found = {}
    for name, some in (("as written", rows), ("turned", against)):
        one = Cell(WEEK, WEEK, "direct", "en", False, Tally.of(SHAPE, some))
        found[name] = summarise(SHAPE, [one], ()).items[turned]
    assert found["as written"].verdict == "fine"
    assert found["turned"].verdict == "against-key"
    assert (found["turned"].item_total or 0) < 0


def test_flagged_results_are_apart_and_come_in_only_in_a_crowd() -> None:
    few = summarise(SHAPE, [cell(60), cell(5, flags=1)], (), Chosen(with_flagged=True))
    assert (few.n, few.flagged, few.flagged_counted) == (60, None, False)
    many = [cell(60), cell(20, flags=1)]
    assert summarise(SHAPE, many, ()).n == 60
    with_them = summarise(SHAPE, many, (), Chosen(with_flagged=True))
    assert (with_them.n, with_them.flagged, with_them.flagged_counted) == (80, 20, True)


def test_a_small_source_hides_a_larger_one_with_it() -> None:
    told = summarise(SHAPE, [cell(60), cell(40, "blog"), cell(3, "tiny-blog")], ())
    assert [(group.id, group.n) for group in told.sources] == [
        ("direct", 60),
        ("blog", None),
        ("tiny-blog", None),
    ]
    for hidden in ("tiny-blog", "blog"):
        closed = summarise(
            SHAPE, [cell(60), cell(40, "blog"), cell(3, "tiny-blog")], (), Chosen(source=hidden)
        )
        assert closed.n is None
        assert closed.styles == ()
        assert closed.flagged is None


def test_sources_of_fifty_and_more_are_compared_with_all_others() -> None:
    told = summarise(SHAPE, [cell(60), cell(70, "blog"), cell(20, "small")], ())
    compared = {group.id: group.difference_low is not None for group in told.sources}
    assert compared == {"blog": True, "direct": True, "small": False}


def test_a_period_is_a_year_or_a_quarter() -> None:
    cells = [cell(40, week=202505), cell(50, week=202640), cell(50, week=202653)]
    assert periods(cells) == ("2026-Q4", "2026", "2025-Q1", "2025")
    assert summarise(SHAPE, cells, (), Chosen(period="2026")).n == 100
    assert summarise(SHAPE, cells, (), Chosen(period="2025-Q1")).n == 40
    for odd in ("2026-Q5", "yesterday", "", "2026-W07", "2026-q4"):
        with pytest.raises(ImpossibleFilter, match="such as 2026"):
            summarise(SHAPE, cells, (), Chosen(period=odd))
    with pytest.raises(ImpossibleFilter, match="no results"):
        summarise(SHAPE, cells, (), Chosen(source="nobody"))
    with pytest.raises(ImpossibleFilter, match="no results"):
        summarise(SHAPE, cells, (), Chosen(period="2020"))


def test_how_far_people_come() -> None:
    counts = (("started", 400), ("page-1", 380), ("page-2", 350), ("finished", 300), ("card", 4))
    visits = [Visits(WEEK, "direct", "en", event, n) for event, n in counts]
    told = summarise(SHAPE, [cell(300)], visits)
    assert (told.started, told.finished) == (400, 300)
    steps = {step.id: step.share for step in told.steps}
    assert steps["page-1"] == 95
    assert steps["finished"] == 75
    assert steps["card"] is None


def test_weeks_with_few_people_are_put_together() -> None:
    cells = [
        cell(4, week=202601),
        cell(5, week=202602),
        cell(30, week=202603),
        cell(2, week=202604),
    ]
    weeks = summarise(SHAPE, cells, ()).weeks
    assert [(one.first_week, one.last_week, one.n) for one in weeks] == [(202601, 202604, 40)]


def test_percentiles_come_from_two_hundred_on() -> None:
    few, enough = (publish(SHAPE, [cell(n)], 11) for n in (199, 200))
    assert few["percentiles"] == []
    places = enough["percentiles"]
    assert len(places) == SHAPE.steps(SHAPE.scales[0])
    assert all(0 <= low <= about <= high <= 10 for about, low, high in places)
    assert [about for about, _, _ in places] == sorted(about for about, _, _ in places)
    assert (places[0][0], places[-1][0]) == (0, 10)


def test_an_audience_gets_less() -> None:
    cells = [cell(60, "blog"), cell(70)]
    told = publish(SHAPE, cells, 11, "blog")
    assert set(told) == {"questionnaire_id", "version", "n", "scales", "styles", "since"}
    assert told["n"] == 60


def test_an_audience_is_told_the_same_from_the_sums_of_each_source() -> None:
    cells = [cell(60, "blog", week) for week in (WEEK + 1, WEEK)] + [
        cell(30, "blog", language="de"),
        cell(0, "blog", WEEK - 1),
        cell(5, "blog", WEEK - 2, flags=1),
        cell(40, "other blog"),
        cell(70),
        cell(12, flags=1),
    ]
    sums = by_source(SHAPE, cells)
    assert len(sums) == 5
    assert valid_results(sums) == valid_results(cells)
    for source in ("blog", "other blog", "direct"):
        told = publish(SHAPE, cells, 11, source)
        assert publish(SHAPE, sums, 11, source) == told
        assert told["n"] == sum(c.tally.n for c in cells if c.source == source and not c.flagged)


@pytest.mark.parametrize(("others", "n"), [(0, 60), (10, None), (11, 60)])
def test_an_audience_is_told_nothing_that_gives_the_others_away(others: int, n: int | None) -> None:
    told = publish(SHAPE, [cell(60, "blog"), cell(others)], 11, "blog")
    assert told["n"] == n
    assert bool(told["scales"][0]["mean"]) == bool(n)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=12), st.integers(5, 20))
def test_what_is_hidden_is_never_fewer_than_k(counts: list[int], k: int) -> None:
    seen = shown(counts, k)
    hidden = sum(count for count, open_ in zip(counts, seen, strict=True) if not open_)
    assert hidden == 0 or hidden >= k or not any(seen)
    assert all(count >= k for count, open_ in zip(counts, seen, strict=True) if open_)


@settings(deadline=None)
@given(st.lists(st.integers(0, 60), max_size=12), st.integers(5, 20))
def test_parts_put_together_lose_nobody(counts: list[int], k: int) -> None:
    parts = put_together(counts, k)
    assert all(part.count >= k for part in parts)
    if parts:
        assert sum(part.count for part in parts) == sum(counts)
        assert (parts[0].first, parts[-1].last) == (0, len(counts) - 1)
        assert all(a.last + 1 == b.first for a, b in pairwise(parts))
    else:
        assert sum(counts) < k


def test_a_table_of_figures_names_each_by_its_path() -> None:
    lines = dict(flat(as_json(of(312))))
    assert lines["scales.ie.mean"] == of(312).scales[0].mean
    assert all(re.fullmatch(r"[\w.-]+", path) for path in lines)
