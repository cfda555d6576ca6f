"""Every fault of a content folder is named with its file, its entry and the reason."""

import shutil
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.check import faults
from quiz.library import ContentError, load

REPOSITORY = Path(__file__).parents[2]
REAL = REPOSITORY / "quiz" / "content"
CONTENT = REPOSITORY / "tests" / "content"
TINY = CONTENT / "tiny"
QUESTIONNAIRE, STYLES, ADVICE = "en/questionnaire.toml", "en/styles.toml", "en/advice.toml"
SOURCES, TEXTS = "en/sources.toml", "en/texts.toml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "content"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


def found_in(folder: Path) -> list[str]:
    return [str(fault) for fault in faults(folder)]


def test_the_tiny_questionnaire_has_no_faults() -> None:
    assert found_in(TINY) == []


def test_the_real_content_has_no_errors() -> None:
    assert [str(fault) for fault in faults(REAL) if fault.level == "error"] == []


CHANGES = tomllib.loads((CONTENT / "faults.toml").read_text(encoding="utf-8"))["change"]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change["faults"][0])
def test_a_fault_is_named_with_file_id_and_reason(folder: Path, change: dict[str, Any]) -> None:
    edit(folder, change["file"], change["old"], change["new"])
    assert found_in(folder) == change["faults"]


def test_a_band_between_two_possible_scores_is_named_with_its_style(folder: Path) -> None:
    # Five items of six points can give 48 and 52, nothing between.
    band = 'start = 50.5\nend = 51.5\n\n[[scales.bands]]\nid = "nose"\nname = "n"\nstart = 51.5'
    edit(folder, QUESTIONNAIRE, "end = 50", "end = 50.5")
    edit(folder, QUESTIONNAIRE, 'id = "nose"', 'id = "between"')
    edit(folder, QUESTIONNAIRE, "start = 50\n", f"{band}\n")
    style = '[[styles]]\nid = "torn"\nname = "t"\nbands = { freedom = "between" }\n'
    with (folder / STYLES).open("a") as file:
        file.write(f'{style}sentence = "s"\ntext = "t"\nnext_step = "n"\n')
    assert found_in(folder) == [
        'en/questionnaire.toml: scale "freedom", band "between": no answers lead to it',
        'en/styles.toml: style "torn": can never be reached: no answers lead to its bands',
        'en/advice.toml: style "torn": has no card for stage "alone"',
    ]


def test_a_pair_of_bands_without_a_style_is_named(folder: Path) -> None:
    scale = """
[[scales]]
id = "heat"
name = "Heat"
low = "low"
high = "high"
reliability = 0.7
sd = 20
minimum = 1
close_call = 5
bands = [
  { id = "mild", name = "mild", start = 0, end = 50 },
  { id = "hot", name = "hot", start = 50, end = 100 },
]
"""
    with (folder / QUESTIONNAIRE).open("a") as file:
        file.write(scale)
    edit(folder, QUESTIONNAIRE, 'id = "stove"\nname = "Stove"\nscale = "freedom"', "")
    edit(
        folder, QUESTIONNAIRE, 'low = "weigh', 'id = "stove"\nname = "S"\nscale = "heat"\nlow = "w'
    )
    edit(folder, QUESTIONNAIRE, "minimum = 4", "minimum = 3")
    edit(folder, STYLES, 'freedom = "book"', 'freedom = "book", heat = "mild"')
    edit(folder, STYLES, 'freedom = "nose"', 'freedom = "nose", heat = "hot"')
    assert found_in(folder) == [
        'en/styles.toml: no style has the bands freedom = "book" and heat = "hot"',
        'en/styles.toml: no style has the bands freedom = "nose" and heat = "mild"',
    ]


def test_more_answers_than_an_address_holds_are_refused(folder: Path) -> None:
    item = '[[items]]\nid = "n{}"\nfacet = "stove"\nkey = {}\npage = 1\ntext = "Line {}."\n'
    with (folder / QUESTIONNAIRE).open("a") as file:
        file.writelines(item.format(n, (-1) ** n, n) for n in range(150))
    assert found_in(folder) == [
        "en/questionnaire.toml: 155 items of 6 answers are too many for an address"
    ]


def test_a_source_that_only_a_page_links_to_is_used(folder: Path) -> None:
    source = '[[sources]]\nid = "uncle"\nreference = "x"\nlink = "https://example.org/uncle"\n'
    with (folder / SOURCES).open("a") as file:
        file.write(source)
    with (folder / "en/pages/method.md").open("a") as file:
        file.write("See [an uncle](https://example.org/uncle).\n")
    assert found_in(folder) == []


@pytest.mark.parametrize("page", ["method", "privacy", "accessibility"])
def test_a_missing_page_is_named(folder: Path, page: str) -> None:
    (folder / f"en/pages/{page}.md").unlink()
    assert found_in(folder) == [f"en/pages/{page}.md: is missing"]


