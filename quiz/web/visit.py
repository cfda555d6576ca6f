"""The visitor's way in: start, questionnaire, taking answers out again, and the pages to read."""

import re
import time
from collections.abc import Callable, Mapping

from flask import Blueprint, abort, redirect, render_template, request
from flask_babel import gettext as _
from werkzeug import Response

from quiz import store
from quiz.address import Answered, encode
from quiz.scoring import CareFlag, care_flags
from quiz.store.sources import DIRECT, OTHER
from quiz.web import early, visit_token
from quiz.web.counting import FINISHED, LOST, STARTED, beacon, count
from quiz.web.embed_options import Options, options
from quiz.web.forms import QuizForm
from quiz.web.languages import address_of, chosen_language, embedded, language, root
from quiz.web.pace import WITHDRAWING, address, not_too_often
from quiz.web.premade import Premade
from quiz.web.prose import prose
from quiz.web.site import site
from quiz.web.weeks import this_week

blueprint = Blueprint("visit", __name__)

REVALIDATE = "public, max-age=300, stale-while-revalidate=600"
EVERY_TIME = "private, no-cache"
RECEIPT = re.compile(r"[A-Za-z0-9_-]{16,64}", re.ASCII)
FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data", "")
AGAIN_SECONDS = 5
HASTY = CareFlag.FAST | CareFlag.VERY_FAST


@blueprint.get("/")
def start() -> Response:
    """What it is, how long it takes, what happens with the answers; one button."""
    template = "embed/start.html" if embedded() else "visit/start.html"
    return premade_page(template, REVALIDATE, host=True)


@blueprint.get("/quiz")
def quiz() -> Response:
    """The questionnaire. Its bytes are the same for everybody; the token is only in the address."""
    if "visit" not in request.args:
        answer = redirect(_fresh_visit(), 303)
        answer.headers["Cache-Control"] = "no-store"
        return answer
    return premade_page(
        "visit/quiz.html",
        EVERY_TIME,
        lambda: {"given": {"count": "yes"}, "problems": []},
        host=True,
        event=STARTED,
    )


@blueprint.post("/quiz")
def answer() -> Response:
    """Check the answers, store them once if the visitor agrees, and lead to the result."""
    if request.mimetype not in FORM_TYPES:
        abort(415)
    questionnaire = site().questionnaire(language())
    form = site().forms[language()](request.form)
    visit = _visit()
    complete = form.validate()
    if not complete or visit is None or form.answers.data is None:
        return _ask_again(form, visit is None)
    answers = form.answers.data
    flags = care_flags(questionnaire, answers, form.pace.data)
    receipt = visit.receipt(answers)
    if site().crowded():
        return _come_again(form)
    try:
        saved = _save(form, receipt, answers, flags) if form.count.data else _leave_out(receipt)
    except store.Busy:
        return _come_again(form)
    site().metrics.saved(saved)
    return redirect(
        address_of(
            ".result",
            code=encode(Answered(questionnaire, answers, hasty=bool(flags & HASTY))),
            goal=form.goal.data,
            setting=form.setting.data,
            work=form.work.data,
            saved=saved,
            receipt=receipt if saved in ("stored", "kept") else None,
        ),
        303,
    )


@blueprint.post("/count")
def seen() -> Response:
    """What the page's script saw: how far somebody came, that a card was opened."""
    return beacon()


@blueprint.post("/withdraw")
def withdraw() -> Response:
    """Take one visitor's answers out of the statistics."""
    receipt = request.form.get("receipt", "")
    if not RECEIPT.fullmatch(receipt):
        abort(422)
    not_too_often(WITHDRAWING)
    try:
        gone = store.withdraw(receipt, site().shapes.values())
    except store.StoreError:
        abort(503)
    body = render_template("visit/withdrawn.html", gone=gone)
    return Response(body, 200, {"Cache-Control": "no-store"}, mimetype="text/html")


@blueprint.get("/<any(method, privacy, accessibility):slug>")
def page(slug: str) -> Response:
    """A page to read, from the content folder."""

    def values() -> dict[str, object]:
        questionnaire = site().questionnaire(language())
        title, body = prose(questionnaire.texts.pages[slug])
        sources = questionnaire.sources if slug == "method" else ()
        return {"title": title, "body": body, "sources": sources}

    return premade_page("visit/page.html", REVALIDATE, values)


