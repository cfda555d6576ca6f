"""Why this result: the answers that moved it most, and how far the next style is."""

from collections.abc import Sequence
from typing import NamedTuple

from quiz.questionnaire import MIDDLE, Item, Questionnaire, Scale
from quiz.scoring import Score, pomp


class Moved(NamedTuple):
    """One answer (1..points) and the POMP points it moved its scale away from 50."""

    item: Item
    answer: int
    scale: str
    points: float


class Distance(NamedTuple):
    """A style next door: POMP points to the edge, and how many answers one step further."""

    style: str
    scale: str
    points: float
    steps: int


def moved_most(
    questionnaire: Questionnaire, answers: Sequence[int], scale: str
) -> tuple[Moved, ...]:
    """Every answer of a scale that moved it off the middle, strongest first, then item order."""
    scales, points = questionnaire.scale_of_item, questionnaire.points
    size = scales.count(scale)
    moves = [(pomp(answer, points) - MIDDLE) / size for answer in range(1, points + 1)]
    moved = [
        Moved(item, answer, scale, item.key * moves[answer - 1])
        for item, answer, its in zip(questionnaire.items, answers, scales, strict=True)
        if its == scale and moves[answer - 1]
    ]
    return tuple(sorted(moved, key=lambda m: -abs(m.points)))


def next_styles(questionnaire: Questionnaire, score: Score) -> tuple[Distance, ...]:
    """The styles one band away on one scale, fewest steps first."""
    found = []
    for scale in questionnaire.scales:
        index = [band.id for band in scale.bands].index(score.bands[scale.id])
        around = [i for i in (index - 1, index + 1) if 0 <= i < len(scale.bands)]
        found += [_distance(questionnaire, score, scale, index, other) for other in around]
    return tuple(sorted(found, key=lambda d: (d.steps, d.style)))


def _distance(
    questionnaire: Questionnaire, score: Score, scale: Scale, here: int, other: int
) -> Distance:
    value = score.scales[scale.id].score
    size = questionnaire.scale_of_item.count(scale.id)
    step = 100 / ((questionnaire.points - 1) * size) * (1 if other > here else -1)
    goal = scale.bands[other]
    edge = goal.start if other > here else goal.end
    steps = 1
    while scale.band_of(value + steps * step).id == scale.bands[here].id:
        steps += 1
    style = questionnaire.style_at({**score.bands, scale.id: goal.id})
    return Distance(style.id, scale.id, abs(value - edge), steps)
