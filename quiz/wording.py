"""The entries of a questionnaire, each with its place in the files, and faults of their words."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from quiz.questionnaire import Questionnaire, Texts
from quiz.reading import FIELDS, PAGES, TEXTS
from quiz.tables import TEXTS as TRANSLATED
from quiz.tables import Fault, entry_name, inside, quoted

ITEM_WORDS = 14
PAGE_CHARACTERS = 30_000
REQUIRED_PAGES = ("method", "privacy", "accessibility")

ID = re.compile(r"[A-Za-z0-9-]{1,32}", re.ASCII)
_LIMITS: Mapping[tuple[str, str], int] = {
    **TRANSLATED,
    ("Source", "reference"): 400,
}
_MARKDOWN = {("Note", "text"), ("Texts", "credit")}
_MARKUP = re.compile(r"<[A-Za-z/!?]")
# Marks that turn the direction of the text around them; they can hide what a line says.
_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_FILE_OF = {name: file for file, names in FIELDS.items() for name in names} | {"texts": TEXTS}


def entries(questionnaire: Questionnaire) -> Iterator[tuple[str, str, Any]]:
    """Every dataclass in a questionnaire, itself first, with its file and its place there."""
    yield _FILE_OF["items"], "", questionnaire
    for name, file in _FILE_OF.items():
        value = getattr(questionnaire, name)
        if isinstance(value, Texts):
            yield from _with_inner(file, "", value)
        elif is_dataclass(value):
            yield from _with_inner(file, name, value)
        else:
            yield from _listed(file, "", name, value)


def _with_inner(file: str, where: str, entry: Any) -> Iterator[tuple[str, str, Any]]:
    yield file, where, entry
    for field in fields(entry):
        yield from _listed(file, where, field.name, getattr(entry, field.name))


def _listed(file: str, where: str, name: str, value: Any) -> Iterator[tuple[str, str, Any]]:
    for number, entry in enumerate(value if isinstance(value, tuple) else (), 1):
        if is_dataclass(entry):
            place = entry_name(name, number, getattr(entry, "id", None))
            yield from _with_inner(file, inside(where, place), entry)


def id_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """Ids that cannot stand in an address, and ids that two entries of one list share."""
    seen = set()
    for file, where, entry in entries(questionnaire):
        entry_id = getattr(entry, "id", None)
        if entry_id is None:
            continue
        if not ID.fullmatch(entry_id):
            yield Fault(file, where, "its id must be 1 to 32 of a-z, A-Z, 0-9 and -")
        if where and (file, where) in seen:
            yield Fault(file, where, "is here twice")
        seen.add((file, where))


def text_faults(questionnaire: Questionnaire, translated_only: bool) -> Iterator[Fault]:
    """Texts that are empty, too long, or hold markup or control characters; missing pages."""
    limits = TRANSLATED if translated_only else _LIMITS
    for file, where, entry in entries(questionnaire):
        kind = type(entry).__name__
        for field in fields(entry):
            if (kind, field.name) in limits:
                place = kind, field.name
                for key, text in _texts(field.name, getattr(entry, field.name)):
                    for reason in _wrong(text, limits[place], markdown=place in _MARKDOWN):
                        yield Fault(file, where, f"key {quoted(key)} {reason}")
    yield from _item_faults(questionnaire)
    yield from _page_faults(questionnaire)


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield key, value
    else:
        yield from ((f"{key} {number}", text) for number, text in enumerate(value, 1))


def _wrong(text: str, limit: int, *, markdown: bool) -> Iterator[str]:
    if not text.strip():
        yield "is empty"
    if len(text) > limit:
        yield f"has {len(text)} characters, at most {limit} fit"
    if markup := _MARKUP.search(text):
        yield f"holds markup, {quoted(markup.group())}"
    if not markdown and "\n" in text:
        yield "must be one line"
    for character in sorted(set(text) - {"\n"}):
        if unicodedata.category(character) in {"Cc", "Zl", "Zp"} or character in _OVERRIDES:
            yield f"holds the control character U+{ord(character):04X}"


def _item_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    for number, item in enumerate(questionnaire.items, 1):
        words = len(item.text.split())
        if words > ITEM_WORDS:
            where = entry_name("items", number, item.id)
            reason = f'key "text" has {words} words, at most {ITEM_WORDS} fit'
            yield Fault(_FILE_OF["items"], where, reason)


def _page_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    pages = questionnaire.texts.pages
    for slug in REQUIRED_PAGES:
        if slug not in pages:
            yield Fault(f"{PAGES}/{slug}.md", "", "is missing")
    for slug, text in pages.items():
        file = f"{PAGES}/{slug}.md"
        if not ID.fullmatch(slug):
            yield Fault(file, "", "its name must be 1 to 32 of a-z, A-Z, 0-9 and -")
        for reason in _wrong(text, PAGE_CHARACTERS, markdown=True):
            yield Fault(file, "", reason)
