"""An admin who is in, and people who took the quiz, for tests of the statistics page."""

import re
import secrets
from collections.abc import Iterator, Sequence

import numpy as np
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.cli.demo import as_sent
from quiz.questionnaire import Questionnaire
from quiz.simulation import Blog, Population
from quiz.store import Submission
from quiz.web.admin.passwords import hash_password
from quiz.web.site import site
from quiz.web.weeks import this_week

PASSWORD = "a long and quiet password"  # noqa: S105 - for tests alone
PASSWORD_HASH = hash_password(PASSWORD)


def signed_in(app: Flask) -> FlaskClient:
    """A browser of the admin, signed in."""
    client = app.test_client()
    page = client.get("/admin/login").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token
    sent = {"password": PASSWORD, "csrf_token": token[1]}
    assert client.post("/admin/login", data=sent).status_code == 303
    return client


def simulate(people: int, seed: int = 1, **sources: float) -> None:
    """People who took the quiz: in the app context of a test, from these sources."""
    questionnaire = site().questionnaire(site().library.languages[0])
    population = Population(
        questionnaire,
        weeks={202601: 1.0, 202602: 2.0, 202620: 1.0},
        sources={name: Blog(share) for name, share in (sources or {"direct": 1.0}).items()},
        languages={questionnaire.language: 1.0},
    )
    store.results.pour(
        as_sent(questionnaire, person)
        for person in population.people(np.random.default_rng(seed), people)
    )


def the_same(people: int, answers: Sequence[int]) -> None:
    """So many people who all answer this."""
    questionnaire = site().questionnaire(site().library.languages[0])
    store.results.pour(submission(questionnaire, tuple(answers)) for _ in range(people))


def submission(
    questionnaire: Questionnaire,
    answers: tuple[int, ...],
    week: int | None = None,
    source: str = "direct",
    self_label: str | None = None,
    flags: int = 0,
) -> Submission:
    """One finished quiz."""
    return Submission(
        receipt=secrets.token_urlsafe(),
        questionnaire_id=questionnaire.id,
        version=questionnaire.version,
        week=week or this_week(),
        language=questionnaire.language,
        answers=answers,
        source=source,
        self_label=self_label,
        flags=flags,
    )


def texts_in_tables(html: str) -> Iterator[str]:
    """What stands in the cells of all tables."""
    for cell in re.findall(r"<td[^>]*>(.*?)</td>", html, re.DOTALL):
        yield re.sub(r"<[^>]+>", "", cell).strip()
