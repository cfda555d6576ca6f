"""A file of answers: CSV with a header of item ids and one row a person. Read with care, written.

Reading never stops at a bad row: it says what is wrong with it and goes on with the next.
"""

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TextIO

from quiz.questionnaire import Option, Questionnaire
from quiz.scoring import CareFlag, care_flags

EXTRAS = ("source", "week", "language", "self_label", "goal", "setting", "flags")
OPEN = ("", "NA")  # how a file says that an item was left open
DELIMITERS = ",;\t"
LONGEST_SHOWN = 40
WEEK = re.compile(r"(20\d\d)-?W?(\d\d)", re.ASCII)
ALL_FLAGS = sum(CareFlag)
# A spreadsheet takes what begins like this for a formula; some read the wide forms the same way.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class SheetError(ValueError):
    """The file as a whole can't be read; the message is a sentence for each reason."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A row that can't be taken, and why; `column` is empty when it is about the whole row."""

    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f", column {self.column}" if self.column else ""
        return f"line {self.line}{where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Row:
    """One person's answers (0 where one was left open) and what else the file says."""

    line: int
    answers: bytes
    source: str | None
    week: int | None
    language: str | None
    self_label: str | None
    goal: str | None
    setting: str | None
    flags: int


class Sheet:
    """How the files of one questionnaire are read."""

    def __init__(
        self,
        questionnaire: Questionnaire,
        sources: Collection[str],
        languages: Collection[str],
        latest_week: int,
        *,
        unknown_source: str | None = None,
        ignore_unknown: bool = False,
    ) -> None:
        """`unknown_source` is what a source that is not in `sources` counts as (None: refused).

        `ignore_unknown` passes over columns that mean nothing here.
        """
        self.questionnaire = questionnaire
        self.sources = frozenset(sources)
        self.languages = frozenset(languages)
        self.latest_week = latest_week
        self.unknown_source = unknown_source
        self.ignore_unknown = ignore_unknown
        points = range(1, questionnaire.points + 1)
        self._values = {**dict.fromkeys(OPEN, 0), **{str(p): p for p in points}}
        self._values |= {f"{p}.0": p for p in points}  # what R and pandas make of whole numbers
        self._options = {
            "self_label": _ids(questionnaire.self_labels),
            "goal": _ids(questionnaire.goals),
            "setting": _ids(questionnaire.settings),
        }

    def read(self, file: TextIO) -> Iterator[Row | Refused]:
        """Every row, good or bad. Raises SheetError for a file without a header that will do.

        `file` is opened as UTF-8 with `newline=""`; a mark at its front is passed over.
        """
        first = file.readline(1_000_000)
        if not first.strip("\ufeff \r\n"):
            raise SheetError("The file is empty; its first line must name the items.")
        delimiter = max(DELIMITERS, key=first.count)
        file.seek(0)
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        try:
            header = [name.strip().removeprefix("\ufeff") for name in next(reader)]
        except csv.Error as error:
            raise SheetError(f"The first line is not CSV ({error}).") from None
        while header and not header[-1]:  # spreadsheets leave empty columns at the end
            header.pop()
        items, extras = self._columns(header)
        yield from self._rows(reader, header, items, extras)

    def _columns(self, header: Sequence[str]) -> tuple[list[int], dict[str, int]]:
        """Where each item and each extra stands."""
        places = {name: place for place, name in enumerate(header)}
        wanted = [item.id for item in self.questionnaire.items]
        extras = {name: places[name] for name in EXTRAS if name in places and name not in wanted}
        faults = [
            f"The column {_shown(name)} stands there twice."
            for name in sorted({name for name in header if header.count(name) > 1})
        ]
        missing = [name for name in wanted if name not in places]
        if missing:
            faults.append(f"The first line lacks the items {_listed(missing)}.")
        unknown = [name for name in header if name not in wanted and name not in extras]
        if unknown and not self.ignore_unknown:
            faults.append(
                f"Nothing is known of the columns {_listed(unknown)}; take them out of the file."
            )
        if faults:
            raise SheetError("\n".join(faults))
        return [places[name] for name in wanted], extras

    def _rows(
        self,
        reader: Iterator[list[str]],
        header: Sequence[str],
        items: Sequence[int],
        extras: dict[str, int],
    ) -> Iterator[Row | Refused]:
        width = len(header)
        while True:
            line: int = reader.line_num + 1  # type: ignore[attr-defined]  # where a row begins
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Refused(line, "", f"this is not CSV ({error})")
                continue
            if not any(cells):
                continue
            if len(cells) < width or any(cells[width:]):
                yield Refused(line, "", f"{len(cells)} cells instead of {width}")
                continue
            yield from self._row(line, cells, items, extras)

    def _row(
        self, line: int, cells: Sequence[str], items: Sequence[int], extras: dict[str, int]
    ) -> Iterator[Row | Refused]:
        """The row, or each of its faults."""
        q, values = self.questionnaire, self._values
        faults = []
        answers = []
        for item, place in zip(q.items, items, strict=True):
            answer = values.get(cells[place])
            if answer is None:
                answer = values.get(cells[place].strip())
            if answer is None:
                reason = f"{_shown(cells[place])} is not one of the answers 1 to {q.points}"
                faults.append(Refused(line, item.id, reason))
            answers.append(answer or 0)
        if not faults and not any(answers):
            faults.append(Refused(line, "", "no item is answered"))
        found: dict[str, Any] = {}
        for name, place in extras.items():
            try:
                found[name] = self._extra(name, cells[place].strip().removeprefix("'"))
            except ValueError as error:
                faults.append(Refused(line, name, str(error)))
        if faults:
            yield from faults
            return
        signs = care_flags(q, [answer or None for answer in answers])
        extra = {**dict.fromkeys(EXTRAS), **found}
        extra["flags"] = int(signs) | (extra["flags"] or 0)
        yield Row(line, bytes(answers), **extra)

    def _extra(self, name: str, text: str) -> str | int | None:
        """What a cell beside the items says. Raises ValueError with the reason it can't be used."""
        if text in OPEN:
            return None
        if name == "week":
            return _week(text, self.latest_week)
        if name == "flags":
            if not text.isascii() or not text.isdigit() or int(text[:9]) & ~ALL_FLAGS:
                raise ValueError(f"{_shown(text)} is no sum of care flags")
            return int(text[:9])
        if name == "source":
            if text not in self.sources and self.unknown_source is None:
                raise ValueError(f"there is no source {_shown(text)}")
            return text if text in self.sources else self.unknown_source
        if name == "language":
            if text not in self.languages:
                raise ValueError(f"the quiz is not asked in {_shown(text)}")
            return text
        if text not in self._options[name]:
            raise ValueError(f"{_shown(text)} is none of {_listed(self._options[name])}")
        return text


