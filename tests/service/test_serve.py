"""`serve`: everything it needs is made, and it says what is wrong in a sentence."""

import json
import os
import re
import shutil
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from tests import command
from tests.live_server import ROOT, free_port, live_server

RESULT = "/result/1-13b3z2n813g6s"


def serve(folder: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """A `serve` that is expected to give up by itself."""
    variables = {"PORT": str(free_port()), "QUIZ_DATA_DIR": str(folder / "data"), **settings}
    return command.run("serve", folder=folder, **variables)


def test_with_nothing_set_it_makes_its_data_serves_and_stops_cleanly(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        assert "<h1" in server.get("/")
        assert "<form" in server.get("/quiz")
    assert {path.name for path in (tmp_path / "data").iterdir()} >= {"secret", "quiz.sqlite3"}
    for path in (tmp_path / "data", *(tmp_path / "data").iterdir()):
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0, f"others may read {path}"
    assert server.log == ""


def test_the_admins_password_is_told_at_the_first_start_and_never_again(tmp_path: Path) -> None:
    told = [first_words(tmp_path) for _ in range(2)]
    assert re.fullmatch(
        r"The admin's password, shown only this once: [0-9a-f]{6}(-[0-9a-f]{6}){4}", told[0]
    )
    assert told[1].startswith("The quiz is at")


def first_words(folder: Path) -> str:
    """The first line that `serve` says, with nothing set."""
    settings = {"PORT": str(free_port()), "QUIZ_DATA_DIR": str(folder / "data")}
    with command.start("serve", folder=folder, WEB_CONCURRENCY="1", **settings) as process:
        assert process.stdout
        said = process.stdout.readline().strip()
        # The address is said by a worker that is ready; a stop before that could be missed.
        if not said.startswith("The quiz is at"):
            process.stdout.readline()
        process.terminate()
        assert process.wait() == 0
    return said


def test_the_secret_outlives_a_restart(tmp_path: Path) -> None:
    secrets = []
    for _ in range(2):
        with live_server(tmp_path):
            secrets.append((tmp_path / "data" / "secret").read_bytes())
    assert secrets[0] == secrets[1]


def test_a_request_leaves_no_trace_in_the_log(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        for address in ("/", "/quiz", "/robots.txt", RESULT, f"{RESULT}?saved=stored&receipt=r"):
            server.get(address)
    assert server.log == ""


def test_a_request_that_is_too_long_is_logged_without_an_address(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(b"GET /result/1-13b3z2n813g6s?" + b"x" * 9000 + b" HTTP/1.1\r\n\r\n")
            while line.recv(4096):
                pass
    assert "Invalid request" in server.log
    assert "127.0.0.1" not in server.log
    assert "13b3z2n813g6s" not in server.log


def test_no_header_can_move_the_links_of_pages_kept_for_all(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        host, port = server.url.removeprefix("http://").split(":")
        with socket.create_connection((host, int(port))) as line:
            line.sendall(
                b"GET //evil.example/method HTTP/1.1\r\nHost: localhost\r\n"
                b"SCRIPT_NAME: //evil.example\r\nConnection: close\r\n\r\n"
            )
            while line.recv(4096):
                pass
        assert "evil.example" not in server.get("/method")


def test_a_busy_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        told = serve(tmp_path, PORT=str(other.getsockname()[1]))
    assert told.returncode == 1
    assert re.search(r"Port \d+ is taken by another program\..* set PORT", told.stderr)


def test_a_second_quiz_does_not_slip_in_on_the_same_port(tmp_path: Path) -> None:
    with live_server(tmp_path) as server:
        told = serve(tmp_path, PORT=server.url.rpartition(":")[2])
    assert told.returncode == 1
    assert "is taken by another program" in told.stderr


def test_a_setting_that_makes_no_sense_is_named(tmp_path: Path) -> None:
    told = serve(tmp_path, PORT="eight thousand")
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.startswith("Error: PORT must be")


def test_broken_content_is_named_before_anything_is_served(tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(ROOT / "tests" / "content" / "tiny", content)
    (content / "en" / "styles.toml").unlink()
    told = serve(tmp_path, QUIZ_CONTENT_DIR=str(content))
    assert told.returncode == 1
    assert re.search(r"^en/styles\.toml: ", told.stderr, re.M)
    assert "Traceback" not in told.stderr


def test_a_database_out_of_reach_is_named_without_its_password(tmp_path: Path) -> None:
    told = serve(tmp_path, DATABASE_URL=f"postgresql://quiz:swordfish@127.0.0.1:{free_port()}/quiz")
    assert told.returncode == 1
    assert told.stderr.startswith("Error: Can't open the database (PostgreSQL, database quiz, host")
    assert "Check host and port in DATABASE_URL" in told.stderr
    assert "swordfish" not in told.stderr
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"PORT": "eight thousand"}, "PORT must be a whole number"),
        ({"QUIZ_DATA_DIR": "/dev/null/data"}, "The data folder /dev/null/data can't be used"),
        ({"DATABASE_URL": "postgresql://a:swordfish@127.0.0.1:1/b"}, "host 127.0.0.1, port 1"),
        ({"QUIZ_CONTENT_DIR": "."}, "The content can't be used:\n"),
    ],
    ids=["setting", "folder", "database", "content"],
)
def test_where_logs_are_json_a_start_that_fails_says_so_in_one_line_of_it(
    tmp_path: Path, settings: dict[str, str], says: str
) -> None:
    told = serve(tmp_path, QUIZ_LOG="JSON", **settings)
    assert (told.returncode, told.stdout) == (1, "")
    assert told.stderr.count("\n") == 1
    line = json.loads(told.stderr)
    assert says in line["message"]
    assert line["level"] == "error"
    assert line.keys() == {"time", "level", "logger", "message"}
    assert "swordfish" not in told.stderr


BROKEN = """
import click
from quiz.cli.starting import Started

@click.command(cls=Started)
def broken():
    raise ValueError("swordfish")

broken([])
"""


def test_where_logs_are_json_even_a_fault_of_ours_is_one_line(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "QUIZ_LOG": "json"}
    told = subprocess.run(
        [sys.executable, "-c", BROKEN], cwd=tmp_path, env=variables, capture_output=True, text=True
    )
    assert (told.returncode, told.stdout) == (1, "")
    line = json.loads(told.stderr)
    assert line["message"] == "ValueError at the start"
    assert "in broken" in line["where"]
    assert "swordfish" not in line["message"]


def test_a_secret_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret").write_bytes(b"\xff" * 40)
    told = serve(tmp_path)
    assert told.returncode == 1
    assert "data/secret holds no usable secret" in told.stderr
    assert "Traceback" not in told.stderr
