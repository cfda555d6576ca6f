"""What statistics are made from: sums by week, source and language, and counts of visits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from quiz.statistics.shape import Shape
from quiz.statistics.tally import Tally


class ImpossibleFilter(ValueError):
    """A choice of results that can't be shown; the message is a sentence that says why."""


@dataclass(frozen=True)
class Cell:
    """The sums of one source and language over some weeks (ISO year times 100 plus ISO week).

    `flagged` tells results with signs of careless answering from the others.
    """

    first_week: int
    last_week: int
    source: str
    language: str
    flagged: bool
    tally: Tally


def by_source(shape: Shape, cells: Iterable[Cell]) -> list[Cell]:
    """One cell for each source, and one for what is flagged of it: all weeks, all languages.

    For many sources a snapshot of each is made from few sums then. Their language is "".
    """
    groups: defaultdict[tuple[str, bool], list[Cell]] = defaultdict(list)
    for cell in cells:
        if cell.tally.n:
            groups[cell.source, cell.flagged].append(cell)
    return [
        Cell(
            first_week=min(cell.first_week for cell in group),
            last_week=max(cell.last_week for cell in group),
            source=source,
            language="",
            flagged=flagged,
            tally=Tally.total(shape, [cell.tally for cell in group]),
        )
        for (source, flagged), group in groups.items()
    ]


@dataclass(frozen=True)
class Visits:
    """How often something happened in a week: "started", "page-2", "finished", "card", ..."""

    week: int
    source: str
    language: str
    event: str
    n: int


@dataclass(frozen=True)
class Chosen:
    """Which results a page shows: a period ("2026", "2026-Q4"), a source or a language.

    At most one of the three, so that no small group can be worked out from several pages.
    Raises ImpossibleFilter for more.
    """

    period: str | None = None
    source: str | None = None
    language: str | None = None
    with_flagged: bool = False

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.period, self.source, self.language)) > 1:
            raise ImpossibleFilter(
                "Choose a period, a source or a language, one of them: two at once could point"
                " to single people."
            )
