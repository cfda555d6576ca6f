"""Where the people are simulated, every page says so; elsewhere none does."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from quiz import store
from quiz.web import create_app
from quiz.web.settings import Settings
from quiz.web.simulated import FACT

PAGES = ("/", "/method", "/privacy", "/for-blogs", "/style/bridge-builder", "/embed/", "/nowhere")
SAYS = "Simulated data"


@pytest.mark.parametrize("page", PAGES)
def test_a_demonstration_says_so_on_every_page(make_app: Callable[..., Flask], page: str) -> None:
    answer = make_app(demo=True).test_client().get(page)
    assert answer.get_data(as_text=True).count(SAYS) == 1
    quiz = make_app(demo=True).test_client().get("/quiz", follow_redirects=True)
    assert SAYS in quiz.get_data(as_text=True)


@pytest.mark.parametrize("page", PAGES)
def test_the_real_quiz_never_says_so(make_app: Callable[..., Flask], page: str) -> None:
    assert SAYS not in make_app().test_client().get(page).get_data(as_text=True)


def test_a_demo_database_is_known_by_its_mark(make_app: Callable[..., Flask]) -> None:
    with make_app().app_context():
        store.facts.set(FACT, "simulated")
        store.close()
    assert SAYS in make_app().test_client().get("/").get_data(as_text=True)


def test_a_database_that_is_away_does_not_stop_the_start(
    settings: Settings, tmp_path: Path
) -> None:
    app = create_app(settings.prepare())
    assert not list((tmp_path / "data").glob("*.sqlite3"))
    assert SAYS not in app.test_client().get("/").get_data(as_text=True)
