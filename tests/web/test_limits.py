"""How much one household may send, what happens beyond it, and that nothing of it is kept."""

import re
import socket
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import replace
from pathlib import Path
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.scoring import CareFlag
from quiz.store.sources import Source
from quiz.web.limits import ALIKE, ALIKE_HERE, CROWD, DAY, FLOOD, QUARTER, Limit, Limits
from quiz.web.pace import AUDIENCE, CARDS, COUNTING, LOGIN, WITHDRAWING
from quiz.web.settings import Settings
from quiz.web.windows import InMemory, Window
from tests.conftest import TINY
from tests.live_server import ADMIN_PASSWORD, live_server
from tests.redis_server import RedisServer, redis_server
from tests.web.admin import admin_of
from tests.web.journey import ANSWERS, query, send, stored, visit

Make = Callable[..., Flask]
HERE = "192.0.2.7"
ONE = Limit("test", 20, 900)
SECRET, ANOTHER = "a secret of these workers", "another secret of theirs"


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    with redis_server() as server:
        yield server


@pytest.fixture
def workers(settings: Settings) -> Iterator[Callable[..., Limits]]:
    """Limits as a worker has them, with a Redis at an address."""
    with ExitStack() as stack:

        def make(address: str, away_seconds: float = 60.0, secret: str = SECRET) -> Limits:
            ready = replace(settings, ratelimit_storage=address, secret_key=secret)
            return stack.enter_context(closing(Limits(ready, away_seconds)))

        yield make


def flags(app: Flask) -> list[int]:
    file = app.extensions["quiz.site"].settings.data_dir / "quiz.sqlite3"
    with closing(sqlite3.connect(file)) as database:
        return sorted(flags for (flags,) in database.execute("SELECT flags FROM result"))


def limits_of(app: Flask) -> Limits:
    found: Limits = app.extensions["quiz.site"].limits
    return found


def crowd(app: Flask, people: int, address: str = "127.0.0.1") -> None:
    """So many people of one household have just sent answers of their own."""
    for _ in range(people):
        limits_of(app).sending(address, None)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.9:4711", "203.0.113.9", True),
        ("203.0.113.9:4711", "203.0.113.9:4712", True),
        ("203.0.113.9", "203.0.113.8", False),
        ("[2001:db8::1]:443", "2001:db8::2", True),
        ("2001:db8::443", "2001:db8:0:1::443", False),
        ("unknown", "somebody", False),
    ],
)
def test_an_address_is_a_household_whatever_its_port(
    app: Flask, one: str, other: str, *, same: bool
) -> None:
    once = Limit("something", 1, QUARTER)
    assert limits_of(app).wait(one, once) == 0
    assert (limits_of(app).wait(other, once) > 0) is same


def test_friends_may_agree_and_the_same_again_and_again_is_a_burst(app: Flask) -> None:
    client = app.test_client()
    for _ in range(ALIKE_HERE + 2):
        answer = send(client)
        assert answer.status_code == 303
        assert query(answer.location)["saved"] == "stored"
    assert flags(app) == [0] * ALIKE_HERE + [CareFlag.BURST] * 2


def test_the_same_from_everywhere_is_a_burst_too(app: Flask) -> None:
    client = app.test_client()
    for n in range(ALIKE + 1):
        address = visit(client)
        client.environ_base["REMOTE_ADDR"] = f"192.0.2.{n}"
        assert send(client, address).status_code == 303
    assert flags(app) == [0] * ALIKE + [CareFlag.BURST]


def test_sending_once_more_is_no_burst(app: Flask, client: FlaskClient) -> None:
    address = visit(client)
    for _ in range(ALIKE_HERE + 2):
        send(client, address)
    assert flags(app) == [0]


def test_few_lines_are_often_answered_alike(make_app: Make) -> None:
    app = make_app(content_dir=TINY)
    questionnaire = app.extensions["quiz.site"].questionnaire("en")
    assert not questionnaire.tells_people_apart


