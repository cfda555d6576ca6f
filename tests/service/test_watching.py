"""Whoever watches the server sees right figures and readable logs, and nothing of a visitor."""

import json
import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import psutil
import pytest

from bench.ledger import FORM
from bench.visitors import Visitors
from quiz import library
from quiz.web.settings import CONTENT
from tests.live_server import ROOT, LiveServer, live_server
from tests.service.crowd import SECRET

TOKEN = "a token that is long enough"  # noqa: S105 - of a server that lives for a test
VISITOR = "198.51.100.77"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """Two workers, behind a proxy, as far as they know."""
    settings = {"QUIZ_METRICS": TOKEN, "QUIZ_LOG": "json", "QUIZ_TRUSTED_PROXIES": "1"}
    folder = tmp_path_factory.mktemp("watched")
    with live_server(folder, SECRET_KEY=SECRET, WEB_CONCURRENCY="2", **settings) as running:
        yield running


def ask(server: LiveServer, line: str, **headers: str) -> tuple[int, str, dict[str, str]]:
    """Send a line of bench.visitors by a connection of its own, so that any worker may get it."""
    method, path, body = line.split("\t")
    connection = HTTPConnection(urlsplit(server.url).netloc, timeout=60)
    form = FORM if body else {}
    connection.request(method, path, body or None, {**form, "X-Forwarded-For": VISITOR, **headers})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.headers)
    connection.close()
    return found


def metrics(server: LiveServer) -> dict[str, float]:
    asking = Request(f"{server.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"})  # noqa: S310 - ours
    with urlopen(asking) as answer:  # noqa: S310
        lines = answer.read().decode().splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if line and not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


def test_the_sums_are_exact_over_all_workers_and_survive_one(server: LiveServer) -> None:
    visitors = Visitors(library.load(CONTENT).current("en"), SECRET)
    results = [visitors.read_result() for _ in range(20)]
    lines = ["GET\t/\t"] * 60 + [visitors.send_answers() for _ in range(20)] + results
    lines += ["GET\t/nowhere/secret-word\t"] * 3
    for line in lines:
        ask(server, line)
    expected = {
        'quiz_http_answers_total{place="start",status="2xx"}': 60.0,
        'quiz_http_answers_total{place="quiz",status="3xx"}': 20.0,
        'quiz_http_answers_total{place="result",status="2xx"}': 20.0,
        'quiz_http_answers_total{place="other",status="4xx"}': 3.0,
        'quiz_http_seconds_count{place="start"}': 60.0,
        'quiz_submissions_total{outcome="stored"}': 20.0,
        "quiz_database_ready": 1.0,
        "quiz_outbox_rows": 0.0,
    }
    for _ in range(6):  # whichever worker tells
        assert metrics(server).items() >= expected.items()
    victim = psutil.Process(server.process.pid).children()[0]
    victim.kill()
    victim.wait(60)
    for _ in range(6):
        assert metrics(server).items() >= expected.items()
    told = "".join(metrics(server))
    hidden = ("secret-word", VISITOR, *(line.split("/")[2][:15] for line in results))
    assert not any(word in told for word in hidden)


def test_there_is_nothing_without_the_token(server: LiveServer, tmp_path: Path) -> None:
    for given in ("", "Bearer ", "Bearer wrong", TOKEN, TOKEN + "x", "Basic " + TOKEN):
        status, said, headers = ask(server, "GET\t/metrics\t", Authorization=given)
        assert (status, headers["WWW-Authenticate"]) == (401, "Bearer")
        assert "quiz_" not in said
    with live_server(tmp_path) as other:
        assert ask(other, "GET\t/metrics\t", Authorization=f"Bearer {TOKEN}")[0] == 404


def test_each_line_of_the_log_is_json_and_names_the_request_that_the_page_names(
    server: LiveServer,
) -> None:
    file = server.folder / "data" / "quiz.sqlite3"
    visitors = Visitors(library.load(CONTENT).current("en"), SECRET)
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        sent = [visitors.send_answers() for _ in range(4)]
        answers = [ask(server, line) for line in sent]
        withdrawing = "POST\t/withdraw\treceipt=" + "a" * 40
        status, page, headers = ask(server, withdrawing, **{"X-Request-ID": "of-our-proxy-1"})
        fresh = ask(server, withdrawing, **{"X-Request-ID": "<script>"})[2]["X-Request-ID"]
        other.execute("ROLLBACK")
    assert {answer[0] for answer in answers} == {303}
    assert not any("X-Request-ID" in answer[2] for answer in answers)
    assert (status, headers["X-Request-ID"]) == (503, "of-our-proxy-1")
    assert "quote of-our-proxy-1" in page
    assert re.fullmatch(r"[0-9a-f]{16}", fresh)
    lines = [json.loads(line) for line in server.log.splitlines()]
    refused = [line for line in lines if "refused a submission" in line["message"]]
    assert refused
    for line in refused:
        assert line["level"] == "error"
        assert line["logger"] == "quiz.store.saving"
        assert re.fullmatch(r"[0-9a-f]{16}", line["request"])
        assert line["time"].endswith("+00:00")
    hidden = [VISITOR, *(line.split("visit=")[1][:30] for line in sent)]
    hidden += [answer[2]["Location"].split("/result/")[1][:15] for answer in answers]
    assert not any(word in server.log for word in hidden)


def test_what_a_killed_server_left_is_taken_away_and_nothing_else(tmp_path: Path) -> None:
    place, treasure = tmp_path / "tmp", tmp_path / "treasure"
    for folder in (place, treasure):
        folder.mkdir()
    (treasure / "letter").touch()
    (place / "quiz-metrics-link.locked").symlink_to(treasure)
    (place / "quiz-metrics-old").mkdir()
    settings = {"QUIZ_METRICS": TOKEN, "WEB_CONCURRENCY": "1", "TMPDIR": str(place)}

    def folders() -> set[Path]:
        return {path for path in place.glob("quiz-metrics-*.locked") if not path.is_symlink()}

    with live_server(tmp_path, **settings) as server:
        ask(server, "GET\t/\t")
        processes = psutil.Process(server.process.pid).children()
        server.kill()
        psutil.wait_procs(processes)
    left = folders()
    assert len(left) == 1
    with live_server(tmp_path, **settings) as first:
        own = folders()
        assert len(own) == 1
        assert own.isdisjoint(left)
        other = {**settings, "QUIZ_DATA_DIR": str(tmp_path / "other")}
        with live_server(treasure, **other) as second:
            assert len(folders()) == 2
            assert metrics(second)["quiz_database_ready"] == 1
        assert folders() == own
        ask(first, "GET\t/\t")
        assert metrics(first)['quiz_http_answers_total{place="start",status="2xx"}'] == 1
    left = {path.name for path in place.iterdir()}
    assert left == {"quiz-metrics-link.locked", "quiz-metrics-old"}
    assert (treasure / "letter").exists()


START = """
import os, pathlib, sys
from quiz.web.metrics_folder import locked_folder, sweep

for _ in range(150):
    sweep(pathlib.Path(os.environ["TMPDIR"]))
    folder, handle = locked_folder()
    (folder / "counts").touch()
    sweep(folder.parent)
    assert (folder / "counts").exists()
    os.close(handle)  # as if it had died
"""


def test_servers_that_start_together_leave_each_other_alone(tmp_path: Path) -> None:
    variables = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    starts = [
        subprocess.Popen([sys.executable, "-c", START], env=variables, stderr=subprocess.PIPE)
        for _ in range(4)
    ]
    assert [(start.communicate()[1], start.returncode) for start in starts] == [(b"", 0)] * 4
