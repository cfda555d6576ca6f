"""How often something happens in a week: counted in memory, written down now and then.

A count holds no visit, no address and no order: week, source, language, event, and how often.
"""

from flask import Response, abort, request

from quiz.questionnaire import Questionnaire
from quiz.store.sources import DIRECT
from quiz.web.embed_options import options
from quiz.web.languages import language
from quiz.web.pace import COUNTING, not_too_often
from quiz.web.site import site
from quiz.web.weeks import this_week

STARTED, FINISHED, CARD, CALENDAR = "started", "finished", "card", "calendar"
LOST = "lost"  # neither the database nor the outbox took the answers


def count(event: str) -> None:
    """Count an event of this request."""
    source = options().source
    site().counters.add(this_week(), DIRECT if source is None else source, language(), event)


def beacon() -> Response:
    """Count what only a page's script can see: a section done, a card opened."""
    event = request.args.get("event", "")
    if event not in seen_by_scripts(site().questionnaire(language())):
        abort(400)
    not_too_often(COUNTING)
    count(event)
    return Response(status=204, headers={"Cache-Control": "no-store"})


def seen_by_scripts(questionnaire: Questionnaire) -> tuple[str, ...]:
    """The events that a page may report: each section of lines that was gone through, a card."""
    sections = range(1, len(questionnaire.items_by_page) + 1)
    return (*(f"page-{number}" for number in sections), CARD)
