"""`demo`: one command from nothing to a page full of simulated people."""

import sqlite3
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import main
from tests.live_server import live_server


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`run("demo", "50")` is `python -m quiz demo 50` with a data folder of its own."""

    def run(*words: str, **settings: str) -> Result:
        environment = {"QUIZ_DATA_DIR": str(tmp_path), "DATABASE_URL": None, **settings}
        return CliRunner().invoke(main, words, env=environment)

    return run


def rows(
    file: Path, query: str = "SELECT * FROM result ORDER BY answers, week, self_label"
) -> list:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(query).fetchall()


def test_the_real_database_is_not_touched(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    assert run("sources", "add", "my-blog", "--name", "My blog").exit_code == 0
    real = (tmp_path / "quiz.sqlite3").read_bytes()
    done = run("demo", "60", "--no-serve")
    assert done.exit_code == 0, done.output
    assert "60 simulated people" in done.output
    assert (tmp_path / "quiz.sqlite3").read_bytes() == real
    assert (tmp_path / "demo.sqlite3").stat().st_mode & 0o077 == 0
    assert len(rows(tmp_path / "demo.sqlite3")) == 60


def test_another_demo_starts_afresh_and_the_same_dice_fall_the_same(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    found = []
    for people in ("30", "40", "40"):
        assert run("demo", people, "--seed", "7", "--no-serve").exit_code == 0
        found.append([row[1:] for row in rows(tmp_path / "demo.sqlite3")])
    assert [len(people) for people in found] == [30, 40, 40]
    assert found[1] == found[2]


def test_a_set_database_is_refused(run: Callable[..., Result], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/mine.sqlite3"
    refused = run("demo", "10", "--no-serve", DATABASE_URL=url)
    assert refused.exit_code == 2
    assert "take DATABASE_URL out" in refused.output
    assert not list(tmp_path.glob("*.sqlite3"))


@pytest.mark.parametrize("people", ["0", "-5", "many", "2000000"])
def test_a_crowd_that_cannot_be_is_refused(run: Callable[..., Result], people: str) -> None:
    assert run("demo", "--no-serve", "--", people).exit_code == 2


def test_another_questionnaire_can_be_shown_too(run: Callable[..., Result], tmp_path: Path) -> None:
    tiny = Path(__file__).parents[1] / "content" / "tiny"
    assert run("demo", "20", "--no-serve", QUIZ_CONTENT_DIR=str(tiny)).exit_code == 0
    assert {row[0] for row in rows(tmp_path / "demo.sqlite3", "SELECT version FROM result")} == {3}


def test_it_is_served_and_says_what_it_is(tmp_path: Path) -> None:
    command = (sys.executable, "-m", "quiz", "demo", "50")
    with live_server(tmp_path, command=command) as server:
        assert "Simulated data" in server.get("/")
