"""Links that leave a blog's frame: they open a new tab, and say so."""

from flask import Flask
from flask_babel import gettext as _
from markupsafe import Markup

from quiz.web.languages import embedded

HERE = Markup(' rel="external"')
AWAY = Markup(' target="_blank" rel="external noopener"')


def init_app(app: Flask) -> None:
    """Give templates the attributes of a link that leads away, and the words behind its text."""
    app.jinja_env.globals.update(leaving=leaving, leaving_note=leaving_note)


def leaving() -> Markup:
    """The attributes of a link to another site, or from the embed to the whole one."""
    return AWAY if embedded() else HERE


def leaving_note() -> Markup:
    """What a screen reader says of such a link; others see an arrow (static/css/embed.css)."""
    if not embedded():
        return Markup()
    return Markup(' <span class="aside">{}</span>').format(_("(opens in a new tab)"))
