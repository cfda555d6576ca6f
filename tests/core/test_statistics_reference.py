"""Our figures are those of R's psych and of scipy, from whole numbers alone."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from quiz.statistics import Row, Shape, Tally
from quiz.statistics.comparison import Moments, auc, holm, mid_rank, weighted_kappa, welch
from quiz.statistics.distributions import (
    beta_cdf,
    f_quantile,
    mean_interval,
    t_cdf,
    t_quantile,
    wilson,
)
from quiz.statistics.figures import figures
from quiz.statistics.reliability import omega
from quiz.statistics.shape import Measure
from tests.core.test_statistics_tally import OURS, TINY

# MEASUREMENT: extraversion of the bfi data set (n = 2713, 1 to 6), figures from R psych 2.2.9.
N = 2713
S = [8062, 8531, 10852, 11994, 11987]
Q = [
    31184,
    *(28680, 33831),
    *(30335, 31899, 48368),
    *(32930, 34441, 50215, 58816),
    *(33855, 35496, 49826, 54667, 57809),
]
BFI = Shape(
    questionnaire_id="bfi",
    version=1,
    points=6,
    item_ids=("E1", "E2", "E3", "E4", "E5"),
    keys=(-1, -1, 1, 1, 1),
    pages=(1, 2, 1, 2, 1),
    scales=(Measure("e", (0, 1, 2, 3, 4)),),
    facets=(),
    style_ids=("any",),
    style_bands=((),),
    labels=("",),
    goals=(),
    settings=(),
)


def bfi() -> Tally:
    """A tally with these sums. How the answers spread is not known, only what they add up to."""
    sums = np.zeros(BFI.width, dtype=np.int64)
    tally = Tally.empty(BFI)
    for part, values in (("n", [N]), ("n_detail", [N]), ("products", Q)):
        sums[tally.shape.parts[part][0]] = values
    counts = np.zeros((5, 6), dtype=np.int64)
    for item, total in enumerate(S):
        low, more = divmod(total, N)
        counts[item, low - 1], counts[item, low] = N - more, more
    sums[tally.shape.parts["answers"][0]] = counts.ravel()
    return Tally(BFI, sums)


def test_figures_of_the_bfi_are_those_of_r() -> None:
    (scale,) = figures(bfi()).scales
    found = scale.reliability
    assert found.alpha == pytest.approx(0.7609326394695517, abs=1e-9)
    assert found.standardised_alpha == pytest.approx(0.760964, abs=1e-6)
    assert found.alpha_interval is not None
    assert found.alpha_interval.low == pytest.approx(0.7464, abs=5e-5)
    assert found.alpha_interval.high == pytest.approx(0.7749, abs=5e-5)
    assert found.split_half == pytest.approx(0.762411, abs=1e-6)
    assert found.omega == pytest.approx(0.7670, abs=5e-5)
    assert found.sem == pytest.approx(21.208 * (1 - 0.7609326394695517) ** 0.5, abs=1e-3)
    fits = [item.fit for item in figures(bfi()).items]
    assert [fit.item_total for fit in fits] == pytest.approx(
        [0.513497, 0.606407, 0.500842, 0.577890, 0.454633], abs=1e-6
    )
    assert [fit.alpha_if_deleted for fit in fits] == pytest.approx(
        [0.725428, 0.688382, 0.727914, 0.700589, 0.742361], abs=1e-6
    )


@pytest.mark.parametrize("k", [3, 4, 16])
def test_omega_finds_the_factor_that_the_answers_were_made_from(k: int) -> None:
    loadings = np.linspace(0.35, 0.85, k)
    spread = np.linspace(0.5, 1.5, k)
    correlations = np.outer(loadings, loadings)
    np.fill_diagonal(correlations, 1)
    common = (loadings * spread).sum() ** 2
    unique = ((1 - loadings**2) * spread**2).sum()
    found = omega(correlations * np.outer(spread, spread))
    assert found == pytest.approx(common / (common + unique), abs=1e-9)


def test_omega_is_none_where_a_loading_would_be_beyond_one() -> None:
    # l_1 squared would be .9 x .9 / .5.
    assert omega(np.array([[1, 0.9, 0.9], [0.9, 1, 0.5], [0.9, 0.5, 1]])) is None
    # The larger the first loading grows, the better it fits two that go against each other.
    assert omega(np.array([[1, 0.5, 0.3], [0.5, 1, -0.2], [0.3, -0.2, 1]])) is None


def test_the_batches_change_no_digit() -> None:
    dice = np.random.default_rng(7)
    rows = [
        Row(
            bytes(np.clip(dice.normal(3, 1, 24).round() + dice.normal(), 1, 5).astype(int).tolist())
        )
        for _ in range(300)
    ]
    shape = Shape.of(OURS)
    at_once = figures(Tally.of(shape, rows))
    parts = [Tally.of(shape, rows[at : at + 37]) for at in range(0, 300, 37)]
    assert figures(Tally.total(shape, reversed(parts))) == at_once
    keyed = np.array([list(row.answers) for row in rows]) * np.array(shape.keys)
    items = list(shape.scales[0].items)
    c = np.cov(keyed[:, items].T)
    k = len(items)
    assert at_once.scales[0].reliability.alpha == pytest.approx(
        k / (k - 1) * (1 - np.trace(c) / c.sum()), abs=1e-9
    )
    total = keyed[:, items].sum(axis=1)
    for item, at in zip([at_once.items[at] for at in items], items, strict=True):
        r = np.corrcoef(keyed[:, at], total - keyed[:, at])[0, 1]
        assert item.fit.item_total == pytest.approx(r, abs=1e-9)
    assert at_once.scales[0].moments.sd == pytest.approx(total.std(ddof=1) * 25 / k, abs=1e-9)


@pytest.mark.parametrize("questionnaire", [OURS, TINY], ids=["ours", "tiny"])
@pytest.mark.parametrize("people", [0, 1, 2, 40])
def test_nobody_one_person_and_people_who_all_agree_break_nothing(
    questionnaire: object, people: int
) -> None:
    shape = Shape.of(questionnaire)  # type: ignore[arg-type]
    rows = [Row(bytes([2] * len(shape.item_ids)))] * people
    told = figures(Tally.of(shape, rows))
    assert told.n == people
    assert "nan" not in repr(told)
    assert told.scales[0].reliability.alpha is None


@settings(deadline=None)
@given(p=st.floats(0.001, 0.999), d1=st.floats(1, 5000), d2=st.floats(1, 100_000))
def test_quantiles_are_those_of_scipy(p: float, d1: float, d2: float) -> None:
    assert f_quantile(p, d1, d2) == pytest.approx(stats.f.ppf(p, d1, d2), rel=1e-7)
    assert t_quantile(p, d1) == pytest.approx(stats.t.ppf(p, d1), rel=1e-7, abs=1e-9)


@settings(deadline=None)
@given(x=st.floats(0, 1), a=st.floats(0.5, 3000), b=st.floats(0.5, 3000))
def test_the_beta_function_is_scipys(x: float, a: float, b: float) -> None:
    # At the very end it is scipy that rounds: 1 - I_x(1/2, 1/2) is 6.7e-9 for the last x before 1.
    assert beta_cdf(x, a, b) == pytest.approx(stats.beta.cdf(x, a, b), abs=2e-8)


@settings(deadline=None)
@given(x=st.floats(-50, 50), df=st.floats(1, 2000))
def test_the_t_distribution_is_scipys(x: float, df: float) -> None:
    # Near 0 it is scipy that rounds: P(t <= 3e-9) is 0.5 + 1e-9 for one degree of freedom.
    assert t_cdf(x, df) == pytest.approx(stats.t.cdf(x, df), abs=2e-8)


def test_intervals_are_those_of_scipy() -> None:
    known = stats.binomtest(7, 40).proportion_ci(method="wilson")
    ours = wilson(7, 40)
    assert ours is not None
    assert (ours.low, ours.high) == pytest.approx((known.low, known.high), abs=1e-9)
    mean = mean_interval(50, 20, 30)
    assert mean is not None
    assert (mean.low, mean.high) == pytest.approx(
        stats.t.interval(0.95, 29, 50, 20 / 30**0.5), abs=1e-7
    )
    assert wilson(0, 0) is None
    assert mean_interval(50, 0, 1) is None


def test_groups_compare_as_scipy_compares_them() -> None:
    told = welch(Moments(30, 55, 18), Moments(80, 48, 12))
    known = stats.ttest_ind_from_stats(55, 18, 30, 48, 12, 80, equal_var=False)
    assert told is not None
    assert told.p == pytest.approx(known.pvalue, abs=1e-9)
    # g = d (1 - 3 / (4 df - 1)) to four places: Hedges (1981).
    pooled = ((29 * 18**2 + 79 * 12**2) / 108) ** 0.5
    assert told.hedges_g == pytest.approx(7 / pooled * (1 - 3 / (4 * 108 - 1)), abs=1e-4)
    assert told.interval.low < 7 < told.interval.high
    assert welch(Moments(30, 5, 0), Moments(30, 5, 0)) is None
    assert holm([0.01, 0.04, 0.03]) == pytest.approx((0.03, 0.06, 0.06))


def test_two_ways_to_sort_people() -> None:
    assert weighted_kappa(np.diag([5, 5, 5])) == 1
    assert weighted_kappa(np.array([[20, 5], [10, 15]])) == pytest.approx(0.4)
    assert weighted_kappa(np.zeros((3, 3), dtype=np.int64)) is None
    low, high = np.array([3, 2, 1, 0]), np.array([0, 1, 2, 5])
    apart = [0] * 3 + [1] * 2 + [2], [1] + [2] * 2 + [3] * 5
    u = stats.mannwhitneyu(apart[1], apart[0]).statistic
    assert auc(low, high) == pytest.approx(u / (6 * 8))
    ranks = mid_rank(low)
    assert ranks is not None
    assert ranks.tolist() == pytest.approx([0.25, 4 / 6, 5.5 / 6, 1])
