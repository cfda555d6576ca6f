"""An app of one's own for each test: real parts, a fresh data folder, nothing shared."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from quiz import store
from quiz.web import create_app
from quiz.web.settings import Settings

# A busy machine is no fault of the code: no example is judged by its time.
hypothesis_settings.register_profile(
    "house", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("house")

TINY = Path(__file__).parent / "content" / "tiny"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """What `serve` would use when nothing is set, but with its data in this test's folder."""
    return Settings.from_environment({"QUIZ_DATA_DIR": str(tmp_path / "data")})


@pytest.fixture
def make_app(settings: Settings) -> Iterator[Callable[..., Flask]]:
    """An app with other settings: `make_app(content_dir=TINY)`; closed at the end."""
    made: list[Flask] = []

    def make(**changes: object) -> Flask:
        ready = replace(settings, **changes).prepare()  # type: ignore[arg-type]
        store.migrate(ready.database_url)
        app = create_app(ready)
        app.testing = True
        made.append(app)
        return app

    yield make
    for app in made:
        with app.app_context():
            store.close()


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The quiz as it is shipped."""
    return make_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A visitor of the shipped quiz, without a browser."""
    return app.test_client()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """When two run side by side: a file's tests stay together, and so do all with browsers."""
    for item in items:
        folder = item.path.relative_to(Path(__file__).parent).parts[0]
        together = folder if folder == "browser" else str(item.path)
        item.add_marker(pytest.mark.xdist_group(together))


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A skipped test is a failure: what a test needs is set up, or named."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped"):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
