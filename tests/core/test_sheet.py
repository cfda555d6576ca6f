"""Files of answers: good rows in, bad rows named, and written so that they can be read again."""

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz import library, sheet
from quiz.scoring import CareFlag, care_flags
from quiz.sheet import Refused, Row, Sheet, SheetError

BFI = library.load(Path(__file__).parents[1] / "content" / "bfi").current("en")
HEADER = "E1,E2,E3,E4,E5"


def reader(**options: object) -> Sheet:
    return Sheet(BFI, ["direct", "my-blog"], ["en", "de"], 202648, **options)  # type: ignore[arg-type]


def read(text: str, **options: object) -> list[Row | Refused]:
    return list(reader(**options).read(io.StringIO(text, newline="")))


def said(text: str, **options: object) -> list[str]:
    return [str(row) for row in read(text, **options) if isinstance(row, Refused)]


def test_a_row_needs_only_its_answers() -> None:
    assert read(f"{HEADER}\n1,2,6,4,5\n") == [
        Row(2, bytes([1, 2, 6, 4, 5]), None, None, None, None, None, None, 0)
    ]


def test_a_row_may_say_more_in_any_order() -> None:
    text = (
        "week,E5,E4,E3,E2,E1,source,language,self_label,goal,setting\n"
        "2026-W12,5,4,3,2,1,my-blog,de,reserved,friends,home\n"
    )
    assert read(text) == [
        Row(2, bytes([1, 2, 3, 4, 5]), "my-blog", 202612, "de", "reserved", "friends", "home", 0)
    ]


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\r\n1,2,3,4,5\r\n",
        f"{HEADER}\r1,2,3,4,5\r",
        f"{HEADER}\n1,2,3,4,5",
        f"{HEADER}\n\n1,2,3,4,5\n\n,,,,\n",
        '"E1","E2","E3","E4","E5"\n"1","2","3","4","5"\n',
        f"{HEADER},,\n1,2,3,4,5,,\n",
        "E1;E2;E3;E4;E5\n1;2;3;4;5\n",
        "E1\tE2\tE3\tE4\tE5\n1\t2\t3\t4\t5\n",
        " E1 ,E2,E3,E4,E5\n 1,2 ,3,4,5\n",
        f"{HEADER}\n1.0,2.0,3.0,4.0,5.0\n",
    ],
)
def test_spreadsheets_write_the_same_thing_in_many_ways(text: str) -> None:
    (row,) = read(text)
    assert isinstance(row, Row)
    assert row.answers == bytes([1, 2, 3, 4, 5])


def test_an_open_item_is_kept_as_open() -> None:
    (row,) = read(f"{HEADER}\n1,,NA,4,5\n")
    assert isinstance(row, Row)
    assert row.answers == bytes([1, 0, 0, 4, 5])


@pytest.mark.parametrize(
    ("cell", "week"),
    [("2026-W12", 202612), ("202612", 202612), ("2026W12", 202612), ("2020-W53", 202053)],
)
def test_a_week_is_written_in_one_of_three_ways(cell: str, week: int) -> None:
    (row,) = read(f"{HEADER},week\n1,2,3,4,5,{cell}\n")
    assert isinstance(row, Row)
    assert row.week == week


@pytest.mark.parametrize(
    ("column", "cell", "reason"),
    [
        ("week", "2026-12-01", "write 2026-W12"),
        ("week", "2026-W54", "no week 54"),
        ("week", "2025-W53", "no week 53"),
        ("week", "2026-W00", "no week 0"),
        ("week", "2026-W49", "yet to come"),
        ("week", "1999-W01", "no week"),
        ("source", "elsewhere", "no source 'elsewhere'"),
        ("language", "fr", "not asked in 'fr'"),
        ("self_label", "shy", "none of 'reserved', 'outgoing'"),
        ("goal", "fame", "none of 'friends'"),
        ("setting", "moon", "none of 'home'"),
        ("flags", "128", "no sum of care flags"),
        ("flags", "-1", "no sum of care flags"),
    ],
)
def test_a_bad_extra_is_named(column: str, cell: str, reason: str) -> None:
    (sentence,) = said(f"{HEADER},{column}\n1,2,3,4,5,{cell}\n")
    assert sentence.startswith(f"line 2, column {column}: ")
    assert reason in sentence


