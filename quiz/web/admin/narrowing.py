"""Which results the statistics page is asked to show, and what there is to choose from."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from flask_babel import gettext as _

from quiz.statistics import Cell, Chosen, Shape
from quiz.statistics.choosing import quarter_of, year_of
from quiz.store.sources import DIRECT, OTHER, Source
from quiz.web.languages import name_of
from quiz.web.site import site

LONGEST_LIST = 40

Options = list[tuple[str, str]]


@dataclass(frozen=True)
class Offered:
    """What the filter offers: pairs of value and words. `listed`: few enough sources for a list."""

    periods: Options
    sources: Options
    languages: Options
    versions: Options
    listed: bool


@dataclass
class Asked:
    """What the address asks for. What can't be used is left out, and said in `problems`."""

    version: int
    period: str = ""
    source: str = ""
    language: str = ""
    with_flagged: bool = False
    problems: list[str] = field(default_factory=list)

    @property
    def narrowed(self) -> bool:
        """Whether this is a part of all results, so that its own parts are not told."""
        return bool(self.period or self.source or self.language)

    @property
    def chosen(self) -> Chosen:
        """The same for the statistics."""
        return Chosen(
            period=self.period or None,
            source=self.source or None,
            language=self.language or None,
            with_flagged=self.with_flagged,
        )

    @property
    def address(self) -> dict[str, str]:
        """The query values of this choice; none for the page as it opens."""
        newest = self.version == site().library.version
        values = {
            "period": self.period,
            "source": self.source,
            "language": self.language,
            "version": "" if newest else str(self.version),
            "flagged": "1" if self.with_flagged else "",
        }
        return {name: value for name, value in values.items() if value}


def versions() -> list[int]:
    """The versions known here, newest first."""
    return sorted({version for _id, version in site().shapes}, reverse=True)


def shape_of(version: int) -> Shape:
    """How a known version is counted."""
    return next(shape for (_id, known), shape in site().shapes.items() if known == version)


def version_asked(given: Mapping[str, str]) -> int:
    """The version that the address names; the newest when it names none that is known."""
    known = {str(version): version for version in versions()}
    return known.get(given.get("version", "").strip(), site().library.version)


def read(given: Mapping[str, str], offered: Offered, known: Iterable[str]) -> Asked:
    """What the address asks for, as far as it can be done. `known` are the keys of sources."""
    asked = Asked(version_asked(given), with_flagged=bool(given.get("flagged")))
    period = given.get("period", "").strip()
    source = given.get("source", "").strip().lower()
    language = given.get("language", "").strip()
    if given.get("version", "").strip() not in ("", str(asked.version)):
        asked.problems.append(_("This site has no such version of the quiz. Here is the newest."))
    if period and period not in dict(offered.periods):
        asked.problems.append(_("Not enough results are from such a period. Here is all time."))
        period = ""
    if source and source not in set(known):
        asked.problems.append(_("There is no source with this key. Here are all of them."))
        source = ""
    if language and language not in dict(offered.languages):
        asked.problems.append(_("Not enough results are in such a language. Here are all."))
        language = ""
    if sum(map(bool, (period, source, language))) > 1:
        asked.problems.append(
            _(
                "Please choose a period, a source or a language, one of them: two together could "
                "point to single people. Here only the first of them counts."
            )
        )
        source = "" if period else source
        language = ""
    asked.period, asked.source, asked.language = period, source, language
    return asked


def without_results(asked: Asked) -> Asked:
    """The same for everybody, when what was asked for has no results at all."""
    sentence = _("Not enough results are in this choice. Here are all.")
    return Asked(
        asked.version, with_flagged=asked.with_flagged, problems=[*asked.problems, sentence]
    )


def offer(cells: Sequence[Cell], sources: Sequence[Source], k: int) -> Offered:
    """What there is to choose from: no period or language that only a few people answered in."""
    quarters = _many(cells, lambda cell: quarter_of(cell.last_week), k)
    years = _many(cells, lambda cell: year_of(cell.last_week), k)
    languages = _many(cells, lambda cell: cell.language, k) | set(site().library.languages)
    return Offered(
        periods=[(name, _words(name)) for name in sorted(quarters | years, reverse=True)],
        sources=[
            (DIRECT, _("Without a source")),
            (OTHER, _("Unknown sources")),
            *((source.key, source.name) for source in sources[:LONGEST_LIST]),
        ],
        languages=[(code, name_of(code)) for code in sorted(languages)],
        versions=[(str(version), str(version)) for version in versions()],
        listed=len(sources) <= LONGEST_LIST,
    )


def _many(cells: Sequence[Cell], part: Callable[[Cell], str], k: int) -> set[str]:
    """The parts that k people or more are in."""
    counts: Counter[str] = Counter()
    for cell in cells:
        counts[part(cell)] += 0 if cell.flagged else cell.tally.n
    return {name for name, n in counts.items() if n >= k}


def _words(period: str) -> str:
    year, _dash, quarter = period.partition("-Q")
    return _("%(year)s, quarter %(quarter)s", year=year, quarter=quarter) if quarter else year
