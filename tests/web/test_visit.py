"""Taking the quiz: one address, one form, one row, and no cookie anywhere."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeSerializer
from werkzeug.datastructures import MultiDict

from quiz.scoring import CareFlag
from quiz.web import visit_token
from tests.web.journey import ANSWERS, filled, query, send, stored, visit


def rows(tmp_path: Path) -> list[sqlite3.Row]:
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database:
        database.row_factory = sqlite3.Row
        return list(database.execute("SELECT * FROM result"))


def test_the_quiz_opens_at_an_address_of_its_own(client: FlaskClient) -> None:
    first, second = visit(client), visit(client)
    assert first.startswith("/quiz?visit=")
    assert first != second
    pages = [client.get(address) for address in (first, second, "/quiz?visit=anything")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert len({page.data for page in pages}) == 1
    assert b"<form" in pages[0].data
    assert b" action=" not in pages[0].data


def test_bytes_are_compressed_ahead_and_known_bytes_are_not_sent_again(client: FlaskClient) -> None:
    address = visit(client)
    plain = client.get(address)
    for coding in ("br", "gzip"):
        packed = client.get(address, headers={"Accept-Encoding": coding})
        assert packed.headers["Content-Encoding"] == coding
        assert packed.headers["Vary"] == "Accept-Encoding"
        assert len(packed.data) < len(plain.data) / 3
        again = client.get(
            address, headers={"Accept-Encoding": coding, "If-None-Match": packed.headers["ETag"]}
        )
        assert again.status_code == 304
        assert again.data == b""
    for none in ("0", "0.0", "0.000", " 0. ", "0;x"):
        refused = client.get(address, headers={"Accept-Encoding": f"br;q={none}, gzip;Q={none}"})
        assert "Content-Encoding" not in refused.headers, none
    little = client.get(address, headers={"Accept-Encoding": "br; q = 0.000, gzip;q=0.001"})
    assert little.headers["Content-Encoding"] == "gzip"


def test_answers_lead_to_a_result_and_are_stored_once(client: FlaskClient, tmp_path: Path) -> None:
    answer = send(client, goal="learn", setting="online", work="code", self_label="introvert")
    assert answer.status_code == 303
    asked = query(answer.location)
    assert answer.location.startswith("/result/1-")
    assert (asked["goal"], asked["setting"], asked["work"]) == ("learn", "online", "code")
    assert asked["saved"] == "stored"
    assert client.get(answer.location).status_code == 200
    (row,) = rows(tmp_path)
    assert tuple(row["answers"]) == tuple(ANSWERS)
    assert (row["self_label"], row["goal"], row["setting"]) == ("introvert", "learn", "online")
    assert (row["version"], row["source"], row["language"], row["flags"]) == (1, "direct", "en", 0)


def test_sending_twice_gives_the_same_result_and_one_row(app: Flask, client: FlaskClient) -> None:
    address = visit(client)
    first, second = send(client, address), send(client, address)
    assert first.location == second.location
    assert stored(app) == 1


def test_answers_that_are_not_to_be_counted_are_not_stored(app: Flask, client: FlaskClient) -> None:
    answer = send(client, count=None)
    assert query(answer.location) == {"saved": "not-asked"}
    assert stored(app) == 0


def test_a_step_back_and_an_unticked_box_take_the_answers_out(
    app: Flask, client: FlaskClient
) -> None:
    address = visit(client)
    send(client, address)
    assert stored(app) == 1
    again = send(client, address, count=None)
    assert query(again.location) == {"saved": "not-asked"}
    assert stored(app) == 0


def test_answers_that_may_not_be_out_yet_are_not_said_to_be(
    client: FlaskClient, tmp_path: Path
) -> None:
    address = visit(client)
    for file in (tmp_path / "data").glob("quiz.sqlite3*"):
        file.rename(tmp_path / file.name)
    answer = send(client, address, count=None)
    assert query(answer.location) == {"saved": "unsure"}
    assert "could not take them out" in client.get(answer.location).text


def test_an_address_that_was_passed_on_hides_and_deletes_nobody(
    app: Flask, client: FlaskClient
) -> None:
    address = visit(client)
    one = query(send(client, address).location)["receipt"]
    other = query(send(client, address, A1="1").location)["receipt"]
    assert one != other
    assert stored(app) == 2
    send(client, address, A1="2", count=None)
    assert stored(app) == 2
    client.post("/withdraw", data={"receipt": other})
    assert stored(app) == 1
    token = query(address)["visit"]
    nonce = visit_token.read(app.config["SECRET_KEY"], token).nonce
    client.post("/withdraw", data={"receipt": nonce})
    assert stored(app) == 1


def test_taking_answers_out(app: Flask, client: FlaskClient) -> None:
    receipt = query(send(client).location)["receipt"]
    assert stored(app) == 1
    gone = client.post("/withdraw", data={"receipt": receipt})
    assert gone.status_code == 200
    assert stored(app) == 0
    again = client.post("/withdraw", data={"receipt": receipt})
    assert again.status_code == 200
    assert again.data != gone.data
    assert stored(app) == 0


@pytest.mark.parametrize("receipt", [None, "", "x", "<script>", "a" * 100, "ä" * 20])
def test_a_receipt_that_is_none_is_refused(client: FlaskClient, receipt: str | None) -> None:
    data = {} if receipt is None else {"receipt": receipt}
    assert client.post("/withdraw", data=data).status_code == 422


@pytest.mark.parametrize("pace", ["5,6,6,6", "1,1,1,1"])
def test_haste_is_flagged_and_the_result_says_so_kindly(
    client: FlaskClient, tmp_path: Path, pace: str
) -> None:
    answer = send(client, pace=pace)
    assert rows(tmp_path)[0]["flags"] & CareFlag.FAST
    slow = send(client, pace="30,30,30,30")
    assert answer.location.split("?")[0] != slow.location.split("?")[0]
    assert client.get(answer.location).data != client.get(slow.location).data


@pytest.mark.parametrize("pace", ["", "x", "1,2", "-1,2,3,4", "9" * 1000, "1;2;3;4", "٣,٣,٣,٣"])
def test_an_odd_pace_costs_nobody_the_result(
    client: FlaskClient, tmp_path: Path, pace: str
) -> None:
    assert send(client, pace=pace).status_code == 303
    assert rows(tmp_path)[0]["flags"] == 0


@pytest.mark.parametrize(
    "change",
    [
        {"A1": None},
        {"A1": ""},
        {"A1": "0"},
        {"A1": "6"},
        {"A1": "5.0"},
        {"A1": " 5"},
        {"A1": "٣"},
        {"A1": "-1"},
        {"A1": "9" * 5000},
        {"A1": ["5", "5"]},
        {"A1": ["1", "5"]},
        {"A1": "\x00"},
        {"A1": "\ud7ff"},
        {"goal": "fame"},
        {"goal": ["learn", "job"]},
        {"self_label": "<b>"},
        {"setting": "x" * 5000},
        {"work": "\x00"},
    ],
)
def test_a_faulty_form_comes_back_with_every_answer_kept(
    app: Flask, client: FlaskClient, change: dict[str, object]
) -> None:
    answer = send(client, **change)
    assert answer.status_code == 422
    assert stored(app) == 0
    assert answer.text.count(" checked") >= 23
    name = next(iter(change))
    assert f'href="#{name}-1"' in answer.text
    assert "no-store" in answer.headers["Cache-Control"]


def test_an_empty_form_names_every_open_line_in_order(client: FlaskClient) -> None:
    page = client.post(visit(client), data={})
    assert page.status_code == 422
    links = [page.text.index(f'href="#{item}-1"') for item in ("A1", "B1", "C1", "O4")]
    assert links == sorted(links)
    assert page.text.count('href="#') >= 24


@pytest.mark.parametrize("token", ["", "x", "x.y.z", "a" * 3000, "%00", "WyJhIiwxXQ.bad"])
def test_a_broken_token_costs_nobody_the_answers(
    app: Flask, client: FlaskClient, token: str
) -> None:
    page = client.post(f"/quiz?visit={token}", data=filled(D2="2"))
    assert page.status_code == 422
    assert stored(app) == 0
    assert page.text.count(" checked") >= 24
    action = page.text.split(' action="')[1].split('"')[0]
    assert client.post(action, data=filled(D2="2")).status_code == 303
    assert stored(app) == 1


@pytest.mark.parametrize(("age", "status"), [(0, 303), (1439, 303), (1500, 422), (-1500, 422)])
def test_a_token_is_good_for_a_day(app: Flask, client: FlaskClient, age: int, status: int) -> None:
    now = visit_token.read(app.config["SECRET_KEY"], query(visit(client))["visit"]).minute
    old = visit_token.new(app.config["SECRET_KEY"], now - age)
    assert client.post(f"/quiz?visit={old}", data=filled()).status_code == status


def test_a_token_that_an_earlier_release_signed_costs_no_answers(
    app: Flask, client: FlaskClient
) -> None:
    signer = URLSafeSerializer(app.config["SECRET_KEY"], salt="visit")
    page = client.post(f"/quiz?visit={signer.dumps(['nonce', 1])}", data=filled())
    assert page.status_code == 422
    assert page.text.count(" checked") >= 24


def test_a_token_of_another_site_is_not_taken(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    one = make_app()
    other = make_app(data_dir=tmp_path / "elsewhere", database_url=f"sqlite:///{tmp_path}/other")
    address = visit(one.test_client())
    assert other.test_client().post(address, data=filled()).status_code == 422


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b'{"A1": 5}', "application/json", 415),
        (b"A1=5", "text/plain", 415),
        (b"", "", 422),
        (b"A1=%ff%fe", "application/x-www-form-urlencoded", 422),
        (b"&&&===;;;", "application/x-www-form-urlencoded", 422),
        (b"x" * 70_000, "application/x-www-form-urlencoded", 413),
        (b"--nonsense", "multipart/form-data; boundary=b", 422),
        (b"no boundary", "multipart/form-data", 422),
    ],
)
def test_odd_bodies(
    app: Flask, client: FlaskClient, body: bytes, content_type: str, status: int
) -> None:
    page = client.post(visit(client), data=body, content_type=content_type)
    assert page.status_code == status
    assert "<h1" in page.text
    assert stored(app) == 0


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "address", ["/", "/quiz", "/result/1-x", "/withdraw", "/style/x", "/method"]
)
def test_other_methods_are_refused_with_a_page(
    client: FlaskClient, method: str, address: str
) -> None:
    page = client.open(address, method=method)
    assert page.status_code == 405
    assert page.headers["Allow"]
    assert "<h1" in page.text


def test_a_whole_journey_sets_no_cookie(client: FlaskClient) -> None:
    address = visit(client)
    answers = [client.get("/"), client.get(address), send(client, address)]
    answers.append(client.get(answers[-1].location))
    answers.append(
        client.post("/withdraw", data={"receipt": query(answers[2].location)["receipt"]})
    )
    assert not [a for a in answers if "Set-Cookie" in a.headers]


def test_the_same_journey_inside_the_embed_never_leaves_it(client: FlaskClient) -> None:
    address = client.get("/embed/quiz").location
    assert address.startswith("/embed/quiz?visit=")
    answer = client.post(address, data=filled())
    assert answer.location.startswith("/embed/result/")
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "frame-ancestors" not in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers


def test_nothing_is_left_of_one_visitors_form_for_the_next(app: Flask) -> None:
    bound = app.extensions["quiz.site"].forms["en"]
    with app.test_request_context():
        first = bound(MultiDict({"count": "yes", "goal": "nonsense"}))
        assert not first.validate()
        second = bound(MultiDict())
        assert not second.validate()
        assert [len(form.problems()) for form in (first, second)] == [25, 24]
        assert (first.count.data, second.count.data) == (True, False)
        assert second.goal.errors == []
        assert all(field.label.text for field in second)
        assert all(field is not other for field, other in zip(first, second, strict=True))
        patterns = [vars(vars(unbound)["pattern"]) for _name, unbound in bound._unbound_fields]
        assert not any(kept.get("_form") or "data" in kept for kept in patterns)
