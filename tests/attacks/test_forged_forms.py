"""Another site sends the admin's forms, or says that a request is another than it is."""

import pytest
from flask import Flask

from quiz import store
from tests.attacks.site import EVIL, addresses, kept
from tests.web.admin import admin_of, with_password
from tests.web.test_admin_login import is_in

FROM_ELSEWHERE = {
    "Origin": f"https://{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Sec-Fetch-Site": "cross-site",
}
FIELDS = {
    "key": "evil", "name": "Evil", "origins": "", "do": "retire", "everywhere": "1",
    "current": "correct horse battery", "fresh": "another dozen", "again": "another dozen",
}  # fmt: skip

A_FILE = b"""--x\r
Content-Disposition: form-data; name="password"; filename="x"\r
\r
x\r
--x--"""


@pytest.mark.parametrize("token", [None, "", "x", "IjEyMyI.aaaaaa.bbbbbb"])
@pytest.mark.parametrize("headers", [{}, FROM_ELSEWHERE], ids=["here", "elsewhere"])
def test_no_deed_of_the_admin_is_done_without_the_token(
    app: Flask, token: str | None, headers: dict[str, str]
) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", (), 202647)
    client = admin_of(app)
    before = kept(app)
    doors = [path for path, rule in addresses(app, "POST") if rule.rule.startswith("/admin")]
    assert len(doors) >= 5
    for path in doors:
        for do in ("save", "retire", "renew"):
            form = {**FIELDS, "do": do} | ({} if token is None else {"csrf_token": token})
            answer = client.post(path, data=form, headers=headers)
            assert answer.status_code in (303, 422), path
            assert client.post(path, json=form, headers=headers).status_code in (303, 400, 415, 422)
    assert kept(app) == before
    assert is_in(client)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[1, 2]"),
        ("application/json", b'{"password": 5, "csrf_token": 5, "name": {}}'),
        ("application/json", b'{"password": "\\ud800", "csrf_token": "\\ud800"}'),
        ("application/json", b"[" * 60_000),
        ("text/plain", b"password=x"),
        (
            "multipart/form-data; boundary=x",
            A_FILE,
        ),
    ],
)
@pytest.mark.parametrize("signed_in", [False, True])
def test_what_is_no_form_counts_as_an_empty_one(
    app: Flask, kind: str, body: bytes, *, signed_in: bool
) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", (), 202647)
    client = admin_of(app) if signed_in else with_password(app)
    before = kept(app)
    for path, rule in addresses(app, "POST"):
        if rule.rule.startswith("/admin"):
            assert client.post(path, data=body, content_type=kind).status_code in (303, 422), path
    assert kept(app) == before


@pytest.mark.parametrize("name", ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"])
def test_a_request_is_what_its_method_says(app: Flask, name: str) -> None:
    client = admin_of(app)
    before = kept(app)
    for path, _rule in addresses(app, "POST"):
        answer = client.get(
            path, headers={name: "POST"}, query_string={"_method": "POST", **FIELDS}
        )
        assert answer.status_code in (200, 303, 404, 405), path
        for other in ("PUT", "DELETE", "PATCH", "TRACE", "CONNECT"):
            assert client.open(path, method=other).status_code == 405, (path, other)
    assert kept(app) == before
    assert is_in(client)


def test_no_cookie_is_set_or_asked_for_outside_the_admins_pages(app: Flask) -> None:
    client = admin_of(app)
    for path, rule in addresses(app):
        answer = client.get(path)
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert rule.rule.startswith("/admin"), path
            assert all(part in cookie for part in ("HttpOnly", "Path=/admin", "SameSite=Strict"))
            assert "Domain" not in cookie
        if not rule.rule.startswith("/admin"):
            assert "Cookie" not in answer.headers.get("Vary", ""), path
