"""Why this result: the parts add up, and the distance to the next style is the real one."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.library import load
from quiz.reasons import moved_most, next_styles
from quiz.scoring import score

QUIZ = load(Path(__file__).parents[2] / "quiz" / "content").current("en")
FULL = st.tuples(*[st.integers(1, 5)] * 24)


@given(FULL, st.sampled_from([scale.id for scale in QUIZ.scales]))
def test_moves_add_up_to_the_score(answers: tuple[int, ...], scale: str) -> None:
    moved = moved_most(QUIZ, answers, scale)
    total = 50 + sum(m.points for m in moved)
    assert total == pytest.approx(score(QUIZ, answers).scales[scale].score)
    sizes = [abs(m.points) for m in moved]
    assert sizes == sorted(sizes, reverse=True)
    assert all(m.points for m in moved)


def test_an_answer_and_its_direction() -> None:
    answers = [3] * 24
    answers[0], answers[1] = 5, 4
    first, second = moved_most(QUIZ, answers, "ie")
    assert (first.item.id, first.answer, first.points) == ("A1", 5, 50 / 16)
    assert (second.item.id, second.answer, second.points) == ("B1", 4, -25 / 16)


@given(FULL)
def test_the_named_number_of_steps_is_just_enough(answers: tuple[int, ...]) -> None:
    scored = score(QUIZ, answers)
    found = next_styles(QUIZ, scored)
    assert found
    for distance in found:
        scale = QUIZ.scale_by_id[distance.scale]
        size = 16 if scale.id == "ie" else 8
        here = scored.scales[scale.id].score
        target = QUIZ.style_by_id[distance.style].bands[scale.id]
        up = next(b.start for b in scale.bands if b.id == target) >= here
        step = (1 if up else -1) * 25 / size
        assert scale.band_of(here + distance.steps * step).id == target
        assert scale.band_of(here + (distance.steps - 1) * step).id == scored.bands[scale.id]
    assert [d.steps for d in found] == sorted(d.steps for d in found)
