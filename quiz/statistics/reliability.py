"""How well the items of a scale hang together, from their covariances.

Every function takes the keyed covariance matrix C of k items: k x k, in squared answer steps.
V is the sum of all its entries, t its trace. What can't be computed is None, never NaN.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from quiz.statistics.distributions import CONFIDENCE, Interval, f_quantile

Matrix = npt.NDArray[np.float64]

OMEGA_ESTIMATOR = "minres"
# It comes out within some ten steps, or one loading grows without end.
ITERATIONS = 50
CLOSE_ENOUGH = 1e-10
FLAT = 1e-6


@dataclass(frozen=True)
class Reliability:
    """Of one scale. `sem` is in POMP points, everything else between about 0 and 1.

    `omega` is that of one factor, its loadings estimated by minimum residuals (`minres`).
    `split_half` is pages in halves, stepped up by Spearman and Brown.
    """

    alpha: float | None
    alpha_interval: Interval | None
    standardised_alpha: float | None
    lambda_2: float | None
    omega: float | None
    split_half: float | None
    lambda_4: float | None
    sem: float | None


@dataclass(frozen=True)
class ItemFit:
    """How one item goes with the rest of its scale."""

    item_total: float | None
    alpha_if_deleted: float | None


def alpha(c: Matrix) -> float | None:
    """Cronbach's alpha: k/(k-1) (1 - t/V). Cronbach (1951), Psychometrika, 16, 297-334."""
    k, v = len(c), float(c.sum())
    if k < 2 or v <= 0:
        return None
    return k / (k - 1) * (1 - float(np.trace(c)) / v)


def alpha_interval(a: float, n: int, k: int, confidence: float = CONFIDENCE) -> Interval | None:
    """Feldt's interval for alpha from n people and k items. Feldt (1965), Psychometrika, 30."""
    if n < 2 or k < 2:
        return None
    tail = (1 - confidence) / 2
    d1, d2 = n - 1, (n - 1) * (k - 1)
    return Interval(
        1 - (1 - a) * f_quantile(1 - tail, d1, d2), 1 - (1 - a) * f_quantile(tail, d1, d2)
    )


def standardised_alpha(c: Matrix) -> float | None:
    """Alpha of items brought to one spread: k r / (1 + (k-1) r), r the mean correlation."""
    correlations = _correlations(c)
    k = len(c)
    if correlations is None or k < 2:
        return None
    r = (float(correlations.sum()) - k) / (k * (k - 1))
    return k * r / (1 + (k - 1) * r) if 1 + (k - 1) * r > 0 else None


def lambda_2(c: Matrix) -> float | None:
    """Guttman's lambda-2, never below alpha. Guttman (1945), Psychometrika, 10, 255-282."""
    k, v, t = len(c), float(c.sum()), float(np.trace(c))
    if k < 2 or v <= 0:
        return None
    off = float((c**2).sum() - (np.diag(c) ** 2).sum())
    return float(1 - t / v + np.sqrt(k / (k - 1) * off) / v)


def omega(c: Matrix) -> float | None:
    """McDonald's omega total of one factor, loadings by minimum residuals.

    (sum l s)^2 / ((sum l s)^2 + sum (1 - l^2) s^2), l loadings, s standard deviations. None
    where the factor does not come out (a loading beyond 1 or without end, fewer than three items).
    """
    correlations = _correlations(c)
    if correlations is None or len(c) < 3:
        return None
    loadings = _one_factor(correlations)
    if loadings is None:
        return None
    spread = np.sqrt(np.diag(c))
    common = float((loadings * spread).sum()) ** 2
    unique = float(((1 - loadings**2) * spread**2).sum())
    return common / (common + unique) if common + unique > 0 else None


def split_half(c: Matrix, first: Sequence[bool]) -> tuple[float | None, float | None]:
    """Spearman and Brown's reliability of two halves, and Guttman's lambda-4 of that split.

    `first` says of each item whether it is in the first half.
    """
    half = np.array(first, dtype=bool)
    if half.all() or not half.any():
        return None, None
    between = float(c[np.ix_(half, ~half)].sum())
    a, b = float(c[np.ix_(half, half)].sum()), float(c[np.ix_(~half, ~half)].sum())
    v = float(c.sum())
    r = between / float(np.sqrt(a * b)) if a > 0 and b > 0 else None
    stepped = 2 * r / (1 + r) if r is not None and r > -1 else None
    return stepped, (4 * between / v if v > 0 else None)


def item_fits(c: Matrix) -> tuple[ItemFit, ...]:
    """For each item its corrected item-total correlation, and alpha of the other items."""
    v = float(c.sum())
    fits = []
    for at in range(len(c)):
        own, with_all = float(c[at, at]), float(c[at].sum())
        rest = v + own - 2 * with_all
        total = (with_all - own) / float(np.sqrt(own * rest)) if own > 0 and rest > 0 else None
        others = np.delete(np.delete(c, at, 0), at, 1)
        fits.append(ItemFit(total, alpha(others)))
    return tuple(fits)


def _correlations(c: Matrix) -> Matrix | None:
    spread = np.sqrt(np.diag(c))
    if len(c) == 0 or not (spread > 0).all():
        return None
    found: Matrix = c / np.outer(spread, spread)
    return found


def _one_factor(r: Matrix) -> Matrix | None:
    """Loadings l of one factor by minimum residuals: least squares of r_ij - l_i l_j, i not j.

    Newton's method, its steps made downhill by the size of the curvatures and shorter where the
    residuals would grow. One loading after another (Harman and Jones 1966, Psychometrika, 31)
    took up to a second, while visitors waited, over answers that hang together by chance.
    """
    values, vectors = np.linalg.eigh(r)
    first = vectors[:, -1] * np.sqrt(max(values[-1], 0.0))
    loadings: Matrix = first if first.sum() >= 0 else -first
    residuals = _residuals(r, loadings)
    for _ in range(ITERATIONS):
        curvature = np.outer(loadings, loadings) - residuals
        np.fill_diagonal(curvature, (loadings**2).sum() - loadings**2)
        values, vectors = np.linalg.eigh(curvature)
        size = np.maximum(np.abs(values), FLAT)
        step = vectors @ ((vectors.T @ (residuals @ loadings)) / size)
        tried = _residuals(r, loadings + step)
        while float((tried**2).sum()) > float((residuals**2).sum()):
            step = step / 2
            if float(np.abs(step).max()) < CLOSE_ENOUGH:
                break
            tried = _residuals(r, loadings + step)
        if float(np.abs(step).max()) < CLOSE_ENOUGH:
            break
        loadings, residuals = loadings + step, tried
    else:
        return None
    return loadings if float(np.abs(loadings).max()) <= 1 else None


def _residuals(r: Matrix, loadings: Matrix) -> Matrix:
    left: Matrix = r - np.outer(loadings, loadings)
    np.fill_diagonal(left, 0.0)
    return left
