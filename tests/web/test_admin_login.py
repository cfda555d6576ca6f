"""The admin's door: who gets in, for how long, and what never gets past it."""

import re
from collections.abc import Callable
from datetime import timedelta
from time import time

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.web.admin import account, passwords
from quiz.web.limits import Limit
from tests.live_server import free_port
from tests.web.admin import PASSWORD, admin_of, send, sign_in, token, with_password

Make = Callable[..., Flask]


def is_in(client: FlaskClient) -> bool:
    return client.get("/admin/sources").status_code == 200


def cookie(answer: object) -> str:
    header: str = answer.headers["Set-Cookie"]  # type: ignore[attr-defined]
    return header


def test_the_password_opens_the_door(app: Flask) -> None:
    client = with_password(app)
    assert not is_in(client)
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/admin/")
    assert is_in(client)


def test_a_wrong_password_gets_the_same_answer_with_and_without_an_account(app: Flask) -> None:
    answers = []
    for client in (app.test_client(), with_password(app)):
        answer = sign_in(client, "wrong")
        assert not is_in(client)
        answers.append((answer.status_code, re.sub('value="[^"]*"', "", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert "That is not the password" in answers[0][1]


def test_the_same_work_is_done_without_an_account() -> None:
    assert not passwords.outdated(passwords.NOBODYS)
    somebodys = passwords.hash_password("x")
    assert [len(part) for part in somebodys.split("$")] == [
        len(part) for part in passwords.NOBODYS.split("$")
    ]
    assert not passwords.fits("", "")


@pytest.mark.parametrize(
    ("public_url", "name", "secure"),
    [
        (None, "quiz-admin", False),
        ("http://quiz.example", "quiz-admin", False),
        ("https://quiz.example", "__Secure-quiz-admin", True),
    ],
)
def test_the_cookie_is_for_these_pages_alone(
    make_app: Make, public_url: str | None, name: str, secure: bool
) -> None:
    client = with_password(make_app(public_url=public_url))
    base = "https://localhost" if secure else "http://localhost"
    page = client.get("/admin/login", base_url=base)
    parts = cookie(page).split("; ")
    assert parts[0].startswith(f"{name}=")
    assert {"HttpOnly", "Path=/admin", "SameSite=Strict"} <= set(parts)
    assert ("Secure" in parts) is secure
    assert not any(part.startswith(("Domain", "Expires")) for part in parts)


def test_visitors_never_get_a_cookie(app: Flask) -> None:
    client = admin_of(app)
    for address in ("/", "/quiz", "/for-blogs", "/embed/", "/nowhere", "/administration"):
        answer = client.get(address)
        assert "Set-Cookie" not in answer.headers
        assert "Cookie" not in answer.headers.get("Vary", "")


@pytest.mark.parametrize(
    "address",
    [
        "/admin/",
        "/admin/sources",
        "/admin/sources/x",
        "/admin/log",
        "/admin/settings",
        "/admin/password",
        "/admin/login",
        "/admin/nowhere",
    ],
)
def test_nothing_is_kept_framed_or_listed(app: Flask, address: str) -> None:
    for client in (app.test_client(), admin_of(app)):
        answer = client.get(address)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "noindex" in answer.headers.get("X-Robots-Tag", "") + answer.text


def test_the_filter_survives_the_login(app: Flask) -> None:
    client = with_password(app)
    wanted = "/admin/sources?q=a%20b&page=2"
    turned = client.get(wanted)
    assert turned.status_code == 303
    assert turned.location.startswith("/admin/login?next=")
    assert sign_in(client, address=turned.location).location == wanted


@pytest.mark.parametrize(
    "away",
    [
        "https://evil.example", "//evil.example", "/\\evil.example", "/admin\\@evil.example",
        "/admin.evil.example", "/administrator", "javascript:alert(1)", "/admin/../quiz",
        "/", "admin/", "/admin/\r\nX: y", "/admin/\t", " /admin/", "/admin@evil.example",
        "///admin/", "/admin/" + "x" * 3000,
    ],
)  # fmt: skip
def test_no_login_leads_elsewhere(app: Flask, away: str) -> None:
    client = with_password(app)
    form = {"csrf_token": token(client, "/admin/login"), "password": PASSWORD}
    answer = client.post("/admin/login", query_string={"next": away}, data=form)
    assert (answer.status_code, answer.location) == (303, "/admin/")


def test_a_session_from_before_the_login_is_not_gone_on_with(app: Flask) -> None:
    client = with_password(app)
    planted = client.get("/admin/login").headers["Set-Cookie"]
    before = planted.split(";")[0].partition("=")[2]
    sign_in(client)
    kept = client.get_cookie("quiz-admin", path="/admin")
    assert kept
    assert kept.value != before
    client.set_cookie("quiz-admin", before, path="/admin")
    assert not is_in(client)


def test_a_session_ends_by_itself(app: Flask) -> None:
    client = admin_of(app)
    with client.session_transaction("/admin/") as session:
        session["since"] = int(time()) - 12 * 60 * 60
    assert not is_in(client)
    client = admin_of(app)
    app.config["PERMANENT_SESSION_LIFETIME"] = timedelta(seconds=-1)
    assert not is_in(client)


@pytest.mark.parametrize("odd", [None, 1, ["x"], "", "x" * 32])
def test_a_session_that_says_odd_things_is_none(app: Flask, odd: object) -> None:
    client = admin_of(app)
    with client.session_transaction("/admin/") as session:
        session["generation"] = odd
    assert not is_in(client)


def test_signing_out_ends_this_session_and_everywhere_ends_all(app: Flask) -> None:
    here, there = admin_of(app), app.test_client()
    sign_in(there)
    send(here, "/admin/sign-out", "/admin/password")
    assert (is_in(here), is_in(there)) == (False, True)
    sign_in(here)
    send(here, "/admin/sign-out", "/admin/password", everywhere="1")
    assert (is_in(here), is_in(there)) == (False, False)
    assert "Signed out everywhere" in admin_of(app).get("/admin/log").text


def test_everywhere_works_with_a_password_from_the_settings(make_app: Make) -> None:
    app = make_app(admin_password_hash=passwords.hash_password(PASSWORD))
    here, there = app.test_client(), app.test_client()
    assert sign_in(here).status_code == sign_in(there).status_code == 303
    assert is_in(there)
    assert "QUIZ_ADMIN_PASSWORD_HASH" in here.get("/admin/password").text
    send(here, "/admin/sign-out", "/admin/password", everywhere="1")
    assert not is_in(there)
    assert sign_in(there).status_code == 303


def test_another_password_ends_all_other_sessions(app: Flask) -> None:
    here, there = admin_of(app), app.test_client()
    sign_in(there)
    changed = send(
        here, "/admin/password", current=PASSWORD, fresh="another dozen", again="another dozen"
    )
    assert changed.status_code == 303
    assert "Changed." in here.get(changed.location).text
    assert (is_in(here), is_in(there)) == (True, False)
    assert sign_in(there).status_code == 422
    assert sign_in(there, "another dozen").status_code == 303


@pytest.mark.parametrize(
    ("form", "says"),
    [
        (("wrong", "another dozen", "another dozen"), "not the password you have now"),
        ((PASSWORD, "short", "short"), "12 characters"),
        ((PASSWORD, "another dozen", "another one"), "not the same"),
        ((PASSWORD, PASSWORD, PASSWORD), "the same as the one you have"),
        (("", "", ""), "Please type the password"),
        ((PASSWORD, "x" * 201, "x" * 201), "12 characters"),
    ],
)
def test_a_password_that_will_not_do_changes_nothing(
    app: Flask, form: tuple[str, str, str], says: str
) -> None:
    client = admin_of(app)
    current, fresh, again = form
    answer = send(client, "/admin/password", current=current, fresh=fresh, again=again)
    assert answer.status_code == 422
    assert says in answer.text
    assert sign_in(app.test_client()).status_code == 303


@pytest.mark.parametrize("forged", ["", "x", "IjEyMyI.aaaaaa.bbbbbb"])
def test_a_forged_form_does_nothing(app: Flask, forged: str) -> None:
    client = admin_of(app)
    for address in ("/admin/login", "/admin/password", "/admin/sources"):
        answer = client.post(address, data={"csrf_token": forged, "password": PASSWORD})
        assert answer.status_code == 422
        assert "Please send it again" in answer.text
    client.post("/admin/sign-out", data={"csrf_token": forged, "everywhere": "1"})
    assert is_in(client)


def test_another_sessions_token_is_forged(app: Flask) -> None:
    client = admin_of(app)
    stolen = token(app.test_client(), "/admin/login")
    answer = client.post("/admin/sources", data={"csrf_token": stolen, "key": "x", "name": "X"})
    assert answer.status_code == 422
    with app.app_context():
        assert store.sources.listed() == ()


def test_the_sixth_try_waits(app: Flask) -> None:
    client = with_password(app)
    assert [sign_in(client, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    late = sign_in(client)
    assert late.status_code == 429
    assert 0 < int(late.headers["Retry-After"]) <= 900
    assert "That was too often" in late.text
    other = app.test_client()
    form = {"csrf_token": token(other, "/admin/login"), "password": PASSWORD}
    elsewhere = other.post("/admin/login", data=form, environ_base={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 303


def test_a_house_in_ipv6_counts_as_one(app: Flask) -> None:
    client = with_password(app)
    form = {"csrf_token": token(client, "/admin/login"), "password": "wrong"}
    statuses = [
        client.post(
            "/admin/login", data=form, environ_base={"REMOTE_ADDR": f"2001:db8::{n}"}
        ).status_code
        for n in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_everybody_together_is_limited_too(app: Flask) -> None:
    limits = app.extensions["quiz.site"].limits
    each, all_ = Limit("x", 5, 900), Limit("x", 9, 3600, everybody=True)
    waits = [limits.wait(f"192.0.2.{n}", each, all_) for n in range(10)]
    assert waits[:9] == [0] * 9
    assert waits[9] > 0


def test_the_right_password_begins_the_count_anew(app: Flask) -> None:
    client = with_password(app)
    for _ in range(3):
        assert [sign_in(client, "wrong").status_code for _ in range(4)] == [422] * 4
        assert sign_in(client).status_code == 303


def test_limits_can_be_lifted(make_app: Make) -> None:
    client = with_password(make_app(ratelimit_enabled=False))
    assert {sign_in(client, "wrong").status_code for _ in range(7)} == {422}


def test_limits_hold_without_their_redis_and_lock_nobody_out(
    make_app: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app = make_app(ratelimit_storage=f"redis://127.0.0.1:{free_port()}/0")
    client = with_password(app)
    assert sign_in(client).status_code == 303
    assert [sign_in(client, "wrong").status_code for _ in range(6)] == [422] * 5 + [429]
    assert "counted by each worker alone" in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_no_address_is_kept_by_the_limits(app: Flask) -> None:
    client = with_password(app)
    sign_in(client, "wrong")
    kept = [name for door in app.extensions["quiz.site"].limits._alone.values() for name in door]
    assert kept
    assert not any("127.0.0.1" in key for key in kept)


def test_a_hash_with_older_parameters_is_made_anew(app: Flask) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with app.app_context():
        store.admins.set_password(old, 202647)
    client = app.test_client()
    assert sign_in(client).status_code == 303
    assert is_in(client)
    with app.app_context():
        kept = store.admins.account()
    assert kept
    assert not passwords.outdated(kept.password_hash)


def test_the_first_password_is_made_once(app: Flask) -> None:
    with app.app_context():
        password = account.first_password()
        assert account.first_password() is None
    assert password
    assert sign_in(app.test_client(), password).status_code == 303


def test_no_first_password_is_made_beside_the_setting(make_app: Make) -> None:
    app = make_app(admin_password_hash=passwords.hash_password(PASSWORD))
    with app.app_context():
        assert account.first_password() is None
        assert store.admins.account() is None


def test_a_session_that_somebody_planted_stays_outside(app: Flask) -> None:
    """Even one that we signed: the token in it is no longer good once the admin is in."""
    stranger, client = app.test_client(), with_password(app)
    known = token(stranger, "/admin/login")
    planted = stranger.get_cookie("quiz-admin", path="/admin")
    assert planted
    client.set_cookie("quiz-admin", planted.value, path="/admin")
    form = {"csrf_token": known, "password": PASSWORD}
    assert client.post("/admin/login", data=form).status_code == 303
    forged = client.post("/admin/sources", data={"csrf_token": known, "key": "x", "name": "X"})
    assert forged.status_code == 422
    assert not is_in(stranger)


def test_a_copied_cookie_ends_with_every_session(app: Flask) -> None:
    client, thief = admin_of(app), app.test_client()
    copied = client.get_cookie("quiz-admin", path="/admin")
    assert copied
    thief.set_cookie("quiz-admin", copied.value, path="/admin")
    assert is_in(thief)
    send(client, "/admin/sign-out", "/admin/password", everywhere="1")
    thief.set_cookie("quiz-admin", copied.value, path="/admin")
    assert not is_in(thief)
