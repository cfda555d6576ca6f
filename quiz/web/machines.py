"""What machines ask for: robots.txt, the site map, the icon, and whether the service is well."""

import hmac
from typing import TypeVar

from flask import Blueprint, Response, abort, redirect, render_template, request
from werkzeug import Response as AnyResponse

from quiz import store
from quiz.web.assets import address_of_asset
from quiz.web.languages import address_of, language, outside, root
from quiz.web.readiness import readiness
from quiz.web.site import site
from quiz.web.visit import REVALIDATE

Said = TypeVar("Said", bound=AnyResponse)
blueprint = Blueprint("machines", __name__)
PAGES = ("accessibility", "method", "privacy")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; results say noindex themselves."""
    return _fresh(_text(f"User-agent: *\nDisallow:\nSitemap: {root()}/sitemap.xml\n"))


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses worth finding."""
    addresses = [outside(".start")]
    questionnaire = site().questionnaire(language())
    addresses += [outside(".style", name=style.id) for style in questionnaire.styles]
    addresses += [outside(".page", slug=slug) for slug in PAGES]
    addresses.append(root() + address_of("for_blogs.for_blogs"))
    body = render_template("visit/sitemap.xml", addresses=addresses)
    return _fresh(Response(body, mimetype="application/xml"))


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Browsers that look for the icon at its old place are led to the real one."""
    return _fresh(redirect(address_of_asset("img/favicon.svg"), 302))


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _text("ok\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """Database and outbox work and no answers wait; if not, sentences say what is wrong."""
    wrong, noted = readiness()
    return _text("\n".join([*(wrong or ["ready"]), *noted]) + "\n", 503 if wrong else 200)


@blueprint.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus, to whoever knows the token; there is no such page without one."""
    token = site().settings.metrics_token
    if token is None:
        abort(404)
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if not hmac.compare_digest(given.encode(), token.encode()) or scheme.lower() != "bearer":
        refused = _text("A token is needed.\n", 401)
        refused.headers["WWW-Authenticate"] = "Bearer"
        return refused
    waiting = store.waiting_in_outbox()
    now = {
        "database_ready": float(store.ready() is None),
        "outbox_rows": waiting.rows,
        "outbox_damaged": waiting.damaged,
        "outbox_other_release": waiting.other_release,
    }
    told = _text("")
    told.data = site().metrics.told(now)
    told.content_type = "text/plain; version=0.0.4; charset=utf-8"
    return told


def _fresh(answer: Said) -> Said:
    """The same for everybody, for some minutes."""
    answer.headers["Cache-Control"] = REVALIDATE
    return answer


def _text(body: str, status: int = 200) -> Response:
    return Response(body, status, {"Cache-Control": "no-store"}, mimetype="text/plain")
