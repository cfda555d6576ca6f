"""Simulated people whose true figures are known: for demonstrations, benchmarks and tests.

Each facet is a trait; the facets of a scale share a common part. An answer is a trait seen through
an item (loading, noise, a pull towards agreeing) and cut into points. Some people answer
carelessly. Nobody is copied: the numbers are made up, and look like what is published about such
questionnaires. All chance comes from the numpy generator that the caller gives.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import sqrt
from statistics import NormalDist
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from quiz.questionnaire import Option, Questionnaire
from quiz.scoring import care_flags

Floats = npt.NDArray[np.float64]
Bytes = npt.NDArray[np.uint8]

COMMON = 0.55  # share of a facet's variance that its scale's other facets have too
BETWEEN_SCALES = 0.25
ACQUIESCENCE = 0.2  # standard deviation of the pull towards agreeing, in answers' noise
SPREAD = 1.0  # the cuts between points lie evenly from -SPREAD to +SPREAD
SERIES = 60  # terms of the series for a covariance of cut normals; far beyond what it needs
SAYS_LABEL, SAYS_GOAL, SAYS_SETTING = 0.8, 0.7, 0.65
BATCH = 20_000

T = TypeVar("T")


@dataclass(frozen=True)
class Person:
    """One finished quiz: what the store keeps of it, without a receipt."""

    answers: bytes
    week: int
    source: str
    language: str
    self_label: str | None
    goal: str | None
    setting: str | None
    flags: int


@dataclass(frozen=True)
class Blog:
    """Where people come from: how many of them, and how far their first scale lies from others'."""

    share: float
    lean: float = 0.0


@dataclass(frozen=True)
class Truth:
    """What a sample without end would show, careless answers included: raw means, covariances."""

    questionnaire: Questionnaire
    means: Floats
    covariances: Floats

    def _of(self, scale: str) -> tuple[Floats, Floats]:
        q = self.questionnaire
        inside = [n for n, its in enumerate(q.scale_of_item) if its == scale]
        keys = np.array([q.items[n].key for n in inside], dtype=float)
        means = self.means[inside]
        keyed = np.where(keys > 0, means, q.points + 1 - means)
        return keyed, self.covariances[np.ix_(inside, inside)] * np.outer(keys, keys)

    def alpha(self, scale: str) -> float:
        """Cronbach's alpha of a scale."""
        means, covariances = self._of(scale)
        k = len(means)
        return float(k / (k - 1) * (1 - np.trace(covariances) / covariances.sum()))

    def mean(self, scale: str) -> float:
        """The mean score of a scale in POMP points."""
        means, _ = self._of(scale)
        return float(100 * (means.mean() - 1) / (self.questionnaire.points - 1))

    def sd(self, scale: str) -> float:
        """The standard deviation of a scale's scores in POMP points."""
        means, covariances = self._of(scale)
        widest = (self.questionnaire.points - 1) * len(means)
        return float(100 * sqrt(covariances.sum()) / widest)


