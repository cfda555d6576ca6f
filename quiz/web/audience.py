"""A blogger's own page, opened by its secret address alone, and cards of it for a post.

Both speak only from the latest snapshot of the source's results. A card's address is public:
its key is made from the secret, which it does not give away.
"""

import time
from dataclasses import dataclass
from html import escape

from flask import Blueprint, Response, abort, render_template, request, url_for
from flask_babel import gettext as _

from quiz import store
from quiz.audience_card import WIDTH, Card
from quiz.questionnaire import Questionnaire
from quiz.store.sources import Source, card_of
from quiz.web.audience_words import KINDS, Readers, draw, mean_said, readers_of
from quiz.web.errors import NotHere
from quiz.web.languages import SOURCE, chosen_language, language, root
from quiz.web.pace import AUDIENCE, CARDS, not_too_often
from quiz.web.premade import Premade
from quiz.web.site import site

blueprint = Blueprint("audience", __name__, url_prefix="/audience")

LONGEST = 64
MADE_FOR_SECONDS = 60
FOR_AN_HOUR = "public, max-age=3600"
HIDDEN = {
    "Cache-Control": "private, no-store",
    "X-Robots-Tag": "noindex, noimageindex",
}


@dataclass(frozen=True)
class Offer:
    """A card with its address and the lines that put it into a post."""

    kind: str
    card: Card
    address: str
    html: str
    markdown: str


@blueprint.get("/<secret>")
def audience(secret: str) -> Response:
    """What a blogger's readers answered, as far as enough of them did."""
    if len(secret) > LONGEST:
        raise _unknown()
    not_too_often(AUDIENCE)
    try:
        source = store.sources.by_secret(secret)
        readers = _readers(source) if source else None
    except store.StoreError:
        abort(503)
    if source is None or readers is None:
        raise _unknown()
    questionnaire = site().questionnaire(language())
    body = render_template(
        "visit/audience.html",
        source=source,
        readers=readers,
        width=WIDTH,
        min_group=site().settings.min_group,
        mean_said=mean_said,
        offers=_offers(questionnaire, source, readers, card_of(secret)),
    )
    return Response(body, headers=HIDDEN)


@blueprint.get("/cards/<card>/<kind>.svg")
def card(card: str, kind: str) -> Response:
    """One picture for a post; "not yet" while too few readers stand behind it."""
    if kind not in KINDS or len(card) > LONGEST:
        abort(404)
    dark = request.args.get("theme") == "dark"

    def make() -> Premade:
        not_too_often(CARDS)
        try:
            source = store.sources.by_card(card)
            readers = _readers(source) if source else None
        except store.StoreError:
            abort(503)
        if source is None or readers is None:
            abort(404)
        drawn = draw(kind, site().questionnaire(language()), source, readers, dark)
        return Premade(drawn.svg.encode(), "image/svg+xml; charset=utf-8", FOR_AN_HOUR)

    # Made again after a minute: a post with many readers asks the database no more often.
    now = int(time.monotonic() // MADE_FOR_SECONDS)
    answer = site().cards.get((card, kind, dark, language(), now), make).respond(request)
    answer.headers["X-Robots-Tag"] = HIDDEN["X-Robots-Tag"]
    return answer


def _readers(source: Source) -> Readers:
    questionnaire = site().questionnaire(language())
    found = store.snapshots.latest(source.key, questionnaire.id, questionnaire.version)
    return readers_of(found.body if found else None)


def _unknown() -> NotHere:
    return NotHere(
        _("This page is not here"),
        _(
            "The address of an audience page is a secret, and this one opens nothing. It may be "
            "cut short, or it was renewed. Whoever runs this site can give you the new one."
        ),
    )


def _offers(
    questionnaire: Questionnaire, source: Source, readers: Readers, key: str
) -> tuple[Offer, ...]:
    several = len(site().library.languages) > 1
    quiz = root() + url_for(f"{SOURCE}.start", source=source.key, lang=chosen_language())
    offers = []
    for kind in KINDS:
        drawn = draw(kind, questionnaire, source, readers)
        address = url_for(".card", card=key, kind=kind, lang=language() if several else None)
        image = root() + address
        said = drawn.said.replace("[", "(").replace("]", ")")
        offers.append(
            Offer(
                kind=kind,
                card=drawn,
                address=address,
                html=f'<a href="{escape(quiz)}"><img src="{escape(image)}" '
                f'alt="{escape(drawn.said)}" width="{WIDTH}" height="{drawn.height}"></a>',
                markdown=f"[![{said}]({image})]({quiz})",
            )
        )
    return tuple(offers)
