"""A result's address: every answer there and back, and mistakes that are noticed."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.address import SYMBOLS, Answered, UnknownAddress, UnknownVersion, decode, encode
from quiz.library import load
from quiz.questionnaire import Questionnaire

QUIZ = load(Path(__file__).parents[2] / "quiz" / "content").current("en")
TINY = load(Path(__file__).parents[1] / "content" / "tiny").current("en")
FULL = st.tuples(*[st.integers(1, 5)] * 24)


def at(version: int) -> Questionnaire | None:
    return QUIZ if version == QUIZ.version else None


@given(FULL, st.booleans())
def test_there_and_back(answers: tuple[int, ...], hasty: bool) -> None:
    code = encode(Answered(QUIZ, answers, hasty))
    assert decode(code, at) == Answered(QUIZ, answers, hasty)
    assert decode(code.upper(), at).answers == answers
    assert len(code) == 15


@given(FULL, st.data())
def test_one_changed_symbol_is_noticed(answers: tuple[int, ...], data: st.DataObject) -> None:
    code = encode(Answered(QUIZ, answers))
    place = data.draw(st.integers(2, len(code) - 1))
    other = data.draw(st.sampled_from([s for s in SYMBOLS if s != code[place]]))
    with pytest.raises(UnknownAddress):
        decode(code[:place] + other + code[place + 1 :], at)


@given(FULL, st.integers(2, 13))
def test_swapped_neighbours_are_noticed(answers: tuple[int, ...], place: int) -> None:
    code = encode(Answered(QUIZ, answers))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if swapped != code:
        with pytest.raises(UnknownAddress):
            decode(swapped, at)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_is_refused(text: str) -> None:
    try:
        answered = decode(text, at)
    except (UnknownAddress, UnknownVersion):
        return
    assert decode(encode(answered), at) == answered


def test_letters_that_look_like_digits_are_read_as_digits() -> None:
    code = encode(Answered(QUIZ, (1,) * 24))
    assert decode(code.replace("0", "O"), at).answers == (1,) * 24


@pytest.mark.parametrize(
    "code", ["", "1-", "1", "-abc", "01-00", "1-!!", "1-000000000000\n", "٣-00000000000000"]
)
def test_junk_is_refused(code: str) -> None:
    with pytest.raises(UnknownAddress):
        decode(code, at)


def test_an_unknown_version_says_so() -> None:
    newer = replace(QUIZ, version=2)
    with pytest.raises(UnknownVersion):
        decode(encode(Answered(newer, (3,) * 24)), at)


def test_an_address_of_another_questionnaire_is_refused() -> None:
    other = replace(QUIZ, id="another")
    refused = 0
    for answer in range(1, 6):
        try:
            decode(encode(Answered(other, (answer,) * 24)), at)
        except UnknownAddress:
            refused += 1
    assert refused == 5


def test_an_old_version_keeps_its_key() -> None:
    flipped = replace(QUIZ, version=2, items=tuple(replace(i, key=-i.key) for i in QUIZ.items))
    code = encode(Answered(QUIZ, (5,) * 12 + (1,) * 12))
    found = decode(code, lambda version: {1: QUIZ, 2: flipped}[version])
    assert found.questionnaire is QUIZ


def test_another_questionnaire() -> None:
    answers = tuple((3 * n) % TINY.points + 1 for n in range(len(TINY.items)))
    code = encode(Answered(TINY, answers))
    assert decode(code, lambda _version: TINY).answers == answers
