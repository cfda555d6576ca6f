"""Two servers behind nginx share a database, its replica and Redis; one of anything may die."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from threading import Event
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener, urlopen

import pytest

from quiz.web.pace import WITHDRAWING
from tests import command
from tests.live_server import ADMIN_HASH, ADMIN_PASSWORD, PATIENCE, LiveServer, live_server
from tests.nginx import Nginx, nginx, shipped
from tests.postgres import OwnPostgresServer, connect
from tests.redis_server import redis_server
from tests.service.crowd import SECRET, Crowd, wait_until_ready


@dataclass(frozen=True)
class Nodes:
    """Two servers with a folder each, what stands before them, and what they share."""

    servers: tuple[LiveServer, LiveServer]
    proxy: Nginx
    primary: OwnPostgresServer
    replica: OwnPostgresServer
    settings: dict[str, str]

    def receipts(self, database: OwnPostgresServer) -> list[bytes]:
        with connect(database.url) as connection:
            return [row[0] for row in connection.execute("SELECT receipt FROM result").fetchall()]


@pytest.fixture
def limits() -> str:
    """The crowd comes from one address, and more than a household would."""
    return "off"


@pytest.fixture
def nodes(tmp_path: Path, limits: str) -> Iterator[Nodes]:
    with ExitStack() as stack:
        primary = OwnPostgresServer()
        stack.callback(shutil.rmtree, primary.folder, ignore_errors=True)
        replica = primary.replica()
        stack.callback(replica.stop)
        settings = {
            "SECRET_KEY": SECRET,
            "QUIZ_ADMIN_PASSWORD_HASH": ADMIN_HASH,
            "DATABASE_URL": f"postgresql://quiz@/postgres?host={primary.folder},{replica.folder}"
            "&target_session_attrs=read-write",
            "QUIZ_READ_DATABASE_URL": replica.url,
            "QUIZ_RATELIMIT_STORAGE": stack.enter_context(redis_server()).address,
            "QUIZ_RATELIMIT_ENABLED": limits,
            "QUIZ_TRUSTED_PROXIES": "1",
            "WEB_CONCURRENCY": "1",
        }
        servers = []
        for name in ("one", "two"):
            (tmp_path / name).mkdir()
            servers.append(stack.enter_context(live_server(tmp_path / name, **settings)))
        one, two = servers
        http = shipped(tmp_path / "nginx", one.url, two.url)
        proxy = stack.enter_context(nginx(tmp_path / "nginx", http))
        of_commands = settings | {"QUIZ_DATA_DIR": str(tmp_path / "commands")}
        yield Nodes((one, two), proxy, primary, replica, of_commands)


def wait_for_replica(nodes: Nodes) -> None:
    """Until it has heard all that the primary has done."""
    with connect(nodes.primary.url) as primary, connect(nodes.replica.url) as replica:
        [done] = primary.execute("SELECT pg_current_wal_lsn()").fetchall()
        while not replica.execute("SELECT pg_last_wal_replay_lsn() >= %s", done).fetchall()[0][0]:
            Event().wait(0.1)


def wait_until_counted(nodes: Nodes, finished: int) -> None:
    """Until both servers have written down how many they saw finish, and it is so many."""
    query = "SELECT sum(n) FROM visit_count WHERE event = 'finished'"
    for _ in range(PATIENCE * 10):
        with connect(nodes.primary.url) as primary:
            [(counted,)] = primary.execute(query).fetchall()
        if counted == finished:
            return
        Event().wait(0.1)
    pytest.fail(f"{counted} were counted, {finished} finished")


def signed_in(server: LiveServer) -> OpenerDirector:
    """The admin's browser, as it is after signing in there."""
    browser = build_opener(HTTPCookieProcessor(CookieJar()))
    page = browser.open(f"{server.url}/admin/login").read().decode()
    found = re.search('name="csrf_token" value="([^"]+)"', page)
    assert found
    form = urlencode({"csrf_token": found[1], "password": ADMIN_PASSWORD})
    browser.open(f"{server.url}/admin/login", form.encode()).close()
    return browser


def test_answers_are_stored_and_counted_once_by_two_that_agree(nodes: Nodes) -> None:
    with Crowd(nodes.proxy.url) as crowd:
        for _ in range(2):  # both servers fold too, every ten seconds
            folding = [command.start("stats", "fold", **nodes.settings) for _ in range(2)]
            crowd.wait_for(100, "stored")
            for fold in folding:
                _, error = fold.communicate(timeout=PATIENCE)
                assert fold.returncode == 0, error
    n = len(crowd.promised)
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored"})
    crowd.assert_each_is_stored_once(nodes.receipts(nodes.primary))
    command.say("stats", "fold", **nodes.settings)
    rebuilt = command.say("stats", "rebuild", **nodes.settings)
    assert f" cells from {n:,} rows.\nThey are the same" in rebuilt
    wait_until_counted(nodes, n)  # each server writes its counters down every ten seconds
    wait_for_replica(nodes)
    browser = signed_in(nodes.servers[0])
    one, two = (
        json.load(browser.open(f"{server.url}/admin/statistics.json?flagged=1"))
        for server in nodes.servers
    )
    assert one == two
    assert n - 11 < one["n"] <= n  # fewer than 11 careless ones are never shown


def stopped(server: LiveServer) -> None:
    server.process.terminate()
    server.process.wait(PATIENCE)


@pytest.mark.parametrize("end", [LiveServer.kill, stopped], ids=["killed", "stopped"])
def test_one_is_killed_or_stopped_and_nobody_notices(
    nodes: Nodes, end: Callable[[LiveServer], None]
) -> None:
    one, two = nodes.servers
    with Crowd(nodes.proxy.url) as crowd:
        crowd.wait_for(60, "stored")
        end(two)
        crowd.wait_for(100, "stored")
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored"})
    crowd.assert_each_is_stored_once(nodes.receipts(nodes.primary))
    assert one.readiness() == "ready\n"


def test_the_primary_dies_and_the_replica_takes_over(nodes: Nodes) -> None:
    with Crowd(nodes.proxy.url) as crowd:
        crowd.wait_for(60, "stored")
        nodes.primary.crash()
        crowd.wait_for(60, "kept")
        nodes.replica.promote()
        crowd.wait_for(60, "stored")
    wait_until_ready(*nodes.servers)
    assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
    crowd.assert_each_is_stored_once(nodes.receipts(nodes.replica))


@pytest.mark.parametrize("limits", ["on"])
def test_a_limit_counts_over_both(nodes: Nodes) -> None:
    def withdraw(n: int) -> int:
        try:
            answer = urlopen(f"{nodes.proxy.url}/withdraw", f"receipt={n:032}".encode())  # noqa: S310 - ours
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status or 0

    tries = [withdraw(n) for n in range(WITHDRAWING.times + 2)]
    assert tries == [200] * WITHDRAWING.times + [429, 429]  # the last two, one from each
