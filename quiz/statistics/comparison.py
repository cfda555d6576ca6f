"""Groups set side by side, and two ways to sort the same people; None where there is no answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, lgamma, sqrt

import numpy as np
import numpy.typing as npt

from quiz.statistics.distributions import CONFIDENCE, Interval, t_cdf, t_quantile

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Moments:
    """Of some people's scores: how many, mean and SD (n - 1) in POMP points."""

    n: int
    mean: float | None
    sd: float | None


@dataclass(frozen=True)
class Difference:
    """One group less another. `points` in POMP points with a 95% interval; `p` two-sided."""

    points: float
    interval: Interval
    hedges_g: float
    p: float


def moments(counts: Counts, scores: npt.NDArray[np.float64]) -> Moments:
    """The moments of a histogram: `counts` people at each of `scores`."""
    n = int(counts.sum())
    if n == 0:
        return Moments(0, None, None)
    mean = float(counts @ scores) / n
    if n == 1:
        return Moments(1, mean, None)
    return Moments(n, mean, sqrt(float(counts @ (scores - mean) ** 2) / (n - 1)))


def welch(a: Moments, b: Moments, confidence: float = CONFIDENCE) -> Difference | None:
    """Welch's comparison of two means, with Hedges' g for the size of the difference.

    Welch (1947), Biometrika, 34, 28-35; Hedges (1981), Journal of Educational Statistics, 6,
    107-128 (exact correction for small samples).
    """
    if a.mean is None or b.mean is None or a.sd is None or b.sd is None:
        return None
    parts = (a.sd**2 / a.n, b.sd**2 / b.n)
    error = sqrt(sum(parts))
    if error == 0:
        return None
    df = sum(parts) ** 2 / (parts[0] ** 2 / (a.n - 1) + parts[1] ** 2 / (b.n - 1))
    points = a.mean - b.mean
    reach = t_quantile((1 + confidence) / 2, df) * error
    pooled_df = a.n + b.n - 2
    pooled = sqrt(((a.n - 1) * a.sd**2 + (b.n - 1) * b.sd**2) / pooled_df)
    correction = exp(lgamma(pooled_df / 2) - lgamma((pooled_df - 1) / 2)) / sqrt(pooled_df / 2)
    return Difference(
        points=points,
        interval=Interval(points - reach, points + reach),
        hedges_g=correction * points / pooled,
        p=2 * t_cdf(-abs(points / error), df),
    )


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Holm's adjusted p values, in the order given. Holm (1979), Scand. J. of Statistics, 6."""
    order = sorted(range(len(p)), key=lambda at: p[at])
    adjusted = [0.0] * len(p)
    highest = 0.0
    for rank, at in enumerate(order):
        highest = max(highest, min(1.0, (len(p) - rank) * p[at]))
        adjusted[at] = highest
    return tuple(adjusted)


def weighted_kappa(table: npt.NDArray[np.int64]) -> float | None:
    """Cohen's kappa with quadratic weights of a square table. Cohen (1968), Psych. Bulletin, 70."""
    n, size = int(table.sum()), len(table)
    if n == 0 or size < 2:
        return None
    places = np.arange(size)
    apart = (places[:, None] - places[None, :]) ** 2
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    by_chance = float((apart * expected).sum())
    return 1 - float((apart * table).sum()) / by_chance if by_chance else None


def auc(low: Counts, high: Counts) -> float | None:
    """How often somebody of `high` scores above somebody of `low`, ties half: two histograms."""
    if not low.sum() or not high.sum():
        return None
    below = np.cumsum(low) - low
    return float((high * (below + low / 2)).sum() / (int(low.sum()) * int(high.sum())))


def quantile(counts: Counts, scores: npt.NDArray[np.float64], share: float) -> float | None:
    """The lowest score that at least `share` (0..1) of the people don't exceed."""
    n = int(counts.sum())
    if n == 0:
        return None
    at = int(np.searchsorted(np.cumsum(counts), share * n - 1e-9))
    return float(scores[min(at, len(scores) - 1)])


def mid_rank(counts: Counts) -> npt.NDArray[np.float64] | None:
    """For each score the share (0..1) of people below it, those at it counted half."""
    n = int(counts.sum())
    if n == 0:
        return None
    shares: npt.NDArray[np.float64] = (np.cumsum(counts) - counts / 2) / n
    return shares
