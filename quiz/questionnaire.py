"""What a questionnaire is: items, response scale, facets, scales, bands, styles, advice and texts.

Plain frozen dataclasses, filled from a content folder by `quiz.library`. Nothing here knows how
many items, points, facets, scales or styles there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import sqrt
from typing import NamedTuple

MIDDLE = 50.0


@dataclass(frozen=True)
class Band:
    """A named stretch of a scale: `start` <= score < `end` (the last band also holds its end)."""

    id: str
    name: str
    start: float
    end: float


@dataclass(frozen=True)
class Facet:
    """A group of items inside one scale. It steers advice and is shown as a bar, never a label."""

    id: str
    name: str
    scale: str
    low: str
    high: str
    reliability: float
    sd: float
    minimum: int

    @property
    def sem(self) -> float:
        """Standard error of measurement in POMP points: SD x sqrt(1 - reliability)."""
        return self.sd * sqrt(1 - self.reliability)


@dataclass(frozen=True)
class Scale:
    """A score of its own with an error, bands, and a distance at which a call is close.

    `reliability` (0..1) and `sd` (POMP points) give the standard error; `minimum` is the least
    number of answers it may be scored from; `close_call` is in POMP points.
    """

    id: str
    name: str
    low: str
    high: str
    reliability: float
    sd: float
    minimum: int
    close_call: float
    bands: tuple[Band, ...]

    @property
    def sem(self) -> float:
        """Standard error of measurement in POMP points: SD x sqrt(1 - reliability)."""
        return self.sd * sqrt(1 - self.reliability)

    def band_of(self, score: float) -> Band:
        """The band that holds a POMP score of 0..100."""
        for band in self.bands:
            if score < band.end:
                return band
        return self.bands[-1]


@dataclass(frozen=True)
class Item:
    """One line to answer. `key` is +1 when agreeing raises the score, -1 when it lowers it."""

    id: str
    facet: str
    key: int
    page: int
    text: str


@dataclass(frozen=True)
class Style:
    """A place on all scales at once: `bands` names one band for each scale."""

    id: str
    name: str
    bands: Mapping[str, str]
    sentence: str
    text: str
    next_step: str


@dataclass(frozen=True)
class Option:
    """One choice of an optional question (self-label, goal, setting, work)."""

    id: str
    name: str


@dataclass(frozen=True)
class Stage:
    """When a card is for. A plan takes the best `take` cards of each stage."""

    id: str
    name: str
    take: int
    event: bool


@dataclass(frozen=True)
class Source:
    """Where a fact comes from."""

    id: str
    reference: str
    link: str


class Boost(NamedTuple):
    """A rule `score <= bound` or `score >= bound` on a facet or scale (POMP points)."""

    measure: str
    above: bool
    bound: float


@dataclass(frozen=True)
class Card:
    """One small action. Empty `styles`, `goals`, `settings` or `works` mean: no preference.

    `styles` empty means any style; `works` names where the visitor's work can be shared.
    """

    id: str
    title: str
    why: str
    action: str
    minutes: int
    stage: str
    evidence: str
    sources: tuple[str, ...]
    styles: tuple[str, ...] = ()
    goals: tuple[str, ...] = ()
    settings: tuple[str, ...] = ()
    works: tuple[str, ...] = ()
    boosts: tuple[Boost, ...] = ()
    stretch: bool = False


@dataclass(frozen=True)
class Care:
    """Thresholds of the care flags; None switches a rule off (see `scoring.care_flags`)."""

    long_run: int | None = None
    run_off_middle: int | None = None
    one_sided: float | None = None
    no_spread: float | None = None
    seconds_per_item: float | None = None
    page_seconds_per_item: float | None = None
    fast_pages: int | None = None


@dataclass(frozen=True)
class Evidence:
    """A kind of evidence; `strong` adds one point when advice is chosen."""

    id: str
    name: str
    strong: bool


@dataclass(frozen=True)
class Note:
    """A short titled text."""

    title: str
    text: str


@dataclass(frozen=True)
class Texts:
    """The quiz's own words around the items, for one language. `text` fields are Markdown."""

    title: str
    subtitle: str
    summary: str
    minutes: int
    ask_self_label: str
    ask_goal: str
    ask_setting: str
    ask_work: str
    start: tuple[Note, ...]
    credit: str
    limits: tuple[Note, ...]
    pages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Questionnaire:
    """A whole questionnaire in one language. `id` and `version` pin how answers are scored."""

    id: str
    version: int
    language: str
    instruction: str
    labels: tuple[str, ...]
    items: tuple[Item, ...]
    page_titles: tuple[str, ...]
    facets: tuple[Facet, ...]
    scales: tuple[Scale, ...]
    styles: tuple[Style, ...]
    self_labels: tuple[Option, ...]
    goals: tuple[Option, ...]
    settings: tuple[Option, ...]
    works: tuple[Option, ...]
    stages: tuple[Stage, ...]
    portrait: Mapping[str, str]
    care: Care
    evidence: tuple[Evidence, ...]
    sources: tuple[Source, ...]
    cards: tuple[Card, ...]
    texts: Texts

    @cached_property
    def points(self) -> int:
        """The number of answer options; answers are 1..points."""
        return len(self.labels)

    @cached_property
    def tells_people_apart(self) -> bool:
        """Whether two people hardly ever give the same answers to every item by chance."""
        return bool(self.points ** len(self.items) >= 1_000_000)

    @cached_property
    def items_by_page(self) -> tuple[tuple[Item, ...], ...]:
        """The items of each page, in order."""
        pages = sorted({item.page for item in self.items})
        return tuple(tuple(i for i in self.items if i.page == page) for page in pages)

    @cached_property
    def facet_by_id(self) -> Mapping[str, Facet]:
        """Facets by id."""
        return {facet.id: facet for facet in self.facets}

    @cached_property
    def scale_of_item(self) -> tuple[str, ...]:
        """The id of each item's scale, in item order."""
        return tuple(self.facet_by_id[item.facet].scale for item in self.items)

    @cached_property
    def scale_by_id(self) -> Mapping[str, Scale]:
        """Scales by id."""
        return {scale.id: scale for scale in self.scales}

    @cached_property
    def style_by_id(self) -> Mapping[str, Style]:
        """Styles by id."""
        return {style.id: style for style in self.styles}

    @cached_property
    def source_by_id(self) -> Mapping[str, Source]:
        """Sources by id."""
        return {source.id: source for source in self.sources}

    @cached_property
    def evidence_by_id(self) -> Mapping[str, Evidence]:
        """Kinds of evidence by id."""
        return {kind.id: kind for kind in self.evidence}

    @cached_property
    def boosts(self) -> tuple[Boost, ...]:
        """Every rule that a card has, once."""
        return tuple({boost: None for card in self.cards for boost in card.boosts})

    @cached_property
    def cards_by_style(self) -> Mapping[str, tuple[Card, ...]]:
        """The cards that suit each style, in order."""
        return {
            style.id: tuple(c for c in self.cards if not c.styles or style.id in c.styles)
            for style in self.styles
        }

    @cached_property
    def _style_by_bands(self) -> Mapping[tuple[str, ...], Style]:
        return {tuple(s.bands[scale.id] for scale in self.scales): s for s in self.styles}

    def style_at(self, bands: Mapping[str, str]) -> Style:
        """The style whose bands these are, one band id for each scale id."""
        return self._style_by_bands[tuple(bands[scale.id] for scale in self.scales)]
