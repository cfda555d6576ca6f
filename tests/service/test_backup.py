"""A backup is whole though people go on answering, and serves when it is restored."""

import os
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from quiz.cli import main
from quiz.store import StoreError
from quiz.store.backing_up import compare
from quiz.store.saving import hash_of
from tests.live_server import ROOT, live_server
from tests.postgres import OwnPostgresServer, connect
from tests.service.crowd import SETTINGS, Crowd

OF_POSTGRESQL = re.findall(r"`(pg_\w+ [^`]+)`", (ROOT / "docs" / "data.md").read_text())


def run(folder: Path, *words: str, url: str | None = None) -> tuple[int, str]:
    done = CliRunner().invoke(main, words, env={"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": url})
    return done.exit_code, done.output


def test_it_is_made_under_load_restored_and_served(tmp_path: Path) -> None:
    file = tmp_path / "backup.sqlite3"
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url) as crowd:
        crowd.wait_for(60, "stored")
        before = {hash_of(receipt) for receipt in list(crowd.promised)}
        code, said = run(tmp_path / "data", "backup", str(file))
        crowd.wait_for(20, "stored")
    assert code == 0, said
    assert file.stat().st_mode & 0o777 == 0o600
    with closing(sqlite3.connect(file)) as copy:
        rows = {row[0] for row in copy.execute("SELECT receipt FROM result")}
    assert before <= rows <= {hash_of(receipt) for receipt in crowd.promised}
    assert f"holds {len(rows):,} results" in said

    data = tmp_path / "data"
    for name in ("quiz.sqlite3-wal", "quiz.sqlite3-shm"):
        (data / name).unlink(missing_ok=True)
    shutil.copy(file, data / "quiz.sqlite3")
    with live_server(tmp_path, **SETTINGS) as server, Crowd(server.url) as later:
        assert server.readiness() == "ready\n"
        later.wait_for(20, "stored")
    code, said = run(data, "stats", "rebuild")
    assert code == 0, said
    assert "They are the same as before." in said


@pytest.fixture
def postgresql() -> Iterator[OwnPostgresServer]:
    server = OwnPostgresServer()
    try:
        yield server
    finally:
        server.stop()


def test_on_postgresql_the_documented_commands_make_and_restore_it(
    postgresql: OwnPostgresServer, tmp_path: Path
) -> None:
    dump, restore = OF_POSTGRESQL
    path = f"{postgresql.binaries}{os.pathsep}{os.environ['PATH']}"

    def do(line: str, url: str) -> None:
        variables = {"PATH": path, "DATABASE_URL": url}
        subprocess.run(["sh", "-c", line], cwd=tmp_path, env=variables, check=True)

    with postgresql.fresh_database() as old, postgresql.fresh_database() as fresh:
        with (
            live_server(tmp_path, DATABASE_URL=old, **SETTINGS) as server,
            Crowd(server.url) as crowd,
        ):
            crowd.wait_for(60, "stored")
            before = {hash_of(receipt) for receipt in list(crowd.promised)}
            assert run(tmp_path / "data", "stats", "fold", url=old)[0] == 0
            do(dump, old)
            crowd.wait_for(20, "stored")
        do(restore, fresh)
        with connect(fresh) as database:
            rows = {row[0] for row in database.execute("SELECT receipt FROM result").fetchall()}
            [(folded,)] = database.execute("SELECT count(*) FROM result WHERE folded").fetchall()
        assert before <= rows <= {hash_of(receipt) for receipt in crowd.promised}
        assert folded >= 60
        code, said = run(tmp_path / "data", "stats", "rebuild", url=fresh)
        assert code == 0, said
        assert f"from {len(rows):,} rows.\nThey are the same as before." in said

        with live_server(tmp_path, DATABASE_URL=fresh, **SETTINGS) as server:
            assert server.readiness() == "ready\n"
            with Crowd(server.url) as later:
                later.wait_for(20, "stored")
        do(restore, fresh)  # over what is there, as after a mistake
        with connect(fresh) as database:
            again = {row[0] for row in database.execute("SELECT receipt FROM result").fetchall()}
        assert again == rows


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of some hundred kilobytes."""
    data = tmp_path_factory.mktemp("demonstration")
    code, said = run(data, "demo", "800", "--no-serve")
    assert code == 0, said
    return data / "demo.sqlite3"


@pytest.fixture
def people(demonstration: Path, tmp_path: Path) -> Path:
    """A data folder of one's own with it."""
    data = tmp_path / "data"
    data.mkdir()
    shutil.copy(demonstration, data / "quiz.sqlite3")
    return data


