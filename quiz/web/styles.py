"""The public page of each style: made to be shared, says nothing about anybody."""

from flask import request
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug import Response

from quiz.mark import badge as draw_badge
from quiz.portrait import portrait
from quiz.questionnaire import Style
from quiz.web.errors import NotHere
from quiz.web.languages import embedded, language, outside
from quiz.web.picturing import in_words, share_picture, traits_of_style
from quiz.web.premade import Premade
from quiz.web.site import site
from quiz.web.visit import REVALIDATE, blueprint, premade_page

# All of the shape 40 : 21, largest first.
PICTURE_WIDTHS = (1200, 800, 400, 200, 80)
A_DAY = "public, max-age=86400"


@blueprint.get("/style/<name>")
def style(name: str) -> Response:
    """One style's page."""
    shown = _style(name)
    questionnaire = site().questionnaire(language())

    def values() -> dict[str, object]:
        traits = traits_of_style(questionnaire, shown)
        return {
            "style": shown,
            "picture": Markup(portrait(traits)),  # noqa: S704 - drawn from numbers only
            "picture_text": in_words(traits),
            "others": tuple(s for s in questionnaire.styles if s is not shown),
            "address": outside(".style", name=name),
        }

    template = "embed/style.html" if embedded() else "visit/style.html"
    return premade_page(template, REVALIDATE, values, host=True)


@blueprint.get("/style/<name>.png")
def style_image(name: str) -> Response:
    """The picture that other sites show beside a link to the style's page.

    1200 x 630; `?width=` asks for one of the smaller sizes of the same shape.
    """
    shown = _style(name)
    questionnaire = site().questionnaire(language())
    asked = request.args.get("width")
    width = next((width for width in PICTURE_WIDTHS if str(width) == asked), PICTURE_WIDTHS[0])

    def make() -> Premade:
        drawn = share_picture(questionnaire, shown, traits_of_style(questionnaire, shown), width)
        return Premade(drawn, "image/png", A_DAY)

    return site().shelf.get((request.path, language(), width), make).respond(request)


@blueprint.get("/style/<name>/badge.svg")
def badge(name: str) -> Response:
    """A badge for a README."""
    shown = _style(name)
    questionnaire = site().questionnaire(language())

    def make() -> Premade:
        drawn = draw_badge(_("networking style"), shown.name, traits_of_style(questionnaire, shown))
        return Premade(drawn.encode(), "image/svg+xml", A_DAY)

    return site().shelf.get((request.path, language()), make).respond(request)


def _style(name: str) -> Style:
    found = site().questionnaire(language()).style_by_id.get(name)
    if found is None:
        raise NotHere(
            _("There is no such style"),
            _("The address may be mistyped. The quiz knows its styles."),
        )
    return found
