"""Simulated people come out as their model says."""

from pathlib import Path

import numpy as np
import pytest

from quiz import library
from quiz.scoring import care_flags
from quiz.simulation import Blog, Population

ROOT = Path(__file__).parents[2]
FOLDERS = ("quiz/content", "tests/content/tiny", "tests/content/bfi")


def population(folder: str = "quiz/content", **changes: float) -> Population:
    loaded = library.load(ROOT / folder)
    return Population(
        loaded.current(loaded.languages[0]),
        weeks={202640: 1, 202641: 3},
        sources={"direct": Blog(3), "my-blog": Blog(1, lean=-0.6)},
        languages={"en": 2, "de": 1},
        **changes,
    )


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_known_truth_is_what_many_people_show(folder: str) -> None:
    model = population(folder)
    people = list(model.people(np.random.default_rng(4), 40_000))
    answers = np.array([list(person.answers) for person in people], dtype=float)
    truth = model.truth
    assert np.abs(answers.mean(axis=0) - truth.means).max() < 0.04
    assert np.abs(np.cov(answers.T) - truth.covariances).max() < 0.06
    for scale in model.questionnaire.scales:
        inside = [
            (n, item.key)
            for n, item in enumerate(model.questionnaire.items)
            if model.questionnaire.facet_by_id[item.facet].scale == scale.id
        ]
        keyed = np.cov(answers[:, [n for n, _ in inside]].T * [[key] for _, key in inside])
        k = len(inside)
        alpha = k / (k - 1) * (1 - np.trace(keyed) / keyed.sum())
        assert truth.alpha(scale.id) == pytest.approx(alpha, abs=0.015)
        sd = 100 * keyed.sum() ** 0.5 / k / (model.questionnaire.points - 1)
        assert truth.sd(scale.id) == pytest.approx(sd, abs=0.4)


def test_the_figures_are_such_as_are_published() -> None:
    truth = population().truth
    assert 0.8 < truth.alpha("ie") < 0.9
    assert 0.7 < truth.alpha("sharing") < 0.8
    assert 45 < truth.mean("ie") < 55 < truth.mean("sharing") < 65


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_person_could_have_answered_the_quiz(folder: str) -> None:
    model = population(folder)
    q = model.questionnaire
    for person in model.people(np.random.default_rng(1), 500):
        assert len(person.answers) == len(q.items)
        assert set(person.answers) <= set(range(1, q.points + 1))
        assert person.flags == care_flags(q, person.answers)
        assert person.week in model.weeks
        assert person.source in model.sources
        assert person.language in model.languages
        for said, options in (
            (person.self_label, q.self_labels),
            (person.goal, q.goals),
            (person.setting, q.settings),
        ):
            assert said is None or said in {option.id for option in options}


def test_the_same_dice_give_the_same_people() -> None:
    first, second, other = (
        list(population().people(np.random.default_rng(seed), 50)) for seed in (7, 7, 8)
    )
    assert first == second != other


def test_self_labels_follow_the_trait_and_careless_people_are_flagged() -> None:
    model = population(straight=0.1)
    people = list(model.people(np.random.default_rng(5), 4000))
    flagged = sum(person.flags > 0 for person in people) / len(people)
    assert 0.08 < flagged < 0.13
    keys = [i.key if i.facet == "energy" else 0 for i in model.questionnaire.items]
    energy = {
        label: np.mean([np.dot(keys, list(p.answers)) for p in people if p.self_label == label])
        for label in ("introvert", "between", "extrovert")
    }
    assert energy["introvert"] < energy["between"] < energy["extrovert"]


def test_counters_of_visits_never_grow_on_the_way() -> None:
    model = population()
    finished = {(202640, "direct", "en"): 400, (202641, "my-blog", "de"): 0}
    counted = list(model.visits(np.random.default_rng(2), finished))
    assert {cell[:3] for cell in counted} == {(202640, "direct", "en")}
    way = {event: n for *_, event, n in counted}
    steps = [way[name] for name in ("started", "page-1", "page-2", "page-3", "page-4", "finished")]
    assert steps == sorted(steps, reverse=True)
    assert way["finished"] == 400 > way["card"] > way["calendar"] > 0