def header(questionnaire: Questionnaire) -> list[str]:
    """The first line of a file with everything that `Sheet` reads."""
    items = [item.id for item in questionnaire.items]
    return items + [name for name in EXTRAS if name not in items]


def cells(questionnaire: Questionnaire, row: Row) -> list[str]:
    """A row under that header, which no spreadsheet takes for a formula."""
    extras = {name: getattr(row, name) for name in EXTRAS}
    extras["week"] = f"{row.week // 100}-W{row.week % 100:02}" if row.week else None
    kept = header(questionnaire)[len(questionnaire.items) :]
    shown = [str(answer) if answer else "" for answer in row.answers]
    return shown + ["" if extras[name] is None else plain(str(extras[name])) for name in kept]


def plain(text: str) -> str:
    """The text with an apostrophe before it where a spreadsheet would run it."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _week(text: str, latest: int) -> int:
    found = WEEK.fullmatch(text)
    if not found:
        raise ValueError(f"{_shown(text)} is no week; write 2026-W12 or 202612")
    year, week = int(found[1]), int(found[2])
    if not 1 <= week <= _weeks_in(year):
        raise ValueError(f"the year {year} has no week {week}")
    if year * 100 + week > latest:
        raise ValueError(f"{_shown(text)} is yet to come")
    return year * 100 + week


def _weeks_in(year: int) -> int:
    """52, or 53 for years that begin or end on a Thursday."""

    def last_day(year: int) -> int:
        return (year + year // 4 - year // 100 + year // 400) % 7

    return 53 if last_day(year) == 4 or last_day(year - 1) == 3 else 52


def _ids(options: Sequence[Option]) -> tuple[str, ...]:
    return tuple(option.id for option in options)


def _shown(text: str) -> str:
    """What stands in a cell, on one line and not too long."""
    return repr(text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}...")


def _listed(names: Sequence[str]) -> str:
    more = len(names) - 12
    return ", ".join(_shown(name) for name in names[:12]) + (f" and {more} more" * (more > 0))
