"""Sources and languages side by side."""

from collections.abc import Callable, Sequence

import numpy as np

from quiz.statistics import gates
from quiz.statistics.cells import Cell
from quiz.statistics.comparison import Difference, Moments, holm, moments, welch
from quiz.statistics.distributions import mean_interval
from quiz.statistics.gates import per_cent, rounded, shown
from quiz.statistics.shape import Shape
from quiz.statistics.summary import Group, bounds


def groups(
    shape: Shape, cells: Sequence[Cell], name_of: Callable[[Cell], str], k: int
) -> tuple[Group, ...]:
    """Each group's part of the valid results, largest first; small ones only by name.

    A group of 50 or more has its mean on the first scale, and its difference from all others
    when these are 50 or more too.
    """
    valid = [cell for cell in cells if not cell.flagged]
    names = sorted({name_of(cell) for cell in valid})
    if not names:
        return ()
    place = {name: at for at, name in enumerate(names)}
    first = shape.scales[0]
    counts = np.zeros((len(names), shape.steps(first)), dtype=np.int64)
    where, _ = shape.parts[f"scale {first.id}"]
    for cell in valid:
        counts[place[name_of(cell)]] += cell.tally.sums[where]
    sizes = [int(size) for size in counts.sum(axis=1)]
    scores, everybody = shape.scores(first), counts.sum(axis=0)
    seen = shown(sizes, k)
    compared = {}
    for at, size in enumerate(sizes):
        if seen[at] and min(size, sum(sizes) - size) >= gates.GROUP:
            found = welch(moments(counts[at], scores), moments(everybody - counts[at], scores))
            if found:
                compared[at] = found
    adjusted = dict(zip(compared, holm([one.p for one in compared.values()]), strict=True))
    order = sorted(
        range(len(names)), key=lambda at: (not seen[at], -sizes[at] * seen[at], names[at])
    )
    return tuple(
        _group(
            names[at],
            moments(counts[at], scores),
            sum(sizes),
            compared.get(at),
            adjusted.get(at),
        )
        if seen[at]
        else Group(names[at])
        for at in order
    )


def _group(
    name: str, own: Moments, n: int, difference: Difference | None, p: float | None
) -> Group:
    large = own.n >= gates.GROUP and own.mean is not None and own.sd is not None
    low = high = mean = None
    if large and own.mean is not None and own.sd is not None:
        mean = round(own.mean)
        low, high = bounds(mean_interval(own.mean, own.sd, own.n))
    return Group(
        id=name,
        n=rounded(own.n),
        share=per_cent(own.n, n),
        mean=mean,
        low=low,
        high=high,
        difference=round(difference.points, 0) if difference else None,
        difference_low=round(difference.interval.low, 0) if difference else None,
        difference_high=round(difference.interval.high, 0) if difference else None,
        hedges_g=round(difference.hedges_g, 2) if difference else None,
        p=round(p, 3) if p is not None else None,
    )
