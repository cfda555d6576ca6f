"""Simulated people in a test's database, as if they had taken the quiz."""

from collections.abc import Iterator
from itertools import islice

import numpy as np
from flask import Flask

from quiz import store
from quiz.cli.demo import as_sent
from quiz.questionnaire import Questionnaire
from quiz.simulation import Blog, Population
from quiz.web.housekeeping import tend

WEEK = 202646


def crowd(app: Flask, n: int, source: str = "direct", seed: int = 1) -> None:
    """Store `n` valid results of this source, and do the rounds that publish them."""
    questionnaire: Questionnaire = app.extensions["quiz.site"].questionnaire("en")
    with app.app_context():
        store.results.pour(_submissions(questionnaire, n, source, seed))
    tend(app)


def _submissions(
    questionnaire: Questionnaire, n: int, source: str, seed: int
) -> Iterator[store.Submission]:
    people = Population(questionnaire, {WEEK: 1.0}, {source: Blog(1.0, 0.0)}, {"en": 1.0}, 0, 0)
    valid = (p for p in people.people(np.random.default_rng(seed), 2 * n) if not p.flags)
    return (as_sent(questionnaire, person) for person in islice(valid, n))
