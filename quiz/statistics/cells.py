"""What statistics are made from: sums by week, source and language, and counts of visits."""

from dataclasses import dataclass

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
