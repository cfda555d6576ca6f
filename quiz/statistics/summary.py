"""Everything that is on the admin's page, and nothing else: gated, suppressed, rounded.

`None` stands where the data can't bear the figure. All shares are whole per cent, scores whole
POMP points, numbers of people rounded to 5, coefficients rounded to 2 decimals.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from quiz.statistics.distributions import Interval


@dataclass(frozen=True)
class Share:
    """Part of a whole: `share` with its 95% interval; all None where too few are in it."""

    id: str
    share: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Bin:
    """Part of a distribution from `first` to `last`: scores, or answers (both included)."""

    first: int
    last: int
    share: int


@dataclass(frozen=True)
class Level:
    """A mean score with its 95% interval, of `n` people."""

    id: str
    n: int | None = None
    mean: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class Spread:
    """A scale's or facet's scores; floor and ceiling are shares of scores within 5 of an end."""

    id: str
    mean: int | None = None
    low: int | None = None
    high: int | None = None
    sd: int | None = None
    median: int | None = None
    skewness: float | None = None
    floor: int | None = None
    ceiling: int | None = None
    bins: tuple[Bin, ...] = ()
    bands: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Coefficients:
    """How well a scale or facet hangs together. `sem` in POMP points; omega by minres."""

    id: str
    items: int
    alpha: float | None
    low: float | None
    high: float | None
    standardised_alpha: float | None
    lambda_2: float | None
    omega: float | None
    split_half: float | None
    sem: float | None


@dataclass(frozen=True)
class ItemHealth:
    """One item. `verdict` is one of VERDICTS; `mean` is of the raw answers, 1..points."""

    id: str
    scale: str
    answers: tuple[Bin, ...]
    mean: float | None
    item_total: float | None
    alpha_if_deleted: float | None
    verdict: str


VERDICTS = ("too-few", "same-answer", "against-key", "weak", "lopsided", "provisional", "fine")


@dataclass(frozen=True)
class Agreement:
    """What people call themselves against where they score on the first scale."""

    levels: tuple[Level, ...]
    table: tuple[tuple[int | None, ...], ...]
    bands: tuple[str, ...]
    kappa: float | None
    exact: int | None
    auc: float | None


@dataclass(frozen=True)
class Group:
    """One source or language: its part of all results, its mean, and how it differs.

    `difference` is its mean less that of all others, with a 95% interval, Hedges' g and Holm's
    p; None where the group or the others are fewer than 50.
    """

    id: str
    n: int | None = None
    share: int | None = None
    mean: int | None = None
    low: int | None = None
    high: int | None = None
    difference: float | None = None
    difference_low: float | None = None
    difference_high: float | None = None
    hedges_g: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class Weeks:
    """Results of some weeks in a row (ISO year times 100 plus ISO week)."""

    first_week: int
    last_week: int
    n: int


@dataclass(frozen=True)
class Correlation:
    """Of two facets or two scales; `true` is freed from error of measurement."""

    one: str
    other: str
    r: float | None
    true: float | None


@dataclass(frozen=True)
class Summary:
    """One page of statistics, for one version of a questionnaire.

    `n` counts the results behind the figures; None means fewer than k ("collecting"), or a group
    that could be worked out by subtraction. `flagged_counted` says whether results with signs
    of careless answering are among them; they are never when there are fewer than k.
    """

    questionnaire_id: str
    version: int
    period: str | None
    source: str | None
    language: str | None
    flagged_counted: bool
    started: int | None
    finished: int | None
    n: int | None
    flagged: int | None
    scales: tuple[Spread, ...]
    facets: tuple[Spread, ...]
    styles: tuple[Share, ...]
    labels: Agreement | None
    goals: tuple[Share, ...]
    settings: tuple[Share, ...]
    weeks: tuple[Weeks, ...]
    sources: tuple[Group, ...]
    languages: tuple[Group, ...]
    steps: tuple[Share, ...]
    flags: tuple[Share, ...]
    reliability: tuple[Coefficients, ...]
    items: tuple[ItemHealth, ...]
    correlations: tuple[Correlation, ...]


def as_json(summary: Summary) -> dict[str, Any]:
    """The same as plain lists and dictionaries."""
    return asdict(summary)


def flat(told: object, path: str = "") -> Sequence[tuple[str, object]]:
    """Every figure of plain data with its path, such as ("scales.ie.mean", 48): for a table.

    An entry of a list goes by its id where it has one, else by its place.
    """
    if isinstance(told, Mapping):
        pairs: Sequence[tuple[object, object]] = [(k, v) for k, v in told.items() if k != "id"]
    elif isinstance(told, (list, tuple)):
        pairs = [
            (entry.get("id", at) if isinstance(entry, Mapping) else at, entry)
            for at, entry in enumerate(told)
        ]
    else:
        return [(path, told)]
    return [line for key, value in pairs for line in flat(value, f"{path}.{key}".lstrip("."))]


def bounds(interval: Interval | None, times: float = 1) -> tuple[int | None, int | None]:
    """An interval in whole numbers; two None for none."""
    if interval is None:
        return None, None
    return round(interval.low * times), round(interval.high * times)
