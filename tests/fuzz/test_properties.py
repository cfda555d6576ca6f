"""The same promises with inputs that are nearly right; for codes and content see tests/core."""

import csv
import io
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from quiz import library, sheet
from quiz.web import visit_token
from quiz.web.forms import form_class

TINY = library.load(Path(__file__).parents[1] / "content" / "tiny").current("en")
ITEMS = [item.id for item in TINY.items]
FORM = form_class(TINY)
VALUES = st.one_of(
    st.sampled_from(["1", "2", "6", "7", "0", "", "1.0", "\u0661"]), st.text(max_size=5)
)


@given(st.binary(min_size=1, max_size=8), st.integers(0), st.sampled_from("^-+"))
def test_a_token_that_was_touched_is_no_other_visit(bits: bytes, place: int, how: str) -> None:
    token = visit_token.new("a secret", 29_000_000)
    at = place % len(token)
    there = bits.decode("latin-1")
    parts = {"^": token[:at] + there + token[at + 1 :], "-": token[:at], "+": token + there}
    try:
        visit = visit_token.read("a secret", parts[how])
    except visit_token.BadToken:
        return
    assert visit == visit_token.read("a secret", token)


@given(st.lists(st.tuples(st.sampled_from([*ITEMS, "goal", "pace", "count", "x"]), VALUES)))
def test_a_form_is_whole_or_says_what_is_open(fields: list[tuple[str, str]]) -> None:
    filled = FORM(MultiDict([*((item, "2") for item in ITEMS[1:]), *fields]))
    filled.validate()
    twice = {name for name, _value in fields if name in ITEMS[1:]}
    first = [value for name, value in fields if name == ITEMS[0]]
    good = not twice and len(first) == 1 and first[0] in ("1", "2", "3", "4", "5", "6")
    assert (filled.answers.data is not None) == good


@given(st.lists(st.lists(VALUES, min_size=len(ITEMS), max_size=len(ITEMS)), max_size=4))
def test_each_row_of_a_file_is_good_or_named(rows: list[list[str]]) -> None:
    text = io.StringIO(newline="")
    csv.writer(text).writerows([ITEMS, *rows])
    text.seek(0)
    for row in sheet.Sheet(TINY, ["direct"], ["en"], 202648).read(text):
        if isinstance(row, sheet.Row):
            assert set(row.answers) <= set(range(TINY.points + 1))
        else:
            assert row.line > 1
            assert row.reason