def premade_page(
    template: str,
    cache: str,
    values: Callable[[], Mapping[str, object]] = dict,
    *,
    host: bool = False,
    event: str | None = None,
) -> Response:
    """A page whose bytes depend only on path, language, a blog's options (and the host it names).

    `values` says what the template needs, and is asked only when the page is made. Every page of
    the embed names the host: it says where the quiz is when the frame does not work. `event` is
    counted each time.
    """
    if event:
        count(event)
    early.same_for_all(language(), event)
    named = root() if host or embedded() else ""
    key = (request.path, language(), chosen_language(), named, options())
    plain = options() == Options()
    shelf = site().shelf if plain else site().fitted

    def make() -> Premade:
        body = render_template(template, **values())
        # Options, and hosts where none is set, can be thought up without end.
        quick = not (plain and shelf.has_room)
        return Premade(body.encode(), "text/html; charset=utf-8", cache, quick=quick)

    return shelf.get(key, make).respond(request)


def _visit() -> visit_token.Visit | None:
    """The visit of this address, or None when its token is missing, broken or too old."""
    used = site().settings
    token = request.args.get("visit", "")
    try:
        visit = visit_token.read(used.secret_key, token, *used.secret_key_fallbacks)
    except visit_token.BadToken:
        return None
    return None if visit.expired(_minute()) else visit


def _fresh_visit() -> str:
    return address_of(".quiz", visit=visit_token.new(site().settings.secret_key, _minute()))


def _minute() -> int:
    return int(time.time() // 60)


def _source() -> str:
    """Which blog sent this visitor: a key in use, `other` for any other, `direct` without one."""
    key = options().source
    if key is None:
        return DIRECT
    return key if site().sources.knows(key) else OTHER


def _leave_out(receipt: str) -> str:
    """Not to be counted: nor is an earlier sending of the same answers, before a step back."""
    if site().limits.sending(address(), None).flood:
        return "unsure"
    count(FINISHED)
    try:
        store.withdraw(receipt, site().shapes.values(), patiently=False)
    except store.StoreError:
        return "unsure"
    return "not-asked"


def _ask_again(form: QuizForm, stale: bool) -> Response:
    problems = form.problems()
    notice = None
    if stale and not problems:
        notice = _(
            "This page was too old, or its address was changed. Your answers are kept: "
            "please send them once more."
        )
    body = render_template(
        "visit/quiz.html",
        given=request.form.to_dict(),
        problems=problems,
        notice=notice,
        action=_fresh_visit() if stale else None,
    )
    return Response(body, 422, {"Cache-Control": "no-store"}, mimetype="text/html")


def _come_again(form: QuizForm) -> Response:
    """A page with all answers and one button, made in a sixth of the time of the questionnaire's.

    When too many come, turning somebody away has to cost less than taking the answers in.
    """
    site().metrics.saved("busy")
    names = [item.id for item in form.answers.questionnaire.items]
    names += [field.name for field in form if field is not form.answers]
    kept = {name: request.form[name] for name in names if name in request.form}
    headers = {"Cache-Control": "no-store", "Retry-After": str(AGAIN_SECONDS)}
    return Response(
        render_template("visit/busy.html", kept=kept), 503, headers, mimetype="text/html"
    )


def _save(form: QuizForm, receipt: str, answers: tuple[int, ...], flags: CareFlag) -> str:
    questionnaire = site().questionnaire(language())
    sheet = bytes(answers) if questionnaire.tells_people_apart else None
    sending = site().limits.sending(address(), sheet)
    if sending.flood:
        return "crowded"
    if sending.burst:
        flags |= CareFlag.BURST
    outcome = store.save(
        store.Submission(
            receipt=receipt,
            questionnaire_id=questionnaire.id,
            version=questionnaire.version,
            week=this_week(),
            language=questionnaire.language,
            source=_source(),
            answers=answers,
            self_label=form.self_label.data,
            goal=form.goal.data,
            setting=form.setting.data,
            flags=int(flags),
        )
    )
    if outcome is not store.Outcome.ALREADY_STORED:
        count(FINISHED)
    if outcome is store.Outcome.NOT_STORED:
        count(LOST)
        return "failed"
    return "kept" if outcome is store.Outcome.KEPT else "stored"