def test_a_page_whose_name_cannot_stand_in_an_address_is_named(folder: Path) -> None:
    (folder / "en/pages/our terms.md").write_text("# Terms\n")
    assert found_in(folder) == [
        "en/pages/our terms.md: its name must be 1 to 32 of a-z, A-Z, 0-9 and -"
    ]


@pytest.mark.parametrize(
    ("value", "reason"),
    [("[" * 5000, "is nested too deeply"), ("1" * 5000, "is no valid TOML: Exceeds the limit")],
)
def test_a_file_that_would_break_its_reader_is_named(folder: Path, value: str, reason: str) -> None:
    edit(folder, SOURCES, "[[sources]]", f"x = {value}\n[[sources]]")
    (found,) = found_in(folder)
    assert found.startswith(f"en/sources.toml: {reason}")


def test_missing_and_unknown_files_are_named(folder: Path) -> None:
    (folder / SOURCES).rename(folder / "en/source.toml")
    assert found_in(folder) == [
        "en/sources.toml: is missing",
        "en/source.toml: is not a content file",
    ]


def test_a_file_in_another_encoding_is_named_with_its_line(folder: Path) -> None:
    edit(folder, SOURCES, "Kitchen drawer", "Küchenlade")
    text = (folder / SOURCES).read_text(encoding="utf-8")
    (folder / SOURCES).write_bytes(text.encode("latin-1"))
    assert found_in(folder) == ["en/sources.toml: is not UTF-8 (line 3)"]


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(folder: Path) -> None:
    for path in [*folder.glob("en/*.toml"), *folder.glob("en/pages/*.md")]:
        text = path.read_text(encoding="utf-8")
        path.write_bytes(text.replace("\n", "\r\n").encode("utf-8-sig"))
    assert load(folder) == load(TINY)


def test_a_folder_in_the_place_of_a_file_is_named(folder: Path) -> None:
    (folder / TEXTS).unlink()
    (folder / TEXTS).mkdir()
    assert found_in(folder) == ["en/texts.toml: cannot be read: Is a directory"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert found_in(tmp_path / "nowhere") == ["nowhere: is no folder"]


def test_a_folder_without_a_language_is_named(tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    assert found_in(tmp_path / "content") == [
        "content: there is no language folder, like en, in it"
    ]


def test_a_folder_that_is_no_language_is_named(folder: Path) -> None:
    (folder / "English").mkdir()
    assert found_in(folder) == ["English: is not named after a language, like en"]


def test_every_fault_is_found_in_one_run_and_stops_loading(folder: Path) -> None:
    edit(folder, ADVICE, '"house", "aunt"', '"house", "uncle"')
    edit(folder, QUESTIONNAIRE, "sd = 20", "sd = 0")
    edit(folder, ADVICE, "stretch = true", 'styles = ["free-cook"]\nstretch = true')
    with pytest.raises(ContentError) as caught:
        load(folder)
    assert [fault.reason for fault in caught.value.faults] == [
        "its sd must be above 0 and at most 50, not 0",
        'names the unknown source "uncle"',
    ]
    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]


def test_a_warning_does_not_stop_loading(folder: Path) -> None:
    edit(folder, ADVICE, "stretch = true", 'styles = ["free-cook"]\nstretch = true')
    assert load(folder).languages == ("en",)


LINES = [
    (file, number)
    for file in (QUESTIONNAIRE, STYLES, ADVICE, SOURCES, TEXTS)
    for number in range(len((TINY / file).read_text(encoding="utf-8").splitlines()))
]
VALUES = ["", "0", "-1", "1e400", "true", '""', '"list"', "[]", "[[]]", "{}", "[{}]", "1979-05-27"]


@settings(deadline=None, max_examples=300)
@given(
    cuts=st.sets(st.sampled_from(LINES), max_size=4),
    changes=st.dictionaries(st.sampled_from(LINES), st.sampled_from(VALUES), max_size=4),
)
def test_no_damage_raises_anything_but_a_content_error(
    tmp_path_factory: pytest.TempPathFactory,
    cuts: set[tuple[str, int]],
    changes: dict[tuple[str, int], str],
) -> None:
    folder = tmp_path_factory.mktemp("damaged") / "content"
    shutil.copytree(TINY, folder)
    for file in {file for file, _ in cuts | changes.keys()}:
        lines = (folder / file).read_text(encoding="utf-8").splitlines()
        for number, line in enumerate(lines):
            if (file, number) in changes:
                lines[number] = f"{line.split('=')[0]}= {changes[file, number]}"
            if (file, number) in cuts:
                lines[number] = ""
        (folder / file).write_text("\n".join(lines), encoding="utf-8")
    try:
        load(folder)
    except ContentError as error:
        assert error.faults  # noqa: PT017 - either outcome is right, and both must be sound
