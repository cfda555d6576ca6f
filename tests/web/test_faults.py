"""The database is away, full or busy: the visitor keeps the result, the answers and the words."""

import os
import re
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.store.database import EXTENSION
from quiz.store.shared_commit import SharedCommit
from quiz.web.housekeeping import tend
from tests.web.admin import admin_of
from tests.web.journey import filled
from tests.web.test_visit import query, send, visit

MakeApp = Callable[..., Flask]


@pytest.fixture
def lost(tmp_path: Path) -> Callable[[bool], None]:
    """Takes the database away, and brings it back."""

    def lost(away: bool) -> None:
        here, there = tmp_path / "data", tmp_path / "elsewhere"
        there.mkdir(exist_ok=True)
        source, target = (here, there) if away else (there, here)
        for file in source.glob("quiz.sqlite3*"):
            file.rename(target / file.name)

    return lost


def test_the_database_is_away_and_the_answers_wait_for_it(
    app: Flask, client: FlaskClient, lost: Callable[[bool], None]
) -> None:
    address = visit(client)
    lost(True)
    answers = [send(client, address), send(client, address), send(client, visit(client))]
    for answer in answers:
        assert answer.status_code == 303
        assert query(answer.location)["saved"] == "kept"
    page = client.get(answers[0].location)
    assert page.status_code == 200
    assert "Your answers are safe" in page.text
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert "The database does not answer" in ready.text
    assert "outbox of this server: 3." in ready.text
    lost(False)
    ready = client.get("/readyz")
    assert ready.status_code == 503
    assert ready.text == (
        "The database takes no answers (OperationalError, SQLITE_CANTOPEN).\n"
        "Answers that wait in the outbox of this server: 3.\n"
    )
    tend(app)
    assert client.get("/readyz").text == "ready\n"
    with app.app_context():
        assert store.count() == 2


def test_answers_that_wait_can_be_taken_out_again(
    app: Flask, client: FlaskClient, lost: Callable[[bool], None]
) -> None:
    address = visit(client)
    lost(True)
    receipt = query(send(client, address).location)["receipt"]
    assert client.post("/withdraw", data={"receipt": receipt}).status_code == 503
    lost(False)
    assert "taken out" in client.post("/withdraw", data={"receipt": receipt}).text
    tend(app)
    with app.app_context():
        assert store.count() == 0


def test_neither_takes_the_answers_and_everybody_is_told(
    make_app: MakeApp, tmp_path: Path, lost: Callable[[bool], None]
) -> None:
    in_the_way = tmp_path / "a-file"
    in_the_way.touch()
    app = make_app(outbox_dir=in_the_way / "outbox")
    client = app.test_client()
    address = visit(client)
    lost(True)
    answer = send(client, address)
    assert answer.status_code == 303
    assert query(answer.location) == {"saved": "failed"}
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "could not count your answers" in page.text
    assert "The outbox can't be written" in client.get("/readyz").text
    lost(False)
    tend(app)
    assert "1 person finished while neither" in admin_of(app).get("/admin/").text


def test_the_admin_reads_that_answers_wait(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    admin = admin_of(app)
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as other:
        other.execute("BEGIN IMMEDIATE")
        assert query(send(client).location)["saved"] == "kept"
        page = admin.get("/admin/").text
        assert "1 answer waits in the outbox" in page
        assert "The database takes nothing new at this moment" in page
    with (tmp_path / "data" / "outbox" / "waiting").open("ab") as file:
        file.write(b"half a rec")
    tend(app)
    page = admin.get("/admin/").text
    assert "waits in the outbox" not in page
    assert "1 record of the outbox was damaged" in page


def damaged(app: Flask, file: Path) -> None:
    """Somebody writes over the file; who has pages in memory would go on with them."""
    with app.app_context():
        store.close()
    file.write_bytes(os.urandom(file.stat().st_size))


def moved_away(_app: Flask, file: Path) -> None:
    file.rename(file.with_name("elsewhere"))


@pytest.mark.parametrize(
    ("trouble", "code"), [(moved_away, "SQLITE_CANTOPEN"), (damaged, "SQLITE_NOTADB")]
)
def test_the_admin_reads_what_is_wrong_while_nothing_can_be_shown(
    app: Flask, client: FlaskClient, tmp_path: Path, trouble: Callable[..., None], code: str
) -> None:
    admin = admin_of(app)
    address = visit(client)
    trouble(app, tmp_path / "data" / "quiz.sqlite3")
    assert query(send(client, address).location)["saved"] == "kept"
    page = admin.get("/admin/")
    assert page.status_code == 503
    [cause, waiting] = client.get("/readyz").text.splitlines()
    assert code in cause
    assert waiting == "Answers that wait in the outbox of this server: 1."
    for sentence in (cause, waiting):
        assert f"<li>{sentence}</li>" in page.text
    assert "python3 quickstart.py doctor" in page.text
    # A visitor has nothing to mend.
    elsewhere = client.post("/withdraw", data={"receipt": "A" * 22})
    assert elsewhere.status_code == 503
    assert "does not answer" not in elsewhere.text


def test_too_many_at_once_are_asked_to_come_again_and_lose_nothing(app: Flask) -> None:
    client = app.test_client()
    address = visit(client)
    usual = app.extensions[EXTENSION]
    full = SharedCommit(lambda rows: [True] * len(rows), most_waiting=0)
    app.extensions[EXTENSION] = replace(usual, writer=full)
    answer = send(client, address, goal="learn", unknown="gone")
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "Your answers are still here" in answer.text
    there = dict(re.findall(r'<input type="hidden" name="(.+?)" value="(.*?)">', answer.text))
    assert there == filled(goal="learn")
    app.extensions[EXTENSION] = usual
    again = client.post(address, data=there)
    assert query(again.location)["saved"] == "stored"
    assert query(again.location)["goal"] == "learn"
    with app.app_context():
        assert store.count() == 1
