"""Every figure as exactly as the sums give it. For the engine's tests and the operator alone.

What may be shown to whom is decided in `summary` and `release`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from quiz.statistics.comparison import Moments, auc, moments, weighted_kappa
from quiz.statistics.distributions import Interval, mean_interval
from quiz.statistics.reliability import (
    ItemFit,
    Matrix,
    Reliability,
    alpha,
    alpha_interval,
    item_fits,
    lambda_2,
    omega,
    split_half,
    standardised_alpha,
)
from quiz.statistics.shape import FLAGS, NO_LABEL, Integers, Measure, Shape
from quiz.statistics.tally import Tally

EXTREME = 5.0


@dataclass(frozen=True)
class MeasureFigures:
    """A scale or facet. `counts` people at each of `scores` (POMP); skewness of the scores."""

    id: str
    counts: tuple[int, ...]
    scores: tuple[float, ...]
    moments: Moments
    interval: Interval | None
    floor: float | None
    ceiling: float | None
    skewness: float | None
    reliability: Reliability


@dataclass(frozen=True)
class ItemFigures:
    """An item: how many gave each answer (1..points), the mean raw answer, its fit."""

    id: str
    scale: str
    counts: tuple[int, ...]
    mean: float | None
    sd: float | None
    fit: ItemFit


@dataclass(frozen=True)
class LabelFigures:
    """Self-labels against the first scale, for those who gave one of its bands' number of labels.

    `table` has a row for each label and a column for each band. Kappa, `exact` agreement and
    AUC (lowest label against highest) need as many ordered labels as bands.
    """

    ids: tuple[str, ...]
    table: tuple[tuple[int, ...], ...]
    moments: tuple[Moments, ...]
    kappa: float | None
    exact: float | None
    auc: float | None


@dataclass(frozen=True)
class Figures:
    """All figures of one tally."""

    n: int
    n_detail: int
    n_incomplete: int
    flags: Mapping[str, int]
    styles: Mapping[str, int]
    goals: Mapping[str, int]
    settings: Mapping[str, int]
    scales: tuple[MeasureFigures, ...]
    facets: tuple[MeasureFigures, ...]
    correlations: Mapping[tuple[str, str], float | None]
    items: tuple[ItemFigures, ...]
    labels: LabelFigures


def figures(tally: Tally) -> Figures:
    """Every figure of a tally, in full precision."""
    shape = tally.shape
    c = keyed_covariance(tally)
    fits: dict[int, ItemFit] = {}
    for scale in shape.scales:
        if c is not None:
            fits.update(zip(scale.items, item_fits(_of(c, scale)), strict=True))
    return Figures(
        n=tally.n,
        n_detail=tally.n_detail,
        n_incomplete=tally.n_incomplete,
        flags=flag_counts(tally),
        styles=_named(shape.style_ids, tally["styles"]),
        goals=_named(shape.goals, tally["goals"]),
        settings=_named(shape.settings, tally["settings"]),
        scales=tuple(_measure(tally, "scale", scale, c) for scale in shape.scales),
        facets=tuple(_measure(tally, "facet", facet, c) for facet in shape.facets),
        correlations=_correlations(shape, c),
        items=tuple(
            _item(tally, at, fits.get(at, ItemFit(None, None))) for at in range(len(shape.item_ids))
        ),
        labels=_labels(tally),
    )


def first_scale(tally: Tally) -> MeasureFigures:
    """The figures of the first scale alone."""
    return _measure(tally, "scale", tally.shape.scales[0], keyed_covariance(tally))


def flag_counts(tally: Tally) -> Mapping[str, int]:
    """How many results carry each sign of careless answering."""
    return _named([str(flag.name).lower() for flag in FLAGS], tally["flags"])


def keyed_covariance(tally: Tally) -> Matrix | None:
    """The items' covariances with the keys applied, from whole numbers alone; None below two.

    d_i d_j (n q_ij - s_i s_j) / (n (n - 1)), exact up to the last division.
    """
    shape, n = tally.shape, tally.n_detail
    if n < 2:
        return None
    k = len(shape.item_ids)
    q = np.zeros((k, k), dtype=object)
    q[shape.lower] = [int(value) for value in tally["products"]]
    q = q + np.tril(q, -1).T
    s = [int(value) for value in tally["answers"] @ np.arange(1, shape.points + 1)]
    whole = n * q - np.outer(np.array(s, dtype=object), s)
    keys = np.array(shape.keys)
    found: Matrix = whole.astype(float) * np.outer(keys, keys) / (n * (n - 1))
    return found


def measure_of(tally: Tally, kind: str, measure: Measure) -> tuple[Integers, Moments]:
    """The histogram of a scale or facet, and its moments in POMP points."""
    counts = tally[f"{kind} {measure.id}"]
    return counts, moments(counts, tally.shape.scores(measure))


def _measure(tally: Tally, kind: str, measure: Measure, c: Matrix | None) -> MeasureFigures:
    shape = tally.shape
    counts, own = measure_of(tally, kind, measure)
    scores = shape.scores(measure)
    n = own.n
    interval = None
    if own.mean is not None and own.sd is not None:
        interval = mean_interval(own.mean, own.sd, n)
    return MeasureFigures(
        id=measure.id,
        counts=tuple(int(count) for count in counts),
        scores=tuple(float(score) for score in scores),
        moments=own,
        interval=interval,
        floor=float(counts[scores <= EXTREME].sum()) / n if n else None,
        ceiling=float(counts[scores >= 100 - EXTREME].sum()) / n if n else None,
        skewness=_skewness(counts, scores, own),
        reliability=_reliability(tally, measure, c),
    )


def _reliability(tally: Tally, measure: Measure, c: Matrix | None) -> Reliability:
    if c is None or not measure.items:
        return Reliability(*[None] * 8)
    shape, own = tally.shape, _of(c, measure)
    k = len(measure.items)
    a = alpha(own)
    pages = sorted(set(shape.pages))
    early = pages[: len(pages) // 2]
    halves, lambda_4 = split_half(own, [shape.pages[at] in early for at in measure.items])
    sd = 100 * float(np.sqrt(own.sum())) / ((shape.points - 1) * k) if own.sum() > 0 else None
    return Reliability(
        alpha=a,
        alpha_interval=alpha_interval(a, tally.n_detail, k) if a is not None else None,
        standardised_alpha=standardised_alpha(own),
        lambda_2=lambda_2(own),
        omega=omega(own),
        split_half=halves,
        lambda_4=lambda_4,
        sem=sd * (1 - a) ** 0.5 if sd is not None and a is not None else None,
    )


def _item(tally: Tally, at: int, fit: ItemFit) -> ItemFigures:
    shape = tally.shape
    counts = tally["answers"][at]
    own = moments(counts, np.arange(1, shape.points + 1, dtype=float))
    scale = next((scale.id for scale in shape.scales if at in scale.items), "")
    return ItemFigures(
        id=shape.item_ids[at],
        scale=scale,
        counts=tuple(int(count) for count in counts),
        mean=own.mean,
        sd=own.sd,
        fit=fit,
    )


def _labels(tally: Tally) -> LabelFigures:
    shape = tally.shape
    first = shape.scales[0]
    scores, bands = shape.scores(first), shape.band_places(first)
    ids = tuple(label for label in shape.labels if label != NO_LABEL)
    rows = [tally["labels"][shape.labels.index(label)] for label in ids]
    size = len(first.bands)
    table = np.array(
        [np.bincount(bands, weights=row, minlength=size) for row in rows], dtype=np.int64
    ).reshape(len(ids), size)
    square = table[:size] if len(ids) >= size else table[:0]
    n = int(square.sum())
    return LabelFigures(
        ids=ids,
        table=tuple(tuple(int(count) for count in row) for row in table),
        moments=tuple(moments(row, scores) for row in rows),
        kappa=weighted_kappa(square) if len(square) else None,
        exact=float(np.trace(square)) / n if n else None,
        auc=auc(rows[0], rows[size - 1]) if len(square) > 1 else None,
    )


def _correlations(shape: Shape, c: Matrix | None) -> Mapping[tuple[str, str], float | None]:
    found: dict[tuple[str, str], float | None] = {}
    for kind in (shape.facets, shape.scales):
        for at, one in enumerate(kind):
            for other in kind[at + 1 :]:
                r = None
                if c is not None and one.items and other.items:
                    a, b = _of(c, one).sum(), _of(c, other).sum()
                    between = c[np.ix_(one.items, other.items)].sum()
                    r = float(between / np.sqrt(a * b)) if a > 0 and b > 0 else None
                found[one.id, other.id] = r
    return found


def _of(c: Matrix, measure: Measure) -> Matrix:
    return c[np.ix_(measure.items, measure.items)]


def _skewness(counts: Integers, scores: Matrix, own: Moments) -> float | None:
    if own.n < 3 or own.mean is None:
        return None
    centred = scores - own.mean
    spread = float(counts @ centred**2) / own.n
    if spread <= 0:
        return None
    third = float(counts @ centred**3) / own.n
    return third / (spread * float(np.sqrt(spread)))


def _named(names: Sequence[str], counts: Integers) -> Mapping[str, int]:
    return dict(zip(names, (int(count) for count in counts), strict=True))
