"""Files sent as they are, under addresses that change with their content."""

import hashlib
import mimetypes
from pathlib import Path

from flask import Flask, abort, current_app, request, url_for
from werkzeug import Response

from quiz.web.early import same_for_all
from quiz.web.places import static_folder
from quiz.web.premade import Premade

FOREVER = "public, max-age=31536000, immutable"


def init_app(app: Flask) -> None:
    """Read every static file once and give templates `asset(name)`."""
    folder = static_folder()
    files = {
        _hashed(path.relative_to(folder), path.read_bytes()): path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    premade = {
        name: Premade(path.read_bytes(), _content_type(path), FOREVER)
        for name, path in files.items()
    }
    app.extensions["quiz.assets"] = {
        path.relative_to(folder).as_posix(): name for name, path in files.items()
    }
    app.jinja_env.globals["asset"] = address_of_asset

    @app.get("/static/<path:name>", endpoint="asset")
    def asset(name: str) -> Response:
        found = premade.get(name)
        if found is None:
            abort(404)
        same_for_all()
        return found.respond(request)


def address_of_asset(name: str) -> str:
    """The address of a static file, such as `css/site.css`."""
    return url_for("asset", name=current_app.extensions["quiz.assets"][name])


def _hashed(name: Path, content: bytes) -> str:
    tag = hashlib.sha256(content).hexdigest()[:10]
    return name.with_name(f"{name.stem}.{tag}{name.suffix}").as_posix()


def _content_type(path: Path) -> str:
    guessed = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith("text/") else guessed
