"""What the admin does, as a browser without script would do it."""

import re
from html import unescape

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from quiz.web.admin import account

PASSWORD = "correct horse battery"  # noqa: S105 - of an account that lives for a test


def with_password(app: Flask, password: str = PASSWORD) -> FlaskClient:
    """A client of an app whose admin has this password."""
    with app.app_context():
        account.change(password)
    return app.test_client()


def token(client: FlaskClient, address: str) -> str:
    """The form's token on a page."""
    found = re.search('name="csrf_token" value="([^"]+)"', client.get(address).text)
    assert found, address
    return unescape(found[1])


def send(client: FlaskClient, address: str, page: str | None = None, **form: str) -> TestResponse:
    """Send a form from a page (default: the address itself) with its token."""
    return client.post(address, data={"csrf_token": token(client, page or address), **form})


def sign_in(
    client: FlaskClient, password: str = PASSWORD, address: str = "/admin/login"
) -> TestResponse:
    return send(client, address, password=password)


def admin_of(app: Flask) -> FlaskClient:
    """Somebody who is signed in."""
    client = with_password(app)
    assert sign_in(client).status_code == 303
    return client