def assert_no_backup(code: int, said: str, folder: Path) -> None:
    assert code == 1, said
    assert "could not be copied (" in said
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("left", [0, 0.2, 0.5, 0.99])
def test_a_database_that_was_cut_off_makes_no_backup(
    people: Path, tmp_path: Path, left: float
) -> None:
    file, backups = people / "quiz.sqlite3", tmp_path / "backups"
    backups.mkdir()
    os.truncate(file, round(left * file.stat().st_size))
    code, said = run(people, "backup", str(backups / "copy"))
    assert_no_backup(code, said, backups)


@pytest.mark.parametrize("filling", [b"\0", b"\xff"], ids=["zeros", "ones"])
@pytest.mark.parametrize("start", [0, 0.4, 0.95])
def test_a_database_that_was_written_over_makes_no_backup(
    people: Path, tmp_path: Path, start: float, filling: bytes
) -> None:
    file, backups = people / "quiz.sqlite3", tmp_path / "backups"
    backups.mkdir()
    size = file.stat().st_size
    with file.open("r+b") as raw:
        raw.seek(round(start * size))
        raw.write(filling * (size // 20))
    code, said = run(people, "backup", str(backups / "copy"))
    assert_no_backup(code, said, backups)


def test_a_disk_that_becomes_full_leaves_no_half_backup(people: Path, tmp_path: Path) -> None:
    backups = tmp_path / "backups"
    backups.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "quiz", "backup", backups / "copy"],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "QUIZ_DATA_DIR": str(people)},
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000)),
        check=False,
        capture_output=True,
        text=True,
    )
    assert_no_backup(done.returncode, done.stderr, backups)


def test_a_copy_with_other_rows_is_noticed(people: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.sqlite3"
    shutil.copy(people / "quiz.sqlite3", other)
    with (
        closing(sqlite3.connect(people / "quiz.sqlite3")) as database,
        closing(sqlite3.connect(other)) as copy,
    ):
        assert compare(database, copy) == 800
        copy.execute("DELETE FROM result WHERE receipt = (SELECT min(receipt) FROM result)")
        with pytest.raises(StoreError, match="holds 799 rows of 800 in the table 'result'"):
            compare(database, copy)


@pytest.mark.parametrize("there", [b"", b"something of value"])
def test_it_never_writes_over_a_file(tmp_path: Path, there: bytes) -> None:
    run(tmp_path / "data", "migrate")
    file = tmp_path / "backup.sqlite3"
    file.write_bytes(there)
    code, said = run(tmp_path / "data", "backup", str(file))
    assert code == 1
    assert "is there already" in said
    assert file.read_bytes() == there


def test_a_damaged_database_makes_no_backup(tmp_path: Path) -> None:
    run(tmp_path / "data", "migrate")
    with (tmp_path / "data" / "quiz.sqlite3").open("r+b") as raw:
        raw.seek(8192)
        raw.write(b"\xff" * 8192)
    code, said = run(tmp_path / "data", "backup", str(tmp_path / "copy"))
    assert code == 1
    assert "could not be copied" in said
    assert not (tmp_path / "copy").exists()


def test_postgresql_has_tools_of_its_own(tmp_path: Path) -> None:
    done = CliRunner().invoke(
        main, ["backup", str(tmp_path / "copy")],
        env={"QUIZ_DATA_DIR": str(tmp_path), "DATABASE_URL": "postgresql://ann:secret@host/quiz"},
    )  # fmt: skip
    assert done.exit_code == 1
    assert "pg_dump" in done.output
    assert "secret" not in done.output
