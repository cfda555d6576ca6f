"""`admin password` and `admin hash`, and the password that `demo` makes."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quiz.cli import main
from quiz.web.admin import passwords

LONG = "four random words here"


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., Result]:
    """`run("admin", "hash")` is `python -m quiz admin hash` with a data folder of its own."""

    def run(*words: str, typed: str = "", **settings: str) -> Result:
        environment = {"QUIZ_DATA_DIR": str(tmp_path), "DATABASE_URL": None, **settings}
        return CliRunner().invoke(main, words, input=typed, env=environment)

    return run


def kept(file: Path) -> str:
    with closing(sqlite3.connect(file)) as connection:
        found: str = connection.execute("SELECT password_hash FROM admin").fetchone()[0]
        return found


def test_a_typed_password_is_kept_as_a_hash(run: Callable[..., Result], tmp_path: Path) -> None:
    assert run("migrate").exit_code == 0
    done = run("admin", "password", typed=f"{LONG}\n{LONG}\n")
    assert done.exit_code == 0, done.output
    assert done.stderr.startswith(f"Database: {tmp_path}/quiz.sqlite3\n")
    assert LONG not in done.output
    assert passwords.fits(LONG, kept(tmp_path / "quiz.sqlite3"))


def test_a_random_password_is_printed_once(run: Callable[..., Result], tmp_path: Path) -> None:
    run("migrate")
    done = run("admin", "password", "--random")
    assert passwords.fits(done.output.split()[-1], kept(tmp_path / "quiz.sqlite3"))


def test_a_hash_is_for_the_setting_and_stores_nothing(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    done = run("admin", "hash", typed=f"{LONG}\n{LONG}\n")
    assert passwords.fits(LONG, done.stdout.split()[-1])
    assert not list(tmp_path.iterdir())
    refused = run(
        *("admin", "password", "--random"), QUIZ_ADMIN_PASSWORD_HASH=done.stdout.split()[-1]
    )
    assert refused.exit_code == 2
    assert "QUIZ_ADMIN_PASSWORD_HASH" in refused.output


@pytest.mark.parametrize("word", ["password", "hash"])
def test_a_short_password_is_refused(run: Callable[..., Result], word: str) -> None:
    run("migrate")
    refused = run("admin", word, typed="short\nshort\n")
    assert refused.exit_code == 2
    assert "12 to 200 characters" in refused.output


def test_a_demo_says_its_password(run: Callable[..., Result], tmp_path: Path) -> None:
    done = run("demo", "5", "--no-serve")
    assert done.exit_code == 0, done.output
    said = done.output.split("the password is: ")[1].split()[0]
    assert passwords.fits(said, kept(tmp_path / "demo.sqlite3"))
