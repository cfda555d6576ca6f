"""Pages to look things up: the log, and the settings in force."""

import os
import re
from dataclasses import dataclass, fields
from typing import Any

from flask import abort, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quiz import store
from quiz.web.admin.door import blueprint, signed_in
from quiz.web.settings import Settings
from quiz.web.site import site

MOST = 500
# Settings have the name of their field in capitals behind QUIZ_, but for these.
NAMES = {
    "host": "HOST",
    "port": "PORT",
    "workers": "WEB_CONCURRENCY",
    "database_url": "DATABASE_URL",
    "secret_key": "SECRET_KEY",
    "secret_key_fallbacks": "SECRET_KEY_FALLBACKS",
    "metrics_token": "QUIZ_METRICS",
    "json_logs": "QUIZ_LOG",
}
NO_SETTINGS = ("demo", "translations_dir")
SECRETS = ("secret_key", "secret_key_fallbacks", "admin_password_hash", "metrics_token")
PASSWORD = re.compile(r"(?<=://)([^:/@]*):.*@|((?:password|sslpassword)=)[^&]*")


@dataclass(frozen=True)
class InForce:
    """One setting: its name, what it is, and whether somebody set it."""

    name: str
    value: str
    is_set: bool


@blueprint.get("/log")
@signed_in
def log() -> ResponseReturnValue:
    """What was done here, the latest first."""
    try:
        entries = store.audit.noted(MOST)
    except store.StoreError:
        abort(503)
    return render_template("admin/log.html", entries=entries, said=_said(), most=MOST)


@blueprint.get("/settings")
@signed_in
def settings_in_force() -> ResponseReturnValue:
    """Every setting with its value; secrets stay secret."""
    used = site().settings
    rows = [_in_force(used, f.name) for f in fields(Settings) if f.name not in NO_SETTINGS]
    return render_template("admin/settings.html", rows=rows)


def _in_force(used: Settings, field: str) -> InForce:
    name = NAMES.get(field, f"QUIZ_{field.upper()}")
    value = getattr(used, field)
    if field == "json_logs":
        value = "json" if value else "text"
    shown = "••••••" if value and field in SECRETS else _shown(value)
    return InForce(name, shown, bool(os.environ.get(name, "").strip()))


def _shown(value: Any) -> str:
    if value is None or value == "":
        return "-"
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, tuple):
        return " ".join(map(str, value)) or "none"
    return PASSWORD.sub(_without_password, str(value))


def _without_password(found: re.Match[str]) -> str:
    user, name = found.groups()
    return f"{name}…" if name else f"{user}:…@"


def _said() -> dict[str, str]:
    return {
        "signed-in": _("Signed in"),
        "signed-out-everywhere": _("Signed out everywhere"),
        "password-changed": _("Password changed"),
        "source-added": _("Source added"),
        "source-renamed": _("Source renamed"),
        "source-sites": _("Sites of a source changed"),
        "source-renewed": _("Audience link of a source renewed"),
        "source-retired": _("Source retired"),
    }