@dataclass(frozen=True)
class Population:
    """Who takes a questionnaire, when, where and in what language (shares need not sum to one).

    `straight` of them give one answer to everything, `random` click anywhere.
    """

    questionnaire: Questionnaire
    weeks: Mapping[int, float]
    sources: Mapping[str, Blog]
    languages: Mapping[str, float]
    straight: float = 0.03
    random: float = 0.03

    def people(self, random: np.random.Generator, n: int) -> Iterator[Person]:
        """Draw `n` people, in batches, so that any number fits in memory."""
        for start in range(0, n, BATCH):
            yield from self._batch(random, min(BATCH, n - start))

    def _batch(self, random: np.random.Generator, n: int) -> Iterator[Person]:
        q = self.questionnaire
        source = _draw(random, [blog.share for blog in self.sources.values()], n)
        leans = np.array([blog.lean for blog in self.sources.values()])[source]
        answers, trait = self._answers(random, leans)
        columns = (
            [row.tobytes() for row in answers],
            _named(list(self.weeks), _draw(random, list(self.weeks.values()), n)),
            _named(list(self.sources), source),
            _named(list(self.languages), _draw(random, list(self.languages.values()), n)),
            self._labels(random, trait),
            _options(random, q.goals, SAYS_GOAL, n),
            _options(random, q.settings, SAYS_SETTING, n),
        )
        for sheet, week, origin, language, label, goal, setting in zip(*columns, strict=True):
            flags = int(care_flags(q, sheet))
            yield Person(sheet, week, origin, language, label, goal, setting, flags)

    def _answers(self, random: np.random.Generator, leans: Floats) -> tuple[Bytes, Floats]:
        """Raw answers, and where each person lies on the first scale."""
        n, q = len(leans), self.questionnaire
        common = random.standard_normal((n, len(q.scales))) @ self._between.T
        common[:, 0] += leans
        own = random.standard_normal((n, len(q.facets)))
        traits = sqrt(COMMON) * common[:, self._scale_of_facet] + sqrt(1 - COMMON) * own
        seen = traits[:, self._facet] * (self._loading * self._key)
        seen += random.standard_normal(seen.shape) * np.sqrt(1 - self._loading**2)
        seen += ACQUIESCENCE * random.standard_normal((n, 1))
        answers = (seen[:, :, None] > self._cuts[None]).sum(axis=2, dtype=np.uint8) + np.uint8(1)
        kind = random.random(n)
        straight = kind < self.straight
        anyhow = (kind >= self.straight) & (kind < self.straight + self.random)
        answers[straight] = random.integers(1, q.points + 1, (straight.sum(), 1), dtype=np.uint8)
        shape = (anyhow.sum(), len(q.items))
        answers[anyhow] = random.integers(1, q.points + 1, shape, dtype=np.uint8)
        return answers, common[:, 0]

    def _labels(self, random: np.random.Generator, trait: Floats) -> list[str | None]:
        """What people call themselves: it follows the trait, with an error of its own."""
        labels = [label.id for label in self.questionnaire.self_labels]
        n = len(trait)
        if not labels:
            return [None] * n
        ordered = labels[: max(2, len(self.questionnaire.scales[0].bands))]
        cuts = _normal_cuts(len(ordered))
        place = np.searchsorted(cuts, 0.8 * trait + 0.6 * random.standard_normal(n))
        others = labels[len(ordered) :]
        elsewhere = random.random(n) < (0.06 if others else 0)
        place = np.where(elsewhere, len(ordered) + random.integers(0, len(others) or 1, n), place)
        says = random.random(n) < SAYS_LABEL
        return [labels[at] if said else None for at, said in zip(place, says, strict=True)]

    def visits(
        self, random: np.random.Generator, finished: Mapping[tuple[int, str, str], int]
    ) -> Iterator[tuple[int, str, str, str, int]]:
        """Plain counters that fit: (week, source, language, event, n) for so many that finished."""
        pages = len(self.questionnaire.items_by_page)
        for (week, source, language), n in finished.items():
            reached = n
            counts = {"finished": n}
            for page in range(pages, 0, -1):
                counts[f"page-{page}"] = reached = reached + int(random.poisson(0.05 * reached))
            counts["started"] = reached + int(random.poisson(0.25 * reached))
            counts["card"] = int(random.binomial(n, 0.4))
            counts["calendar"] = int(random.binomial(n, 0.12))
            for event, count in counts.items():
                if count:
                    yield week, source, language, event, count

    @cached_property
    def truth(self) -> Truth:
        """The true raw means and covariances, over all sources and kinds of people."""
        k, points = len(self.questionnaire.items), self.questionnaire.points
        whole = sum(blog.share for blog in self.sources.values())
        careful = 1 - self.straight - self.random
        middle, variance = (points + 1) / 2, (points**2 - 1) / 12
        flat = np.full(k, middle)
        parts = [
            (self.straight, flat, np.full((k, k), variance)),
            (self.random, flat, np.eye(k) * variance),
        ]
        parts += [
            (careful * blog.share / whole, *self._careful(blog.lean))
            for blog in self.sources.values()
        ]
        means = sum((w * m for w, m, _ in parts), np.zeros(k))
        squares = sum((w * (c + np.outer(m, m)) for w, m, c in parts), np.zeros((k, k)))
        return Truth(self.questionnaire, means, squares - np.outer(means, means))

    def _careful(self, lean: float) -> tuple[Floats, Floats]:
        """Means and covariances of careful people who lie `lean` from the middle.

        By Mehler's series: the covariance of two normals of correlation r, each cut into points,
        is the sum over m of r^m/m! times, for each, the sum of phi(t) He_(m-1)(t) over its cuts t.
        """
        sd = sqrt(1 + ACQUIESCENCE**2)
        on_first = self._scale_of_facet[self._facet] == 0
        shift = lean * sqrt(COMMON) * self._loading * self._key * on_first
        cuts = (self._cuts - shift[:, None]) / sd
        normal = NormalDist()
        above = np.vectorize(lambda cut: 1 - normal.cdf(cut))(cuts)
        means = 1 + above.sum(axis=1)
        facets = COMMON * (self._between @ self._between.T)[
            np.ix_(self._scale_of_facet, self._scale_of_facet)
        ] + (1 - COMMON) * np.eye(len(self.questionnaire.facets))
        weights = self._loading * self._key
        r = np.outer(weights, weights) * facets[np.ix_(self._facet, self._facet)]
        r = (r + ACQUIESCENCE**2) / sd**2
        covariances = np.zeros_like(r)
        density = np.exp(-(cuts**2) / 2) / sqrt(2 * np.pi)
        before, now = (
            np.zeros_like(cuts),
            np.ones_like(cuts),
        )  # He_(m-2), He_(m-1), over root (m-1)!
        power = np.ones_like(r)
        for m in range(1, SERIES):
            term = (density * now).sum(axis=1) / sqrt(m)
            power = power * r
            covariances += power * np.outer(term, term)
            before, now = now, (cuts * now - sqrt(m - 1) * before) / sqrt(m)
        # The probability of being above two cuts is that of being above the higher one.
        points = np.arange(1, cuts.shape[1] + 1)
        second = (above * (2 * points + 1)).sum(axis=1) + 1
        np.fill_diagonal(covariances, second - means**2)
        return means, covariances

    @cached_property
    def _between(self) -> Floats:
        scales = len(self.questionnaire.scales)
        matrix = np.full((scales, scales), BETWEEN_SCALES)
        np.fill_diagonal(matrix, 1.0)
        return np.linalg.cholesky(matrix)

    @cached_property
    def _scale_of_facet(self) -> npt.NDArray[np.int64]:
        places = {scale.id: n for n, scale in enumerate(self.questionnaire.scales)}
        return np.array([places[facet.scale] for facet in self.questionnaire.facets])

    @cached_property
    def _facet(self) -> npt.NDArray[np.int64]:
        places = {facet.id: n for n, facet in enumerate(self.questionnaire.facets)}
        return np.array([places[item.facet] for item in self.questionnaire.items])

    @cached_property
    def _key(self) -> Floats:
        return np.array([float(item.key) for item in self.questionnaire.items])

    @cached_property
    def _loading(self) -> Floats:
        return 0.55 + 0.25 * _spread_out(len(self.questionnaire.items), 0.618)

    @cached_property
    def _cuts(self) -> Floats:
        """For each item the cuts between its points; some items are easier to agree with."""
        even = np.linspace(-SPREAD, SPREAD, self.questionnaire.points - 1)
        kind = np.where(self._scale_of_facet[self._facet] == 0, 0.0, 0.3)
        hard = 0.6 * (_spread_out(len(self.questionnaire.items), 0.414) - 0.5)
        return even[None, :] + (hard - kind * self._key)[:, None]


def _spread_out(n: int, step: float) -> Floats:
    """Numbers of 0..1 that look like chance and are the same each time."""
    return np.asarray(np.modf(step * np.arange(1, n + 1))[0])


def _normal_cuts(parts: int) -> Floats:
    normal = NormalDist()
    return np.array([normal.inv_cdf(part / parts) for part in range(1, parts)])


def _draw(random: np.random.Generator, shares: Sequence[float], n: int) -> npt.NDArray[np.int64]:
    weights = np.array(shares, dtype=float)
    return random.choice(len(weights), size=n, p=weights / weights.sum())


def _named(names: Sequence[T], drawn: npt.NDArray[np.int64]) -> list[T]:
    return [names[place] for place in drawn]


def _options(
    random: np.random.Generator, options: Sequence[Option], says: float, n: int
) -> list[str | None]:
    """An optional question: some leave it open, the first options are taken most often."""
    if not options:
        return [None] * n
    places = _draw(random, [1 / (1 + place) for place in range(len(options))], n)
    said = random.random(n) < says
    return [options[at].id if spoken else None for at, spoken in zip(places, said, strict=True)]
