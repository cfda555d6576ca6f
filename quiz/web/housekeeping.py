"""What a server does beside answering: count, fold, forget and publish, some times a minute.

Every worker does it. The store's functions see to it that nothing is done twice.
"""

import logging
import math
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event, Thread

from flask import Flask

from quiz import store
from quiz.statistics import LEAST_NEW, Shape, by_source, publish, valid_results
from quiz.store.snapshots import EVERYBODY
from quiz.store.sources import DIRECT, OTHER
from quiz.web.site import site
from quiz.web.weeks import this_week

log = logging.getLogger(__name__)

SECONDS = 10.0
SOON = 2.0  # while answers wait in the outbox, or something is wrong
GOODBYE_SECONDS = 5.0
RESTS = 50  # times as long as looking at snapshots took, before they are looked at again


@dataclass
class Resting:
    """When snapshots are looked at: after new results, and a fiftieth of the time at most.

    With very many cells of sums that takes long, and visitors' threads wait for each step.
    """

    due: bool = True
    clock: Callable[[], float] = time.monotonic
    not_before: float = -math.inf

    def after_a_rest(self, work: Callable[[], None]) -> None:
        """Do it if it is due and the last time is long enough ago."""
        began = self.clock()
        if not self.due or began < self.not_before:
            return
        try:
            work()
            self.due = False
        finally:
            ended = self.clock()
            self.not_before = ended + RESTS * (ended - began)


def tend(app: Flask, rhythm: Resting | None = None) -> bool:
    """One round, the outbox first; whether nothing waits there.

    Raises StoreError when the database refuses; what was counted is then still there.
    """
    with app.app_context():
        try:
            store.drain()
        finally:  # trouble with the outbox stops nothing else, nor the other way round
            _tend_statistics(rhythm or Resting())
        return store.outbox_bytes() == 0


def publish_news() -> None:
    """Fold what waits and take every snapshot that is due, in the app's context.

    For a command, which no server may have gone before. Raises StoreError.
    """
    shapes = list(site().shapes.values())
    store.folding.fold(shapes)
    _take_all(shapes)


class Housekeeper:
    """A thread that tends an app until it is told to stop."""

    def __init__(self, app: Flask) -> None:
        """Start at once."""
        self._app = app
        self._stopped = Event()
        self._said: str | None = None
        self._thread = Thread(target=self._work, name="housekeeping", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish the round that is going on and write down what was counted since."""
        self._stopped.set()
        self._thread.join(GOODBYE_SECONDS)
        if self._thread.is_alive():
            return
        with self._app.app_context():
            site().counters.flush(site().sources.knows)
            store.close()

    def _work(self) -> None:
        rhythm = Resting()
        while not self._stopped.is_set():
            quiet = False
            try:
                quiet = tend(self._app, rhythm)
                self._said = None
                self._count("done")
            except store.StoreError as error:
                rhythm.due = True
                self._count("put off")
                self._say(f"Statistics have to wait: {error}")
            # Whatever it is, the next round may do better.
            except Exception as error:
                rhythm.due = True
                self._count("broken")
                where = "".join(traceback.format_tb(error.__traceback__))
                self._say(f"{type(error).__name__} while tending the statistics\n{where}")
            self._stopped.wait(SECONDS if quiet else SOON)

    def _count(self, how: str) -> None:
        with self._app.app_context():
            site().metrics.tended(how)

    def _say(self, sentence: str) -> None:
        """Log it once, not in every round. Messages of errors stay out: they could quote data."""
        if sentence != self._said:
            log.error("%s", sentence)
        self._said = sentence


def _tend_statistics(rhythm: Resting) -> None:
    site().counters.flush(site().sources.knows)
    shapes = list(site().shapes.values())
    waiting = store.folding.waiting(shapes).known
    # With very many servers each would wait longer than the database lets it.
    folded = store.folding.fold(shapes, patiently=False) if waiting else 0
    weeks = site().settings.retention_weeks
    if weeks:
        store.folding.retain(shapes, weeks, this_week())
    rhythm.due = rhythm.due or folded > 0
    rhythm.after_a_rest(lambda: _take_all(shapes))
    site().published = {
        (shape.questionnaire_id, shape.version): found
        for shape in shapes
        if (found := _latest(EVERYBODY, shape))
    }


def _take_all(shapes: Sequence[Shape]) -> None:
    for shape in shapes:
        _take_snapshots(shape)


def _take_snapshots(shape: Shape) -> None:
    cells = store.folding.cells(shape, read=False)
    sums = by_source(shape, cells)
    counts = valid_results(sums)
    k = site().settings.min_group
    blogs = sorted({cell.source for cell in sums} - {DIRECT, OTHER})
    for source in (None, *blogs):
        scope = source or EVERYBODY
        n = counts[source] if source else counts.total()
        before = _latest(scope, shape) if n >= LEAST_NEW else None
        if n - (before.n if before else 0) < LEAST_NEW:
            continue
        body = publish(shape, sums if source else cells, k, source)
        store.snapshots.take(scope, shape.questionnaire_id, shape.version, n, this_week(), body)


def _latest(scope: str, shape: Shape) -> store.snapshots.Snapshot | None:
    return store.snapshots.latest(scope, shape.questionnaire_id, shape.version)
