"""The language of a page (`?lang=`, else what the browser asks) and addresses that keep it."""

from collections.abc import Mapping, MutableMapping
from functools import cache
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote_plus

from babel import Locale, UnknownLocaleError
from flask import Flask, Response, current_app, g, request, url_for
from flask_babel import Babel, get_translations
from jinja2 import pass_context
from jinja2.runtime import Context

from quiz.web.embed_options import Options, options
from quiz.web.site import site

SOURCE = "visit"
EMBED = "embed"
# What may stand in a query as it is, beside letters and digits: as Werkzeug has it.
IN_QUERY = "!$'()*,/:;?@"


def init_app(app: Flask, translations: Path) -> None:
    """Choose a language for each request and give templates what they need to say it."""
    Babel(
        app,
        locale_selector=_locale,
        default_translation_directories=str(translations),
    )
    app.jinja_env.globals.update(
        url_for=address_of, outside=outside, pasted=pasted, here=here, language_name=name_of
    )

    # Flask-Babel looks its translations up anew for each of a page's eighty texts.
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        lambda text: _translations().ugettext(text),
        lambda one, many, n: _translations().ungettext(one, many, n),
        newstyle=True,
    )
    _keep_what_is_said(app.jinja_env.globals)

    @app.context_processor
    def words() -> dict[str, Any]:
        chosen = language()
        return {
            "language": chosen,
            "direction": _direction(chosen),
            "languages": site().library.languages,
            "embedded": embedded(),
            "look": options() if embedded() else Options(),
            "quiz": site().questionnaire(chosen),
        }

    @app.after_request
    def vary(response: Response) -> Response:
        if len(site().library.languages) > 1:
            response.vary.add("Accept-Language")
        return response


def language() -> str:
    """The language of this answer, one of the site's languages."""
    known = site().library.languages
    if len(known) == 1:
        return known[0]
    if "language" not in g:
        asked = request.args.get("lang", "")
        g.language = asked if asked in known else _browsers_choice(known)
    chosen: str = g.language
    return chosen


def embedded() -> bool:
    """Whether this request came in by the embed's door."""
    path = request.path
    return path.startswith("/embed/") or path == "/embed"


def address_of(endpoint: str, **values: Any) -> str:
    """`url_for` that stays behind the same door and keeps what was chosen by query values.

    That is the language anywhere, the source behind both doors, and the blogger's other options
    inside the embed.
    """
    if endpoint.startswith("."):
        endpoint = (EMBED if embedded() else SOURCE) + endpoint
    door = endpoint.partition(".")[0]
    kept: dict[str, str | None] = {}
    if door == EMBED:
        kept = {**options().query()}
    elif door == SOURCE:
        kept = {"source": options().source}
    return _address(endpoint, {"lang": chosen_language(), **kept, **values})


def chosen_language() -> str | None:
    """The language that `?lang=` asks for, if the site has it."""
    asked = request.args.get("lang")
    return asked if asked in site().library.languages else None


def outside(endpoint: str, **values: Any) -> str:
    """The absolute address of a page outside any frame, for keeping and sharing."""
    return root() + address_of(SOURCE + endpoint, **{"source": None, **values})


def pasted(endpoint: str, **values: Any) -> str:
    """The absolute address of a page outside, with all that a blogger chose for a frame of it."""
    chosen: dict[str, Any] = {**options().query(), "lang": chosen_language()}
    return root() + url_for(SOURCE + endpoint, **chosen, **values)


def root() -> str:
    """The site's address as others see it, without a slash at the end."""
    return site().settings.public_url or f"{request.scheme}://{request.host}"


def here(**changes: Any) -> str:
    """This address with some query values changed; None takes one away.

    Only values that are known and may last come along: pages made once hold this address.
    """
    endpoint = request.endpoint or SOURCE + ".start"
    values: dict[str, Any] = {**(request.view_args or {}), "lang": chosen_language()}
    values |= options().query() if embedded() else {"source": options().source}
    if endpoint.endswith(".result"):
        asked = site().questionnaire(language())
        for name, known in (
            ("goal", asked.goals),
            ("setting", asked.settings),
            ("work", asked.works),
        ):
            given = request.args.get(name)
            values[name] = given if any(option.id == given for option in known) else None
    return url_for(endpoint, **{**values, **changes})


def _address(endpoint: str, values: Mapping[str, Any]) -> str:
    """`url_for`, which takes eight times as long over a query that needs no escaping."""
    in_path = next(current_app.url_map.iter_rules(endpoint)).arguments
    path = url_for(endpoint, **{name: values[name] for name in in_path})
    asked = {name: str(value) for name, value in values.items() if value is not None}
    query = "&".join(
        [f"{name}={_escaped(text)}" for name, text in asked.items() if name not in in_path]
    )
    return f"{path}?{query}" if query else path


def _escaped(text: str) -> str:
    return text if text.isascii() and text.isalnum() else quote_plus(text, safe=IN_QUERY)


@cache
def name_of(code: str) -> str:
    """A language's name in that language."""
    try:
        locale = Locale.parse(code, sep="-")
    except (UnknownLocaleError, ValueError):
        return code
    return locale.get_display_name(locale) or code


def _keep_what_is_said(names: MutableMapping[str, Any]) -> None:
    """Look up, mark up and format a text without gaps once, not for each page."""
    anew = names["gettext"]

    @pass_context
    def say(context: Context, text: str, **gaps: Any) -> str:
        if gaps:
            return cast("str", anew(context, text, **gaps))
        kept = site().said
        key = (language(), context.eval_ctx.autoescape, text)
        said = kept.get(key)
        return kept.setdefault(key, anew(context, text)) if said is None else said

    names["_"] = names["gettext"] = say


def _translations() -> Any:
    known = site().translations
    spoken = language()
    if spoken not in known:
        known[spoken] = get_translations()
    return known[spoken]


def _locale() -> str:
    return language().replace("-", "_")


def _browsers_choice(known: tuple[str, ...]) -> str:
    return request.accept_languages.best_match(known) or known[0]


@cache
def _direction(code: str) -> str:
    try:
        return Locale.parse(code, sep="-").text_direction
    except (UnknownLocaleError, ValueError):
        return "ltr"