def test_every_fault_of_every_row_is_named_with_its_line() -> None:
    text = f'{HEADER}\n1,2,3,4,5\n7,2,x,4,0\n"1\n",2,3,4\n1,2,3,4,5,6\n,,,,NA\n1,2,3,4,5\n'
    assert said(text) == [
        "line 3, column E1: '7' is not one of the answers 1 to 6",
        "line 3, column E3: 'x' is not one of the answers 1 to 6",
        "line 3, column E5: '0' is not one of the answers 1 to 6",
        "line 4: 4 cells instead of 5",
        "line 6: 6 cells instead of 5",
        "line 7: no item is answered",
    ]
    assert [row.line for row in read(text) if isinstance(row, Row)] == [2, 8]


def test_what_is_not_csv_is_a_bad_row_and_reading_goes_on() -> None:
    text = f'{HEADER}\n"1"x,2,3,4,5\n{"9" * 200_000},2,3,4,5\n1,2,3,4,5\n"1,2,3'
    rows = read(text)
    assert [type(row).__name__ for row in rows] == ["Refused", "Refused", "Row", "Refused"]
    assert all(len(str(row)) < 200 for row in rows)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "empty"),
        ("\n", "empty"),
        ("\ufeff", "empty"),
        ("E1,E2\n1,2\n", "lacks the items 'E3', 'E4', 'E5'"),
        (f"{HEADER},E1\n", "'E1' stands there twice"),
        (f"{HEADER},gender\n", "Nothing is known of the columns 'gender'"),
        (f'{HEADER},"x\n', "not CSV"),
        ("1,2,3,4,5\n", "lacks the items"),
        ("x" * 300_000, "not CSV"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused(text: str, reason: str) -> None:
    with pytest.raises(SheetError, match=reason):
        read(text)


def test_strangers_are_taken_when_asked_to() -> None:
    text = f"{HEADER},gender,source\n1,2,3,4,5,x,elsewhere\n"
    (row,) = read(text, ignore_unknown=True, unknown_source="other")
    assert isinstance(row, Row)
    assert row.source == "other"


def test_care_flags_are_found_and_given_ones_kept() -> None:
    quiz = library.load(Path(__file__).parents[2] / "quiz" / "content").current("en")
    names = ",".join(item.id for item in quiz.items)
    text = f"{names},flags\n{','.join('3' * 24)},16\n"
    (row,) = Sheet(quiz, [], [], 202648).read(io.StringIO(text))
    assert isinstance(row, Row)
    assert row.flags == (CareFlag.SAME | CareFlag.LONG_RUN | CareFlag.NO_SPREAD | CareFlag.FAST)


rows = st.builds(
    Row,
    st.just(0),
    st.lists(st.integers(0, 6), min_size=5, max_size=5).filter(any).map(bytes),
    st.sampled_from(["direct", "my-blog"]),
    st.sampled_from([202001, 202053, 202648]),
    st.sampled_from(["en", "de"]),
    st.sampled_from([None, "reserved"]),
    st.sampled_from([None, "friends"]),
    st.sampled_from([None, "home"]),
    st.sampled_from([0, 16, 48]),
)


@given(st.lists(rows, max_size=5))
def test_what_was_written_is_read_again(written: list[Row]) -> None:
    file = io.StringIO(newline="")
    lines = csv.writer(file)
    lines.writerow(sheet.header(BFI))
    lines.writerows(sheet.cells(BFI, row) for row in written)
    file.seek(0)
    again = [row for row in reader().read(file) if isinstance(row, Row)]
    assert [replace(row, line=0) for row in again] == [
        replace(row, flags=row.flags | care_flags(BFI, [a or None for a in row.answers]))
        for row in written
    ]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert sheet.plain(text) == f"'{text}"
    assert sheet.plain("my-blog") == "my-blog"
