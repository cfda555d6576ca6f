"""Behind nginx, as we ship its configuration: limits hold, and no log has a result code."""

from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import NamedTuple

import pytest

from bench.ledger import FORM
from bench.visitors import Visitors
from quiz import library
from quiz.web.pace import WITHDRAWING
from quiz.web.settings import CONTENT
from tests.live_server import LiveServer, live_server
from tests.nginx import Nginx, nginx, shipped
from tests.service.crowd import SECRET

# One worker, for without Redis each counts for itself.
SETTINGS = {"SECRET_KEY": SECRET, "WEB_CONCURRENCY": "1", "QUIZ_TRUSTED_PROXIES": "1"}


class House(NamedTuple):
    """A server and what stands before it."""

    server: LiveServer
    proxy: Nginx


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "server").mkdir()
    with (
        live_server(tmp_path / "server", **SETTINGS) as server,
        nginx(tmp_path / "nginx", shipped(tmp_path / "nginx", server.url)) as proxy,
    ):
        yield House(server, proxy)


def ask(
    proxy: Nginx, method: str, path: str, body: str = "", **headers: str
) -> tuple[int, str, dict[str, str]]:
    """Status, text and headers of an answer through the proxy."""
    connection = HTTPConnection("127.0.0.1", proxy.port, timeout=60)
    connection.request(method, path, body or None, {**(FORM if body else {}), **headers})
    answer = connection.getresponse()
    found = answer.status, answer.read().decode(), dict(answer.headers)
    connection.close()
    return found


def test_nobody_escapes_a_limit_by_claiming_another_address(house: House) -> None:
    def withdraw(n: int) -> int:
        claimed = {"X-Forwarded-For": f"203.0.113.{n}", "X-Real-IP": f"203.0.113.{n}"}
        return ask(house.proxy, "POST", "/withdraw", f"receipt={n:032}", **claimed)[0]

    tries = [withdraw(n) for n in range(WITHDRAWING.times + 1)]
    assert 429 not in tries[:-1]
    assert tries[-1] == 429


def test_too_much_at_once_is_refused_before_it_gets_here(house: House) -> None:
    assert ask(house.proxy, "POST", "/quiz", "a" * 100_000)[0] == 413
    assert ask(house.proxy, "GET", "/", Cookie="a" * 100_000)[0] == 400


def test_a_visit_and_its_failing_leave_no_code_in_any_log(house: House) -> None:
    visitors = Visitors(library.load(CONTENT).current("en"), SECRET)
    status, _, headers = ask(house.proxy, *visitors.send_answers().split("\t"))
    assert status == 303
    code = headers["Location"].partition("?")[0].rpartition("/")[2]
    assert len(code) > 10
    assert ask(house.proxy, "GET", f"/result/{code}")[0] == 200
    house.server.kill()
    assert ask(house.proxy, "GET", f"/result/{code}")[0] == 502
    assert code not in house.proxy.logs + house.server.log
