"""What the admin's door, the counters and the facts keep."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.statistics import Visits
from quiz.store import StoreError
from quiz.store.admins import Account
from quiz.store.audit import Entry

WEEK = 202647


@pytest.mark.usefixtures("app")
def test_a_new_password_ends_every_session() -> None:
    admins = store.admins
    assert admins.account() is None
    admins.set_password("$argon2id$one", WEEK)
    assert admins.account() == Account("$argon2id$one", WEEK, 1)
    admins.set_password("$argon2id$two", WEEK + 1)
    admins.sign_out_everywhere()
    assert admins.account() == Account("$argon2id$two", WEEK + 1, 3)
    assert "argon2" not in repr(admins.account())


@pytest.mark.usefixtures("app")
def test_sessions_end_although_the_password_is_not_kept_here() -> None:
    store.admins.sign_out_everywhere()
    store.admins.sign_out_everywhere()
    assert store.admins.account() == Account("", 0, 2)


@pytest.mark.usefixtures("app")
def test_the_first_password_is_made_by_one_server_alone() -> None:
    assert store.admins.make("$argon2id$one", WEEK) is True
    assert store.admins.make("$argon2id$two", WEEK) is False
    assert store.admins.account() == Account("$argon2id$one", WEEK, 1)


@pytest.mark.usefixtures("app")
def test_the_log_tells_the_latest_first() -> None:
    for number in range(5):
        store.audit.note("renamed a source", f"blog-{number}", WEEK)
    assert store.audit.noted(2) == [
        Entry(WEEK, "renamed a source", "blog-4"),
        Entry(WEEK, "renamed a source", "blog-3"),
    ]
    assert len(store.audit.noted()) == 5


@pytest.mark.usefixtures("app")
def test_a_fact_is_what_was_said_last() -> None:
    assert store.facts.get("demo") is None
    store.facts.set("demo", "5000")
    store.facts.set("demo", "6000")
    assert store.facts.get("demo") == "6000"


@pytest.mark.usefixtures("app")
def test_counters_add_up() -> None:
    started = Visits(WEEK, "direct", "en", "started", 3)
    finished = Visits(WEEK, "direct", "en", "finished", 2)
    store.counts.add([])
    store.counts.add([started, finished, started])
    store.counts.add([finished, Visits(WEEK - 1, "my-blog", "de", "card", 1)])
    assert store.counts.visits() == [
        Visits(WEEK - 1, "my-blog", "de", "card", 1),
        Visits(WEEK, "direct", "en", "finished", 4),
        Visits(WEEK, "direct", "en", "started", 6),
    ]


COUNT = """
import itertools
from flask import Flask
from quiz import store
from quiz.statistics import Visits

app = Flask("bare")
store.init_app(app, url, patience=60)
events = ("started", "page-2", "finished")
print("here", flush=True)
turn = int(sys.stdin.readline())
with app.app_context():
    for _ in range(40):
        visits = [Visits(202647, "direct", "en", event, 1) for event in events]
        store.counts.add(visits[turn:] + visits[:turn])
    store.close()
"""


@pytest.mark.usefixtures("app")
def test_counters_of_servers_that_count_at_once_lose_nothing(place: Any) -> None:
    with ExitStack() as stack:
        processes = [stack.enter_context(place.start(COUNT)) for _ in range(3)]
        assert [process.stdout.readline() for process in processes] == ["here\n"] * 3
        for turn, process in enumerate(processes):
            process.stdin.write(f"{turn}\n")
            process.stdin.flush()
        assert [process.communicate() for process in processes] == [("", "")] * 3
    assert [visits.n for visits in store.counts.visits()] == [120, 120, 120]


def test_a_database_of_an_older_version_is_said_plainly(
    place: Any, open_app: Callable[..., Flask]
) -> None:
    store.migrate(place.url, "0002")
    with open_app(place.url).app_context():
        for ask in (
            store.admins.account,
            store.admins.sign_out_everywhere,
            lambda: store.admins.set_password("$argon2id$secret", WEEK),
            store.audit.noted,
            lambda: store.audit.note("said", "secret", WEEK),
            lambda: store.facts.get("demo"),
            lambda: store.facts.set("demo", "secret"),
            lambda: store.counts.add([Visits(WEEK, "secret", "en", "started", 1)]),
            store.counts.visits,
            lambda: store.snapshots.latest("secret", "q", 1),
        ):
            with pytest.raises(StoreError) as said:
                ask()
            assert "secret" not in str(said.value)
