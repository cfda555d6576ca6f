"""Which cells a page is about, and whether that choice may be shown at all."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from quiz.statistics.cells import Cell, Chosen, ImpossibleFilter, Visits
from quiz.statistics.gates import shown

PERIOD = re.compile(r"(20\d\d)(?:-Q([1-4]))?", re.ASCII)
WEEKS_IN_A_QUARTER = 13


@dataclass(frozen=True)
class Choice:
    """The cells that a page is about. `open` is False when showing them could point to people."""

    cells: tuple[Cell, ...]
    visits: tuple[Visits, ...]
    open: bool


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
    if chosen.period is not None:
        part = _period(chosen.period)
        of_visit = part
        name = chosen.period
    elif chosen.source is not None:
        name = chosen.source
        part, of_visit = (lambda cell: cell.source), (lambda visit: visit.source)
    elif chosen.language is not None:
        name = chosen.language
        part, of_visit = (lambda cell: cell.language), (lambda visit: visit.language)
    else:
        return Choice(tuple(cells), tuple(visits), True)
    counts: dict[str, int] = {}
    for cell in cells:
        counts[part(cell)] = counts.get(part(cell), 0) + (0 if cell.flagged else cell.tally.n)
    if name not in counts:
        raise ImpossibleFilter(f"There are no results for {name!r}.")
    names = list(counts)
    seen = shown([counts[one] for one in names], k)
    return Choice(
        tuple(cell for cell in cells if part(cell) == name),
        tuple(visit for visit in visits if of_visit(visit) == name),
        seen[names.index(name)],
    )


def _period(text: str) -> Callable[[Cell | Visits], str]:
    match = PERIOD.fullmatch(text)
    if not match:
        raise ImpossibleFilter("A period is a year or a quarter, such as 2026 or 2026-Q4.")
    name = quarter_of if match[2] else year_of

    def part(of: Cell | Visits) -> str:
        if isinstance(of, Visits):
            return name(of.week)
        first, last = name(of.first_week), name(of.last_week)
        # Results that retention put together over the end of a period belong to none.
        return first if first == last else f"{first} to {last}"

    return part
