"""What machines ask for: robots.txt, the site map, the icon, and whether the service is well."""

from flask import Blueprint, Response, redirect, render_template
from werkzeug import Response as AnyResponse

from quiz import store
from quiz.web.assets import address_of_asset
from quiz.web.languages import address_of, language, outside, root
from quiz.web.site import site

blueprint = Blueprint("machines", __name__)
PAGES = ("accessibility", "method", "privacy")


@blueprint.get("/robots.txt")
def robots() -> Response:
    """Everything may be read; results say noindex themselves."""
    return _text(f"User-agent: *\nDisallow:\nSitemap: {root()}/sitemap.xml\n")


@blueprint.get("/sitemap.xml")
def sitemap() -> Response:
    """The addresses worth finding."""
    addresses = [outside(".start")]
    questionnaire = site().questionnaire(language())
    addresses += [outside(".style", name=style.id) for style in questionnaire.styles]
    addresses += [outside(".page", slug=slug) for slug in PAGES]
    addresses.append(root() + address_of("for_blogs.for_blogs"))
    body = render_template("visit/sitemap.xml", addresses=addresses)
    return Response(body, mimetype="application/xml")


@blueprint.get("/favicon.ico")
def favicon() -> AnyResponse:
    """Browsers that look for the icon at its old place are led to the real one."""
    return redirect(address_of_asset("img/favicon.svg"), 302)


@blueprint.get("/healthz")
def alive() -> Response:
    """The process answers."""
    return _text("ok\n")


@blueprint.get("/readyz")
def ready() -> Response:
    """The database answers too; if not, a sentence says what is wrong."""
    trouble, waiting = store.ready(), store.waiting_in_outbox()
    said = [trouble or "ready"]
    if waiting.rows:
        said.append(f"Answers that wait in the outbox of this server: {waiting.rows}.")
    if waiting.damaged:
        said.append(f"Damaged records set aside in the outbox: {waiting.damaged}.")
    return _text("\n".join(said) + "\n", 503 if trouble else 200)


def _text(body: str, status: int = 200) -> Response:
    return Response(body, status, {"Cache-Control": "no-store"}, mimetype="text/plain")
