"""A store on a real SQLite file and on a real PostgreSQL, under a bare Flask app."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from quiz import library, store
from quiz.cli import main
from quiz.statistics import Row, Shape, Tally
from quiz.store import Submission
from quiz.store.folding import Waiting
from quiz.store.outbox import Outbox
from quiz.web.settings import CONTENT
from tests.postgres import connect, shared_server

ROOT = Path(__file__).parents[2]
BFI = Path(__file__).parents[1] / "content" / "bfi"
RECEIPT = "visit-with-a-random-nonce"
ANSWERS = (5, 1, 4, 2, 3, 5, 1, 2, 4, 5, 3, 3, 1, 5, 2, 4, 4, 1, 2, 5, 3, 1, 5, 2)


@dataclass(frozen=True)
class Place:
    """A database of one's own: its address, and plain SQL behind the store's back."""

    url: str
    folder: Path

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    @property
    def file(self) -> Path:
        return self.folder / "quiz.sqlite3"

    def connect(self) -> Any:
        if self.is_sqlite:
            return closing(sqlite3.connect(self.file, isolation_level=None))
        return connect(self.url)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.connect() as connection:
            return list(connection.execute(query).fetchall())

    def execute(self, statement: str) -> None:
        with self.connect() as connection:
            connection.execute(statement)

    def clear(self) -> None:
        """Make it an empty database again."""
        if self.is_sqlite:
            for file in self.folder.glob(f"{self.file.name}*"):
                file.unlink()
        else:
            self.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")

    def start(self, script: str) -> Popen[str]:
        """Another process; `script` finds the address in `url`."""
        preface = "import sys\nurl = sys.argv[1]\n"
        return Popen(
            [sys.executable, "-W", "error", "-c", preface + script, self.url],
            cwd=ROOT,
            stdin=PIPE,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
        )


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Place]:
    """An empty database."""
    if request.param == "sqlite":
        yield Place(f"sqlite:///{tmp_path}/quiz.sqlite3", tmp_path)
        return
    with shared_server().fresh_database() as url:
        yield Place(url, tmp_path)


@pytest.fixture
def sqlite_place(tmp_path: Path) -> Place:
    """An empty folder for a SQLite database."""
    return Place(f"sqlite:///{tmp_path}/quiz.sqlite3", tmp_path)


@pytest.fixture
def postgres_place(tmp_path: Path) -> Iterator[Place]:
    """An empty PostgreSQL database."""
    with shared_server().fresh_database() as url:
        yield Place(url, tmp_path)


@pytest.fixture
def run(place: Place, tmp_path: Path) -> Callable[..., Result]:
    """`run("stats", "--json")` is `python -m quiz stats --json` on a database of its own.

    The questionnaire is not ours: the items of the published reference sheets.
    """
    store.migrate(place.url)

    def run(*words: str, **settings: str) -> Result:
        environment = {
            "QUIZ_DATA_DIR": str(tmp_path),
            "DATABASE_URL": place.url,
            "QUIZ_CONTENT_DIR": str(BFI),
            **settings,
        }
        return CliRunner().invoke(main, words, env=environment)

    return run


@pytest.fixture
def open_app() -> Iterator[Callable[..., Flask]]:
    """Makes bare apps with a store, and closes their connections at the end."""
    made: list[Flask] = []

    def open_app(url: str, patience: float = 5.0, outbox: Path | None = None) -> Flask:
        app = Flask("bare")
        store.init_app(app, url, patience, outbox=outbox)
        made.append(app)
        return app

    yield open_app
    for app in made:
        with app.app_context():
            store.close()


@pytest.fixture
def app(place: Place, open_app: Callable[..., Flask]) -> Iterator[Flask]:
    """A bare app on a migrated database, inside its context."""
    store.migrate(place.url)
    app = open_app(place.url)
    with app.app_context():
        yield app


@pytest.fixture
def impatient(place: Place, open_app: Callable[..., Flask]) -> Iterator[Flask]:
    """The same, but it waits a twentieth of a second for a lock."""
    store.migrate(place.url)
    app = open_app(place.url, patience=0.05)
    with app.app_context():
        yield app


@pytest.fixture
def submission() -> Callable[..., Submission]:
    """Makes a submission; named fields are changed."""

    def submission(**changes: Any) -> Submission:
        fields: dict[str, Any] = {
            "receipt": RECEIPT,
            "questionnaire_id": "networking-style",
            "version": 1,
            "week": 202647,
            "language": "en",
            "source": "direct",
            "answers": ANSWERS,
            "self_label": "introvert",
            "goal": "learn",
            "setting": "online",
            "flags": 0,
        }
        return Submission(**fields | changes)

    return submission


@pytest.fixture(scope="session")
def shape() -> Shape:
    """How the shipped questionnaire is counted."""
    return Shape.of(library.load(CONTENT).current("en"))


@pytest.fixture
def people(shape: Shape) -> Callable[..., list[Submission]]:
    """Makes that many different people; named fields are the same for all of them."""

    def people(n: int, **changes: Any) -> list[Submission]:
        who = changes.pop("who", "person")
        made = []
        for seat in range(n):
            answers = tuple(seat // 5 ** (item % 6) % 5 + 1 for item in range(24))
            fields: dict[str, Any] = {
                "receipt": f"{who} {seat}",
                "questionnaire_id": shape.questionnaire_id,
                "version": shape.version,
                "week": 202640 + seat % 3,
                "language": ("en", "de")[seat % 2],
                "source": ("direct", "my-blog", "other")[seat // 2 % 3],
                "answers": (0, *answers[1:]) if seat % 17 == 16 else answers,
                "self_label": (None, "introvert", "extrovert")[seat % 3],
                "goal": (None, "learn")[seat % 2],
                "flags": int(seat % 11 == 10),
            }
            made.append(Submission(**fields | changes))
        return made

    return people


@pytest.fixture
def assert_sums_are_exact(place: Place, shape: Shape) -> Callable[[], None]:
    """Every stored row is in the sums once, in its own cell, and nothing else is."""

    def assert_sums_are_exact() -> None:
        assert store.folding.waiting([shape]) == Waiting(0, 0)
        query = "SELECT week, source, language, answers, self_label, goal, setting, flags"
        rows = place.rows(f"{query} FROM result")
        wanted: dict[tuple[Any, ...], list[Row]] = {}
        for week, source, language, answers, label, goal, setting, flags in rows:
            key = (week, week, source, language, flags != 0)
            wanted.setdefault(key, []).append(Row(bytes(answers), label, goal, setting, flags))
        found = {
            (cell.first_week, cell.last_week, cell.source, cell.language, cell.flagged): cell.tally
            for cell in store.folding.cells(shape)
        }
        assert found == {key: Tally.of(shape, some) for key, some in wanted.items()}

    return assert_sums_are_exact


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the outbox is; not made yet."""
    return tmp_path / "outbox"


@pytest.fixture
def outbox(folder: Path) -> Outbox:
    return Outbox(folder)
