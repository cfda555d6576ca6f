"""The admin's door: who is in, and the way back to the page that was asked for."""

import hmac
import re
import time
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, abort, g, redirect, request, session
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf

from quiz import store
from quiz.web.admin import account
from quiz.web.languages import address_of

blueprint = Blueprint("admin", __name__, url_prefix="/admin")

P = ParamSpec("P")

LONGEST_SESSION = 12 * 60 * 60
LOCAL = re.compile(r"/admin(?:[/?][!-\[\]-~]*)?", re.ASCII)  # printable, without a backslash
GENERATION, SINCE = "generation", "since"


def signed_in(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Let only the admin in; anybody else is led to the login page, and from there back."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        if not is_in():
            session.clear()
            return redirect(address_of("admin.login", next=_asked_for()), 303)
        g.admin_is_in = True
        return view(*args, **kwargs)

    return guarded


def is_in() -> bool:
    """Whether this session is the admin's, and still good."""
    generation, since = session.get(GENERATION), session.get(SINCE)
    if not isinstance(generation, str) or not isinstance(since, int):
        return False
    if not 0 <= time.time() - since < LONGEST_SESSION:
        return False
    try:
        return hmac.compare_digest(generation, account.generation())
    except store.StoreError:
        abort(503)


def let_in() -> None:
    """Begin the admin's session; nothing of the one before is left. Raises StoreError."""
    session.clear()
    session[GENERATION] = account.generation()
    session[SINCE] = int(time.time())


def way_back() -> str:
    """Where to go after the login: the page that was asked for, if it is one of ours."""
    wanted = request.args.get("next", "")
    if len(wanted) < 2000 and LOCAL.fullmatch(wanted) and ".." not in wanted:
        return wanted
    return address_of("admin.statistics")


@blueprint.context_processor
def for_every_page() -> dict[str, object]:
    """What the frame around the admin's pages needs."""
    return {"admin_is_in": g.get("admin_is_in", False), "csrf_token": generate_csrf}


@blueprint.after_request
def keep_private(response: Response) -> Response:
    """No copy of an admin's page is kept anywhere, and no search engine lists one."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _asked_for() -> str | None:
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return None
    query = request.query_string.decode("ascii", "ignore")
    return f"{request.path}?{query}" if query and request.method == "GET" else request.path
