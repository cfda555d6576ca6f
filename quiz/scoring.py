"""Answers in, a score with its uncertainty out.

Formulas: POMP (per cent of maximum possible) by Cohen, Cohen, Aiken and West (1999); standard
error of measurement SD x sqrt(1 - reliability); care flags as `Care` sets their thresholds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntFlag
from itertools import groupby
from statistics import NormalDist
from typing import NamedTuple

from quiz.questionnaire import Facet, Item, Questionnaire, Scale

Z_RANGE = 1.645
SLIGHT_LEAN = 0.75

Answers = Sequence[int | None]


class TooFewAnswers(ValueError):
    """A scale has fewer answers than it may be scored from."""


class CareFlag(IntFlag):
    """Signs of careless answering. They screen statistics; the person is never told off."""

    SAME = 1
    LONG_RUN = 2
    ONE_SIDED = 4
    NO_SPREAD = 8
    FAST = 16
    VERY_FAST = 32
    BURST = 64  # many at once from one place, or the same answers again and again


class Estimate(NamedTuple):
    """A POMP score (0..100) with its standard error and 90% range, both in POMP points."""

    id: str
    score: float
    sem: float
    low: float
    high: float

    @property
    def chance_below_middle(self) -> float:
        """P(true score < 50), Phi((50 - score) / SEM): normal error, flat prior."""
        return NormalDist().cdf((50 - self.score) / self.sem)


@dataclass(frozen=True)
class Score:
    """Everything computed from one set of answers.

    `bands` maps scale id to band id; `neighbours` are the styles a close call could also have
    been, nearest first; a facet with too few answers is absent from `facets`.
    """

    scales: Mapping[str, Estimate]
    facets: Mapping[str, Estimate]
    bands: Mapping[str, str]
    style: str
    neighbours: tuple[str, ...]

    def of(self, measure: str) -> float | None:
        """The POMP score of a scale or facet id, or None where it could not be scored."""
        estimate = self.facets.get(measure) or self.scales.get(measure)
        return estimate.score if estimate else None


def keyed(questionnaire: Questionnaire, item: Item, answer: int) -> int:
    """The answer as it counts: 1..points, reversed for an item keyed -1."""
    return answer if item.key > 0 else questionnaire.points + 1 - answer


def pomp(mean: float, points: int) -> float:
    """A mean answer of 1..points as per cent of maximum possible: 100 (mean - 1) / (points - 1)."""
    return 100 * (mean - 1) / (points - 1)


def score(questionnaire: Questionnaire, answers: Answers) -> Score:
    """Score answers (one per item, in item order, 1..points or None where missing).

    Raises TooFewAnswers when a scale has fewer answers than its minimum or an empty facet, and
    ValueError for an answer off the response scale or a wrong number of answers.
    """
    given = _by_facet(questionnaire, answers)
    facets = {}
    scales = {}
    for facet in questionnaire.facets:
        values = given[facet.id]
        if values and len(values) >= facet.minimum:
            facets[facet.id] = _estimate(facet, values, questionnaire.points)
    for scale in questionnaire.scales:
        parts = [given[facet.id] for facet in questionnaire.facets if facet.scale == scale.id]
        values = [value for part in parts for value in part]
        if len(values) < scale.minimum or not all(parts):
            raise TooFewAnswers(scale.id)
        scales[scale.id] = _estimate(scale, values, questionnaire.points)
    bands = {s.id: s.band_of(scales[s.id].score).id for s in questionnaire.scales}
    return Score(
        scales=scales,
        facets=facets,
        bands=bands,
        style=questionnaire.style_at(bands).id,
        neighbours=_neighbours(questionnaire, scales, bands),
    )


def slight_lean(estimate: Estimate) -> int:
    """-1 or +1 when a middle score leans a little to the low or high side, else 0."""
    below = estimate.chance_below_middle
    return -1 if below >= SLIGHT_LEAN else 1 if below <= 1 - SLIGHT_LEAN else 0


def care_flags(
    questionnaire: Questionnaire,
    answers: Answers,
    page_seconds: Sequence[float] | None = None,
) -> CareFlag:
    """The signs of careless answering in complete or partial raw answers.

    `page_seconds` holds the time spent on each page, where the browser could tell.
    """
    care = questionnaire.care
    raw = [answer for answer in answers if answer is not None]
    flags = CareFlag(0)
    if not raw:
        return flags
    middle = (questionnaire.points + 1) / 2
    runs = [(value, len(list(run))) for value, run in groupby(raw)]
    if len(runs) == 1:
        flags |= CareFlag.SAME
    if any(
        _long(value, length, middle, care.long_run, care.run_off_middle) for value, length in runs
    ):
        flags |= CareFlag.LONG_RUN
    mean = sum(raw) / len(raw)
    if care.one_sided is not None and abs(mean - middle) > care.one_sided:
        flags |= CareFlag.ONE_SIDED
    if care.no_spread is not None and len(raw) > 1:
        variance = sum((answer - mean) ** 2 for answer in raw) / (len(raw) - 1)
        if variance < care.no_spread**2:
            flags |= CareFlag.NO_SPREAD
    return flags | _pace_flags(questionnaire, page_seconds)


def _by_facet(questionnaire: Questionnaire, answers: Answers) -> Mapping[str, list[int]]:
    if len(answers) != len(questionnaire.items):
        raise ValueError(f"{len(answers)} answers for {len(questionnaire.items)} items")
    given: dict[str, list[int]] = {facet.id: [] for facet in questionnaire.facets}
    for item, answer in zip(questionnaire.items, answers, strict=True):
        if answer is None:
            continue
        if not 1 <= answer <= questionnaire.points:
            raise ValueError(f"answer {answer} to {item.id} is not 1 to {questionnaire.points}")
        given[item.facet].append(keyed(questionnaire, item, answer))
    return given


def _estimate(measure: Facet | Scale, values: Sequence[int], points: int) -> Estimate:
    value = pomp(sum(values) / len(values), points)
    reach = Z_RANGE * measure.sem
    return Estimate(
        measure.id,
        value,
        measure.sem,
        max(0.0, value - reach),
        min(100.0, value + reach),
    )


def _neighbours(
    questionnaire: Questionnaire,
    scales: Mapping[str, Estimate],
    bands: Mapping[str, str],
) -> tuple[str, ...]:
    close = []
    for scale in questionnaire.scales:
        value = scales[scale.id].score
        for below, above in zip(scale.bands, scale.bands[1:], strict=False):
            distance = abs(value - below.end)
            if bands[scale.id] in (below.id, above.id) and distance <= scale.close_call:
                other = above if bands[scale.id] == below.id else below
                style = questionnaire.style_at({**bands, scale.id: other.id})
                close.append((distance / scale.sem, style.id))
    return tuple(style for _, style in sorted(close))


def _long(
    value: int, length: int, middle: float, long_run: int | None, off_middle: int | None
) -> bool:
    if long_run is not None and length >= long_run:
        return True
    return off_middle is not None and length >= off_middle and value != middle


def _pace_flags(questionnaire: Questionnaire, page_seconds: Sequence[float] | None) -> CareFlag:
    care = questionnaire.care
    pages = questionnaire.items_by_page
    flags = CareFlag(0)
    if page_seconds is None or len(page_seconds) != len(pages):
        return flags
    if care.page_seconds_per_item is not None and care.fast_pages is not None:
        limit = care.page_seconds_per_item
        fast = sum(s < limit * len(page) for s, page in zip(page_seconds, pages, strict=True))
        if fast >= care.fast_pages:
            flags |= CareFlag.FAST
    least = (care.seconds_per_item or 0) * len(questionnaire.items)
    if sum(page_seconds) < least:
        flags |= CareFlag.VERY_FAST
    return flags
