"""The clock of a real server is put back an hour and forward a day while people use it."""

import re
import time
from collections.abc import Iterator
from html import unescape
from http.client import HTTPMessage
from pathlib import Path
from typing import IO
from urllib.error import HTTPError
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, HTTPRedirectHandler, Request, build_opener

import pytest

from tests.live_server import ADMIN_PASSWORD, ROOT, LiveServer, live_server
from tests.service.crowd import SETTINGS, Crowd, wait_until_ready
from tests.service.test_housekeeping import wait_until, waiting
from tests.service.test_sqlite_in_trouble import moved, receipts
from tests.web.journey import filled

HOUR = 60 * 60
DAY = 24 * HOUR

# Python runs a module of this name at its start. What counts seconds since the start stays as it
# is: no clock that is put right changes it.
CLOCK = """
import datetime, pathlib, time

file = pathlib.Path({file!r})
real = time.time

def shifted():
    return real() + int(file.read_text() or 0)

class Shifted(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(shifted(), tz)

time.time = shifted
datetime.datetime = Shifted
"""


class Clock:
    """The clock of servers that are started with this `path`."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "offset"
        modules = folder / "clock"
        modules.mkdir()
        (modules / "sitecustomize.py").write_text(CLOCK.format(file=str(self._file)))
        self.path = f"{modules}:{ROOT}"
        self.differs_by(0)

    def differs_by(self, seconds: int) -> None:
        """Put it so far from the real one, at once."""
        fresh = self._file.with_suffix(".new")
        fresh.write_text(str(seconds))
        fresh.replace(self._file)


class AsItCame(HTTPRedirectHandler):
    """A redirect is an answer to look at."""

    def redirect_request(
        self, _: Request, _file: IO[bytes], _code: int, _text: str, _head: HTTPMessage, _to: str
    ) -> None:
        return None


class Browser:
    """One that keeps cookies as long as its own clock, which is right, lets it."""

    def __init__(self, server: LiveServer) -> None:
        self._place = server.url
        self._opener = build_opener(HTTPCookieProcessor(), AsItCame())

    def ask(self, path: str, form: dict[str, object] | None = None) -> tuple[int, str, str]:
        """Status, place to go to, and page."""
        data = None if form is None else urlencode(form).encode()
        request = Request(urljoin(self._place, path), data)  # noqa: S310 - our own address
        try:
            answer = self._opener.open(request)
        except HTTPError as error:
            answer = error
        with answer:
            return answer.status, answer.headers.get("Location", ""), answer.read().decode()

    def begin(self) -> str:
        """The address of a form that is open now."""
        return self.ask("/quiz")[1]

    def token(self) -> str:
        """The token of a login page that is open now."""
        found = re.search('name="csrf_token" value="([^"]+)"', self.ask("/admin/login")[2])
        assert found
        return found[1]

    def sign_in(self, token: str = "", password: str = ADMIN_PASSWORD) -> tuple[int, str]:
        form = {"csrf_token": token or self.token(), "password": password}
        status, _, page = self.ask("/admin/login", dict(form))
        return status, page

    def is_in(self) -> bool:
        return self.ask("/admin/")[0] == 200


def saved(location: str) -> str:
    return parse_qs(urlsplit(location).query)["saved"][0]


@pytest.fixture
def clock(tmp_path: Path) -> Clock:
    return Clock(tmp_path)


@pytest.fixture
def server(tmp_path: Path, clock: Clock) -> Iterator[LiveServer]:
    """With limits, as in earnest."""
    with live_server(tmp_path, python_path=clock.path, WEB_CONCURRENCY="1") as running:
        yield running


def test_a_crowd_loses_nothing_and_the_house_is_kept(tmp_path: Path, clock: Clock) -> None:
    file = tmp_path / "data" / "quiz.sqlite3"
    with live_server(tmp_path, python_path=clock.path, **SETTINGS) as server:
        with Crowd(server.url) as crowd:
            crowd.wait_for(20, "stored")
            # Their visits began by the real clock.
            for seconds in (-HOUR, 0, DAY - HOUR, -HOUR, 0):
                clock.differs_by(seconds)
                crowd.wait_for(20, "stored")
                with moved(server, file):
                    crowd.wait_for(20, "kept")
                crowd.wait_for(20, "stored")
            clock.differs_by(-HOUR)
        wait_until_ready(server)
        wait_until(lambda: not waiting(tmp_path))
        assert (crowd.broken, crowd.answers.keys()) == (0, {"303", "stored", "kept"})
    crowd.assert_each_is_stored_once(receipts(file))


@pytest.mark.parametrize("seconds", [-HOUR, DAY - HOUR], ids=["back", "forward"])
def test_a_form_that_is_open_is_taken(server: LiveServer, clock: Clock, seconds: int) -> None:
    browser = Browser(server)
    before = browser.begin()
    clock.differs_by(seconds)
    between = browser.begin()
    for address in (before, between):
        status, location, _ = browser.ask(address, filled())
        assert (status, saved(location)) == (303, "stored")
    clock.differs_by(0)
    assert saved(browser.ask(between, filled())[1]) == "stored"


def test_a_day_later_it_is_asked_for_once_more_with_all_answers(
    server: LiveServer, clock: Clock
) -> None:
    browser = Browser(server)
    address = browser.begin()
    clock.differs_by(DAY + HOUR)
    status, _, page = browser.ask(address, filled())
    assert status == 422
    assert "Your answers are kept" in page
    found = re.search('action="([^"]+)"', page)
    assert found
    status, location, _ = browser.ask(unescape(found[1]), filled())
    assert (status, saved(location)) == (303, "stored")


@pytest.mark.parametrize("seconds", [-HOUR, DAY], ids=["back", "forward"])
def test_the_admin_is_asked_again_and_gets_in(
    server: LiveServer, clock: Clock, seconds: int
) -> None:
    browser, waits = Browser(server), Browser(server)
    assert browser.sign_in()[0] == 303
    assert browser.is_in()
    token = waits.token()
    clock.differs_by(seconds)
    assert browser.ask("/admin/")[:2] == (303, "/admin/login?next=/admin/")
    status, page = waits.sign_in(token)
    assert status == 422
    assert "Please send it again" in page
    for one in (waits, browser):
        assert one.sign_in()[0] == 303
        assert one.is_in()


def test_limits_neither_grow_nor_lock_anybody_out(server: LiveServer, clock: Clock) -> None:
    noon = DAY // 2 - int(time.time()) % DAY  # some hours from midnight, when marks change
    clock.differs_by(noon)
    browser = Browser(server)
    assert [browser.sign_in("", "wrong")[0] for _ in range(6)] == [422] * 5 + [429]
    for seconds in (-HOUR, DAY + HOUR, -DAY, 0):
        clock.differs_by(noon + seconds)
        status, location, _ = browser.ask(browser.begin(), filled())
        assert (status, saved(location)) == (303, "stored")
    # Counted by seconds since the start, and under a mark of the day.
    assert browser.sign_in()[0] == 429
    clock.differs_by(noon + DAY)
    assert browser.sign_in()[0] == 303
