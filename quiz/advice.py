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
    met = met_boosts(questionnaire, score)
    ranked = sorted(
        [
            (-fit(questionnaire, met, wishes, card), card.id, card)
            for card in questionnaire.cards_by_style[score.style]
            if not card.works or wishes.work in card.works
        ]
    )
    chosen: dict[str, list[Card]] = {stage.id: [] for stage in questionnaire.stages}
    take = {stage.id: stage.take for stage in questionnaire.stages}
    best, stretch = [], None
    for _points, _id, card in ranked:
        if card.stretch:
            stretch = stretch or card
        elif len(chosen[card.stage]) < take[card.stage]:
            chosen[card.stage].append(card)
            best.append(card)
    at_home = {stage.id for stage in questionnaire.stages if not stage.event}
    week = [card for card in best if card.stage in at_home][:1]
    week += [card for card in best if card not in week][: WEEK - len(week)]
    this_week = {card.id for card in week}
    later = {
        stage: tuple(card for card in cards if card.id not in this_week)
        for stage, cards in chosen.items()
    }
    return Plan(
        week=tuple(week),
        stages={stage: cards for stage, cards in later.items() if cards},
        stretch=stretch,
    )


def met_boosts(questionnaire: Questionnaire, score: Score) -> frozenset[Boost]:
    """The boost rules that this score meets."""
    return frozenset([boost for boost in questionnaire.boosts if _met(boost, score)])


def fit(questionnaire: Questionnaire, met: frozenset[Boost], wishes: Wishes, card: Card) -> int:
    """How well a card fits whose boosts are `met` or not, in points (see `plan_for`)."""
    return (
        3 * (wishes.goal in card.goals)
        + 3 * (wishes.work in card.works)
        + 2 * (wishes.setting in card.settings)
        + 2 * len(met.intersection(card.boosts))
        + questionnaire.evidence_by_id[card.evidence].strong
    )


def _met(boost: Boost, score: Score) -> bool:
    value = score.of(boost.measure)
    if value is None:
        return False
    return value >= boost.bound if boost.above else value <= boost.bound
