"""The plan fits the person, is the same for the same input, and never runs dry."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quiz.advice import Wishes, fit, met_boosts, plan_for
from quiz.library import load
from quiz.scoring import score

QUIZ = load(Path(__file__).parents[2] / "quiz" / "content").current("en")
FULL = st.tuples(*[st.integers(1, 5)] * 24)


def wish(options: tuple[object, ...]) -> list[str | None]:
    return [None, *(option.id for option in options)]  # type: ignore[attr-defined]


@given(
    FULL,
    st.sampled_from(wish(QUIZ.goals)),
    st.sampled_from(wish(QUIZ.settings)),
    st.sampled_from(wish(QUIZ.works)),
)
def test_every_plan_is_whole(
    answers: tuple[int, ...], goal: str | None, setting: str | None, work: str | None
) -> None:
    scored = score(QUIZ, answers)
    plan = plan_for(QUIZ, scored, Wishes(goal, setting, work))
    shown = [*plan.week, *(card for cards in plan.stages.values() for card in cards)]
    assert len(plan.week) == 3
    assert len(shown) == len(set(shown)) == sum(stage.take for stage in QUIZ.stages)
    assert plan.stretch
    assert plan.stretch not in shown
    assert all(not c.styles or scored.style in c.styles for c in [*shown, plan.stretch])
    assert all(not c.works or work in c.works for c in [*shown, plan.stretch])
    assert plan == plan_for(QUIZ, scored, Wishes(goal, setting, work))


def test_this_week_always_holds_something_that_needs_no_event() -> None:
    event = {stage.id: stage.event for stage in QUIZ.stages}
    for goal, setting in product(wish(QUIZ.goals), wish(QUIZ.settings)):
        for raw in ([3] * 24, [5, 1] * 12, [1, 5] * 12):
            plan = plan_for(QUIZ, score(QUIZ, raw), Wishes(goal, setting))
            assert not event[plan.week[0].stage]


@pytest.mark.parametrize("work", [option.id for option in QUIZ.works])
def test_where_the_work_lives_brings_its_own_card(work: str) -> None:
    plans = [plan_for(QUIZ, score(QUIZ, raw), Wishes(work=work)) for raw in ([3] * 24, [5, 1] * 12)]
    for plan in plans:
        every = [*plan.week, *(c for cards in plan.stages.values() for c in cards)]
        assert any(work in card.works for card in every)


def test_points_of_a_card() -> None:
    met = met_boosts(QUIZ, score(QUIZ, [3] * 24))
    card = replace(next(c for c in QUIZ.cards if c.goals and c.settings), boosts=())
    plain = replace(card, evidence=next(e.id for e in QUIZ.evidence if not e.strong))
    strong = replace(card, evidence=next(e.id for e in QUIZ.evidence if e.strong))
    goal, setting = card.goals[0], card.settings[0]
    assert fit(QUIZ, met, Wishes(), plain) == 0
    assert fit(QUIZ, met, Wishes(goal=goal), plain) == 3
    assert fit(QUIZ, met, Wishes(goal=goal, setting=setting), plain) == 5
    assert fit(QUIZ, met, Wishes(goal=goal, setting=setting), strong) == 6


def test_a_boost_rule_counts_two_on_its_side_only() -> None:
    card = next(c for c in QUIZ.cards if len(c.boosts) == 1 and c.boosts[0].measure == "energy")
    lone = [1 if i.key > 0 else 5 for i in QUIZ.items]
    crowd = [6 - answer for answer in lone]
    points = [
        fit(QUIZ, met_boosts(QUIZ, score(QUIZ, raw)), Wishes(), card) for raw in (lone, crowd)
    ]
    assert abs(points[0] - points[1]) == 2


def test_a_goal_changes_the_week() -> None:
    scored = score(QUIZ, [3, 4] * 12)
    weeks = {plan_for(QUIZ, scored, Wishes(goal=goal)).week for goal in wish(QUIZ.goals)}
    assert len(weeks) >= 4
