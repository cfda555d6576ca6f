"""Somebody times the login: all that is slow in it is done alike, whatever was guessed.

What takes the time is counted, not the time itself; `python -m bench.login` measures that.
"""

import sys
from collections.abc import Callable
from functools import partial
from types import FrameType

import pytest
from argon2.low_level import verify_secret
from flask import Flask
from flask.testing import FlaskClient

from quiz.web.admin import passwords
from tests.attacks.site import EVIL
from tests.web.admin import PASSWORD, send, with_password

Make = Callable[..., Flask]
ONE_CHECK = [passwords.NOBODYS.rsplit("$", 2)[0]]
WRONG = {
    "another": "incorrect horse batter",
    "prefix": PASSWORD[:-1],
    "longer": PASSWORD + "y",
    "other-case": PASSWORD.upper(),
    "one-letter": "x",
    "longest": "x" * passwords.LONGEST,
    "not-text": "\x00\x7f\uffff",
}
REFUSED_UNREAD = {"empty": "", "too-long": "x" * 50_000}


def nobodys(make_app: Make) -> Flask:
    return make_app()


def own(make_app: Make) -> Flask:
    app = make_app()
    with_password(app)
    return app


def from_the_settings(make_app: Make) -> Flask:
    return make_app(admin_password_hash=passwords.hash_password(PASSWORD))


def work_of(do: Callable[[], object]) -> list[str]:
    """The parameters, which say the amount of work, of each hash that is checked meanwhile."""
    done: list[str] = []

    def watch(frame: FrameType, event: str, _argument: object) -> None:
        if event == "call" and frame.f_code is verify_secret.__code__:
            done.append(frame.f_locals["hash"].decode().rsplit("$", 2)[0])

    sys.setprofile(watch)
    try:
        do()
    finally:
        sys.setprofile(None)
    return done


def answer(client: FlaskClient, password: str) -> None:
    assert send(client, "/admin/login", password=password).status_code == 422


@pytest.mark.parametrize("account", [nobodys, own, from_the_settings])
@pytest.mark.parametrize("guess", WRONG.values(), ids=WRONG)
def test_every_wrong_guess_costs_one_check(
    make_app: Make, account: Callable[[Make], Flask], guess: str
) -> None:
    client = account(make_app).test_client()
    assert work_of(lambda: answer(client, guess)) == ONE_CHECK


@pytest.mark.parametrize("account", [nobodys, own, from_the_settings])
@pytest.mark.parametrize("guess", REFUSED_UNREAD.values(), ids=REFUSED_UNREAD)
def test_what_is_no_guess_costs_none_whoever_has_an_account(
    make_app: Make, account: Callable[[Make], Flask], guess: str
) -> None:
    client = account(make_app).test_client()
    assert work_of(lambda: answer(client, guess)) == []


@pytest.mark.parametrize("account", [nobodys, own, from_the_settings])
@pytest.mark.parametrize("password", [PASSWORD, "wrong"])
def test_what_comes_from_another_site_costs_none(
    make_app: Make, account: Callable[[Make], Flask], password: str
) -> None:
    client = account(make_app).test_client()

    def from_elsewhere() -> None:
        sent = client.post(
            "/admin/login", data={"password": password}, headers={"Origin": f"https://{EVIL}"}
        )
        assert sent.status_code == 422

    assert work_of(from_elsewhere) == []


def test_beyond_the_limit_the_right_password_costs_as_little_as_a_wrong_one(app: Flask) -> None:
    client = with_password(app)
    for _ in range(5):
        answer(client, "wrong")

    def one_more(password: str) -> None:
        assert send(client, "/admin/login", password=password).status_code == 429

    assert [work_of(partial(one_more, said)) for said in (PASSWORD, "wrong")] == [[], []]
