"""A score, a goal and a setting in; a plan of small actions out."""

from collections.abc import Mapping
from dataclasses import dataclass

from quiz.questionnaire import Boost, Card, Questionnaire
from quiz.scoring import Score

WEEK = 3


@dataclass(frozen=True)
class Wishes:
    """What the visitor said they want, each an option id or None."""

    goal: str | None = None
    setting: str | None = None
    work: str | None = None


@dataclass(frozen=True)
class Plan:
    """`week`: this week's actions; `stages`: the other cards by stage id; `stretch`: one more."""

    week: tuple[Card, ...]
    stages: Mapping[str, tuple[Card, ...]]
    stretch: Card | None


def plan_for(questionnaire: Questionnaire, score: Score, wishes: Wishes) -> Plan:
    """The best cards for this score and these wishes; the same input gives the same plan.

    A card earns 3 for the goal, 3 for where the work lives, 2 for the setting, 2 for each boost
    rule met and 1 for strong evidence; ties go by id.
    """

    def rank(card: Card) -> tuple[int, str]:
        return -fit(questionnaire, score, wishes, card), card.id

    open_cards = sorted((c for c in questionnaire.cards if _suits(c, score, wishes)), key=rank)
    chosen: dict[str, list[Card]] = {
        stage.id: [c for c in open_cards if c.stage == stage.id and not c.stretch][: stage.take]
        for stage in questionnaire.stages
    }
    without_event = [c for s in questionnaire.stages if not s.event for c in chosen[s.id]]
    first = min(without_event, key=rank, default=None)
    others = sorted((c for cards in chosen.values() for c in cards if c is not first), key=rank)
    week = ([first] if first else []) + others[: WEEK - bool(first)]
    return Plan(
        week=tuple(week),
        stages={
            stage: rest
            for stage, cards in chosen.items()
            if (rest := tuple(card for card in cards if card not in week))
        },
        stretch=next((card for card in open_cards if card.stretch), None),
    )


def fit(questionnaire: Questionnaire, score: Score, wishes: Wishes, card: Card) -> int:
    """How well a card fits, in points (see `plan_for`)."""
    return (
        3 * (wishes.goal in card.goals)
        + 3 * (wishes.work in card.works)
        + 2 * (wishes.setting in card.settings)
        + 2 * sum(_met(boost, score) for boost in card.boosts)
        + questionnaire.evidence_by_id[card.evidence].strong
    )


def _suits(card: Card, score: Score, wishes: Wishes) -> bool:
    style_fits = not card.styles or score.style in card.styles
    return style_fits and (not card.works or wishes.work in card.works)


def _met(boost: Boost, score: Score) -> bool:
    value = score.of(boost.measure)
    if value is None:
        return False
    return value >= boost.bound if boost.above else value <= boost.bound
