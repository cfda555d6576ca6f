"""Reads a content folder: its languages, its old versions, their files.

Layout: `<language>/{questionnaire,styles,advice,sources,texts}.toml` and `<language>/pages/*.md`;
`old/<version>/<language>/...` for versions that are no longer asked. The language whose
questionnaire.toml has a version is the source; the others hold only texts, by id.
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from quiz.questionnaire import Questionnaire, Texts
from quiz.tables import Fault, Table, quoted

QUESTIONNAIRE, STYLES, ADVICE = "questionnaire.toml", "styles.toml", "advice.toml"
SOURCES, TEXTS = "sources.toml", "texts.toml"
OLD, PAGES = "old", "pages"

_ELSEWHERE = {
    STYLES: {"styles"},
    ADVICE: {"stages", "evidence", "cards"},
    SOURCES: {"sources"},
}
_NOT_IN_FILES = {"language", "texts"}
_LANGUAGE = re.compile(r"[a-z]{2,3}([_-][A-Za-z0-9]{2,8})*", re.ASCII)
_VERSION = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)

# The fields of a Questionnaire that each file holds; texts.toml holds those of Texts.
FIELDS: Mapping[str, frozenset[str]] = {
    QUESTIONNAIRE: frozenset(
        {field.name for field in fields(Questionnaire)} - _NOT_IN_FILES.union(*_ELSEWHERE.values())
    ),
    **{file: frozenset(names) for file, names in _ELSEWHERE.items()},
}
_FILES = (*FIELDS, TEXTS)


@dataclass(frozen=True)
class Edition:
    """One version in one language. `place` is its folder, relative to the content folder."""

    place: str
    questionnaire: Questionnaire
    is_source: bool
    is_old: bool


@dataclass(frozen=True)
class _Files:
    """What one language folder holds. `tables` lacks the files that could not be read."""

    place: str
    language: str
    tables: Mapping[str, Mapping[str, Any]]
    pages: Mapping[str, str]


def read(folder: Path) -> tuple[list[Edition], list[Fault]]:
    """The editions of a content folder and every fault in their files' shape.

    The current version comes first, and in each version its source language. Editions with a
    fault are left out.
    """
    faults: list[Fault] = []
    if not folder.is_dir():
        return [], [Fault(folder.name, "", "is no folder")]
    editions = _read_version(folder, "", faults)
    for name in sorted(_folders(folder / OLD), key=lambda name: (len(name), name)):
        place = f"{OLD}/{name}"
        if not _VERSION.fullmatch(name):
            faults.append(Fault(place, "", "is not named after a version"))
            continue
        older = _read_version(folder, f"{place}/", faults)
        faults += _misplaced(editions[:1], older[:1], place, int(name))
        editions += older
    return editions, faults


def _misplaced(
    current: list[Edition], older: list[Edition], place: str, version: int
) -> Iterator[Fault]:
    for edition in older:
        file = f"{edition.place}/{QUESTIONNAIRE}"
        own = edition.questionnaire.version
        if own != version:
            yield Fault(file, "", f"has version {own}, but its folder is {place}")
        for now in current:
            if own >= now.questionnaire.version:
                reason = f"has version {own}, not below the current {now.questionnaire.version}"
                yield Fault(file, "", reason)


def _read_version(folder: Path, prefix: str, faults: list[Fault]) -> list[Edition]:
    names = [name for name in _folders(folder / prefix) if prefix or name != OLD]
    languages = [name for name in names if _LANGUAGE.fullmatch(name)]
    faults += [
        Fault(f"{prefix}{name}", "", "is not named after a language, like en")
        for name in names
        if name not in languages
    ]
    before = len(faults)
    found = [_read_files(folder, f"{prefix}{name}", name, faults) for name in languages]
    sources = [files for files in found if "version" in files.tables.get(QUESTIONNAIRE, {})]
    if len(found) == 1:
        sources = found
    if len(sources) != 1:
        if len(faults) == before:
            faults.append(Fault(prefix.rstrip("/") or folder.name, "", _no_source(found, sources)))
        return []
    source = _source_edition(sources[0], bool(prefix), faults)
    if source is None:
        return []
    others = (
        _translated_edition(files, source, faults) for files in found if files is not sources[0]
    )
    return [source, *(edition for edition in others if edition)]


def _no_source(found: list[_Files], sources: list[_Files]) -> str:
    if not found:
        return "there is no language folder, like en, in it"
    if not sources:
        return f"no language is the source: put the version in one {QUESTIONNAIRE}"
    languages = ", ".join(files.language for files in sources)
    return f"only one language is the source, but {languages} have a version"


def _source_edition(files: _Files, is_old: bool, faults: list[Fault]) -> Edition | None:
    before = len(faults)
    found: dict[str, Any] = {"language": files.language}
    for file, names in FIELDS.items():
        if file in files.tables:
            found |= _table(files, file, faults).read(Questionnaire, names)
    if TEXTS in files.tables:
        texts = _table(files, TEXTS, faults).read(Texts, _text_names())
        if len(faults) == before:
            found["texts"] = Texts(**texts, pages=files.pages)
    if len(faults) > before or any(file not in files.tables for file in _FILES):
        return None
    return Edition(files.place, Questionnaire(**found), is_source=True, is_old=is_old)


def _translated_edition(files: _Files, source: Edition, faults: list[Fault]) -> Edition | None:
    before = len(faults)
    questionnaire = source.questionnaire
    language = questionnaire.language
    for file, names in FIELDS.items():
        if file in files.tables:
            table = _table(files, file, faults)
            questionnaire = table.translated(questionnaire, language, names)
    texts = questionnaire.texts
    if TEXTS in files.tables:
        texts = _table(files, TEXTS, faults).translated(texts, language, _text_names())
    for slug in sorted(texts.pages.keys() ^ files.pages.keys()):
        extra = slug in files.pages
        reason = f"is not in the source language {quoted(language)}" if extra else "is missing"
        faults.append(Fault(f"{files.place}/{PAGES}/{slug}.md", "", reason))
    if len(faults) > before or any(file not in files.tables for file in _FILES):
        return None
    questionnaire = replace(
        questionnaire, language=files.language, texts=replace(texts, pages=files.pages)
    )
    return Edition(files.place, questionnaire, is_source=False, is_old=source.is_old)


def _text_names() -> set[str]:
    return {field.name for field in fields(Texts)} - {PAGES}


def _table(files: _Files, file: str, faults: list[Fault]) -> Table:
    return Table(f"{files.place}/{file}", "", files.tables[file], faults)


def _read_files(folder: Path, place: str, language: str, faults: list[Fault]) -> _Files:
    tables: dict[str, Mapping[str, Any]] = {}
    for file in _FILES:
        is_source = "version" in tables.get(QUESTIONNAIRE, {})
        if file == SOURCES and not is_source and not (folder / place / file).exists():
            tables[file] = {}  # sources hold no words to translate
            continue
        text = _read_text(folder, f"{place}/{file}", faults)
        table = None if text is None else _toml(text, f"{place}/{file}", faults)
        if table is not None:
            tables[file] = table
    faults += [
        Fault(f"{place}/{path.name}", "", "is not a content file")
        for path in sorted((folder / place).glob("*.toml"))
        if path.name not in _FILES
    ]
    pages = {}
    for path in sorted((folder / place / PAGES).glob("*.md")):
        text = _read_text(folder, f"{place}/{PAGES}/{path.name}", faults)
        if text is not None:
            pages[path.stem] = text
    return _Files(place, language, tables, pages)


def _folders(folder: Path) -> list[str]:
    if not folder.is_dir():
        return []
    return sorted(p.name for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))


def _read_text(folder: Path, file: str, faults: list[Fault]) -> str | None:
    try:
        data = (folder / file).read_bytes()
    except FileNotFoundError:
        faults.append(Fault(file, "", "is missing"))
        return None
    except OSError as error:
        faults.append(Fault(file, "", f"cannot be read: {error.strerror}"))
        return None
    try:
        # A byte order mark is what some editors on Windows put in front; TOML knows none.
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        faults.append(Fault(file, "", f"is not UTF-8 (line {line})"))
        return None


def _toml(text: str, file: str, faults: list[Fault]) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except RecursionError:
        reason = "is nested too deeply"
    except ValueError as error:  # TOMLDecodeError, and a number with more digits than int takes
        end = f"line {text.count(chr(10)) + 1}, the end"
        reason = f"is no valid TOML: {error}".replace("end of document", end)
    faults.append(Fault(file, "", reason))
    return None
