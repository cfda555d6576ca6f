"""Statistics at any size: simulated results are folded, compared with the truth, and read."""

import argparse
import os
import resource
import sqlite3
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from statistics import median
from typing import Any, TypeVar

import numpy as np
from flask import Flask

from quiz import statistics, store
from quiz.cli.demo import population_of
from quiz.simulation import Blog, Person, Population
from quiz.web import create_app
from quiz.web.settings import Settings
from quiz.web.site import site
from tests.postgres import connect, shared_server
from tests.web.admin import admin_of

T = TypeVar("T")

COLUMNS = (
    "receipt, questionnaire_id, version, week, source, language, answers,"
    " self_label, goal, setting, flags, folded"
)
BATCH = 20_000
FOLD_AT_ONCE = 20_000  # a backlog this long touches each cell anyway
TIMES = 9
PAGES = (
    ("the whole page", "/admin/"),
    ("of one source", "/admin/?source=direct"),
    ("the same as JSON", "/admin/statistics.json"),
)


@dataclass(frozen=True)
class Timed:
    """One part of the page's work: milliseconds by the clock and of the processor."""

    name: str
    milliseconds: float
    of_processor: float


def main() -> int:
    """Measure every size asked for, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", default="10000,1000000", help="sizes, with commas between them")
    parser.add_argument("--postgresql", action="store_true", help="PostgreSQL instead of SQLite")
    parser.add_argument("--blogs", type=int, help="so many, equally well read, instead of three")
    words = parser.parse_args()
    for size in words.rows.split(","):
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="quiz-bench-")))
            url = f"sqlite:///{folder}/quiz.sqlite3"
            if words.postgresql:
                url = stack.enter_context(shared_server().fresh_database())
            measure(url, folder, int(size.replace("_", "")), words.blogs)
    return 0


def measure(url: str, folder: Path, rows: int, blogs: int | None) -> None:
    """Fill, fold, read the page, compare with the truth; print all of it."""
    store.migrate(url)
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(folder), "DATABASE_URL": url})
    app = create_app(replace(settings, ratelimit_enabled=False).prepare())
    print(f"\n{'PostgreSQL' if url.startswith('postgres') else 'SQLite'}, {rows:,} rows")
    with app.app_context():
        known = site()
        languages = (*known.library.languages, "de", "es")
        population = population_of(known.questionnaire(languages[0]), languages)
        if blogs:
            shares = {f"blog-{n}": Blog(1 / blogs) for n in range(blogs)}
            population = replace(population, sources=shares)
        say("filled", rows, timed(lambda: fill(url, population, rows)))
        shapes = tuple(known.shapes.values())
        print(f"  on disk    {disk(url, 'result') / rows:,.0f} bytes a row, all indexes included")
        say("folded", rows, timed(lambda: fold_all(shapes)))
        shape = shapes[0]
        cells = store.folding.cells(shape)
        print(f"  cells      {len(cells):,} of {shape.width * 8:,} bytes")
        compare(population, shape, cells)
        for part in parts_of(app, shape):
            print(
                f"  {part.name:<24}{part.milliseconds:8.1f} ms"
                f"{part.of_processor:8.1f} ms of the processor"
            )
        store.close()
    print(f"  memory     {memory():,.0f} MiB now, {peak():,.0f} MiB at most")


def fill(url: str, population: Population, rows: int) -> None:
    """Write the rows past the quiz, in bounded memory, and counters of visits that fit."""
    random = np.random.default_rng(rows)
    finished: Counter[tuple[int, str, str]] = Counter()
    drawn = _rows(population, population.people(random, rows), rows, finished)
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)) as file:
            file.execute("PRAGMA synchronous = OFF")
            while batch := list(islice(drawn, BATCH)):
                file.execute("BEGIN")
                marks = ", ".join("?" * len(batch[0]))
                file.executemany(f"INSERT INTO result ({COLUMNS}) VALUES ({marks})", batch)  # noqa: S608 - our own names
                file.execute("COMMIT")
    else:
        with connect(url) as connection, connection.cursor() as cursor:
            with cursor.copy(f"COPY result ({COLUMNS}) FROM STDIN") as copy:
                for row in drawn:
                    copy.write_row(row)
            cursor.execute("ANALYZE result")
    store.counts.add([statistics.Visits(*n) for n in population.visits(random, finished)])


def _rows(
    population: Population, people: Iterator[Person], rows: int, finished: Counter[Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows under receipts that rise, evenly spread: a sorted load of what would come at random."""
    q = population.questionnaire
    step = 2**128 // rows
    for number, person in enumerate(people):
        finished[person.week, person.source, person.language] += 1
        yield (
            (number * step).to_bytes(16, "big"),
            *(q.id, q.version, person.week, person.source, person.language, person.answers),
            *(person.self_label, person.goal, person.setting, person.flags, False),
        )


