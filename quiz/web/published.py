"""The snapshots that result pages speak from: in memory, so that no result waits for a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import format_date
from flask_babel import gettext as _

from quiz import store
from quiz.questionnaire import Questionnaire
from quiz.scoring import Score
from quiz.web.site import site

Version = tuple[str, int]
Snapshots = Mapping[Version, store.snapshots.Snapshot]


@dataclass(frozen=True)
class Standing:
    """Where a score stands among the people of a snapshot, in tenths of them."""

    snapshot: int
    below: int
    low: int
    high: int
    n: int
    since: int

    @property
    def month(self) -> str:
        """The month in which the first of them came."""
        return month_of(self.since)

    @property
    def said(self) -> str:
        """The sentence."""
        values = {"below": self.below, "low": self.low, "high": self.high}
        if self.below == 0:
            return str(
                _(
                    "Fewer than 1 in 10 people who finished this quiz scored lower "
                    "(likely %(low)d to %(high)d in 10).",
                    **values,
                )
            )
        if self.below == 10:
            return str(
                _(
                    "More than 9 in 10 people who finished this quiz scored lower "
                    "(likely %(low)d to %(high)d in 10).",
                    **values,
                )
            )
        return str(
            _(
                "About %(below)d in 10 people who finished this quiz scored lower "
                "(likely %(low)d to %(high)d in 10).",
                **values,
            )
        )


def standing(questionnaire: Questionnaire, score: Score) -> Standing | None:
    """Where the first scale's score stands; None while too few have finished this version."""
    found = site().published.get((questionnaire.id, questionnaire.version))
    if found is None:
        return None
    steps, n, since = (found.body.get(name) for name in ("percentiles", "n", "since"))
    if not steps or not n or not since:
        return None
    share = score.scales[questionnaire.scales[0].id].score / 100
    below, low, high = steps[round(share * (len(steps) - 1))]
    return Standing(found.number, below, low, high, n, since)


def month_of(week: int) -> str:
    """The month of a week's Monday, such as "March 2026"."""
    return str(format_date(date.fromisocalendar(week // 100, week % 100, 1), "MMMM y"))
