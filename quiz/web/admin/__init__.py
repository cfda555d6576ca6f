"""The admin's door: sign in, statistics, sources, log, password, settings in force."""

from flask import Flask

from quiz.web.admin import (  # noqa: F401 - each adds its views to the door
    looking,
    signing,
    sources,
    statistics,
)
from quiz.web.admin.door import blueprint
from quiz.web.admin.sessions import IDLE, AdminSessions


def init_app(app: Flask) -> None:
    """Open the door, and keep sessions to it."""
    app.config["PERMANENT_SESSION_LIFETIME"] = IDLE
    app.session_interface = AdminSessions()
    app.register_blueprint(blueprint)
