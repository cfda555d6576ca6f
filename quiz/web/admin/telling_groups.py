"""Results over time, and from different sources and languages, in words."""

from collections.abc import Mapping, Sequence
from datetime import date
from itertools import pairwise

from quiz.statistics import gates
from quiz.statistics.summary import Group, Weeks
from quiz.web.admin import words
from quiz.web.admin.told import Column, Columns, Row, Rows
from quiz.web.admin.words import said as _

MOST_GROUPS = 40
TOUCHING = 0.001  # columns that overlap by less only touch each other


def tell_weeks(weeks: Sequence[Weeks], n: int | None) -> Columns:
    """Results over time: quiet weeks were put together, so a column's area is what it counts."""
    if not weeks:
        return Columns([words.not_yet(gates.MEAN, n)])
    days = [(_monday(w.first_week), _monday(w.last_week)) for w in weeks]
    begin, end = days[0][0], days[-1][1]
    width = 100 / max(8, (end - begin).days // 7 + 1)
    columns = []
    for week, (first, last) in zip(weeks, days, strict=True):
        start = (first - begin).days // 7
        wide = (last - first).days // 7 + 1
        columns.append(
            Column(
                start * width,
                (start + wide) * width,
                week.n / wide,
                _week(week.first_week)
                if wide == 1
                else _(
                    "%(first)s to %(last)s",
                    first=_week(week.first_week),
                    last=_week(week.last_week),
                ),
                words.people(week.n),
            )
        )
    busiest = max(columns, key=lambda column: column.height)
    says = [
        _(
            "The busiest time was %(week)s. Quiet weeks are put together until they are enough "
            "to show.",
            week=busiest.name,
        )
    ]
    if any(after.start < before.end - TOUCHING for before, after in pairwise(columns)):
        says.append(
            _(
                "Some stretches lie over each other: a few results of quiet weeks are counted with "
                "those of weeks further away. Nobody is counted twice."
            )
        )
    return Columns(
        says=says,
        title=_("Results by week"),
        spoken=_(
            "From %(first)s to %(last)s, the busiest: %(busiest)s.",
            first=_week(weeks[0].first_week),
            last=_week(weeks[-1].last_week),
            busiest=busiest.name,
        ),
        columns=columns,
        ends=(_week(weeks[0].first_week), _week(weeks[-1].last_week)),
    )


def _week(week: int) -> str:
    return f"{week // 100}-W{week % 100:02}"


def _monday(week: int) -> date:
    return date.fromisocalendar(week // 100, week % 100, 1)


def tell_groups(groups: Sequence[Group], names: Mapping[str, str]) -> Rows:
    """Sources or languages, the largest first, each with its mean beside that of the rest."""
    own = {"direct": _("Without a source"), "other": _("Unknown sources")}
    shown = sorted((g for g in groups if g.share is not None), key=lambda g: -(g.share or 0))
    if not shown:
        return Rows([_("Too few results to tell any apart.")])
    rows = [
        Row(own.get(g.id) or names.get(g.id, g.id), g.share, note=_beside(g))
        for g in shown[:MOST_GROUPS]
    ]
    says = []
    if len(shown) > MOST_GROUPS:
        says.append(_("The %(num)d largest; the others are in the JSON.", num=MOST_GROUPS))
    if len(shown) < len(groups):
        says.append(_("Those with too few results to show are left out."))
    return Rows(says, rows)


def _beside(group: Group) -> str:
    if group.mean is None or group.low is None:
        return ""
    mean = _(
        "mean %(mean)d (likely %(low)d to %(high)d)",
        mean=group.mean,
        low=group.low,
        high=group.high,
    )
    low, high = group.difference_low, group.difference_high
    if group.difference is None or low is None or high is None:
        return mean
    if low <= 0 <= high:
        return _("%(mean)s, no clear difference from the rest", mean=mean)
    near, far = sorted((abs(low), abs(high)))
    values = {"mean": mean, "low": round(near), "high": round(far)}
    if group.difference > 0:
        return _("%(mean)s, %(low)d to %(high)d points above the rest", **values)
    return _("%(mean)s, %(low)d to %(high)d points below the rest", **values)
