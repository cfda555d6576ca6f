"""Turns the tables of a content file into dataclasses, and translates those into another language.

Driven by the fields and type hints of `quiz.questionnaire`: a field added there is read here
without a word. Everything wrong is collected as faults; nothing raises.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from math import isfinite
from typing import Any, get_args, get_origin, get_type_hints

from quiz.questionnaire import Boost

# The texts of a questionnaire, by class and field, and the most characters each may have.
# These and only these are translated; every other field belongs in the source language.
TEXTS: Mapping[tuple[str, str], int] = {
    ("Questionnaire", "instruction"): 200,
    ("Questionnaire", "labels"): 30,
    ("Questionnaire", "page_titles"): 40,
    ("Item", "text"): 90,
    ("Scale", "name"): 30,
    ("Scale", "low"): 30,
    ("Scale", "high"): 30,
    ("Band", "name"): 30,
    ("Facet", "name"): 30,
    ("Facet", "low"): 30,
    ("Facet", "high"): 30,
    ("Style", "name"): 30,
    ("Style", "sentence"): 110,
    ("Style", "text"): 300,
    ("Style", "next_step"): 160,
    ("Option", "name"): 40,
    ("Stage", "name"): 40,
    ("Evidence", "name"): 40,
    ("Card", "title"): 40,
    ("Card", "why"): 280,
    ("Card", "action"): 200,
    ("Note", "title"): 80,
    ("Note", "text"): 1500,
    ("Texts", "title"): 60,
    ("Texts", "subtitle"): 80,
    ("Texts", "summary"): 200,
    ("Texts", "ask_self_label"): 90,
    ("Texts", "ask_goal"): 90,
    ("Texts", "ask_setting"): 90,
    ("Texts", "ask_work"): 90,
    ("Texts", "credit"): 1500,
}

_TOML_TYPES: Mapping[type, str] = {
    bool: "true or false",
    str: "a text",
    int: "a whole number",
    float: "a number",
    list: "a list",
    dict: "a table",
}
_BOOST = re.compile(r"([A-Za-z0-9-]+)\s*(<=|>=)\s*([0-9]{1,3}(?:\.[0-9]{1,9})?)", re.ASCII)
_LARGEST = 2**63


@dataclass(frozen=True)
class Fault:
    """Something wrong in a content folder. `level` is "error" or, where it still works, "warning".

    `file` is relative to the folder, `where` names the entry ("" for the file itself).
    """

    file: str
    where: str
    reason: str
    level: str = "error"

    def __str__(self) -> str:
        place = f"{self.file}: {self.where}" if self.where else self.file
        return f"{place}: {self.reason}{' (warning)' if self.level == 'warning' else ''}"


def quoted(value: object) -> str:
    """A value from a file as it can be shown on one line, cut at 60 characters."""
    text = str(value)
    return json.dumps(text if len(text) <= 60 else text[:59] + "…", ensure_ascii=False)


def entry_name(name: str, number: int, entry_id: object) -> str:
    """How a fault names an entry of the list `name`: card "two-lines", or card 3 without an id."""
    noun = name.removesuffix("s").replace("_", "-")
    return f"{noun} {quoted(entry_id) if isinstance(entry_id, str) else number}"


def inside(where: str, entry: str) -> str:
    """The place of an entry inside another."""
    return f"{where}, {entry}" if where else entry


@dataclass(frozen=True)
class Table:
    """One TOML table of a content file. `where` names it in faults."""

    file: str
    where: str
    values: Mapping[str, Any]
    faults: list[Fault]

    def fault(self, reason: str) -> None:
        """Note a fault of this table."""
        self.faults.append(Fault(self.file, self.where, reason))

    def inner(self, entry: str, values: Mapping[str, Any]) -> "Table":
        """A table inside this one."""
        return Table(self.file, inside(self.where, entry), values, self.faults)

    def read(self, of: type, names: Iterable[str] | None = None) -> dict[str, Any]:
        """The fields of dataclass `of` (or those called `names`) by name, as its type hints say.

        A missing or wrong one is a fault, and None or left out, so look at the faults first.
        """
        hints = _hints(of)
        known = {f.name: f for f in fields(of) if names is None or f.name in names}
        for key in self.values:
            if key not in known:
                self.fault(f"unknown key {quoted(key)}")
        found = {}
        for name, field in known.items():
            if name in self.values:
                found[name] = self._value(hints[name], self.values[name], name, name)
            elif not _has_default(field):
                self.fault(f"key {quoted(name)} is missing")
        return found

    def record(self, of: type) -> Any:
        """The table as an instance of dataclass `of`, or None after a fault."""
        before = len(self.faults)
        found = self.read(of)
        return of(**found) if len(self.faults) == before else None

    def translated(self, source: Any, language: str, names: Iterable[str] | None = None) -> Any:
        """`source`, a dataclass instance in `language`, with its texts taken from this table."""
        of = type(source)
        hints = _hints(of)
        wanted = {n for n in text_fields(of) if names is None or n in names}
        for key in self.values:
            if key not in hints:
                self.fault(f"unknown key {quoted(key)}")
            elif key not in wanted and not (key == "id" and self.where):
                self.fault(f"key {quoted(key)} belongs in the source language {quoted(language)}")
        texts = {}
        for name in sorted(wanted):
            old = getattr(source, name)
            if name in self.values:
                texts[name] = self._text(old, hints[name], name, language)
            elif old != "" and old != ():
                self.fault(f"key {quoted(name)} is missing")
        return replace(source, **texts)

    def _value(self, hint: Any, raw: Any, key: str, place: str) -> Any:
        """A raw value as `hint` says. `place` names it in faults: its key, or a part of that."""
        if hint is Boost:
            return self._boost(raw, place)
        if is_dataclass(hint):
            return self._nested(hint, raw, key)
        if hint in _TOML_TYPES:
            return self._scalar(hint, raw, place)
        origin, kinds = get_origin(hint), get_args(hint)
        if origin is tuple:
            return tuple(self._entries(kinds[0], raw, key))
        if origin is Mapping:
            values = raw if self._is(dict, raw, place) else {}
            return {k: self._value(kinds[1], v, key, f"{place}.{k}") for k, v in values.items()}
        present = next(kind for kind in kinds if kind is not type(None))
        return self._value(present, raw, key, place)

    def _entries(self, hint: Any, raw: Any, key: str) -> list[Any]:
        found = []
        for number, entry in enumerate(raw if self._is(list, raw, key) else (), 1):
            entry_id = entry.get("id") if isinstance(entry, dict) else None
            name = entry_name(key, number, entry_id) if is_dataclass(hint) else key
            found.append(self._value(hint, entry, name, f"{key} {number}"))
        return found

    def _nested(self, of: Any, raw: Any, name: str) -> Any:
        return self.inner(name, raw).record(of) if self._is(dict, raw, name) else None

    def _scalar(self, kind: type, raw: Any, place: str) -> Any:
        if not self._is(kind, raw, place):
            return None
        if kind in (int, float) and not (isfinite(raw) and abs(raw) < _LARGEST):
            self.fault(f"key {quoted(place)} is not a number that can be used")
            return None
        return kind(raw)

    def _boost(self, raw: Any, place: str) -> Boost | None:
        match = _BOOST.fullmatch(raw) if isinstance(raw, str) else None
        if not match:
            self.fault(f'key {quoted(place)} must read like "breadth<=41" or "breadth>=59"')
            return None
        measure, sign, bound = match.groups()
        return Boost(measure, sign == ">=", float(bound))

    def _is(self, kind: type, raw: Any, place: str) -> bool:
        fits = isinstance(raw, (int, float) if kind is float else kind)
        if fits and (kind is bool or not isinstance(raw, bool)):
            return True
        decimal = isinstance(raw, float)
        given = "a decimal number" if decimal else _TOML_TYPES.get(type(raw), "a date or time")
        self.fault(f"key {quoted(place)} must be {_TOML_TYPES[kind]}, not {given}")
        return False

    def _text(self, source: Any, hint: Any, key: str, language: str) -> Any:
        """The translation of one text, list of texts or list of entries with texts."""
        raw = self.values[key]
        if isinstance(source, str):
            return self._value(str, raw, key, key)
        if not self._is(list, raw, key):
            return source
        if source and hasattr(source[0], "id"):
            return self._by_id(source, raw, key, language)
        if len(raw) != len(source):
            self.fault(
                f"key {quoted(key)} has {len(raw)} entries,"
                f" the source language {quoted(language)} has {len(source)}"
            )
            return source
        if get_args(hint)[0] is str:
            return tuple(self._entries(str, raw, key))
        return tuple(
            self.inner(entry_name(key, number, None), own).translated(entry, language)
            for number, (entry, own) in enumerate(zip(source, raw, strict=True), 1)
            if self._is(dict, own, f"{key} {number}")
        )

    def _by_id(self, source: Any, raw: list[Any], key: str, language: str) -> Any:
        own: dict[str, Table] = {}
        known = {entry.id for entry in source}
        for number, values in enumerate(raw, 1):
            if not self._is(dict, values, f"{key} {number}"):
                continue
            entry_id = values.get("id")
            table = self.inner(entry_name(key, number, entry_id), values)
            if not isinstance(entry_id, str):
                table.fault('key "id" is missing, or no text')
            elif entry_id not in known:
                table.fault(f"is not in the source language {quoted(language)}")
            elif entry_id in own:
                table.fault("is here twice")
            else:
                own[entry_id] = table
        for entry in source:
            if entry.id not in own:
                missing = self.inner(entry_name(key, 0, entry.id), {})
                missing.fault("has no translation")
        return tuple(own[e.id].translated(e, language) for e in source if e.id in own)


def text_fields(of: Any) -> frozenset[str]:
    """The fields of a dataclass that are texts or hold entries with texts."""
    return frozenset(
        name
        for name, hint in _hints(of).items()
        if (of.__name__, name) in TEXTS
        or any(is_dataclass(kind) and text_fields(kind) for kind in get_args(hint))
    )


def _hints(of: Any) -> Mapping[str, Any]:
    return get_type_hints(of)


def _has_default(field: Field[Any]) -> bool:
    return field.default is not MISSING or field.default_factory is not MISSING
