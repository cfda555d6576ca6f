"""What one running site holds: its settings, its questionnaires, and what is made only once."""

from dataclasses import dataclass, field

from flask import current_app

from quiz.library import Library
from quiz.questionnaire import Questionnaire
from quiz.web.forms import QuizForm, form_class
from quiz.web.premade import Shelf
from quiz.web.settings import Settings


@dataclass
class Site:
    """One for each application; nothing here changes after start but the shelf of made pages."""

    settings: Settings
    library: Library
    shelf: Shelf = field(default_factory=lambda: Shelf(256))
    forms: dict[str, type[QuizForm]] = field(init=False)

    def __post_init__(self) -> None:
        self.forms = {
            language: form_class(self.library.current(language))
            for language in self.library.languages
        }

    def questionnaire(self, language: str) -> Questionnaire:
        """The questionnaire that is asked now."""
        return self.library.current(language)


def site() -> Site:
    """The site that answers this request."""
    found: Site = current_app.extensions["quiz.site"]
    return found
