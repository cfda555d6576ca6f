"""How often something happens is counted in memory and written down without a link to anybody."""

from collections.abc import Callable
from threading import Thread

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.web.counters import MOST, Counters
from quiz.web.housekeeping import tend
from quiz.web.settings import Settings
from quiz.web.weeks import this_week
from tests.web.journey import query, send, visit


def counted(app: Flask) -> dict[tuple[str, str], int]:
    """What stands in the database: (source, event) -> how often."""
    with app.app_context():
        found = store.counts.visits()
    assert {(one.week, one.language) for one in found} <= {(this_week(), "en")}
    return {(one.source, one.event): one.n for one in found}


def test_a_visit_is_counted_step_by_step(app: Flask, client: FlaskClient) -> None:
    address = visit(client)
    client.get(address)
    for event in ("page-1", "page-2", "page-3", "page-4", "card"):
        answer = client.post("/count", query_string={"event": event})
        assert (answer.status_code, answer.data) == (204, b"")
        assert "Set-Cookie" not in answer.headers
    result = send(client, address)
    code = result.location.partition("?")[0]
    client.get(f"{code}/calendar.ics")
    assert counted(app) == {}
    tend(app)
    once = ("started", "page-1", "page-2", "page-3", "page-4", "finished", "card", "calendar")
    assert counted(app) == {("direct", event): 1 for event in once}
    tend(app)
    assert sum(counted(app).values()) == len(once)


@pytest.mark.parametrize("event", ["", "page-0", "page-5", "page-x", "started", "finished", "<b>"])
def test_nothing_else_is_counted(app: Flask, client: FlaskClient, event: str) -> None:
    assert client.post("/count", query_string={"event": event}).status_code == 400
    assert client.get("/count?event=card").status_code == 405
    tend(app)
    assert counted(app) == {}


def test_a_blogs_readers_are_counted_under_its_key_if_it_is_known(
    app: Flask, client: FlaskClient
) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", [], 202647)
    for source in ("my-blog", "stranger", "NOT A KEY"):
        client.post("/embed/count", query_string={"event": "card", "source": source})
    tend(app)
    assert counted(app) == {("my-blog", "card"): 1, ("other", "card"): 2}


def test_the_same_answers_sent_again_count_as_finished_once(
    app: Flask, client: FlaskClient
) -> None:
    address = visit(client)
    for _ in range(3):
        assert send(client, address).status_code == 303
    tend(app)
    assert counted(app) == {("direct", "finished"): 1}


def test_answers_that_are_still_open_do_not_count_as_finished(
    app: Flask, client: FlaskClient
) -> None:
    assert send(client, A1=None).status_code == 422
    tend(app)
    assert counted(app) == {}


def test_the_script_gets_an_address_without_the_visit(client: FlaskClient) -> None:
    address = visit(client)
    token = query(address)["visit"]
    text = client.get(address).text
    assert 'data-seen="/count?event=page-"' in text
    assert token not in text


def test_a_database_away_loses_nothing_and_is_named_once(
    make_app: Callable[..., Flask], settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app()
    client = app.test_client()
    place = settings.data_dir / "quiz.sqlite3"
    away = place.with_name("away")
    with app.app_context():
        store.close()
    place.rename(away)
    for _ in range(3):
        client.post("/count?event=card")
        with pytest.raises(store.StoreError):
            tend(app)
    assert caplog.text.count("kept in memory") == 1
    away.rename(place)
    tend(app)
    assert counted(app) == {("direct", "card"): 3}


def test_many_threads_lose_no_count(app: Flask) -> None:
    counters = Counters()
    some = [
        Thread(target=lambda: [counters.add(202647, "direct", "en", "card") for _ in range(500)])
        for _ in range(8)
    ]
    for one in some:
        one.start()
    with app.app_context():
        while any(one.is_alive() for one in some):
            counters.flush(bool)
        counters.flush(bool)
        (found,) = store.counts.visits()
    assert found.n == 4000


def test_invented_sources_fill_no_memory(app: Flask) -> None:
    counters = Counters()
    for number in range(MOST + 10):
        counters.add(202647, f"source-{number}", "en", "card")
    with app.app_context():
        counters.flush(bool)
        found = store.counts.visits()
    assert len(found) == MOST + 1
    assert {one.source: one.n for one in found}["other"] == 10
