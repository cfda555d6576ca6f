"""The statistics page as it is read: sentences, and the rows and columns of its pictures."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """A named figure with its likely range; `value` None where too few people stand behind it."""

    name: str
    value: int | None
    low: int | None = None
    high: int | None = None
    poles: tuple[str, str] | None = None
    note: str = ""


@dataclass(frozen=True)
class Rows:
    """Sentences and named figures; no figures when the data can't bear any yet."""

    says: Sequence[str]
    rows: Sequence[Row] = ()


@dataclass(frozen=True)
class Pair:
    """Two strands or scales: `at` is where their correlation lies on a line from 0 to 100."""

    name: str
    at: int
    r: str
    true: str


@dataclass(frozen=True)
class Pairs:
    """Sentences and correlations; none when the data can't bear any yet."""

    says: Sequence[str]
    pairs: Sequence[Pair] = ()


@dataclass(frozen=True)
class Column:
    """Part of a distribution: where it starts and ends (0..100), its height, what it says."""

    start: float
    end: float
    height: float
    name: str
    says: str


@dataclass(frozen=True)
class Spread:
    """The scores of a scale. `bands` are (start, end) pairs, `parts` the share of each band."""

    id: str
    title: str
    says: Sequence[str]
    spoken: str
    poles: tuple[str, str]
    mean: Row | None
    columns: Sequence[Column]
    bands: Sequence[tuple[float, float]]
    parts: Sequence[Row]


@dataclass(frozen=True)
class Columns:
    """A distribution over time."""

    says: Sequence[str]
    title: str = ""
    spoken: str = ""
    columns: Sequence[Column] = ()
    ends: tuple[str, str] = ("", "")


@dataclass(frozen=True)
class Labels:
    """What people call themselves against their scores; `table` has a row for each label."""

    says: Sequence[str]
    rows: Sequence[Row]
    bands: Sequence[str]
    table: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Measure:
    """One coefficient with its range, ready to be read."""

    name: str
    value: str
    range: str = ""


@dataclass(frozen=True)
class Reliability:
    """How well one scale hangs together."""

    title: str
    says: str
    measures: Sequence[Measure]


@dataclass(frozen=True)
class Answer:
    """Part of the answers to an item: `first` to `last` of the scale's points, and its share."""

    first: int
    last: int
    share: int


@dataclass(frozen=True)
class Line:
    """An item: its text, its answers, its figures in order, and what they say."""

    text: str
    answers: Sequence[Answer]
    figures: Sequence[str]
    says: str
    look: bool


@dataclass(frozen=True)
class Items:
    """All items; `names` are those of the figures, `labels` those of the answers."""

    says: Sequence[str]
    labels: Sequence[str]
    names: Sequence[str]
    lines: Sequence[Line]


@dataclass(frozen=True)
class Told:
    """The whole page."""

    counts: Sequence[tuple[str, str]]
    how_many: Sequence[str]
    spreads: Sequence[Spread]
    styles: Rows
    strands: Rows
    labels: Labels
    goals: Rows | None
    settings: Rows | None
    weeks: Columns
    sources: Rows
    languages: Rows
    steps: Rows
    care: Rows
    reliability: Sequence[Reliability]
    loose: Rows
    pairs: Pairs | None
    items: Items
