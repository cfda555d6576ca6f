"""All questionnaires a site can show: its languages and its old versions."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from quiz.check import Fault, edition_faults
from quiz.questionnaire import Questionnaire
from quiz.reading import read


class ContentError(ValueError):
    """A content folder with errors. `faults` holds every one."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__("\n".join(str(fault) for fault in faults))
        self.faults = faults


@dataclass(frozen=True)
class Library:
    """Questionnaires by (version, language); in each version the source language comes first.

    `version` is the one that is asked now; `languages` are those it is asked in.
    """

    questionnaires: Mapping[tuple[int, str], Questionnaire]
    version: int
    languages: tuple[str, ...]

    def current(self, language: str) -> Questionnaire:
        """The questionnaire that is asked now. KeyError for a language that is not there."""
        return self.questionnaires[self.version, language]

    def at(self, version: int, language: str) -> Questionnaire | None:
        """A version as it was, in its source language where it lacks `language`.

        None when this site does not have that version.
        """
        wanted = self.questionnaires.get((version, language))
        in_source = (q for (v, _), q in self.questionnaires.items() if v == version)
        return wanted or next(in_source, None)


def load(folder: Path) -> Library:
    """Read a content folder. Raises ContentError with every error found; warnings pass."""
    editions, faults = read(folder)
    for edition in editions:
        faults += edition_faults(edition)
    errors = tuple(fault for fault in faults if fault.level == "error")
    if errors:
        raise ContentError(errors)
    questionnaires = [edition.questionnaire for edition in editions]
    return Library(
        questionnaires={(q.version, q.language): q for q in questionnaires},
        version=questionnaires[0].version,
        languages=tuple(e.questionnaire.language for e in editions if not e.is_old),
    )
