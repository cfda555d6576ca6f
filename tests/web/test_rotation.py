"""Another secret, and a clock that is put back, while people answer."""

import time
from collections.abc import Callable

import pytest
from flask import Flask

from quiz import store
from quiz.web.settings import SettingError, Settings
from tests.web.admin import admin_of, sign_in
from tests.web.journey import query, send, stored, visit

Make = Callable[..., Flask]
OLDEST, OLD, NEW = "the oldest secret of all", "an old secret, long known", "a new and quiet secret"


@pytest.mark.parametrize("fallbacks", [(OLD,), (OLDEST, OLD), (OLD, OLDEST)])
def test_a_visit_that_began_before_is_counted_once(
    make_app: Make, fallbacks: tuple[str, ...]
) -> None:
    address = visit(make_app(secret_key=OLD).test_client())
    before = make_app(secret_key=OLD).test_client()
    receipt = query(send(before, address).location)["receipt"]
    app = make_app(secret_key=NEW, secret_key_fallbacks=fallbacks)
    client = app.test_client()
    assert query(send(client, address).location)["receipt"] == receipt
    assert stored(app) == 1
    assert client.post("/withdraw", data={"receipt": receipt}).status_code == 200
    assert stored(app) == 0


def test_new_visits_are_signed_with_the_new_one(make_app: Make) -> None:
    address = visit(make_app(secret_key=NEW, secret_key_fallbacks=(OLD,)).test_client())
    assert send(make_app(secret_key=NEW).test_client(), address).status_code == 303
    stale = send(make_app(secret_key=OLD).test_client(), address)
    assert stale.status_code == 422
    assert "Your answers are kept" in stale.text


def test_another_secret_signs_the_admin_out(make_app: Make) -> None:
    before = admin_of(make_app(secret_key=OLD))
    kept = before.get_cookie("quiz-admin", path="/admin")
    assert kept
    client = make_app(secret_key=NEW, secret_key_fallbacks=(OLD,)).test_client()
    client.set_cookie("quiz-admin", kept.value, path="/admin")
    assert client.get("/admin/").status_code == 303
    assert sign_in(client).status_code == 303
    assert client.get("/admin/").status_code == 200


def test_audience_pages_outlive_a_secret(make_app: Make) -> None:
    with make_app(secret_key=OLD).app_context():
        secret = store.sources.add("my-blog", "My blog", (), 202601)
    client = make_app(secret_key=NEW).test_client()
    assert client.get(f"/audience/{secret}").status_code == 200
    card = f"/audience/cards/{store.sources.card_of(secret)}/styles.svg"
    assert client.get(card).status_code == 200


def test_the_kept_file_may_hold_old_ones_too(settings: Settings) -> None:
    made = settings.prepare().secret_key
    file = settings.data_dir / "secret"
    file.write_text(f"{NEW}\n{made}\n")
    ready = settings.prepare()
    assert (ready.secret_key, ready.secret_key_fallbacks) == (NEW, (made,))
    file.write_text(f"{made}\nshort\n")
    with pytest.raises(SettingError, match="no usable secret"):
        settings.prepare()


def test_the_settings_page_keeps_old_ones_secret(make_app: Make) -> None:
    page = admin_of(make_app(secret_key=NEW, secret_key_fallbacks=(OLD,))).get("/admin/settings")
    assert page.status_code == 200
    assert OLD not in page.text


def test_a_clock_put_back_an_hour_costs_no_answers(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, admin = app.test_client(), admin_of(app)
    address = visit(client)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 60 * 60)
    assert query(send(client, address).location)["saved"] == "stored"
    assert stored(app) == 1
    assert admin.get("/admin/").status_code == 303
    assert sign_in(admin).status_code == 303
    assert admin.get("/admin/").status_code == 200
    tries = [sign_in(app.test_client(), "wrong").status_code for _ in range(6)]
    assert tries == [422] * 5 + [429]
