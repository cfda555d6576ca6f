"""Everything that is wrong with a content folder, each with its file, its id and the reason."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from quiz.questionnaire import Card, Questionnaire, Style
from quiz.reading import ADVICE, QUESTIONNAIRE, SOURCES, TEXTS, Edition, read
from quiz.scorable import scoring_faults
from quiz.tables import Fault, entry_name, quoted
from quiz.wording import id_faults, text_faults

__all__ = ["Fault", "edition_faults", "faults"]

CHANNELS = ("energy", "breadth", "voice", "reach", "sharing")
_LINK = re.compile(r"https?://[!-~]{1,200}")

# (list, field, the list whose ids it names, what to call one of those)
_REFERENCES = (
    ("facets", "scale", "scales", "scale"),
    ("items", "facet", "facets", "facet"),
    ("cards", "stage", "stages", "stage"),
    ("cards", "evidence", "evidence", "kind of evidence"),
    ("cards", "sources", "sources", "source"),
    ("cards", "styles", "styles", "style"),
    ("cards", "goals", "goals", "goal"),
    ("cards", "settings", "settings", "setting"),
    ("cards", "works", "works", "work"),
)


def faults(folder: Path) -> list[Fault]:
    """Every fault of a content folder: errors keep it from loading, warnings do not."""
    editions, found = read(folder)
    for edition in editions:
        found += edition_faults(edition)
    return found


def edition_faults(edition: Edition) -> Iterator[Fault]:
    """The faults of one version in one language. A translation can only be wrong in its texts.

    An old version is fixed as it is, so it gets no warnings.
    """
    questionnaire = edition.questionnaire
    found = list(text_faults(questionnaire, translated_only=not edition.is_source))
    if edition.is_source:
        for rule in _RULES:
            tuple[Callable[[Questionnaire], Iterable[Fault]], ...] = (
                id_faults,
                scoring_faults,
                _numbers,
                _references,
                _measures_named,
                _cards,
                _sources,
                _advice,
            )
