"""Pages for when something goes wrong: what happened, and where to go from here."""

from urllib.parse import urlsplit, urlunsplit

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext as _
from gunicorn.http.errors import ParseException
from werkzeug.exceptions import BadRequest, HTTPException, InternalServerError

from quiz.web.languages import address_of
from quiz.web.observing import request_name
from quiz.web.readiness import readiness


class NotHere(HTTPException):
    """A 404 with its own words."""

    code = 404

    def __init__(self, title: str, text: str) -> None:
        super().__init__(text)
        self.title = title
        self.text = text


def init_app(app: Flask) -> None:
    """Answer every error with a page that helps; lead from another spelling to the right one."""
    app.register_error_handler(HTTPException, _page)
    app.register_error_handler(ParseException, _page_of_a_broken_body)
    app.after_request(_stay_here)


def _stay_here(response: Response) -> Response:
    """Werkzeug leads from /embed to /embed/ by the name that came with the request, for good."""
    if response.status_code == 308:
        place = urlsplit(response.location or "/")
        path = "/" + place.path.lstrip("/")
        response.headers["Location"] = urlunsplit(("", "", path, place.query, ""))
        response.headers["Cache-Control"] = "no-store"
    return response


def _page(error: HTTPException) -> Response:
    response = make_response(error.get_response())
    status = error.code or InternalServerError.code
    if status < 400:
        return response
    title, text = _words(error)
    ways = [(address_of(".start"), _("To the start"))]
    name = request_name.get() if status >= 500 else ""
    found = readiness() if status == 503 and request.blueprint == "admin" else None
    response.data = render_template(
        "errors/error.html",
        status=status,
        title=title,
        text=text,
        ways=ways,
        name=name,
        wrong=[*found.wrong, *found.noted] if found else [],
    )
    response.content_type = "text/html; charset=utf-8"
    response.headers["Cache-Control"] = "no-store"
    return response


def _page_of_a_broken_body(_error: Exception) -> Response:
    """What gunicorn raises while a body is read that is cut into pieces against the rules."""
    return _page(BadRequest())


def _words(error: HTTPException) -> tuple[str, str]:
    if isinstance(error, NotHere):
        return error.title, error.text
    if error.code == 404:
        return _("There is no such page"), _(
            "The address may be cut short or mistyped. Nothing of yours is lost."
        )
    if error.code == 405:
        return _("That does not work here"), _(
            "This address can't be used in that way. Please start from the first page."
        )
    if error.code == 413:
        return _("That was too much"), _(
            "What your browser sent is far larger than the quiz. Nothing was stored."
        )
    if error.code == 415:
        return _("We could not read that"), _(
            "The answers have to come from the quiz page. Nothing was stored."
        )
    if error.code == 429:
        return _("That was too often"), _(
            "Nothing is lost. Please wait a quarter of an hour and try again."
        )
    if error.code is not None and error.code < 500:
        return _("We could not read that"), _(
            "Something in the request is not right. Nothing was stored. Please start again."
        )
    if error.code == 503:
        return _("We can't do that just now"), _(
            "The place where answers are kept does not respond. Please try again in a few minutes."
        )
    return _("Something broke on our side"), _(
        "This is our fault, not yours. Please try again in a moment."
    )
