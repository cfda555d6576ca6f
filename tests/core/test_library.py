"""A content folder becomes questionnaires: current, translated, and as they once were."""

import shutil
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest

from quiz.library import ContentError, load
from quiz.questionnaire import Boost, Questionnaire
from quiz.tables import TEXTS

CONTENT = Path(__file__).parents[1] / "content"
TINY = CONTENT / "tiny"

# Everything that is text in a questionnaire, but names or points at something.
NAMES = {"id", "facet", "scale", "stage", "evidence", "language", "reference", "link"}
NAMES |= {"sources", "styles", "goals", "settings", "works"}

GERMAN = {
    "questionnaire.toml": """
instruction = "Denk an einen Abend, an dem du für Freunde kochst. Wie oft trifft das zu?"
labels = ["Nie", "Kaum je", "Ab und zu", "Oft", "Fast immer", "Jedes Mal"]
page_titles = ["Vor dem Kochen", "Am Herd"]
scales = [
  { id = "freedom", name = "Freiheit", low = "nach Buch", high = "nach Nase", bands = [
    { id = "nose", name = "nach der Nase" },
    { id = "book", name = "nach dem Buch" },
  ] },
]
facets = [
  { id = "shopping", name = "Einkauf", low = "mit Zettel", high = "mit offenen Augen" },
  { id = "stove", name = "Herd", low = "wiegen", high = "kosten" },
]
items = [
  { id = "forgot", text = "Ich gehe für eine Sache noch einmal los." },
  { id = "list", text = "Ich kaufe nur, was auf dem Zettel steht." },
  { id = "market", text = "Der Markt entscheidet, was wir essen." },
  { id = "scales", text = "Ich wiege alles ab, bevor ich anfange." },
  { id = "pinch", text = "Ich gebe etwas dazu, das in keinem Rezept steht." },
]
self_labels = [{ id = "reader", name = "Wer liest" }, { id = "taster", name = "Wer kostet" }]
goals = [{ id = "faster", name = "Früher essen" }, { id = "bolder", name = "Neues kosten" }]
settings = [{ id = "home", name = "Daheim" }, { id = "camp", name = "Auf dem Gaskocher" }]
works = [{ id = "photos", name = "Fotos vom Teller" }]
""",
    "styles.toml": """
[[styles]]
id = "careful-cook"
name = "Die Sorgfältigen"
sentence = "Du folgst den Schritten."
text = "Freunde wissen, was es gibt."
next_step = "Lass eine Zeile offen."

[[styles]]
id = "free-cook"
name = "Die Freien"
sentence = "Du kochst mit dem, was da ist."
text = "Kein Abend ist wie der andere."
next_step = "Schreib ein Gericht auf."
""",
    "advice.toml": """
stages = [{ id = "party", name = "Mit Gästen" }, { id = "alone", name = "In Ruhe" }]
evidence = [{ id = "habit", name = "Brauch" }, { id = "taste-test", name = "Verkostung" }]
cards = [
  { id = "lay-out", title = "Erst alles hinlegen", why = "So geht es leicht.", action = "Leg." },
  { id = "ask-a-guest", title = "Gib den Löffel ab", why = "Vier Augen.", action = "Frag." },
  { id = "one-swap", title = "Eins tauschen", why = "Eins nach dem anderen.", action = "T." },
  { id = "write-down", title = "Aufschreiben", why = "Es bleibt.", action = "Schreib." },
  { id = "show-a-plate", title = "Zeig einen Teller", why = "Man fragt.", action = "Zeig." },
  { id = "closed-book", title = "Buch zu", why = "Es geht gut.", action = "Koch." },
]
""",
    "sources.toml": "",
    "texts.toml": """
title = "Buch oder Nase"
subtitle = "Ein Küchenquiz"
summary = "Fünf Zeilen, eine Minute."
credit = "Für die Tests erfunden."
ask_self_label = "Wie kochst du?"
ask_goal = "Was willst du lernen?"
ask_setting = "Wo kochst du?"
ask_work = "Was kochst du?"
start = [{ title = "Was es gibt", text = "Ein Name." }, { title = "Was es fragt", text = "Fünf." }]
limits = [{ title = "Fünf sind wenig", text = "Morgen ist es anders." }]
""",
    "pages/method.md": "# So geht es\n",
    "pages/privacy.md": "# Datenschutz\n",
    "pages/accessibility.md": "# Barrierefreiheit\n",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "content"))


