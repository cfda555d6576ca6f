"""How one version of a questionnaire is counted: which sums there are, and where each stands."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import prod

import numpy as np
import numpy.typing as npt

from quiz.questionnaire import Band, Facet, Questionnaire, Scale
from quiz.scoring import CareFlag, pomp

Integers = npt.NDArray[np.int64]

FLAGS = tuple(CareFlag)
NO_LABEL = ""


@dataclass(frozen=True)
class Measure:
    """A scale or a facet: `items` are the places of its items, `bands` those of a scale."""

    id: str
    items: tuple[int, ...]
    bands: tuple[Band, ...] = ()


@dataclass(frozen=True)
class Shape:
    """What is counted for one version of a questionnaire.

    `keys` are +1 or -1; `pages` is the page of each item; `labels` are the self-labels, the empty
    one for nobody's; `styles` maps the bands of all scales to the place of a style.
    """

    questionnaire_id: str
    version: int
    points: int
    item_ids: tuple[str, ...]
    keys: tuple[int, ...]
    pages: tuple[int, ...]
    scales: tuple[Measure, ...]
    facets: tuple[Measure, ...]
    style_ids: tuple[str, ...]
    style_bands: tuple[tuple[str, ...], ...]
    labels: tuple[str, ...]
    goals: tuple[str, ...]
    settings: tuple[str, ...]

    @classmethod
    def of(cls, questionnaire: Questionnaire) -> "Shape":
        """The shape of a questionnaire; the same in every language."""
        items = questionnaire.items
        facets = {facet.id: facet for facet in questionnaire.facets}
        return cls(
            questionnaire_id=questionnaire.id,
            version=questionnaire.version,
            points=questionnaire.points,
            item_ids=tuple(item.id for item in items),
            keys=tuple(item.key for item in items),
            pages=tuple(item.page for item in items),
            scales=tuple(
                _measure(scale, [facets[item.facet].scale for item in items], scale.bands)
                for scale in questionnaire.scales
            ),
            facets=tuple(
                _measure(facet, [item.facet for item in items]) for facet in questionnaire.facets
            ),
            style_ids=tuple(style.id for style in questionnaire.styles),
            style_bands=tuple(
                tuple(style.bands[scale.id] for scale in questionnaire.scales)
                for style in questionnaire.styles
            ),
            labels=(NO_LABEL, *(option.id for option in questionnaire.self_labels)),
            goals=tuple(option.id for option in questionnaire.goals),
            settings=tuple(option.id for option in questionnaire.settings),
        )

    @cached_property
    def parts(self) -> Mapping[str, tuple[slice, tuple[int, ...]]]:
        """Each part of the vector by name: where it stands, and its dimensions."""
        k = len(self.item_ids)
        sizes: list[tuple[str, tuple[int, ...]]] = [
            ("n", (1,)),
            ("n_detail", (1,)),
            ("n_incomplete", (1,)),
            ("flags", (len(FLAGS),)),
            ("answers", (k, self.points)),
            ("products", (k * (k + 1) // 2,)),
            *((f"facet {facet.id}", (self.steps(facet),)) for facet in self.facets),
            *((f"scale {scale.id}", (self.steps(scale),)) for scale in self.scales),
            ("styles", (len(self.style_ids),)),
            ("labels", (len(self.labels), self.steps(self.scales[0]))),
            ("goals", (len(self.goals),)),
            ("settings", (len(self.settings),)),
        ]
        found = {}
        start = 0
        for name, size in sizes:
            end = start + prod(size)
            found[name] = (slice(start, end), size)
            start = end
        return found

    @cached_property
    def width(self) -> int:
        """The length of the vector."""
        return sum(prod(size) for _, size in self.parts.values())

    @cached_property
    def detail(self) -> npt.NDArray[np.bool_]:
        """Which places hold what a small group must not keep: answers, products, facets."""
        mask = np.zeros(self.width, dtype=bool)
        for name, (place, _) in self.parts.items():
            if name in ("n_detail", "answers", "products") or name.startswith("facet "):
                mask[place] = True
        return mask

    @cached_property
    def lower(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Rows and columns of the lower triangle of the items' cross-products."""
        return np.tril_indices(len(self.item_ids))

    @cached_property
    def style_table(self) -> Integers:
        """The place of the style for the place of each scale's band, as an array."""
        table = np.zeros([len(scale.bands) for scale in self.scales], dtype=np.int64)
        places = [{band.id: at for at, band in enumerate(scale.bands)} for scale in self.scales]
        for style, bands in enumerate(self.style_bands):
            table[tuple(place[band] for place, band in zip(places, bands, strict=True))] = style
        return table

    def steps(self, measure: Measure) -> int:
        """How many different sums of keyed answers a scale or facet can have."""
        return len(measure.items) * (self.points - 1) + 1

    def scores(self, measure: Measure) -> npt.NDArray[np.float64]:
        """The POMP score (0..100) of each sum, lowest first."""
        return self._scores[measure]

    def band_places(self, measure: Measure) -> Integers:
        """For each sum of a scale, the place of its band."""
        return self._band_places[measure]

    @cached_property
    def _scores(self) -> Mapping[Measure, npt.NDArray[np.float64]]:
        # The mean is computed as `scoring` does it: a score on a band's edge is on the same side.
        return {
            measure: np.array(
                [
                    pomp((len(measure.items) + s) / len(measure.items), self.points)
                    for s in range(self.steps(measure))
                ]
            )
            for measure in (*self.scales, *self.facets)
        }

    @cached_property
    def _band_places(self) -> Mapping[Measure, Integers]:
        return {scale: self._band_places_of(scale) for scale in self.scales}

    def _band_places_of(self, measure: Measure) -> Integers:
        last = len(measure.bands) - 1
        return np.array(
            [
                next((at for at, band in enumerate(measure.bands) if score < band.end), last)
                for score in self.scores(measure)
            ],
            dtype=np.int64,
        )


def _measure(of: Scale | Facet, belongs: Sequence[str], bands: tuple[Band, ...] = ()) -> Measure:
    return Measure(of.id, tuple(at for at, name in enumerate(belongs) if name == of.id), bands)
