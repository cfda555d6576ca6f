"""How scores, styles, choices and weeks are spread, in parts that point to nobody."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from quiz.statistics import gates
from quiz.statistics.cells import Cell
from quiz.statistics.choosing import open_quarters, quarter_of, spans_of, year_of
from quiz.statistics.comparison import quantile
from quiz.statistics.distributions import wilson
from quiz.statistics.figures import EXTREME, MeasureFigures
from quiz.statistics.gates import Part, per_cent, put_together, rounded, shown
from quiz.statistics.shape import Integers, Measure, Shape
from quiz.statistics.summary import Bin, Share, Spread, Weeks, bounds
from quiz.statistics.tally import Tally

BIN = 10
NEAR = 5  # a bin's edge that lies so near to a band's is left out


def two(value: float | None, seen: bool = True) -> float | None:
    """A coefficient to two decimals, if it may be seen."""
    return round(value, 2) if seen and value is not None else None


def share_of(name: str, count: int, n: int) -> Share:
    """A share in whole per cent. Its interval comes from the rounded figures and tells no more."""
    share, people = per_cent(count, n), rounded(n)
    return Share(name, share, *bounds(wilson(share / 100 * people, people), 100))


def band_parts(
    shape: Shape, scale: Measure, counts: Sequence[int], k: int, others: Sequence[Integers]
) -> tuple[Part, ...]:
    """The bands of a scale, neighbours put together until each part has k people."""
    places, size = shape.band_places(scale), len(scale.bands)
    in_bands = [
        np.bincount(places, weights=table, minlength=size).astype(int).tolist()
        for table in (np.array(counts), *others)
    ]
    return put_together(in_bands[0], k, in_bands[1:])


def style_shares(
    shape: Shape,
    counts: Mapping[str, int],
    bands: Sequence[Sequence[Part]],
    n: int,
    k: int,
    others: Sequence[Tally],
) -> tuple[Share, ...]:
    """The styles. Those of one band add up to it: no line of that table may give one away.

    `bands` are those that are shown beside them: of every scale, or of the first ones.
    """
    if n < max(gates.SHARES, k):
        return ()
    lines = [
        [
            at
            for at, ids in enumerate(shape.style_bands)
            if ids[place] in {band.id for band in scale.bands[part.first : part.last + 1]}
        ]
        for place, (scale, parts) in enumerate(zip(shape.scales, bands, strict=False))
        for part in parts
    ]
    seen = shown(
        list(counts.values()), k, others=[rest["styles"].tolist() for rest in others], lines=lines
    )
    return tuple(
        share_of(name, count, n) if open_ else Share(name)
        for (name, count), open_ in zip(counts.items(), seen, strict=True)
    )


def chosen_shares(
    part: str, counts: Mapping[str, int], n: int, k: int, others: Sequence[Tally]
) -> tuple[Share, ...]:
    """Shares of those who chose one of these at all. Those who chose none are a part too."""
    whole = sum(counts.values())
    if min(n, whole) < max(gates.SHARES, k):
        return ()
    tables = [[*rest[part].tolist(), rest.n - int(rest[part].sum())] for rest in others]
    seen = shown([*counts.values(), n - whole], k, others=tables)
    return tuple(
        share_of(name, count, whole) if open_ else Share(name)
        for (name, count), open_ in zip(counts.items(), seen, strict=False)
    )


def spread(
    shape: Shape,
    kind: str,
    measure: Measure,
    told: MeasureFigures,
    bands: Sequence[Part],
    n: int,
    k: int,
    others: Sequence[Tally],
) -> Spread:
    """One scale or facet. Its bins lie inside its bands, so that both tell the same."""
    if n < max(gates.MEAN, k):
        return Spread(measure.id)
    low, high = bounds(told.interval)
    counts, scores = np.array(told.counts), shape.scores(measure)
    full = n >= gates.SHARES
    name = f"{kind} {measure.id}"
    tables = [counts, *(rest[name] for rest in others if kind == "scale" or rest.n_detail)]
    bins = _bins(measure, bands, scores, tables, k) if full else ()
    ends = [
        _end(int(counts[reached].sum()), first, told.moments.n, k)
        if bins and n >= gates.ALPHA and len(tables) == 1
        else None
        for reached, first in (
            (scores <= EXTREME, bins[0].share if bins else 0),
            (scores >= 100 - EXTREME, bins[-1].share if bins else 0),
        )
    ]
    return Spread(
        id=measure.id,
        mean=None if told.moments.mean is None else round(told.moments.mean),
        low=low,
        high=high,
        sd=round(told.moments.sd) if full and told.moments.sd is not None else None,
        median=_median(counts, scores) if n >= gates.FINE else None,
        skewness=two(told.skewness, n >= gates.FINE),
        floor=ends[0],
        ceiling=ends[1],
        bins=bins,
        bands=tuple(
            share_of(measure.bands[at].id, part.count, told.moments.n)
            if part.first == part.last
            else Share(measure.bands[at].id)
            for part in bands
            for at in range(part.first, part.last + 1)
        )
        if full
        else (),
    )


def _bins(
    measure: Measure,
    bands: Sequence[Part],
    scores: Sequence[float] | np.ndarray[tuple[int], np.dtype[np.float64]],
    tables: Sequence[Integers],
    k: int,
) -> tuple[Bin, ...]:
    walls = [0.0, *(measure.bands[part.last].end for part in bands)] if bands else [0.0, 100.0]
    n = int(tables[0].sum())
    found = []
    for start, end in pairwise(walls):
        edges = [start]
        edges += [at for at in range(BIN, 100, BIN) if start + NEAR <= at <= end - NEAR]
        edges += [end]
        places = np.searchsorted(edges, scores, side="right") - 1
        places[np.asarray(scores) == 100] = len(edges) - 2 if end == 100 else len(edges)
        size = len(edges) - 1
        inside = (places >= 0) & (places < size)
        wide = [np.bincount(places[inside], table[inside], size).astype(int) for table in tables]
        found += [
            Bin(round(edges[part.first]), round(edges[part.last + 1]), per_cent(part.count, n))
            for part in put_together(wide[0].tolist(), k, [more.tolist() for more in wide[1:]])
        ]
    return tuple(found)


def _end(count: int, bin_share: int, n: int, k: int) -> int | None:
    """A share at the very end, where those in its bin but not at the end are none or many."""
    between = bin_share * n / 100 - count
    return per_cent(count, n) if count >= k and (between >= k + n / 100 or count == n) else None


def _median(counts: Integers, scores: np.ndarray[tuple[int], np.dtype[np.float64]]) -> int | None:
    middle = quantile(counts, scores, 0.5)
    return None if middle is None else round(middle)


def weeks(cells: Sequence[Cell], k: int) -> tuple[Weeks, ...]:
    """Valid results by stretches of weeks with k or more in each, the oldest first.

    A stretch ends with its quarter where that may be chosen, else with its year, so that pages of
    two periods never differ by a few.
    """
    spans_in_all = spans_of(cells)
    opened = open_quarters(spans_in_all, k)
    stretches: dict[str, dict[tuple[int, int], int]] = {}
    for span, n in sorted(spans_in_all.items(), key=lambda one: one[0][::-1]):
        quarter = quarter_of(span[1])
        whole = quarter == quarter_of(span[0]) and quarter in opened
        name = quarter if whole else f"rest of {year_of(span[1])}"
        stretches.setdefault(name, {})[span] = n
    found = []
    for stretch in stretches.values():
        spans = list(stretch)
        found += [
            Weeks(
                min(first for first, _ in spans[part.first : part.last + 1]),
                max(last for _, last in spans[part.first : part.last + 1]),
                rounded(part.count),
            )
            for part in put_together(list(stretch.values()), k)
        ]
    return tuple(sorted(found, key=lambda one: one.first_week))
