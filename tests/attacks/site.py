"""The whole site for an attack: every address it answers to, and all that it keeps."""

import sqlite3
from collections.abc import Iterator

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

CODE = "1-13b3z2n813g6s"
STYLE = "deep-diver"
FILLING = {
    "slug": "privacy",
    "code": CODE,
    "name": STYLE,
    "colour": "c0392b",
    "secret": "nobodys",
    "card": "nobodys",
    "key": "my-blog",
}
EVIL = "evil.example"


def addresses(app: Flask, method: str = "GET") -> Iterator[tuple[str, Rule]]:
    """Every address that takes this method, filled in so that most of them answer."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if method in (rule.methods or ()):
            kind = "csv" if rule.rule.startswith("/admin") else "styles"
            values = {name: FILLING.get(name, kind) for name in rule.arguments}
            yield adapter.build(rule.endpoint, values, method=method), rule


def kept(app: Flask) -> list[str]:
    """All that stands in the database, as text."""
    folder = app.extensions["quiz.site"].settings.data_dir
    (file,) = folder.glob("*.sqlite3")
    connection = sqlite3.connect(file)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def words_of(answer: TestResponse) -> str:
    """Headers and body; pictures too."""
    return f"{answer.headers}{answer.get_data().decode('latin-1')}"
