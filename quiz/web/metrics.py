"""Figures for whoever watches the server: how many answers of which kind, and how long they took.

Nothing of a visitor: a label is one of a few words of ours, never an address. Off unless
QUIZ_METRICS is set. All workers of a server count together, in files of a folder that the first
process makes: prometheus-client does the counting.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from quiz.web.metrics_folder import make_folder

if TYPE_CHECKING:
    from prometheus_client.metrics_core import Metric

PLACES = (
    *("quiz", "result", "style", "method", "privacy", "accessibility", "count", "withdraw"),
    *("static", "accent", "embed.js", "oembed", "for-blogs", "audience", "admin"),
    *("healthz", "readyz", "metrics"),
)
BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Counts when it is on; `saved` and `tended` may be called all the same when it is not."""

    def __init__(self, *, on: bool) -> None:
        """To be made before the workers are."""
        self.on = on
        if not on:
            return
        make_folder()
        # Not before: the library looks for the folder when it is imported.
        from prometheus_client import CollectorRegistry, Counter, Histogram

        own = CollectorRegistry()
        self._answers = Counter(
            "quiz_http_answers", "Answers by place and class of status", ("place", "status"),
            registry=own,
        )  # fmt: skip
        self._seconds = Histogram(
            "quiz_http_seconds", "Time to make an answer", ("place",), buckets=BUCKETS, registry=own
        )
        self._saved = Counter(
            "quiz_submissions", "What became of the answers that were sent", ("outcome",),
            registry=own,
        )  # fmt: skip
        self._rounds = Counter(
            "quiz_housekeeping_rounds", "Rounds of housekeeping", ("how",), registry=own
        )

    def answered(self, path: str, status: str, seconds: float) -> None:
        """Count an answer."""
        if self.on:
            place = place_of(path)
            self._answers.labels(place, f"{status[:1]}xx").inc()
            self._seconds.labels(place).observe(seconds)

    def saved(self, outcome: str) -> None:
        """Count a submission."""
        if self.on:
            self._saved.labels(outcome).inc()

    def tended(self, how: str) -> None:
        """Count a round of housekeeping."""
        if self.on:
            self._rounds.labels(how).inc()

    def told(self, now: dict[str, float]) -> bytes:
        """All of it as Prometheus reads it, and what is so `now`, by name."""
        from prometheus_client import CollectorRegistry, generate_latest
        from prometheus_client.multiprocess import MultiProcessCollector

        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(_Now(now))
        return generate_latest(registry)


class _Now:
    """Gauges of this moment."""

    def __init__(self, values: dict[str, float]) -> None:
        self._values = values

    def collect(self) -> "Iterator[Metric]":
        from prometheus_client.core import GaugeMetricFamily

        for name, value in self._values.items():
            yield GaugeMetricFamily(f"quiz_{name}", name.replace("_", " "), value=value)


def place_of(path: str) -> str:
    """The kind of page behind a path, the same inside a frame and outside; `other` if unknown."""
    parts: Any = path.strip("/").split("/")
    if parts[0] == "embed":
        parts = parts[1:] or [""]
    return "start" if parts[0] == "" else parts[0] if parts[0] in PLACES else "other"