@pytest.fixture
def german(folder: Path) -> Path:
    for name, text in GERMAN.items():
        path = folder / "de" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def errors_of(folder: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        load(folder)
    return [str(fault) for fault in caught.value.faults]


def test_a_folder_is_read_whole() -> None:
    library = load(TINY)
    quiz = library.current("en")
    assert (library.version, library.languages) == (3, ("en",))
    assert (quiz.id, quiz.version, quiz.language, quiz.points) == ("kitchen-style", 3, "en", 6)
    assert [len(page) for page in quiz.items_by_page] == [3, 2]
    assert [(band.id, band.start, band.end) for band in quiz.scales[0].bands] == [
        ("book", 0.0, 50.0),
        ("nose", 50.0, 100.0),
    ]
    assert quiz.style_at({"freedom": "nose"}).name == "The Free Cook"
    assert quiz.care.long_run == 5
    assert quiz.care.fast_pages is None
    assert quiz.cards[1].boosts == (Boost("freedom", False, 50), Boost("shopping", False, 40))
    assert quiz.cards[0].boosts == (Boost("stove", True, 60),)
    assert [note.title for note in quiz.texts.start] == ["What you get", "What it asks"]
    assert quiz.texts.pages["method"] == "# How it works\n\nFive answers, one score.\n"


def test_whole_numbers_stand_for_decimal_ones() -> None:
    scale = load(TINY).current("en").scales[0]
    assert [type(value) for value in (scale.sd, scale.close_call)] == [float, float]


def test_a_translation_changes_the_words_and_nothing_else(german: Path) -> None:
    library = load(german)
    english, other = library.current("en"), library.current("de")
    assert library.languages == ("en", "de")
    assert [item.id for item in other.items] == [item.id for item in english.items]
    assert other.items[0].text == "Ich kaufe nur, was auf dem Zettel steht."
    assert [band.name for band in other.scales[0].bands] == ["nach dem Buch", "nach der Nase"]
    assert other.labels[5] == "Jedes Mal"
    assert other.texts.start[1].title == "Was es fragt"
    assert other.texts.pages["privacy"] == "# Datenschutz\n"
    assert other.sources == english.sources
    for one, two in zip(english.items, other.items, strict=True):
        assert (one.facet, one.key, one.page) == (two.facet, two.key, two.page)
    for first, second in zip(english.cards, other.cards, strict=True):
        assert (first.sources, first.boosts, first.stage) == (
            second.sources,
            second.boosts,
            second.stage,
        )


def test_a_translation_needs_no_file_of_sources(german: Path) -> None:
    (german / "de" / "sources.toml").unlink()
    assert load(german).languages == ("en", "de")


def cut(file: str, old: str, new: str = "") -> Callable[[Path], None]:
    return lambda folder: edit(folder / "de" / file, old, new)


MISTRANSLATED: list[tuple[Callable[[Path], None], list[str]]] = [
    (
        cut("questionnaire.toml", '{ id = "camp", name = "Auf dem Gaskocher" }'),
        ['de/questionnaire.toml: setting "camp": has no translation'],
    ),
    (
        cut("questionnaire.toml", '{ id = "nose", name = "nach der Nase" },'),
        ['de/questionnaire.toml: scale "freedom", band "nose": has no translation'],
    ),
    (
        cut("advice.toml", '{ id = "habit"', '{ id = "rumour", name = "x" }, { id = "habit"'),
        ['de/advice.toml: evidence "rumour": is not in the source language "en"'],
    ),
    (
        cut("advice.toml", '{ id = "alone"', '{ id = "party", name = "x" }, { id = "alone"'),
        ['de/advice.toml: stage "party": is here twice'],
    ),
    (
        cut("styles.toml", 'sentence = "Du folgst den Schritten."'),
        ['de/styles.toml: style "careful-cook": key "sentence" is missing'],
    ),
    (
        cut("styles.toml", 'id = "free-cook"'),
        [
            'de/styles.toml: style 2: key "id" is missing, or no text',
            'de/styles.toml: style "free-cook": has no translation',
        ],
    ),
    (
        cut("questionnaire.toml", '{ id = "list", ', '{ id = "list", key = 1, '),
        ['de/questionnaire.toml: item "list": key "key" belongs in the source language "en"'],
    ),
    (
        cut("questionnaire.toml", "instruction", 'id = "kitchen-style"\ninstruction'),
        ['de/questionnaire.toml: key "id" belongs in the source language "en"'],
    ),
    (
        cut("sources.toml", "", '[[sources]]\nid = "aunt"\nreference = "Tante"\n'),
        ['de/sources.toml: key "sources" belongs in the source language "en"'],
    ),
    (
        cut("styles.toml", "next_step", "colour"),
        [
            'de/styles.toml: style "careful-cook": unknown key "colour"',
            'de/styles.toml: style "careful-cook": key "next_step" is missing',
        ],
    ),
    (
        cut("questionnaire.toml", '"Nie", '),
        ['de/questionnaire.toml: key "labels" has 5 entries, the source language "en" has 6'],
    ),
    (
        cut("texts.toml", ', { title = "Was es fragt", text = "Fünf." }'),
        ['de/texts.toml: key "start" has 1 entries, the source language "en" has 2'],
    ),
    (
        cut("texts.toml", 'text = "Fünf."', "text = 5"),
        ['de/texts.toml: start 2: key "text" must be a text, not a whole number'],
    ),
    (
        cut("styles.toml", 'name = "Die Freien"', 'name = ""'),
        ['de/styles.toml: style "free-cook": key "name" is empty'],
    ),
    (
        cut("advice.toml", "Buch zu", "B" * 41),
        ['de/advice.toml: card "closed-book": key "title" has 41 characters, at most 40 fit'],
    ),
    (
        lambda folder: (folder / "de/pages/privacy.md").unlink(),
        ["de/pages/privacy.md: is missing"],
    ),
    (
        lambda folder: (folder / "de/pages/mehr.md").touch(),
        ['de/pages/mehr.md: is not in the source language "en"'],
    ),
    (lambda folder: (folder / "de/styles.toml").unlink(), ["de/styles.toml: is missing"]),
]


@pytest.mark.parametrize(("damage", "expected"), MISTRANSLATED)
def test_what_is_wrong_with_a_translation_is_named(
    german: Path, damage: Callable[[Path], None], expected: list[str]
) -> None:
    damage(german)
    assert errors_of(german) == expected


def test_two_source_languages_are_one_too_many(folder: Path) -> None:
    shutil.copytree(folder / "en", folder / "fr")
    assert errors_of(folder) == [
        "content: only one language is the source, but en, fr have a version"
    ]


def test_one_language_must_be_the_source(german: Path) -> None:
    edit(german / "en" / "questionnaire.toml", "version = 3\n", "")
    assert errors_of(german) == [
        "content: no language is the source: put the version in one questionnaire.toml"
    ]


def test_a_language_that_is_not_there_is_a_key_error(folder: Path) -> None:
    with pytest.raises(KeyError):
        load(folder).current("de")


def older(folder: Path, version: int) -> Path:
    """Put the tiny questionnaire away as an old version, with other words and another key."""
    old = folder / "old" / str(version) / "en"
    shutil.copytree(TINY / "en", old)
    edit(old / "questionnaire.toml", "version = 3", f"version = {version}")
    edit(old / "questionnaire.toml", "I weigh things", "I weighed things")
    return old


def test_an_old_version_is_served_as_it_was(german: Path) -> None:
    older(german, 1)
    older(german, 2)
    library = load(german)
    old = library.at(1, "en")
    assert old is not None
    assert (old.version, old.items[2].text) == (1, "I weighed things before I start.")
    assert library.at(2, "de") is library.at(2, "en") is not None
    assert library.at(3, "de") is library.current("de")
    assert library.at(3, "fr") is library.current("en")
    assert library.at(4, "en") is None
    assert (library.version, library.languages) == (3, ("en", "de"))


def test_an_old_version_gets_no_warnings_but_errors_with_its_place(folder: Path) -> None:
    old = older(folder, 2)
    edit(old / "questionnaire.toml", "sd = 20", "sd = 0")
    edit(old / "advice.toml", "stretch = true", 'styles = ["free-cook"]\nstretch = true')
    assert errors_of(folder) == [
        'old/2/en/questionnaire.toml: scale "freedom": its sd must be above 0 and at most 50, not 0'
    ]


def test_an_old_version_must_be_older_and_in_its_own_folder(folder: Path) -> None:
    (folder / "old" / "first").mkdir(parents=True)
    older(folder, 4)
    edit(older(folder, 1) / "questionnaire.toml", "version = 1", "version = 2")
    assert errors_of(folder) == [
        "old/1/en/questionnaire.toml: has version 2, but its folder is old/1",
        "old/4/en/questionnaire.toml: has version 4, not below the current 3",
        "old/first: is not named after a version",
    ]


def inner_classes(of: Any) -> set[Any]:
    hints = get_type_hints(of).values()
    inner = {kind for hint in hints for kind in (hint, *get_args(hint)) if is_dataclass(kind)}
    return {of}.union(*(inner_classes(kind) for kind in inner))


def test_every_text_of_a_questionnaire_is_known_as_one() -> None:
    texts = {
        (of.__name__, field.name)
        for of in inner_classes(Questionnaire) - {Boost}
        for field in fields(of)
        if str in (get_type_hints(of)[field.name], *get_args(get_type_hints(of)[field.name])[:1])
        and field.name not in NAMES
    }
    mappings = {("Texts", "pages"), ("Style", "bands"), ("Questionnaire", "portrait")}
    assert texts - mappings == set(TEXTS)
