"""Commands say which database they use and why it can't be opened, and none makes one by asking."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import make_url

from quiz import store
from quiz.cli import main
from quiz.store.engines import StoreError
from tests.postgres import shared_server

ASKING = {
    "stats": ("stats", "--json"),
    "fold": ("stats", "fold"),
    "rebuild": ("stats", "rebuild"),
    "export": ("export",),
    "raw": ("export", "--raw", "--yes"),
    "sources": ("sources", "list"),
    "add": ("sources", "add", "my-blog", "--name", "My blog"),
    "password": ("admin", "password", "--random"),
    "backup": ("backup", "copy.sqlite3"),
    "import": ("import", __file__),
}


def run(folder: Path, *words: str, url: str | None = None) -> Result:
    environment = {"QUIZ_DATA_DIR": str(folder / "data"), "DATABASE_URL": url}
    return CliRunner().invoke(main, words, env=environment)


@pytest.mark.parametrize("words", ASKING.values(), ids=ASKING)
def test_a_command_says_that_there_is_no_database_and_makes_none(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    done = run(tmp_path, *words)
    assert done.exit_code == 1
    assert f"There is no database of the quiz yet: {tmp_path}/data/quiz.sqlite3." in done.stderr
    assert "QUIZ_DATA_DIR or DATABASE_URL" in done.stderr
    assert done.stdout == ""
    assert not list(tmp_path.iterdir())


def test_a_database_without_the_quiz_in_it_is_left_as_it_is(tmp_path: Path) -> None:
    with shared_server().fresh_database() as url:
        refused = run(tmp_path, "stats", url=url)
        assert refused.exit_code == 1
        assert "There is no database of the quiz yet: PostgreSQL, database quiz_test_" in (
            refused.stderr
        )
        assert not store.is_made(url)
        assert run(tmp_path, "migrate", url=url).exit_code == 0
        assert "Database: PostgreSQL, database quiz_test_" in run(tmp_path, "stats", url=url).stderr


def test_it_is_named_apart_from_the_figures(tmp_path: Path) -> None:
    made = run(tmp_path, "migrate")
    assert made.stdout == f"The database is up to date: {tmp_path}/data/quiz.sqlite3\n"
    done = run(tmp_path, "stats", "--json")
    assert done.stderr == f"Database: {tmp_path}/data/quiz.sqlite3\n"
    assert done.stdout.startswith("{")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////a folder/b.sqlite3", "/a folder/b.sqlite3"),
        (
            "postgresql://ann:secret@db.example/quiz",
            "PostgreSQL, database quiz, host db.example, port 5432",
        ),
        (
            "postgres://ann:secret@[::1]:5433/quiz?password=secret",
            "PostgreSQL, database quiz, host ::1, port 5433",
        ),
        (
            "postgresql://ann:secret@/quiz?host=db1,db2&port=1,2",
            "PostgreSQL, database quiz, host db1,db2, port 1,2",
        ),
        (
            "postgresql://ann:secret@/quiz?host=db1:1&host=db2:2",
            "PostgreSQL, database quiz, hosts db1:1, db2:2",
        ),
        (
            "postgresql://",
            "PostgreSQL, database not named, host not named, port 5432",
        ),
    ],
    ids=["file", "server", "port", "failover", "ports", "nothing"],
)
def test_a_database_is_named_without_its_password(url: str, name: str) -> None:
    assert store.name_of(url) == name


@pytest.mark.parametrize(
    ("url", "tried", "advice"),
    [
        (
            "postgresql://ann:secret@nowhere.invalid/quiz",
            r"\(PostgreSQL, database quiz, host nowhere\.invalid, port 5432\).* resolve host",
            "Check the host in DATABASE_URL.",
        ),
        (
            "postgresql://ann:secret@127.0.0.1:1/quiz",
            r"host 127\.0\.0\.1, port 1\).* refused",
            "that PostgreSQL runs there",
        ),
        (
            "postgresql://ann:secret@/quiz?host=/nowhere",
            r"host /nowhere, port 5432\).* No such file or directory",
            "that PostgreSQL runs there",
        ),
        (
            "postgresql://ann:secret@127.0.0.1:99999/quiz",
            r"port 99999\).* invalid",
            "Check DATABASE_URL.",
        ),
    ],
    ids=["host", "port", "socket", "number"],
)
@pytest.mark.parametrize("word", ["migrate", "stats"])
def test_a_database_out_of_reach_says_what_was_tried_and_what_to_do(
    tmp_path: Path, word: str, url: str, tried: str, advice: str
) -> None:
    refused = run(tmp_path, word, url=url)
    assert refused.exit_code == 1
    assert re.search(tried, refused.stderr)
    assert advice in refused.stderr
    assert "secret" not in refused.stderr
    assert "is the server running" not in refused.stderr.lower()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"database": "elsewhere"}, '"elsewhere" does not exist. Make that database'),
        ({"username": "nobody", "password": "secret"}, '"nobody" does not exist. Check user and'),
    ],
    ids=["database", "user"],
)
def test_what_a_server_refuses_is_told_in_its_words(
    tmp_path: Path, changes: dict[str, str], said: str
) -> None:
    with shared_server().fresh_database() as url:
        other = make_url(url).set(**changes).render_as_string(hide_password=False)
        refused = run(tmp_path, "migrate", url=other)
    assert refused.exit_code == 1
    assert said in refused.stderr
    assert "secret" not in refused.stderr


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    file = tmp_path / "letters"
    file.write_text("Dear Ann, this is no database at all. " * 9)
    with pytest.raises(StoreError, match=f"{file}.*SQLITE_NOTADB.*restore a backup"):
        store.is_made(f"sqlite:///{file}")
