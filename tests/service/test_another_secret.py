"""A server that is restarted with another secret: who has the quiz open notices nothing."""

import time
from pathlib import Path

import pytest

from quiz.web import visit_token
from tests.live_server import live_server
from tests.service.test_clock import Browser, saved
from tests.web.journey import filled

OLD, NEW = "an-old-secret-long-known", "a-new-and-quiet-secret"


@pytest.mark.parametrize("in_file", [False, True], ids=["variables", "file"])
def test_visits_of_the_last_day_are_taken_under_the_old_one(
    tmp_path: Path, *, in_file: bool
) -> None:
    def settings(*secrets: str) -> dict[str, str]:
        if in_file:
            (tmp_path / "data").mkdir(exist_ok=True)
            (tmp_path / "data" / "secret").write_text("\n".join(secrets))
            return {"WEB_CONCURRENCY": "1"}
        new, *old = secrets
        variables = {"SECRET_KEY": new, "SECRET_KEY_FALLBACKS": " ".join(old)}
        return {"WEB_CONCURRENCY": "1", **variables}

    def begun(hours: int) -> str:
        """The address of a visit that began so long ago."""
        return f"/quiz?visit={visit_token.new(OLD, int(time.time()) // 60 - hours * 60)}"

    with live_server(tmp_path, **settings(OLD)) as server:
        browser = Browser(server)
        sent, waits = browser.begin(), browser.begin()
        before = browser.ask(sent, filled())[:2]
    with live_server(tmp_path, **settings(NEW, OLD)) as server:
        browser = Browser(server)
        assert browser.ask(sent, filled())[:2] == before  # with the same receipt
        for address in (waits, begun(hours=23)):
            status, location, _ = browser.ask(address, filled())
            assert (status, saved(location)) == (303, "stored")
        status, _, page = browser.ask(begun(hours=25), filled())
        assert status == 422
        assert "Your answers are kept" in page
    with live_server(tmp_path, **settings(NEW)) as server:
        assert Browser(server).ask(begun(hours=0), filled())[0] == 422
