"""What one running site holds: its settings, its questionnaires, and what is made only once."""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from flask import request
from flask.globals import _cv_app

from quiz import store
from quiz.library import Library
from quiz.questionnaire import Questionnaire
from quiz.statistics import Shape
from quiz.web.counters import Counters
from quiz.web.forms import QuizForm, form_class
from quiz.web.limits import Limits
from quiz.web.metrics import Metrics
from quiz.web.premade import Premade, Shelf
from quiz.web.settings import Settings
from quiz.web.sources import Sources


@dataclass
class Site:
    """One for each application; after start only made pages and the list of sources change."""

    settings: Settings
    library: Library
    shelf: Shelf[Premade] = field(default_factory=lambda: Shelf(256))
    # Apart, so that odd options of a frame can't push the everyday pages out.
    fitted: Shelf[Premade] = field(default_factory=lambda: Shelf(256))
    # Pieces of pages, for each way of looking: see fragments.py.
    pieces: Shelf[dict[Hashable, str]] = field(default_factory=lambda: Shelf(16))
    # The interface's words in each language, as gettext knows them: see languages.py.
    translations: dict[str, Any] = field(default_factory=dict)
    # Texts of templates that are always the same: by language, whether it is HTML, and the text.
    said: dict[tuple[str, bool, str], str] = field(default_factory=dict)
    sources: Sources = field(default_factory=Sources)
    counters: Counters = field(default_factory=Counters)
    # The snapshot in force of each version, from the last round of housekeeping.
    published: Mapping[tuple[str, int], store.snapshots.Snapshot] = field(default_factory=dict)
    # Pictures for blogs: see audience.py.
    cards: Shelf[Premade] = field(default_factory=lambda: Shelf(256))
    # For pages that only the processor is needed for: threads that take turns within them get in
    # each other's way (seen: a twelfth fewer pages, the slowest ones a tenth slower).
    one_at_a_time: Lock = field(default_factory=Lock)
    # Whether this request came while too many waited, as the server that runs the site knows it.
    crowded: Callable[[], bool] = lambda: False
    limits: Limits = field(init=False)
    metrics: Metrics = field(init=False)
    forms: dict[str, type[QuizForm]] = field(init=False)
    # How each version known here is counted, by the questionnaire's id and version.
    shapes: Mapping[tuple[str, int], Shape] = field(init=False)

    def __post_init__(self) -> None:
        self.limits = Limits(self.settings)
        self.metrics = Metrics(on=self.settings.metrics_token is not None)
        self.forms = {
            language: form_class(self.library.current(language))
            for language in self.library.languages
        }
        self.shapes = {
            (known.id, known.version): Shape.of(known)
            for known in self.library.questionnaires.values()
        }

    def questionnaire(self, language: str) -> Questionnaire:
        """The questionnaire that is asked now."""
        return self.library.current(language)

    def framers(self, source: str | None) -> tuple[str, ...]:
        """Who may frame the embed for this source: origins, `*` for anybody, or nobody."""
        own = self.sources.origins(source) if source else None
        return self.settings.embed_origins if own is None else own


def site() -> Site:
    """The site that answers this request.

    Asked for some twenty times a page; by way of Flask's `current_app` it took ten times as long.
    """
    found: Site = _cv_app.get().app.extensions["quiz.site"]
    return found


def by_https() -> bool:
    """Whether this request came by https, or the site's public address says that all do."""
    return request.is_secure or (site().settings.public_url or "").startswith("https://")
