"""Attacks on what is shown and published. Each is first seen to work on data that is not."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.statistics import (
    LEAST_NEW,
    Cell,
    Chosen,
    ImpossibleFilter,
    Row,
    Shape,
    Summary,
    Tally,
    as_json,
    flat,
    publish,
    summarise,
)
from quiz.statistics.gates import per_cent, rounded
from tests.core.test_statistics_summary import SHAPE, WEEK, cell, people

K = 11
CHOICES = [Chosen(), Chosen(source="blog"), Chosen(language="de"), Chosen(period="2026-Q4")]


def sheets_from_sums(
    answers: np.ndarray[Any, Any], products: np.ndarray[Any, Any], most: int = 2
) -> list[tuple[tuple[int, ...], ...]]:
    """Every set of answer sheets with these sums, up to `most`: item by item."""
    shape = SHAPE
    k = len(shape.item_ids)
    cross = np.zeros((k, k), dtype=np.int64)
    cross[shape.lower] = products
    found: list[tuple[tuple[int, ...], ...]] = []

    def columns(at: int) -> Iterator[tuple[int, ...]]:
        values = [a + 1 for a, count in enumerate(answers[at]) for _ in range(count)]
        yield from sorted(set(permutations(values)))

    def go_on(done: list[tuple[int, ...]]) -> None:
        at = len(done)
        if len(found) >= most:
            return
        if at == k:
            sheets = tuple(sorted(zip(*done, strict=True)))
            if sheets not in found:
                found.append(sheets)
            return
        # Who is who does not matter: the first column may be in any order.
        for column in list(columns(at))[: 1 if at == 0 else None]:
            if all(
                cross[at, other] == sum(a * b for a, b in zip(column, done[other], strict=True))
                for other in range(at)
            ):
                go_on([*done, column])

    go_on([])
    return found


def published(cells: list[Cell]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(publish(SHAPE, cells, K)))
    return told


@pytest.mark.parametrize("n", [1, 2, 3, 4])
def test_sums_of_few_people_give_their_answers_away(n: int) -> None:
    rows = people(n)
    tally = Tally.of(SHAPE, rows)
    (sheets,) = sheets_from_sums(tally["answers"], tally["products"])
    assert sheets == tuple(sorted(tuple(row.answers) for row in rows))


@pytest.mark.parametrize("n", [1, 4, 10])
def test_nothing_of_few_people_is_published(n: int) -> None:
    told = published([cell(n)])
    figures = {path: value for path, value in flat(told) if value not in (None, [], False)}
    harmless = ("questionnaire_id", "version", "since", "items.", "labels")
    left = {path for path in figures if not path.startswith(harmless)}
    assert left == set()
    assert {value for path, value in figures.items() if path.startswith("items.")} <= {
        "too-few",
        "ie",
        "sharing",
    }
    assert told["percentiles"] == []


def test_small_groups_that_must_not_keep_their_sums_do_not() -> None:
    thin = Tally.of(SHAPE, people(3)).thin()
    assert not thin["answers"].any()
    assert not thin["products"].any()
    assert sheets_from_sums(thin["answers"], thin["products"]) != [
        tuple(sorted(tuple(row.answers) for row in people(3)))
    ]


@pytest.mark.parametrize("n", [30, 120, 400])
def test_no_sum_and_no_product_is_published(n: int) -> None:
    numbers = {
        path: value
        for path, value in flat(published([cell(n)]))
        if isinstance(value, int | float) and not path.endswith("week") and path != "since"
    }
    # A number of people is rounded to 5; everything else is a share, a score or a coefficient.
    for path, value in numbers.items():
        if path == "n" or path.endswith(".n"):
            assert value % 5 == 0, path
        else:
            assert -100 <= value <= 100, path
    # A small tally, to be sure that sums would be noticed: nearly all of its are beyond 100.
    assert (cell(n).tally["products"] > 100).mean() > 0.9


@given(st.lists(st.integers(0, 40), min_size=6, max_size=6), st.integers(0, 99))
@settings(max_examples=60, deadline=None)
def test_per_cent_turned_back_into_counts_name_no_small_group(counts: list[int], seed: int) -> None:
    rows = [row for style, n in enumerate(counts) for row in of_style(style, n, seed)]
    told = summarise(SHAPE, [one_cell(rows)], (), k=K)
    if told.n is None:
        return
    possible = range(told.n - 2, told.n + 3)
    for share in told.styles:
        if share.share is None:
            continue
        fitting = {c for n in possible for c in range(n + 1) if per_cent(c, n) == share.share}
        true = counts[SHAPE.style_ids.index(share.id)]
        assert true in fitting
        assert true >= K
        assert max(fitting) >= K
    hidden = [
        counts[SHAPE.style_ids.index(share.id)] for share in told.styles if share.share is None
    ]
    assert sum(hidden) == 0 or sum(hidden) >= K


def test_two_snapshots_differ_by_a_crowd() -> None:
    before, after = people(40), people(41)
    difference = Tally.of(SHAPE, after) - Tally.of(SHAPE, before)
    (sheet,) = sheets_from_sums(difference["answers"], difference["products"])[0]
    assert sheet == tuple(after[-1].answers), "the attack works on sums that differ by one"
    # Snapshots are further apart (the store's tests hold it to that), and the sums of so many
    # new people are those of more than one set of sheets.
    assert LEAST_NEW >= 25
    twins = people(LEAST_NEW)
    one, other = (list(twins[at].answers) for at in (0, 1))
    one[0], other[0] = other[0], one[0]
    swapped = [Row(bytes(one)), Row(bytes(other)), *twins[2:]]
    assert {row.answers for row in swapped} != {row.answers for row in twins}
    assert np.array_equal(Tally.of(SHAPE, swapped)["answers"], Tally.of(SHAPE, twins)["answers"]), (
        "what is published of items comes from these counts alone"
    )


@pytest.mark.parametrize(("small", "large"), [(1, 60), (10, 40), (5, 12)])
def test_what_is_left_by_subtraction_is_never_a_small_group(small: int, large: int) -> None:
    """A whole less all of its shown parts: for sources, languages and periods alike."""
    mixes = {
        "sources": [cell(80), cell(large, "blog"), cell(small, "tiny")],
        "languages": [cell(80), cell(large, language="de"), cell(small, language="fr")],
    }
    for part, cells in mixes.items():
        told = summarise(SHAPE, cells, (), k=K)
        sizes = {"sources": "source", "languages": "language"}[part]
        true: Counter[str] = Counter()
        for one in cells:
            true[getattr(one, sizes)] += one.tally.n
        hidden = [group.id for group in getattr(told, part) if group.n is None]
        assert sum(true[name] for name in hidden) >= K
        for name in hidden:
            closed = summarise(SHAPE, cells, (), Chosen(**{sizes: name}), k=K)
            assert seen_of(closed) == set()
    weeks = [cell(80, week=202601), cell(large, week=202620), cell(small, week=202640)]
    open_quarters = [
        quarter
        for quarter in ("2026-Q1", "2026-Q2", "2026-Q4")
        if seen_of(summarise(SHAPE, weeks, (), Chosen(period=quarter), k=K))
    ]
    assert "2026-Q4" not in open_quarters
    assert len(open_quarters) <= 1


def test_filters_are_never_combined() -> None:
    for both in (
        {"source": "blog", "language": "de"},
        {"source": "blog", "period": "2026"},
        {"period": "2026", "language": "de"},
    ):
        with pytest.raises(ImpossibleFilter):
            Chosen(**both)
    told = summarise(SHAPE, [cell(80), cell(60, "blog")], (), Chosen(source="blog"))
    assert told.n == 60
    assert told.sources == told.languages == ()


def test_with_and_without_flagged_results_differ_by_a_crowd_or_not_at_all() -> None:
    for n in (1, 10, 11, 30):
        cells = [cell(60), cell(n, flags=1)]
        without, with_them = (
            summarise(SHAPE, cells, (), Chosen(with_flagged=both), k=K) for both in (False, True)
        )
        if n < K:
            assert as_json(with_them) == as_json(without)
        else:
            assert with_them.n == rounded(60 + n)


def test_a_small_word_that_people_chose_for_themselves_stays_hidden() -> None:
    rows = people(300)
    rare = [Row(row.answers, "introvert" if at > 3 else "extrovert") for at, row in enumerate(rows)]
    told = summarise(SHAPE, [one_cell(rare)], (), k=K)
    assert told.labels is None or all(
        level.n is None for level in told.labels.levels if level.id == "extrovert"
    )
    # 296 of 300 would give the other 4 away.
    assert told.labels is None


def seen_of(told: Summary) -> set[str]:
    """Every figure that is shown."""
    skipped = ("questionnaire_id", "version", "period", "source", "language", "flagged_counted")
    return {
        path
        for path, value in flat(as_json(told))
        if value not in (None, "too-few")
        and not path.startswith(skipped)
        and not path.endswith((".scale", ".id"))
    }


def one_cell(rows: list[Row]) -> Cell:
    return Cell(WEEK, WEEK, "direct", "en", False, Tally.of(SHAPE, rows))


def of_style(style: int, n: int, seed: int) -> list[Row]:
    """People of one style, made from a pole of each scale or its middle."""
    shape: Shape = SHAPE
    dice = np.random.default_rng(seed + style)
    bands = shape.style_bands[style]
    rows = []
    for _ in range(n):
        answers = [3] * len(shape.item_ids)
        for scale, band in zip(shape.scales, bands, strict=True):
            place = [one.id for one in scale.bands].index(band)
            push = {0: -1, len(scale.bands) - 1: 1}.get(place, 0)
            for at in scale.items:
                answers[at] = int(3 + shape.keys[at] * push * dice.integers(1, 3))
        rows.append(Row(bytes(answers)))
    return rows