def test_a_schools_assembly_is_counted_and_a_crowd_beyond_it_is_flagged(app: Flask) -> None:
    client = app.test_client()
    crowd(app, CROWD - 1)
    send(client, A1="1")
    send(client, A1="2")
    assert flags(app) == [0, CareFlag.BURST]


def test_a_flood_costs_nobody_the_result(app: Flask) -> None:
    client = app.test_client()
    crowd(app, FLOOD)
    answer = send(client)
    assert answer.status_code == 303
    assert query(answer.location) == {"saved": "crowded"}
    page = client.get(answer.location)
    assert page.status_code == 200
    assert "very many came from your network at once" in page.text
    assert stored(app) == 0
    client.environ_base["REMOTE_ADDR"] = HERE
    assert query(send(client).location)["saved"] == "stored"


def test_the_admin_reads_what_was_flagged(app: Flask) -> None:
    with app.app_context():
        for n in range(60):
            answers = (*ANSWERS[:-2], n % 5 + 1, n // 5 % 5 + 1)
            quiz = app.extensions["quiz.site"].questionnaire("en")
            store.save(
                store.Submission(
                    receipt=f"{n:040}", questionnaire_id=quiz.id, version=quiz.version,
                    week=202601, language="en", source="direct", answers=answers,
                    flags=CareFlag.BURST if n < 25 else 0,
                )
            )  # fmt: skip
        store.folding.fold(app.extensions["quiz.site"].shapes.values())
    page = admin_of(app).get("/admin/").text
    assert "Sent in a burst" in page


@pytest.mark.parametrize(
    ("limit", "path", "ordinary"),
    [
        (COUNTING, "/count?event=page-1", 204),
        (WITHDRAWING, "/withdraw", 200),
        (AUDIENCE, "/audience/nobodys", 404),
        (CARDS, "/audience/cards/nobodys/styles.svg", 404),
    ],
)
def test_other_doors_ask_to_wait(app: Flask, limit: Limit, path: str, ordinary: int) -> None:
    client = app.test_client()
    form = {"receipt": "abcdefghijklmnopqrstuv"}
    ask = client.get if path.startswith("/audience") else client.post
    for _ in range(limit.times - 1):
        assert limits_of(app).wait("127.0.0.1", limit) == 0
    assert ask(path, data=form).status_code == ordinary
    late = ask(path, data=form)
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= limit.seconds
    assert late.headers["Cache-Control"] == "no-store"
    assert "Nothing is lost" in late.text
    client.environ_base["REMOTE_ADDR"] = HERE
    assert ask(path, data=form).status_code == ordinary


def test_a_picture_that_is_made_is_given_out_to_anybody(app: Flask) -> None:
    with app.app_context():
        secret = store.sources.add("my-blog", "My blog", (), 202601)
        assert isinstance(store.sources.by_secret(secret), Source)
    path = f"/audience/cards/{store.sources.card_of(secret)}/styles.svg"
    client = app.test_client()
    assert client.get(path).status_code == 200
    for _ in range(CARDS.times):
        limits_of(app).wait("127.0.0.1", CARDS)
    assert client.get(path).status_code == 200


def test_nothing_that_is_kept_names_anybody(app: Flask) -> None:
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = HERE
    send(client)
    client.post("/count?event=page-1")
    kept = " ".join(name for door in limits_of(app)._alone.values() for name in door)
    assert kept
    assert HERE not in kept
    assert bytes(ANSWERS).hex() not in kept


def test_places_without_number_do_not_fill_the_memory() -> None:
    counter = InMemory(most=50)
    for n in range(500):
        assert counter.count([Window(f"household {n}", 900, 2)]).wait == 0
    assert len(list(counter)) <= 50
    waits = [counter.count([Window("one", 900, 2)]).wait for _ in range(3)]
    assert waits[:2] == [0, 0]
    assert 890 < waits[2] <= 900


def test_a_limit_is_exact_over_workers_that_share_a_redis(
    redis: RedisServer, tmp_path: Path
) -> None:
    with live_server(tmp_path, QUIZ_RATELIMIT_STORAGE=redis.address) as server:

        def withdraw(_: int) -> int:
            form = b"receipt=abcdefghijklmnopqrstuv"
            try:
                with urlopen(Request(f"{server.url}/withdraw", form)) as answer:  # noqa: S310
                    return int(answer.status)
            except HTTPError as error:
                with error:
                    return error.code if error.headers["Retry-After"] else 0

        with ThreadPoolExecutor(8) as people:
            first = list(people.map(withdraw, range(WITHDRAWING.times + 30)))
        assert (first.count(200), first.count(429)) == (WITHDRAWING.times, 30)
        redis.crash()
        assert [withdraw(0) for _ in range(10)] == [200] * 10
    assert "counted by each worker alone" in server.log


def test_passwords_are_counted_over_workers_that_share_a_redis(
    redis: RedisServer, tmp_path: Path
) -> None:
    settings = {"QUIZ_RATELIMIT_STORAGE": redis.address, "WEB_CONCURRENCY": "2"}
    with live_server(tmp_path, **settings) as server:
        place = f"{server.url}/admin/login"
        with urlopen(place) as page:  # noqa: S310 - our own address
            cookie = page.headers["Set-Cookie"].partition(";")[0]
            [token] = re.findall('name="csrf_token" value="([^"]+)"', page.read().decode())

        def guess(password: str) -> int:
            form = urlencode({"csrf_token": token, "password": password}).encode()
            try:
                with urlopen(Request(place, form, {"Cookie": cookie})) as answer:  # noqa: S310
                    return int(answer.status)
            except HTTPError as error:
                with error:
                    return error.code

        with ThreadPoolExecutor(4) as people:
            tries = list(people.map(guess, ["wrong"] * 16))
        assert (tries.count(422), tries.count(429)) == (LOGIN.times, 16 - LOGIN.times)
        assert [guess(ADMIN_PASSWORD) for _ in range(4)] == [429] * 4  # whichever worker takes it


def test_who_may_read_redis_learns_nothing_without_the_secret_of_the_day(
    redis: RedisServer, workers: Callable[..., Limits], monkeypatch: pytest.MonkeyPatch
) -> None:
    def kept(secret: str, day: int) -> set[str]:
        monkeypatch.setattr(time, "time", lambda: float(day * DAY))
        limits = workers(redis.address, secret=secret)
        before = redis.names()
        limits.wait(HERE, ONE)
        limits.sending(HERE, bytes(ANSWERS))
        return redis.names() - before

    assert len(kept(SECRET, 20_000)) == 4
    assert kept(SECRET, 20_000) == set()  # the same once more
    assert len(kept(ANOTHER, 20_000)) == 4
    assert len(kept(SECRET, 20_001)) == 4
    for told in (HERE, str(ANSWERS), bytes(ANSWERS).hex()):
        assert not any(told in name for name in redis.names())


def test_a_redis_that_comes_back_is_found_again(
    redis: RedisServer, workers: Callable[..., Limits]
) -> None:
    one, other = (workers(redis.address, away_seconds=0.0) for _ in range(2))
    assert [worker.wait(HERE, ONE) for worker in (one, other) * 10] == [0] * 20
    assert one.wait(HERE, ONE) > 0
    redis.crash()
    assert [worker.wait(HERE, ONE) for worker in (one, other)] == [0, 0]
    redis.start()
    assert [worker.wait(HERE, ONE) for worker in (one, other) * 10] == [0] * 20
    assert min(one.wait(HERE, ONE), other.wait(HERE, ONE)) > 0


def test_nobody_waits_for_a_redis_that_does_not_answer(workers: Callable[..., Limits]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        limits = workers(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        assert [limits.wait(HERE, ONE) > 0 for _ in range(21)] == [False] * 20 + [True]
        mute.setblocking(False)
        mute.accept()[0].close()
        with pytest.raises(BlockingIOError):  # one asked, twenty went on without
            mute.accept()
