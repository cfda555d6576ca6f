"""What leaves the admin's page: the content of a snapshot, for readers, bloggers and exports.

A snapshot is of all results of one version, or of one source's, never of a period or language,
and is renewed only when 25 more valid results have come (`LEAST_NEW`; the store sees to it).
Only rounded figures go in: no sum, no cross-product, no count of people that is exact.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from math import ceil, floor
from typing import Any

import numpy as np

from quiz.statistics import gates
from quiz.statistics.cells import Cell, Chosen
from quiz.statistics.choosing import choose
from quiz.statistics.comparison import mid_rank
from quiz.statistics.distributions import wilson
from quiz.statistics.figures import MeasureFigures, figures, first_scale
from quiz.statistics.shape import Shape
from quiz.statistics.spreading import band_parts, style_shares
from quiz.statistics.summarising import summarise
from quiz.statistics.summary import Spread, Summary, as_json
from quiz.statistics.tally import Tally

LEAST_NEW = 25


def valid_results(cells: Sequence[Cell]) -> Counter[str]:
    """How many results without signs of careless answering each source has.

    That is what snapshots are counted by; one of everybody's by the total.
    """
    counts: Counter[str] = Counter()
    for cell in _valid(cells):
        counts[cell.source] += cell.tally.n
    return counts


def publish(
    shape: Shape, cells: Sequence[Cell], k: int, source: str | None = None
) -> dict[str, Any]:
    """The content of a snapshot, as plain data, from all cells of a version.

    For one source only what an audience page shows is in it (for that `by_source` of the cells
    will do), and nothing while the source, or what is left without it, has fewer than k results.
    Its blogger sees no page of the whole to subtract from, so the source's own numbers decide the
    rest.
    """
    if source is not None:
        choice = choose(cells, (), Chosen(source=source), k)
        cells = choice.cells if choice.open else ()
    valid = _valid(cells)
    summary = summarise(shape, cells, (), k=k)
    if source is not None:
        summary = _for_an_audience(shape, valid, summary, k)
    told = as_json(summary)
    since = min((cell.first_week for cell in valid), default=None)
    if source is not None:
        kept = ("questionnaire_id", "version", "n", "scales", "styles")
        return {name: told[name] for name in kept} | {"since": since}
    return told | {"since": since, "percentiles": _percentiles(shape, valid)}


def _for_an_audience(shape: Shape, valid: Sequence[Cell], summary: Summary, k: int) -> Summary:
    """Styles tell readers most, so they come first.

    Of all scales but the first only the mean is shown, and of that one too where its bands
    beside the styles would give a rare style away and so hide every other.
    """
    tally = Tally.total(shape, [cell.tally for cell in valid])
    told = figures(tally)
    parts = band_parts(shape, shape.scales[0], told.scales[0].counts, k, [])
    styles = style_shares(shape, told.styles, [parts], tally.n, k, [])
    spread_out = 1 if any(style.share is not None for style in styles) else 0
    if not spread_out:
        styles = style_shares(shape, told.styles, [], tally.n, k, [])
    return replace(
        summary,
        styles=styles,
        scales=(
            *summary.scales[:spread_out],
            *(Spread(one.id, one.mean, one.low, one.high) for one in summary.scales[spread_out:]),
        ),
    )


def _valid(cells: Sequence[Cell]) -> list[Cell]:
    return [cell for cell in cells if not cell.flagged and cell.tally.n]


def _percentiles(shape: Shape, cells: Sequence[Cell]) -> list[list[int]]:
    """For each sum on the first scale, lowest first: about how many of 10 people scored lower.

    [about, from, to]: mid-ranks; the range is that of the score give or take its standard error
    of measurement, widened by Wilson's interval. Empty below 200 results.
    """
    tally = Tally.total(shape, [cell.tally for cell in cells])
    if tally.n < gates.FINE:
        return []
    first = first_scale(tally)
    counts, scores = np.array(first.counts), np.array(first.scores)
    ranks = mid_rank(counts)
    if ranks is None:
        return []
    reach = _reach(first)
    found = []
    for score, rank in zip(scores, ranks, strict=True):
        low = float(np.interp(score - reach, scores, ranks))
        high = float(np.interp(score + reach, scores, ranks))
        widest = (wilson(low * tally.n, tally.n), wilson(high * tally.n, tally.n))
        start = widest[0].low if widest[0] else 0.0
        end = widest[1].high if widest[1] else 1.0
        found.append([round(10 * float(rank)), floor(10 * start), ceil(10 * end)])
    return found


def _reach(scale: MeasureFigures) -> float:
    sem = scale.reliability.sem
    return sem if sem is not None and scale.reliability.alpha else scale.moments.sd or 0.0
