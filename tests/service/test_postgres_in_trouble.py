"""PostgreSQL restarts, crashes, hangs and fails over under load: nobody loses an answer."""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.live_server import live_server
from tests.postgres import OwnPostgresServer, connect
from tests.service.crowd import SETTINGS, Crowd, wait_until_ready


@pytest.fixture
def primary() -> Iterator[OwnPostgresServer]:
    """A server of this test alone, which may be broken."""
    server = OwnPostgresServer()
    try:
        yield server
    finally:
        shutil.rmtree(server.folder, ignore_errors=True)


def receipts(url: str) -> list[bytes]:
    with connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT receipt FROM result").fetchall()]


@pytest.mark.parametrize("how", ["immediate", "fast"], ids=["crash", "restart"])
def test_it_goes_and_comes_back(primary: OwnPostgresServer, tmp_path: Path, how: str) -> None:
    with ExitStack() as stack:
        stack.callback(primary.crash)
        server = stack.enter_context(live_server(tmp_path, DATABASE_URL=primary.url, **SETTINGS))
        with Crowd(server.url) as crowd:
            crowd.wait_for(40, "stored")
            primary.end(how)
            crowd.wait_for(40, "kept")
            assert "The database does not answer" in server.readiness()
            primary.start()
            crowd.wait_for(40, "stored")
        wait_until_ready(server)
        assert crowd.answers.keys() == {"303", "stored", "kept"}
        assert crowd.broken == 0
        crowd.assert_each_is_stored_once(receipts(primary.url))


def test_it_hangs_and_goes_on(primary: OwnPostgresServer, tmp_path: Path) -> None:
    with ExitStack() as stack:
        stack.callback(primary.crash)
        server = stack.enter_context(live_server(tmp_path, DATABASE_URL=primary.url, **SETTINGS))
        with Crowd(server.url) as crowd:
            crowd.wait_for(40, "stored")
            with primary.hanging():
                crowd.wait_for(40, "kept")
                assert server.get("/healthz") == "ok\n"
                assert "The database does not answer" in server.readiness()
                # Those who look for it time and again are not kept either.
                crowd.wait_for(100, "kept")
            crowd.wait_for(40, "stored")
        wait_until_ready(server)
        assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
        crowd.assert_each_is_stored_once(receipts(primary.url))


def test_a_commit_that_waits_for_a_lost_replica_keeps_nobody(
    primary: OwnPostgresServer, tmp_path: Path
) -> None:
    with ExitStack() as stack:
        stack.callback(primary.crash)
        replica = primary.replica()
        stack.callback(replica.stop)
        server = stack.enter_context(live_server(tmp_path, DATABASE_URL=primary.url, **SETTINGS))
        with Crowd(server.url) as crowd:
            crowd.wait_for(40, "stored")
            replica.crash()
            crowd.wait_for(40, "kept")
            assert "The database takes no answers" in server.readiness()
            replica.start()
            crowd.wait_for(40, "stored")
        wait_until_ready(server)
        assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
        crowd.assert_each_is_stored_once(receipts(primary.url))


def test_the_replica_takes_over(primary: OwnPostgresServer, tmp_path: Path) -> None:
    with ExitStack() as stack:
        replica = primary.replica()
        stack.callback(replica.stop)
        both = (
            f"postgresql://quiz@/postgres?host={primary.folder},{replica.folder}"
            "&target_session_attrs=read-write"
        )
        server = stack.enter_context(live_server(tmp_path, DATABASE_URL=both, **SETTINGS))
        with Crowd(server.url) as crowd:
            crowd.wait_for(40, "stored")
            primary.crash()
            crowd.wait_for(40, "kept")
            replica.promote()
            crowd.wait_for(40, "stored")
        wait_until_ready(server)
        assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
        crowd.assert_each_is_stored_once(receipts(replica.url))
