"""The blogs with a key of their own: find one, add one, change one."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import abort, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quiz import store
from quiz.store.sources import Source, SourceError
from quiz.web import snippets
from quiz.web.admin.doings import note
from quiz.web.admin.door import blueprint, signed_in
from quiz.web.admin.forms import NewSourceForm, SignedForm, SourceForm
from quiz.web.errors import NotHere
from quiz.web.forms import Problem
from quiz.web.languages import address_of, root
from quiz.web.site import site
from quiz.web.weeks import this_week

ON_A_PAGE = 50
TO_SHOW = "to-show"


@dataclass(frozen=True)
class Part:
    """One page of the list: its rows, its number, how many pages and how many sources."""

    rows: Sequence[Source]
    number: int
    pages: int
    found: int
    known: int


@blueprint.route("/sources", methods=["GET", "POST"])
@signed_in
def sources() -> ResponseReturnValue:
    """The list, and the form that adds a source."""
    form = NewSourceForm()
    if request.method == "GET":
        return _list_page(form, [])
    if not form.validate_on_submit():
        return _list_page(form, form.problems()), 422
    key, name = form.key.data or "", form.name.data or ""
    try:
        secret = store.sources.add(key, name, form.allowed(), this_week())
    except SourceError:
        taken = Problem("key", _("This key is taken. Keys are never given twice."))
        return _list_page(form, [taken]), 422
    except store.StoreError:
        abort(503)
    note("source-added", key)
    return _hand_over(key, secret, "added")


@blueprint.route("/sources/<key>", methods=["GET", "POST"])
@signed_in
def source(key: str) -> ResponseReturnValue:
    """One source, with all that can be done to it."""
    known = _source(key)
    if request.method == "GET":
        secret = _handed_over(key)
        return _source_page(known, [], said=_said(bool(secret)), secret=secret)
    asked = request.form.get("do", "save")
    if asked == "save":
        return _save(known)
    signed = SignedForm()
    if not signed.validate_on_submit():
        return _source_page(known, signed.problems()), 422
    try:
        if asked == "renew":
            secret = store.sources.renew(key)
            note("source-renewed", key)
            return _hand_over(key, secret, "renewed")
        if asked != "retire":
            abort(400)
        store.sources.retire(key, this_week())
    except SourceError:
        return _source_page(_source(key), [_retired()]), 422
    except store.StoreError:
        abort(503)
    note("source-retired", key)
    return redirect(address_of("admin.source", key=key), 303)


def _hand_over(key: str, secret: str, done: str) -> ResponseReturnValue:
    """Lead to the source's page, which shows the link once: loading it anew changes nothing.

    Until then the secret lies in the cookie of the admin's own session, and nowhere else.
    """
    session[TO_SHOW] = [key, secret]
    return redirect(address_of("admin.source", key=key, done=done), 303)


def _handed_over(key: str) -> str:
    """The secret that waits to be shown on this source's page, for this one time."""
    kept = session.pop(TO_SHOW, None)
    return str(kept[1]) if kept and kept[0] == key else ""


def _said(shown: bool) -> str:
    done = request.args.get("done", "")
    if done == "saved":
        return str(_("Saved."))
    if done == "added" and shown:
        return str(_("Added."))
    if done == "renewed" and shown:
        return str(_("The old link is closed."))
    if done == "renewed":
        return str(_("The new link was shown once. If nobody copied it, renew the link again."))
    return ""


def _save(known: Source) -> ResponseReturnValue:
    form = SourceForm()
    if not form.validate_on_submit():
        return _source_page(known, form.problems(), typed=form), 422
    name = form.name.data or ""
    try:
        if name != known.name:
            store.sources.rename(known.key, name)
            note("source-renamed", known.key)
        if form.allowed() != known.origins:
            store.sources.allow(known.key, form.allowed())
            note("source-sites", known.key)
    except SourceError:
        return _source_page(_source(known.key), [_retired()], typed=form), 422
    except store.StoreError:
        abort(503)
    return redirect(address_of("admin.source", key=known.key, done="saved"), 303)


def _retired() -> Problem:
    return Problem("main", _("This source is retired or has too many sites. Nothing was changed."))


def _list_page(form: NewSourceForm, problems: list[Problem]) -> str:
    return render_template(
        "admin/sources.html", part=_part(), form=form, problems=problems, sought=_sought()
    )


def _part() -> Part:
    known = _listed()
    sought = _sought().casefold()
    rows = [s for s in known if sought in s.key or sought in s.name.casefold()]
    pages = max(1, -(-len(rows) // ON_A_PAGE))
    asked = request.args.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    number = min(max(number, 1), pages)
    shown = rows[(number - 1) * ON_A_PAGE : number * ON_A_PAGE]
    return Part(shown, number, pages, len(rows), len(known))


def _sought() -> str:
    return request.args.get("q", "").strip()[:80]


def _source(key: str) -> Source:
    found = next((known for known in _listed() if known.key == key), None)
    if found is None:
        raise NotHere(_("There is no such source"), _("Its key may be mistyped."))
    return found


def _listed() -> tuple[Source, ...]:
    try:
        return store.sources.listed()
    except store.StoreError:
        abort(503)


def _source_page(
    source: Source,
    problems: list[Problem],
    *,
    typed: SourceForm | None = None,
    said: str = "",
    secret: str = "",
) -> str:
    texts = site().questionnaire(site().library.languages[0]).texts
    frame = snippets.frame(
        f"{root()}/embed/?source={source.key}", f"{texts.title}: {texts.subtitle}"
    )
    return render_template(
        "admin/source.html",
        source=source,
        problems=problems,
        name=(typed.name.data or "") if typed else source.name,
        origins=(typed.origins.data or "") if typed else "\n".join(source.origins),
        said=said,
        link=f"{root()}/audience/{secret}" if secret else "",
        frame=frame,
    )
