"""Which cells a page is about, and whether that choice may be shown at all."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from quiz.statistics.cells import Cell, Chosen, ImpossibleFilter, Visits
from quiz.statistics.gates import shown

PERIOD = re.compile(r"(20\d\d)(?:-Q([1-4]))?", re.ASCII)
WEEKS_IN_A_QUARTER = 13


@dataclass(frozen=True)
class Choice:
    """The cells that a page is about. `open` is False when showing them could point to people.

    `rests` are groups of cells that a reader gets by subtracting pages: all others, the hidden
    ones, the rest of the year.
    """

    cells: tuple[Cell, ...]
    visits: tuple[Visits, ...]
    open: bool
    rests: tuple[tuple[Cell, ...], ...] = ()


def quarter_of(week: int) -> str:
    """The quarter of an ISO week (year * 100 + week), such as "2026-Q4"; week 53 is in the last."""
    year, number = divmod(week, 100)
    return f"{year}-Q{min(4, (number - 1) // WEEKS_IN_A_QUARTER + 1)}"


def year_of(week: int) -> str:
    """The year of an ISO week, such as "2026"."""
    return str(week // 100)


def periods(cells: Sequence[Cell]) -> tuple[str, ...]:
    """The years and quarters with results, newest first."""
    found = {
        name(week)
        for cell in cells
        for week in (cell.first_week, cell.last_week)
        for name in (year_of, quarter_of)
    }
    return tuple(sorted(found, reverse=True))


def choose(cells: Sequence[Cell], visits: Sequence[Visits], chosen: Chosen, k: int) -> Choice:
    """The cells that were chosen.

    A group stays closed while it, or what is left without it, has fewer than k valid results.
    Raises ImpossibleFilter for a period that is none and for a source or language without
    results.
    """
    narrowed = [chosen.period, chosen.source, chosen.language]
    name = next((part for part in narrowed if part is not None), None)
    if name is None:
        return Choice(tuple(cells), tuple(visits), True)
    opened, rests = True, []
    for part in _parts(chosen):
        # A quarter is a part of its year, the year a part of all: each must bear it.
        among = part.among(cells)
        counts: dict[str, int] = {}
        for cell in among:
            counts[part.of(cell)] = counts.get(part.of(cell), 0) + _valid(cell)
        if part.name not in counts:
            raise ImpossibleFilter(f"There are no results for {name!r}.")
        seen = dict(zip(counts, shown(list(counts.values()), k), strict=True))
        opened = opened and seen[part.name]
        hidden = tuple(cell for cell in among if not seen[part.of(cell)])
        others = tuple(cell for cell in cells if part.of(cell) != part.name)
        within = tuple(cell for cell in among if part.of(cell) != part.name)
        rests += [others, within, hidden]
    return Choice(
        tuple(cell for cell in cells if part.of(cell) == part.name),
        tuple(visit for visit in visits if part.of_visit(visit) == part.name),
        opened,
        tuple({id(rest): rest for rest in rests if rest}.values()),
    )


def spans_of(cells: Sequence[Cell]) -> dict[tuple[int, int], int]:
    """How many valid results lie in each span of weeks, by first and last week."""
    spans: dict[tuple[int, int], int] = {}
    for cell in cells:
        if not cell.flagged:
            span = (cell.first_week, cell.last_week)
            spans[span] = spans.get(span, 0) + cell.tally.n
    return spans


def open_quarters(spans: Mapping[tuple[int, int], int], k: int) -> frozenset[str]:
    """The quarters that may be chosen."""
    years: dict[str, dict[str, int]] = {}
    for span, n in spans.items():
        quarters = years.setdefault(_whole(year_of, span), {})
        quarter = _whole(quarter_of, span)
        quarters[quarter] = quarters.get(quarter, 0) + n
    bearing = shown([sum(quarters.values()) for quarters in years.values()], k)
    return frozenset(
        quarter
        for quarters, open_ in zip(years.values(), bearing, strict=True)
        if open_
        for quarter, seen in zip(quarters, shown(list(quarters.values()), k), strict=True)
        if seen and PERIOD.fullmatch(quarter)
    )


def _valid(cell: Cell) -> int:
    return 0 if cell.flagged else cell.tally.n


@dataclass(frozen=True)
class _Part:
    """One way to sort cells and visits, and the name of the group that is wanted."""

    name: str
    of: Callable[[Cell], str]
    of_visit: Callable[[Visits], str]
    among: Callable[[Sequence[Cell]], Sequence[Cell]] = tuple


def _parts(chosen: Chosen) -> tuple[_Part, ...]:
    if chosen.source is not None:
        return (_Part(chosen.source, lambda cell: cell.source, lambda visit: visit.source),)
    if chosen.language is not None:
        return (_Part(chosen.language, lambda cell: cell.language, lambda visit: visit.language),)
    match = PERIOD.fullmatch(chosen.period or "")
    if not match:
        raise ImpossibleFilter("A period is a year or a quarter, such as 2026 or 2026-Q4.")
    in_year = _span(year_of)
    year = _Part(match[1], in_year, lambda visit: year_of(visit.week))
    if not match[2]:
        return (year,)
    return (
        year,
        _Part(
            match[0],
            _span(quarter_of),
            lambda visit: quarter_of(visit.week),
            lambda cells: [cell for cell in cells if in_year(cell) == year.name],
        ),
    )


def _span(name: Callable[[int], str]) -> Callable[[Cell], str]:
    return lambda cell: _whole(name, (cell.first_week, cell.last_week))


def _whole(name: Callable[[int], str], span: tuple[int, int]) -> str:
    first, last = name(span[0]), name(span[1])
    # Results that retention put together over the end of a period belong to none.
    return first if first == last else f"{first} to {last}"
