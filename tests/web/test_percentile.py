"""From 200 valid results on a result says where it stands among people, from memory alone."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from quiz.web.settings import Settings
from tests.crowd import crowd
from tests.web.page import Page

CODE = "1-13b3z2n813g6s"
SAID = re.compile(
    r"(About \d in 10|Fewer than 1 in 10|More than 9 in 10) people who finished this quiz scored"
    r" lower \(likely (\d+) to (\d+) in 10\)\."
)


def read(app: Flask, code: str = CODE) -> str:
    return " ".join(Page(app.test_client().get(f"/result/{code}").text).texts)


@pytest.mark.parametrize(("n", "shown"), [(0, False), (199, False), (200, True)])
def test_it_needs_two_hundred(app: Flask, n: int, shown: bool) -> None:
    crowd(app, n)
    assert bool(SAID.search(read(app))) == shown


def test_it_names_the_people_and_keeps_them_apart_from_the_line(app: Flask) -> None:
    crowd(app, 212)
    text = read(app)
    assert "some 210 visitors since November 2026" in text
    assert "no place on the line" in text
    said = SAID.search(text)
    assert said
    assert int(said[2]) <= int(said[3])


def test_a_large_number_is_written_as_people_do(app: Flask) -> None:
    crowd(app, 1212)
    assert "some 1,210 visitors" in read(app)


def test_low_and_high_scores_stand_low_and_high(app: Flask) -> None:
    crowd(app, 400)
    client = app.test_client()
    quiz = app.extensions["quiz.site"].questionnaire("en")
    shown = []
    for low in (True, False):
        answers = {i.id: 1 if (i.key > 0) == low else 5 for i in quiz.items}
        sent = client.post(client.get("/quiz").location, data=answers)
        text = " ".join(Page(client.get(sent.location).text).texts)
        said = SAID.search(text)
        assert said
        shown.append(said[1])
    assert shown == ["Fewer than 1 in 10", "More than 9 in 10"]


def test_no_result_waits_for_the_database(app: Flask, settings: Settings) -> None:
    crowd(app, 200)
    for file in Path(settings.data_dir).glob("quiz.sqlite3*"):
        file.unlink()
    assert SAID.search(read(app))


def test_a_new_snapshot_shows_at_once_and_only_after_25_more(app: Flask) -> None:
    crowd(app, 200)
    assert "some 200 visitors" in read(app)
    crowd(app, 24, seed=2)
    assert "some 200 visitors" in read(app)
    crowd(app, 1, seed=3)
    assert "some 225 visitors" in read(app)


def test_another_questionnaire_has_its_own_people(make_app: Callable[..., Flask]) -> None:
    tiny = Path(__file__).parents[1] / "content" / "tiny"
    crowd(make_app(), 200)
    other = make_app(content_dir=tiny)
    crowd(other, 0)
    client = other.test_client()
    quiz = other.extensions["quiz.site"].questionnaire("en")
    sent = client.post(client.get("/quiz").location, data={i.id: 1 for i in quiz.items})
    page = client.get(sent.location)
    assert page.status_code == 200
    assert "scored lower" not in page.text
