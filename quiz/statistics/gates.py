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


def shown(counts: Sequence[int], k: int, least: int = 0) -> tuple[bool, ...]:
    """Which parts of a whole may be shown when the whole is.

    Parts of fewer than k (or `least`) are hidden; while the hidden ones together are fewer than
    k, the smallest shown part is hidden too, so that no subtraction gives them away.
    """
    keep = [count >= max(k, least) for count in counts]
    hidden = sum(count for count, seen in zip(counts, keep, strict=True) if not seen)
    while 0 < hidden < k and any(keep):
        smallest = min((at for at, seen in enumerate(keep) if seen), key=lambda at: counts[at])
        keep[smallest] = False
        hidden += counts[smallest]
    return tuple(keep)


def put_together(counts: Sequence[int], k: int) -> tuple[Part, ...]:
    """A distribution in as many parts as there can be with k people or more in each.

    Places lie side by side (answers, scores, weeks). Nothing when there are fewer than k in all.
    """
    parts: list[Part] = []
    first = count = 0
    for at, more in enumerate(counts):
        count += more
        if count >= k:
            parts.append(Part(first, at, count))
            first, count = at + 1, 0
    if parts and first < len(counts):
        last = parts.pop()
        parts.append(Part(last.first, len(counts) - 1, last.count + count))
    return tuple(parts)
