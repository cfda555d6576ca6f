"""Steps of a visitor's journey, as a browser without script would take them."""

from urllib.parse import parse_qs, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quiz import store

ANSWERS = [4, 2, 3, 5, 1, 4, 2, 5, 3, 4, 1, 2, 5, 3, 4, 2, 4, 1, 3, 5, 2, 4, 1, 5]
PAGES = ("A1 B1 C1 D1 O1 G1", "D2 A2 G2 C2 B2 O2", "C3 B3 O3 A3 G3 D3", "B4 A4 G4 C4 D4 O4")
ITEMS = " ".join(PAGES).split()


def filled(**changes: object) -> dict[str, object]:
    """A complete form; None takes a field away."""
    form: dict[str, object] = dict(zip(ITEMS, map(str, ANSWERS), strict=True))
    form |= {"count": "yes", **changes}
    return {name: value for name, value in form.items() if value is not None}


def visit(client: FlaskClient) -> str:
    """Open the questionnaire; its address with the token."""
    answer = client.get("/quiz")
    assert answer.status_code == 303
    return answer.location


def send(client: FlaskClient, address: str | None = None, **changes: object) -> TestResponse:
    """Fill in the form and send it."""
    return client.post(address or visit(client), data=filled(**changes))


def query(location: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def stored(app: Flask) -> int:
    with app.app_context():
        return store.count()
