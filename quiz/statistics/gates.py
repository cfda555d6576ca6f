"""What a number of people can bear: when a figure may be shown, and how far it is rounded.

The thresholds and their reasons are in docs/statistics.md. No function here lets a group of
fewer than k people be seen, or be worked out from what is shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass

# How many valid results each kind of figure needs; the mean needs k as well.
MEAN = 11
SHARES = 30
ALPHA = 100
FINE = 200  # percentiles, facets' alphas, omega, alpha without an item
CORRELATIONS = 250
GROUP = 50  # for each group of a comparison

# With 100 k results and more, one per cent is k people: two pages subtracted tell nothing then.
ROUNDING_HIDES = 100


@dataclass(frozen=True)
class Part:
    """Neighbouring places of a distribution, put together: `first` to `last`, both included."""

    first: int
    last: int
    count: int


def rounded(n: int) -> int:
    """A number of people, to the nearest 5."""
    return 5 * round(n / 5)


def per_cent(count: float, n: float) -> int:
    """A share as whole per cent."""
    return round(100 * count / n)


def shown(
    counts: Sequence[int],
    k: int,
    least: int = 0,
    *,
    others: Sequence[Sequence[int]] = (),
    lines: Sequence[Sequence[int]] = (),
) -> tuple[bool, ...]:
    """Which parts of a whole may be shown when the whole is.

    Parts of fewer than k (or `least`) are hidden; while the hidden ones together are fewer than
    k, the smallest shown part is hidden too, so that no subtraction gives them away. `lines` are
    places whose sums are known as well (default: all of them). `others` are counts of the same
    parts that a reader could get by subtracting this page from another: none of them may be few,
    and there even nobody tells something.
    """
    tables = [counts, *others]
    keep = [
        counts[at] >= least and all(table[at] >= k for table in tables) for at in range(len(counts))
    ]
    known = [list(line) for line in lines] or [list(range(len(counts)))]
    again = True
    while again:
        again = False
        for line in known:
            seen = [at for at in line if keep[at]]
            if seen and any(_given_away(table, line, keep, k, bool(others)) for table in tables):
                keep[min(seen, key=lambda at: counts[at])] = False
                again = True
    return tuple(keep)


def _given_away(
    counts: Sequence[int], line: Sequence[int], keep: Sequence[bool], k: int, crossed: bool
) -> bool:
    hidden = [counts[at] for at in line if not keep[at]]
    return bool(hidden) and sum(hidden) < k and (crossed or sum(hidden) > 0)


def put_together(
    counts: Sequence[int], k: int, others: Sequence[Sequence[int]] = ()
) -> tuple[Part, ...]:
    """A distribution in as many parts as there can be with k people or more in each.

    Places lie side by side (answers, scores, weeks). Nothing when there are fewer than k in all.
    `others` are as in `shown`: each part has k of them too.
    """
    tables = [counts, *others]
    parts: list[Part] = []
    first, so_far = 0, [0] * len(tables)
    for at in range(len(counts)):
        so_far = [count + table[at] for count, table in zip(so_far, tables, strict=True)]
        if min(so_far) >= k:
            parts.append(Part(first, at, so_far[0]))
            first, so_far = at + 1, [0] * len(tables)
    if parts and first < len(counts):
        last = parts.pop()
        parts.append(Part(last.first, len(counts) - 1, last.count + so_far[0]))
    return tuple(parts)
