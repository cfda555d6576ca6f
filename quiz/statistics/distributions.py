"""Student's t and Snedecor's F, from the incomplete beta function; intervals for shares and means.

The continued fraction is that of the NIST Digital Library of Mathematical Functions, 8.17.22;
a test holds every function against an independent library.
"""

from dataclasses import dataclass
from functools import lru_cache
from math import exp, lgamma, log, log1p, sqrt
from statistics import NormalDist

TINY = 1e-300
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """From `low` to `high`, in the units of the figure it belongs to."""

    low: float
    high: float


def beta_cdf(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function I_x(a, b), for 0 <= x <= 1 and a, b > 0."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):
        return 1 - beta_cdf(1 - x, b, a)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) / a
    # Lentz's method for the continued fraction.
    c, d = 1.0, 1 - (a + b) * x / (a + 1)
    d = 1 / (d if abs(d) > TINY else TINY)
    value, step = d, d
    for m in range(1, 10_000):
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 + term * d
            d = 1 / (d if abs(d) > TINY else TINY)
            c = 1 + term / c
            c = c if abs(c) > TINY else TINY
            step = c * d
            value *= step
        if abs(step - 1) < 1e-16:
            break
    return front * value


def f_cdf(x: float, d1: float, d2: float) -> float:
    """P(F <= x) with d1 and d2 degrees of freedom."""
    return beta_cdf(d1 * x / (d1 * x + d2), d1 / 2, d2 / 2) if x > 0 else 0.0


def t_cdf(x: float, df: float) -> float:
    """P(t <= x) with `df` degrees of freedom."""
    square = x * x
    # Near the middle the other tail is the one that loses no digits.
    if square < df:
        tail = (1 - beta_cdf(square / (df + square), 0.5, df / 2)) / 2
    else:
        tail = beta_cdf(df / (df + square), df / 2, 0.5) / 2
    return 1 - tail if x > 0 else tail


@lru_cache(maxsize=1024)
def f_quantile(p: float, d1: float, d2: float) -> float:
    """The value that F stays below with probability p, 0 < p < 1."""
    a, b = d1 / 2, d2 / 2
    # y = d1 x / (d1 x + d2) is between 0 and 1; of y and 1 - y the small one keeps its digits.
    if beta_cdf(0.5, a, b) >= p:
        y = _beta_quantile(p, a, b)
        return d2 * y / (d1 * (1 - y))
    rest = _beta_quantile(1 - p, b, a)
    return d2 * (1 - rest) / (d1 * rest)


def _beta_quantile(p: float, a: float, b: float) -> float:
    """Newton's steps between bounds that close in; a step that leaves them becomes a halving."""
    low, high, x = 0.0, 1.0, a / (a + b)
    norm = lgamma(a + b) - lgamma(a) - lgamma(b)
    for _ in range(1100):
        off = beta_cdf(x, a, b) - p
        low, high = (low, x) if off >= 0 else (x, high)
        density = exp(norm + (a - 1) * log(x) + (b - 1) * log1p(-x))
        step = x - off / density if density > 0 else -1.0
        step = step if low < step < high else (low + high) / 2
        if step in (low, high) or abs(step - x) <= 1e-15 * x:
            return step
        x = step
    return x


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: float) -> float:
    """The value that t stays below with probability p, 0 < p < 1."""
    if p == 0.5:
        return 0.0
    size = sqrt(f_quantile(abs(2 * p - 1), 1, df))
    return size if p > 0.5 else -size


def normal_quantile(p: float) -> float:
    """The value that a standard normal variable stays below with probability p."""
    return NormalDist().inv_cdf(p)


def wilson(count: float, n: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Wilson's interval for a share (0..1) of `count` in `n`; None for nobody.

    Wilson (1927), Journal of the American Statistical Association, 22, 209-212.
    """
    if n <= 0:
        return None
    z = normal_quantile((1 + confidence) / 2)
    p = count / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    return Interval(max(0.0, middle - reach), min(1.0, middle + reach))


def mean_interval(
    mean: float, sd: float, n: int, confidence: float = CONFIDENCE
) -> Interval | None:
    """The t interval of a mean, in its units; None for fewer than two."""
    if n < 2:
        return None
    reach = t_quantile((1 + confidence) / 2, n - 1) * sd / sqrt(n)
    return Interval(mean - reach, mean + reach)
