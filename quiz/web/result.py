"""The result: a pure function of its address. Nothing here touches the database.

The calendar file alone asks the clock: its entries start tomorrow.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import brotli
from flask import Response, redirect, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug import Response as AnyResponse

from quiz.address import Answered, UnknownAddress, UnknownVersion, decode, encode
from quiz.advice import Plan, Wishes, plan_for
from quiz.portrait import portrait
from quiz.questionnaire import Option, Questionnaire, Style
from quiz.reasons import Distance, Moved, moved_most, next_styles
from quiz.scoring import CareFlag, Score, care_flags, score, slight_lean
from quiz.web import keeping
from quiz.web.counting import CALENDAR, count
from quiz.web.errors import NotHere
from quiz.web.fragments import begin
from quiz.web.languages import chosen_language, language, root
from quiz.web.pace import CARDS, not_too_often
from quiz.web.picturing import in_words, share_picture, traits_of
from quiz.web.premade import wants_brotli
from quiz.web.published import Standing, standing
from quiz.web.site import site
from quiz.web.visit import RECEIPT, blueprint

KEPT = "private, max-age=600"
SAVED = ("stored", "kept", "not-asked", "unsure", "failed", "crowded")


@dataclass(frozen=True)
class Result:
    """Everything the result page shows. `lean` is -1, 0 or +1 for a score near the middle."""

    quiz: Questionnaire
    code: str
    answers: tuple[int, ...]
    score: Score
    style: Style
    neighbours: tuple[Style, ...]
    wishes: Wishes
    plan: Plan
    moved: Mapping[str, tuple[Moved, ...]]
    next_styles: tuple[Distance, ...]
    flags: CareFlag
    lean: int
    standing: Standing | None
    picture: Markup
    picture_text: str
    root: str
    query: str
    address: str
    receipt: str | None
    saved: str | None


@blueprint.get("/result/<code>")
def result(code: str) -> AnyResponse:
    """Style, range, picture, this week's actions, reasons; `?goal= &setting= &work=` re-fit it."""
    with site().one_at_a_time:
        return _page(code)


def _page(code: str) -> AnyResponse:
    answered = _answered(code)
    shown = _result(answered)
    if code != shown.code:
        query = f"?{request.query_string.decode('latin-1')}" if request.query_string else ""
        moved = redirect(request.path.removesuffix(code) + shown.code + query, 308)
        moved.headers["Cache-Control"] = "no-store"
        return moved
    body = render_template("visit/result.html", result=shown, quiz=answered.questionnaire)
    headers = {
        "Cache-Control": "no-store" if shown.receipt else KEPT,
        "X-Robots-Tag": "noindex",
        "Vary": "Accept-Encoding",
    }
    if wants_brotli(request):
        headers["Content-Encoding"] = "br"
        return Response(brotli.compress(body.encode(), quality=0), headers=headers)
    return Response(body, headers=headers)


@blueprint.get("/result/<code>.svg")
def picture(code: str) -> Response:
    """The visitor's picture as a vector file."""
    answered = _answered(code)
    drawn = portrait(
        traits_of(answered.questionnaire, score(answered.questionnaire, answered.answers))
    )
    return _file(drawn, "image/svg+xml")


@blueprint.get("/result/<code>.png")
def picture_png(code: str) -> Response:
    """The visitor's picture with the style's name, 1200 x 630."""
    answered = _answered(code)
    not_too_often(CARDS)
    shown = _result(answered)
    drawn = share_picture(shown.quiz, shown.style, traits_of(shown.quiz, shown.score))
    return _file(drawn, "image/png")


@blueprint.get("/result/<code>/calendar.ics")
def calendar(code: str) -> Response:
    """This week's actions as calendar entries."""
    shown = _result(_answered(code))
    count(CALENDAR)
    return _file(
        keeping.calendar(shown.plan.week, shown.address), "text/calendar", "networking-week.ics"
    )


@blueprint.get("/result/<code>/plan.md")
def plan(code: str) -> Response:
    """The whole plan as text."""
    shown = _result(_answered(code))
    text = render_template("visit/plan.md", result=shown, quiz=shown.quiz)
    return _file(text, "text/markdown", "networking-plan.md")


def _answered(code: str) -> Answered:
    try:
        return decode(code, lambda version: site().library.at(version, language()))
    except UnknownVersion:
        raise NotHere(
            _("This result is from another version"),
            _("This site does not have the version of the quiz that this address belongs to."),
        ) from None
    except UnknownAddress:
        raise NotHere(
            _("This result address is not right"),
            _(
                "A letter may be missing or changed. Compare it with the address that you kept, "
                "or take the quiz again: it takes three minutes."
            ),
        ) from None


def _result(answered: Answered) -> Result:
    code = encode(answered)
    begin(answered.questionnaire.version)
    questionnaire, answers = answered.questionnaire, answered.answers
    scored = score(questionnaire, answers)
    wishes = Wishes(
        goal=_chosen("goal", questionnaire.goals),
        setting=_chosen("setting", questionnaire.settings),
        work=_chosen("work", questionnaire.works),
    )
    traits = traits_of(questionnaire, scored)
    lasting = {"lang": chosen_language(), **vars(wishes)}
    query = urlencode({name: value for name, value in lasting.items() if value})
    query = f"?{query}" if query else ""
    receipt = request.args.get("receipt", "")
    saved = request.args.get("saved")
    flags = care_flags(questionnaire, answers)
    return Result(
        quiz=questionnaire,
        code=code,
        answers=answers,
        score=scored,
        style=questionnaire.style_by_id[scored.style],
        neighbours=tuple(questionnaire.style_by_id[style] for style in scored.neighbours),
        wishes=wishes,
        plan=plan_for(questionnaire, scored, wishes),
        moved={s.id: moved_most(questionnaire, answers, s.id) for s in questionnaire.scales},
        next_styles=next_styles(questionnaire, scored),
        flags=flags | CareFlag.FAST if answered.hasty else flags,
        lean=slight_lean(scored.scales[questionnaire.scales[0].id]),
        standing=standing(questionnaire, scored),
        picture=Markup(portrait(traits)),  # noqa: S704 - drawn from numbers only
        picture_text=in_words(traits),
        root=root(),
        query=query,
        address=f"{root()}/result/{code}{query}",
        receipt=receipt if RECEIPT.fullmatch(receipt) else None,
        saved=saved if saved in SAVED else None,
    )


def _chosen(name: str, options: tuple[Option, ...]) -> str | None:
    asked = request.args.get(name)
    return next((option.id for option in options if option.id == asked), None)


def _file(content: str | bytes, mimetype: str, name: str | None = None) -> Response:
    headers = {"Cache-Control": KEPT, "X-Robots-Tag": "noindex"}
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(content, headers=headers, mimetype=mimetype)