def disk(url: str, table: str) -> int:
    """Bytes that a table takes up with its indexes."""
    if url.startswith("sqlite"):
        names = "SELECT name FROM sqlite_schema WHERE tbl_name = ?"
        query = f"SELECT sum(pgsize) FROM dbstat WHERE name IN ({names})"  # noqa: S608 - ours
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return int(file.execute(query, [table]).fetchone()[0])
    with connect(url) as connection:
        found = connection.execute("SELECT pg_total_relation_size(%s::regclass)", [table])
        return int(found.fetchall()[0][0])


def fold_all(shapes: Sequence[statistics.Shape]) -> None:
    """Fold until nothing waits."""
    store.folding.fold(shapes, FOLD_AT_ONCE)


def compare(
    population: Population, shape: statistics.Shape, cells: Sequence[statistics.Cell]
) -> None:
    """Print the estimates beside what the model's population would show."""
    whole = statistics.Tally.total(shape, [cell.tally for cell in cells])
    truth = population.truth
    for scale in statistics.figures(whole).scales:
        alpha = scale.reliability.alpha
        print(
            f"  {scale.id:<11}alpha {alpha:.4f} (true {truth.alpha(scale.id):.4f}), "
            f"mean {scale.moments.mean:.2f} ({truth.mean(scale.id):.2f}), "
            f"SD {scale.moments.sd:.2f} ({truth.sd(scale.id):.2f})"
        )


def parts_of(app: Flask, shape: statistics.Shape) -> Iterator[Timed]:
    """The page as a browser would ask for it, and its parts on their own."""
    cells = store.folding.cells(shape)
    visits = store.counts.visits()
    yield often("read the cells", lambda: store.folding.cells(shape))
    tallies = [cell.tally for cell in cells]
    yield often("merge them", lambda: statistics.Tally.total(shape, tallies))
    yield often("summarise", lambda: statistics.summarise(shape, cells, visits))
    client = admin_of(app)
    for name, address in PAGES:
        answer = client.get(address)
        if answer.status_code == 200:
            yield often(name, partial(client.get, address))
        else:
            print(f"  {name}: {address} answered {answer.status}")


def often(name: str, work: Callable[[], object]) -> Timed:
    """Do it several times, after a first one that does not count; medians."""
    work()
    clock, processor = [], []
    for _ in range(TIMES):
        began = time.process_time()
        clock.append(1000 * timed(work))
        processor.append(1000 * (time.process_time() - began))
    return Timed(name, median(clock), median(processor))


def timed(work: Callable[[], object]) -> float:
    """Seconds that it took."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def say(what: str, rows: int, seconds: float) -> None:
    """Print how fast rows went."""
    print(f"  {what:<11}{rows / seconds:,.0f} rows/s ({seconds:.1f} s)", flush=True)


def memory() -> float:
    """MiB that this process holds now (Linux), else at most so far."""
    file = Path("/proc/self/statm")
    if not file.exists():
        return peak()
    return int(file.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def peak() -> float:
    """MiB that this process held at most."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / (2**20 if sys.platform == "darwin" else 2**10)


if __name__ == "__main__":
    sys.exit(main())
