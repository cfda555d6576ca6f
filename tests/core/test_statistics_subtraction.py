"""Pages subtracted from each other, and lines of a page from their sums, name no small group."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import combinations, islice
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.statistics import (
    Cell,
    Chosen,
    ImpossibleFilter,
    Row,
    Shape,
    Summary,
    Tally,
    as_json,
    publish,
    summarise,
)
from quiz.statistics.gates import put_together, shown
from quiz.statistics.summary import Share
from tests.core.test_statistics_tally import OURS

K = 11
SHAPE = Shape.of(OURS)


def people(n: int, seed: int, lean: float = 0.0) -> list[Row]:
    """Simulated answers: one leaning for each person on each of the scales, and chance."""
    dice = np.random.default_rng(seed)
    leaning = dice.normal(lean, 0.8, (n, len(SHAPE.scales)))
    of_item = [at for i in range(24) for at, s in enumerate(SHAPE.scales) if i in s.items]
    answers = 3 + np.array(SHAPE.keys) * leaning[:, of_item] + dice.normal(0, 1, (n, 24))
    return [
        Row(bytes(row), SHAPE.labels[seed % len(SHAPE.labels)] or None)
        for row in np.clip(answers.round(), 1, 5).astype(np.uint8).tolist()
    ]


def cell(n: int, seed: int = 1, week: int = 202640, lean: float = 0.0, **named: Any) -> Cell:
    tally = Tally.of(SHAPE, people(n, seed, lean))
    given_ = {"source": "direct", "language": "en", "flagged": False} | named
    return Cell(week, week, tally=tally, **given_)


def seen(cells: Sequence[Cell], **chosen: Any) -> Summary:
    return summarise(SHAPE, cells, (), Chosen(**chosen), K)


def leaves(told: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(told, Mapping):
        for name, value in told.items():
            yield from leaves(value, f"{path}.{name}")
    elif isinstance(told, (list, tuple)):
        for value in told:
            yield from leaves(value, path)
    else:
        yield path, told


# Cells that are shown, and those that can be had by subtraction.


@given(table=st.lists(st.lists(st.integers(0, 60), min_size=3, max_size=3), min_size=2, max_size=4))
def test_no_line_of_a_table_whose_sums_are_known_gives_a_cell_away(table: list[list[int]]) -> None:
    rows, columns = len(table), 3
    flat = [count for row in table for count in row]
    lines = [[at * columns + one for one in range(columns)] for at in range(rows)]
    lines += [[at * columns + one for at in range(rows)] for one in range(columns)]
    keep = shown(flat, K, lines=lines)
    for line in lines:
        hidden = sum(flat[at] for at in line if not keep[at])
        assert hidden == 0 or hidden >= K or not any(keep[at] for at in line)


@given(data=st.data(), size=st.integers(1, 8))
def test_two_pages_subtracted_leave_no_small_part(data: st.DataObject, size: int) -> None:
    same = st.lists(st.integers(0, 60), min_size=size, max_size=size)
    one, rest = data.draw(same), data.draw(same)
    keep = shown(one, K, others=[rest])
    assert all(rest[at] >= K for at in range(size) if keep[at])
    if any(keep) and not all(keep):
        assert sum(rest[at] for at in range(size) if not keep[at]) >= K
    for part in put_together(one, K, [rest]):
        assert sum(rest[part.first : part.last + 1]) >= K


# Filters.


def test_a_group_is_closed_when_it_or_the_rest_is_small() -> None:
    cells = [cell(200, 1), cell(40, 2, source="blog"), cell(6, 3, source="diary")]
    assert seen(cells).n == 245
    for source in ("diary", "blog"):  # blog too: all less blog less direct would be diary
        assert seen(cells, source=source).n is None
    assert seen(cells, source="direct").n == 200
    told = {group.id: group for group in seen(cells).sources}
    assert told["diary"].n is told["blog"].n is None
    assert told["direct"].n == 200
    closed = as_json(seen(cells, source="diary"))
    figures = {path for path, value in leaves(closed) if isinstance(value, (int, float))}
    assert figures <= {".version", ".flagged_counted", ".reliability.items"}


def test_a_quarter_is_closed_when_the_rest_of_its_year_is_small() -> None:
    cells = [cell(195, 1, 202530), cell(5, 2, 202545), cell(195, 3, 202630), cell(6, 4, 202645)]
    assert seen(cells, period="2025").n == seen(cells, period="2026").n == 200
    for quarter in ("2025-Q3", "2025-Q4", "2026-Q3", "2026-Q4"):
        assert seen(cells, period=quarter).n is None


def test_two_filters_at_once_are_impossible() -> None:
    with pytest.raises(ImpossibleFilter):
        seen([cell(300)], source="direct", period="2026")
    # Nor does the page of a source tell it by weeks or languages.
    page = seen([cell(100, 1), cell(100, 2, 202641), cell(100, 3, source="blog")], source="direct")
    assert page.n == 200
    assert page.weeks == page.sources == page.languages == ()


@pytest.mark.parametrize("seed", range(6))
def test_shares_of_two_pages_subtracted_give_no_small_cell(seed: int) -> None:
    cells = [
        cell(120, seed, lean=-0.4),
        cell(60, seed + 50, source="blog", lean=0.5),
        cell(25, seed + 90, source="diary", lean=0.2),
    ]
    everybody = Tally.total(SHAPE, [one.tally for one in cells])
    for source in ("direct", "blog", "diary"):
        own = Tally.total(SHAPE, [one.tally for one in cells if one.source == source])
        for style, share in enumerate(seen(cells, source=source).styles):
            if share.share is not None:
                count = int(own["styles"][style])
                assert count >= K
                assert int(everybody["styles"][style]) - count >= K


@pytest.mark.parametrize("seed", range(6))
def test_styles_cannot_be_had_from_the_bands_they_add_up_to(seed: int) -> None:
    page = seen([cell(90, seed, lean=0.25)])
    styles = Tally.of(SHAPE, people(90, seed, 0.25))["styles"]
    for place, scale in enumerate(SHAPE.scales):
        for band in page.scales[place].bands:
            if band.share is None:
                continue
            hidden = [
                int(styles[at])
                for at, (ids, one) in enumerate(zip(SHAPE.style_bands, page.styles, strict=True))
                if ids[place] == band.id and one.share is None
            ]
            assert not hidden or sum(hidden) == 0 or sum(hidden) >= K, scale.id


# Percentages turned back into counts.


@pytest.mark.parametrize("n", [30, 47, 95, 240])
def test_percentages_turned_back_into_counts_are_of_no_small_group(n: int) -> None:
    page = seen([cell(n, n)])
    for path, value in leaves(as_json(page)):
        if path.endswith(".share") and value is not None:
            # The highest n that rounds to what is shown, and the highest share that does.
            assert (value + 0.5) / 100 * (n + 2) >= K, path


def test_intervals_tell_no_more_than_the_shares_they_belong_to() -> None:
    """23 and 24 of 1,000 are 2% both: the interval does not tell which."""
    from quiz.statistics.spreading import share_of

    assert share_of("a", 23, 1000) == share_of("a", 24, 1001)
    assert isinstance(share_of("a", 23, 1000), Share)


# What is published.


@pytest.mark.parametrize("n", [30, 120, 300])
@pytest.mark.parametrize("source", [None, "direct"])
def test_other_people_could_have_given_everything_that_is_published(
    n: int, source: str | None
) -> None:
    """Two people trade two answers: other sheets and other sums, the same publication."""
    rows = people(n, n)

    def published(of: list[Row]) -> dict[str, Any]:
        one = Cell(202640, 202640, "direct", "en", False, Tally.of(SHAPE, of))
        return publish(SHAPE, [one], K, source)

    told, tally = published(rows), Tally.of(SHAPE, rows)
    others = [other for other in islice(traded(rows), 40) if Tally.of(SHAPE, other) != tally]
    assert any(published(other) == told for other in others)


def traded(rows: list[Row]) -> Iterator[list[Row]]:
    """The same with the answers to two lines of one facet traded between two people."""
    sheets = np.array([list(row.answers) for row in rows])
    pairs = [pair for facet in SHAPE.facets for pair in combinations(facet.items, 2)]
    for a, b in combinations(range(len(rows)), 2):
        for i, j in pairs:
            sign = SHAPE.keys[i] * SHAPE.keys[j]
            ours, theirs = sheets[a, i] - sheets[b, i], sheets[a, j] - sheets[b, j]
            if ours and ours == -sign * theirs:
                other = sheets.copy()
                other[np.ix_([a, b], [i, j])] = sheets[np.ix_([b, a], [i, j])]
                yield [
                    replace(row, answers=bytes(sheet))
                    for row, sheet in zip(rows, other.tolist(), strict=True)
                ]
