"""`doctor` finds what is wrong with an installation, and says what to do."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from quiz.cli import main
from tests.postgres import connect, shared_server


def examine(folder: Path, **settings: str) -> tuple[int, str]:
    environment = {"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": None, **settings}
    done = CliRunner().invoke(main, ["doctor"], env=environment)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done.exit_code, done.output


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The data of an installation that is well."""
    data = tmp_path / "data"
    CliRunner().invoke(main, ["migrate"], env={"QUIZ_DATA_DIR": str(data), "DATABASE_URL": None})
    return data


def test_a_sound_installation(folder: Path) -> None:
    code, said = examine(folder)
    assert code == 0
    assert said.count("ok ") == 7
    assert "broken" not in said
    assert "look" not in said


def test_nothing_is_there_yet(tmp_path: Path) -> None:
    code, said = examine(tmp_path / "nowhere")
    assert code == 0
    assert said.count("`serve` makes it") == 2
    assert not (tmp_path / "nowhere").exists()


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("QUIZ_OUTBOX_DIR", "/etc/passwd/outbox", "Outbox: /etc/passwd/outbox can't be written"),
        ("QUIZ_READ_DATABASE_URL", "garbage", "QUIZ_READ_DATABASE_URL is not an address"),
        ("QUIZ_READ_DATABASE_URL", "sqlite:////nowhere/x.sqlite3", "Replica: Can't open the"),
        ("QUIZ_RATELIMIT_STORAGE", "redis://localhost:x/0", "QUIZ_RATELIMIT_STORAGE must be"),
        ("QUIZ_ADMIN_PASSWORD_HASH", "$argon2id$garbage", "QUIZ_ADMIN_PASSWORD_HASH must be"),
    ],
)
def test_a_setting_of_no_use(folder: Path, setting: str, value: str, sentence: str) -> None:
    code, said = examine(folder, **{setting: value})
    assert code == 1
    assert sentence in said


def test_a_damaged_file(folder: Path) -> None:
    with (folder / "quiz.sqlite3").open("r+b") as file:
        file.write(b"no database")
    code, said = examine(folder)
    assert code == 1
    assert "SQLITE_NOTADB" in said


def test_a_database_that_was_not_migrated(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "quiz.sqlite3")) as database:
        database.execute("DROP TABLE alembic_version")
    code, said = examine(folder)
    assert code == 1
    assert "has to be migrated" in said


def test_a_secret_that_others_may_read(folder: Path) -> None:
    (folder / "secret").chmod(0o644)
    code, said = examine(folder)
    assert code == 1
    assert "others may read secret" in said
    assert f"chmod -R go= {folder}" in said


def test_answers_that_wait(folder: Path) -> None:
    (folder / "outbox").mkdir()
    (folder / "outbox" / "waiting").write_bytes(b"one\ntwo\n")
    (folder / "outbox" / "damaged").write_bytes(b"half\n")
    (folder / "outbox" / "other-release").write_bytes(b"one\n")
    code, said = examine(folder)
    assert code == 0
    assert "2 answers wait" in said
    assert "1 damaged" in said
    assert "answers of another release are set aside (1)" in said


def test_a_proxy_that_nobody_believes(folder: Path) -> None:
    _code, said = examine(folder, QUIZ_PUBLIC_URL="https://quiz.example.org")
    assert "Set QUIZ_TRUSTED_PROXIES=1" in said


def test_redis_and_postgresql_out_of_reach_are_named_without_their_passwords(folder: Path) -> None:
    code, said = examine(
        folder,
        QUIZ_RATELIMIT_STORAGE="redis://:secret@127.0.0.1:1/0",
        DATABASE_URL="postgresql://ann:secret@127.0.0.1:1/quiz",
    )
    assert code == 1
    assert said.count("broken") == 2
    assert "secret@" not in said


def test_postgresql_is_well(folder: Path) -> None:
    with shared_server().fresh_database() as url:
        assert "has to be migrated" in examine(folder, DATABASE_URL=url)[1]
        CliRunner().invoke(
            main, ["migrate"], env={"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": url}
        )
        assert examine(folder, DATABASE_URL=url)[0] == 0


@pytest.mark.parametrize("minutes", [5, -5])
def test_a_database_whose_clock_is_wrong_is_told_of(folder: Path, minutes: int) -> None:
    with shared_server().fresh_database() as url:
        settings = {"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": url}
        CliRunner().invoke(main, ["migrate"], env=settings)
        assert "and the database agrees" in examine(folder, DATABASE_URL=url)[1]
        with connect(url) as database:
            name = database.info.dbname
            database.execute(
                "CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS"
                f" 'SELECT pg_catalog.clock_timestamp() + make_interval(mins => {minutes})'"
            )
            database.execute(f"ALTER DATABASE {name} SET search_path = public, pg_catalog")
        code, said = examine(folder, DATABASE_URL=url)
    assert code == 0
    moment = r"\S+ (\S+) UTC"
    found = re.search(f"look +Clock: it says {moment}, but the database says {moment}", said)
    assert found
    assert found[1] != found[2]


def test_a_file_system_is_asked_and_left_as_it_was(folder: Path) -> None:
    before = sorted(folder.iterdir())
    assert "and the file system of the database agrees" in examine(folder)[1]
    assert sorted(folder.iterdir()) == before
