"""A made-up translation of everything: every vowel gets an accent, so a plain one was hard-coded.

It calls itself Arabic, so that it also shows the pages from right to left.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo

from quiz.questionnaire import Questionnaire
from quiz.reading import FIELDS
from quiz.tables import TEXTS

LANGUAGE = "ar"
ROOT = Path(__file__).parents[2]
ACCENTED = str.maketrans("aeiouAEIOU", "áéíóúÁÉÍÓÚ")
# Placeholders, addresses and quoted strings of Markdown links stay as they are.
KEPT = re.compile(r"(%\(\w+\)[sd]|\{\w+\}|\]\([^)]*\)|<[^>]*>)")
METHODS = [("quiz/**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"extensions": "quiz.web.fragments.Kept", "silent": "false"}}


def accented(text: str) -> str:
    """The text as the made-up language has it, of the same length."""
    parts = KEPT.split(text)
    return "".join(p if at % 2 else p.translate(ACCENTED) for at, p in enumerate(parts))


def messages() -> set[str]:
    """Every interface text in the code and the templates."""
    found = extract_from_dir(str(ROOT), method_map=METHODS, options_map=OPTIONS)
    return {m if isinstance(m, str) else m[0] for _file, _line, m, _comments, _context in found}


def write_catalogue(folder: Path) -> None:
    """The interface in the made-up language."""
    catalog = Catalog(locale=LANGUAGE)
    for _file, _line, message, _comments, _context in extract_from_dir(
        str(ROOT), method_map=METHODS, options_map=OPTIONS
    ):
        if isinstance(message, tuple):
            catalog.add(message, [accented(message[1])] * 6)
        else:
            catalog.add(message, accented(message))
    target = folder / LANGUAGE / "LC_MESSAGES"
    target.mkdir(parents=True)
    with (target / "messages.mo").open("wb") as out:
        write_mo(out, catalog)


def write_content(folder: Path, source: Questionnaire) -> None:
    """The content in the made-up language: ids and texts only, as docs/content.md says."""
    own = folder / LANGUAGE
    (own / "pages").mkdir(parents=True)
    for file, names in FIELDS.items():
        _write(own / file, _texts(source, names))
    _write(own / "texts.toml", _texts(source.texts, None))
    for slug, text in source.texts.pages.items():
        (own / "pages" / f"{slug}.md").write_text(accented(text), encoding="utf-8")


def _texts(thing: Any, names: frozenset[str] | None) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for field in fields(thing):
        value = getattr(thing, field.name)
        if names is not None and field.name not in names:
            continue
        if (type(thing).__name__, field.name) in TEXTS:
            kept[field.name] = (
                accented(value) if isinstance(value, str) else [accented(v) for v in value]
            )
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            rows = [_texts(entry, None) for entry in value]
            if any(rows):
                kept[field.name] = rows
    if kept and hasattr(thing, "id") and not isinstance(thing, Questionnaire):
        kept = {"id": thing.id, **kept}
    return kept


def _write(file: Path, table: Mapping[str, Any]) -> None:
    lines = [f"{name} = {_toml(value)}" for name, value in table.items()]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _toml(value: Any) -> str:
    if isinstance(value, list):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{name} = {_toml(v)}" for name, v in value.items()) + " }"
    return json.dumps(value, ensure_ascii=False)
