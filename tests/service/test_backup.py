"""A backup is whole though people go on answering, and serves when it is restored."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from quiz.cli import main
from quiz.store.saving import hash_of
from tests.live_server import live_server
from tests.service.crowd import SETTINGS, Crowd


def run(folder: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(main, words, env={"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": None})
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
