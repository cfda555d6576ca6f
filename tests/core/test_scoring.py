"""What a set of answers says: gold cases from docs and properties that must always hold."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.library import load
from quiz.scoring import CareFlag, TooFewAnswers, care_flags, score, slight_lean

CONTENT = Path(__file__).parents[2] / "quiz" / "content"
QUIZ = load(CONTENT).current("en")
IE = [i for i, item in enumerate(QUIZ.items) if QUIZ.facet_by_id[item.facet].scale == "ie"]
FULL = st.tuples(*[st.integers(1, 5)] * 24)


def pole(high: bool, scale: str | None = None) -> list[int]:
    """Every answer at one pole of every scale (or of one, the rest in the middle)."""
    return [
        3
        if scale and QUIZ.facet_by_id[item.facet].scale != scale
        else (5 if (item.key > 0) == high else 1)
        for item in QUIZ.items
    ]


def with_ie_sum(steps: int) -> list[int]:
    """Answers whose I/E score is `steps` answer steps above 0 (0..64), Sharing at 100."""
    answers = pole(high=True)
    for index in IE:
        take = min(4, steps)
        steps -= take
        answers[index] = 1 + take if QUIZ.items[index].key > 0 else 5 - take
    return answers


@pytest.mark.parametrize("same", [1, 2, 3, 4, 5])
def test_all_the_same_answers_land_on_fifty_and_are_flagged(same: int) -> None:
    result = score(QUIZ, [same] * 24)
    assert {e.score for e in [*result.scales.values(), *result.facets.values()]} == {50}
    assert CareFlag.SAME in care_flags(QUIZ, [same] * 24)
    assert CareFlag.LONG_RUN in care_flags(QUIZ, [same] * 24)


@pytest.mark.parametrize(
    ("high", "value", "style"), [(True, 100, "generous-host"), (False, 0, "deep-diver")]
)
def test_perfect_poles(high: bool, value: int, style: str) -> None:
    result = score(QUIZ, pole(high))
    assert {e.score for e in [*result.scales.values(), *result.facets.values()]} == {value}
    assert result.style == style
    assert result.neighbours == ()


@pytest.mark.parametrize("steps", range(65))
def test_every_place_on_the_sixteen_item_grid(steps: int) -> None:
    result = score(QUIZ, with_ie_sum(steps))
    value = result.scales["ie"].score
    assert value == pytest.approx(steps * 1.5625)
    expected = "introvert" if value <= 41 else "extrovert" if value >= 59 else "middle"
    assert result.bands["ie"] == expected
    sem = 18 * 0.15**0.5
    edges = (50 - 1.2816 * sem, 50 + 1.2816 * sem)
    close = any(abs(value - edge) <= sem for edge in edges)
    assert bool(result.neighbours) == close


def test_band_edges_as_published() -> None:
    def band(steps: int) -> str:
        return score(QUIZ, with_ie_sum(steps)).bands["ie"]

    assert [band(s) for s in (26, 27, 37, 38)] == ["introvert", "middle", "middle", "extrovert"]
    assert [s * 1.5625 for s in (26, 27, 37, 38)] == [40.625, 42.1875, 57.8125, 59.375]


def test_range_is_ninety_per_cent_and_stays_on_the_scale() -> None:
    middle = score(QUIZ, with_ie_sum(32)).scales["ie"]
    assert (round(middle.low, 1), round(middle.high, 1)) == (38.5, 61.5)
    top = score(QUIZ, pole(high=True)).scales["ie"]
    assert (top.high, round(top.low, 1)) == (100, 88.5)


@pytest.mark.parametrize(
    ("value", "chance"), [(41, 0.90), (44, 0.80), (46, 0.72), (48, 0.61), (50, 0.50)]
)
def test_chance_of_being_below_the_middle(value: float, chance: float) -> None:
    estimate = score(QUIZ, [3] * 24).scales["ie"]._replace(score=value)
    assert estimate.chance_below_middle == pytest.approx(chance, abs=0.006)
    assert slight_lean(estimate) == (-1 if chance >= 0.75 else 0)


def test_sharing_close_to_fifty_names_both_neighbours() -> None:
    def sharing(plus: int) -> list[int]:
        answers = pole(high=False, scale="ie")
        for index, item in enumerate(QUIZ.items):
            if QUIZ.facet_by_id[item.facet].scale == "sharing" and plus:
                take = max(-2, min(2, plus))
                answers[index] += take * item.key
                plus -= take
        return answers

    at = {plus: score(QUIZ, sharing(plus)) for plus in range(-5, 6)}
    assert at[0].scales["sharing"].score == 50
    assert at[0].style == "quiet-beacon"
    assert at[0].neighbours == ("deep-diver",)
    assert at[-1].style == "deep-diver"
    assert [bool(at[p].neighbours) for p in (-4, -3, 3, 4)] == [False, True, True, False]


def test_missing_answers() -> None:
    answers: list[int | None] = list(pole(high=True))
    energy = [i for i, item in enumerate(QUIZ.items) if item.facet == "energy"]
    answers[energy[0]] = None
    assert score(QUIZ, answers).facets["energy"].score == 100
    answers[energy[1]] = None
    result = score(QUIZ, answers)
    assert "energy" not in result.facets
    assert result.scales["ie"].score == 100
    answers[energy[2]] = None
    assert score(QUIZ, answers).scales["ie"].score == 100
    answers[energy[3]] = None
    with pytest.raises(TooFewAnswers):
        score(QUIZ, answers)


def test_an_empty_strand_is_never_scored_over() -> None:
    answers: list[int | None] = [None if item.facet == "giving" else 3 for item in QUIZ.items]
    with pytest.raises(TooFewAnswers, match="sharing"):
        score(QUIZ, answers)


@pytest.mark.parametrize("answers", [[3] * 23, [3] * 25, [0] + [3] * 23, [6] + [3] * 23])
def test_impossible_answers_are_refused(answers: list[int]) -> None:
    with pytest.raises(ValueError, match="answer"):
        score(QUIZ, answers)


@given(FULL)
def test_reversing_every_answer_mirrors_every_score(answers: tuple[int, ...]) -> None:
    one, other = score(QUIZ, answers), score(QUIZ, [6 - a for a in answers])
    for measure, estimate in {**one.scales, **one.facets}.items():
        mirrored = other.scales.get(measure) or other.facets[measure]
        assert mirrored.score == pytest.approx(100 - estimate.score)
        assert (mirrored.low, mirrored.high) == pytest.approx(
            (100 - estimate.high, 100 - estimate.low)
        )


@given(FULL, st.permutations(range(24)))
def test_order_of_items_does_not_matter(answers: tuple[int, ...], order: list[int]) -> None:
    shuffled = replace(QUIZ, items=tuple(QUIZ.items[i] for i in order))
    one, other = score(QUIZ, answers), score(shuffled, [answers[i] for i in order])
    assert one.style == other.style
    assert one.neighbours == other.neighbours
    for measure, estimate in one.scales.items():
        assert estimate.score == pytest.approx(other.scales[measure].score)


@given(FULL, st.integers(0, 23))
def test_more_of_a_keyed_answer_never_lowers_a_score(answers: tuple[int, ...], at: int) -> None:
    item = QUIZ.items[at]
    more = list(answers)
    more[at] = max(1, min(5, more[at] + item.key))
    one, other = score(QUIZ, answers), score(QUIZ, more)
    for measure, estimate in {**one.scales, **one.facets}.items():
        after = other.scales.get(measure) or other.facets[measure]
        assert after.score >= estimate.score - 1e-9


ORDINARY = [4, 2, 3, 5, 1, 4] * 4


@pytest.mark.parametrize(
    ("answers", "flag"),
    [
        (ORDINARY, CareFlag(0)),
        (ORDINARY[:12] + [3] * 12, CareFlag.LONG_RUN),
        (ORDINARY[:13] + [3] * 11, CareFlag(0)),
        (ORDINARY[:15] + [4] * 8 + [2], CareFlag.LONG_RUN),
        (ORDINARY[:15] + [3] * 8 + [2], CareFlag(0)),
        ([5, 4, 5, 4, 4, 3] * 4, CareFlag.ONE_SIDED),
        ([5, 4, 4, 3] * 6, CareFlag(0)),
        ([1, 2, 1, 2, 2, 3] * 4, CareFlag.ONE_SIDED),
        ([3, 3, 3, 3, 3, 3, 3, 4] * 3, CareFlag.NO_SPREAD),
    ],
)
def test_care_flags_of_answers(answers: list[int], flag: CareFlag) -> None:
    assert care_flags(QUIZ, answers) == flag


@pytest.mark.parametrize(
    ("seconds", "flag"),
    [
        (None, CareFlag(0)),
        ((30, 30, 30, 30), CareFlag(0)),
        ((11, 30, 30, 30), CareFlag(0)),
        ((11, 11, 30, 30), CareFlag.FAST),
        ((12, 12, 12, 12), CareFlag(0)),
        ((5, 6, 6, 6), CareFlag.FAST | CareFlag.VERY_FAST),
        ((6, 6, 6, 6), CareFlag.FAST),
        ((1, 1), CareFlag(0)),
    ],
)
def test_care_flags_of_pace(seconds: tuple[int, ...] | None, flag: CareFlag) -> None:
    assert care_flags(QUIZ, ORDINARY, seconds) == flag
