"""The admin's sources, log and settings: what can be done there, and what is told."""

from collections.abc import Callable
from html import unescape

import pytest
from flask import Flask
from sqlalchemy import insert

from quiz import store
from quiz.store.models import Source as Row
from tests.web.admin import admin_of, send
from tests.web.page import Page


def test_a_source_is_added_shown_and_framed(app: Flask) -> None:
    client = admin_of(app)
    assert "There are none yet" in client.get("/admin/sources").text
    answer = send(
        client,
        "/admin/sources",
        key=" My-Blog ",
        name="My <b>blog</b>",
        origins="https://a.example\nhttps://b.example/",
    )
    assert answer.status_code == 303
    shown = unescape((added := client.get(answer.location)).text)
    secret = shown.partition("/audience/")[2].partition("<")[0]
    with app.app_context():
        known = store.sources.by_secret(secret)
    assert known
    assert (known.key, known.name) == ("my-blog", "My <b>blog</b>")
    assert known.origins == ("https://a.example", "https://b.example")
    assert "/embed/?source=my-blog" in shown
    assert "<b>blog" not in added.text
    assert secret not in client.get("/admin/sources/my-blog").text
    listed = client.get("/admin/sources")
    assert "/admin/sources/my-blog" in Page(listed.text).values("href")
    assert "Source added" in client.get("/admin/log").text


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"key": "Two words"}, "1 to 32 of the letters"),
        ({"key": ""}, "1 to 32 of the letters"),
        ({"key": "direct"}, "without a source"),
        ({"key": "taken"}, "This key is taken"),
        ({"name": ""}, "1 to 80 characters"),
        ({"name": "x" * 81}, "1 to 80 characters"),
        ({"origins": "blog.example"}, "write https://"),
        ({"origins": "none"}, "nobody may frame"),
        ({"origins": "https://a.example; script-src *"}, "can't be used"),
        ({"origins": "https://a.example/path"}, "without a path"),
        ({"origins": "https://bücher.example"}, "Write its xn-- form"),
        ({"origins": "https://a.example *"}, "stands alone"),
    ],
)
def test_what_can_not_be_added_is_told_and_kept(
    app: Flask, form: dict[str, str], says: str
) -> None:
    with app.app_context():
        store.sources.add("taken", "Taken", (), 202647)
    client = admin_of(app)
    good = {"key": "my-blog", "name": "My blog", "origins": "https://kept.example"}
    answer = send(client, "/admin/sources", **good | form)
    assert answer.status_code == 422
    assert says in unescape(answer.text)
    for name, value in good.items():
        assert name in form or value in answer.text
    with app.app_context():
        assert [source.key for source in store.sources.listed()] == ["taken"]


def test_a_stale_page_keeps_what_was_typed(app: Flask) -> None:
    client = admin_of(app)
    form = {"key": "my-blog", "name": "My own blog", "origins": "https://kept.example"}
    answer = client.post("/admin/sources", data=form)
    assert answer.status_code == 422
    assert "Please send it again" in answer.text
    assert all(value in answer.text for value in form.values())


def test_a_source_is_changed(app: Flask) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", (), 202647)
    client = admin_of(app)
    address = "/admin/sources/my-blog"
    saved = send(client, address, do="save", name="Another", origins="https://a.example")
    assert saved.status_code == 303
    assert "Saved." in client.get(saved.location).text
    with app.app_context():
        (known,) = store.sources.listed()
    assert (known.name, known.origins) == ("Another", ("https://a.example",))
    refused = send(client, address, do="save", name="", origins="kept.example")
    assert refused.status_code == 422
    assert "kept.example" in refused.text
    log = client.get("/admin/log").text
    assert "Source renamed" in log
    assert "Sites of a source changed" in log


def test_a_link_is_renewed_and_the_old_one_closed(app: Flask) -> None:
    with app.app_context():
        old = store.sources.add("my-blog", "My blog", (), 202647)
    client = admin_of(app)
    answer = send(client, "/admin/sources/my-blog", do="renew")
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    assert "The old link is closed." in shown
    fresh = shown.partition("/audience/")[2].partition("<")[0]
    assert fresh != old
    # Loading the page anew changes nothing and shows it no more; neither does another source's.
    again = client.get(answer.location).text
    assert "/audience/" not in again
    assert "was shown once" in again
    with app.app_context():
        assert store.sources.by_secret(old) is None
        assert store.sources.by_secret(fresh)
    log = client.get("/admin/log").text
    assert "Audience link of a source renewed" in log
    assert fresh not in log


def test_a_source_is_retired_once(app: Flask) -> None:
    with app.app_context():
        store.sources.add("my-blog", "My blog", (), 202647)
    client = admin_of(app)
    address = "/admin/sources/my-blog"
    assert send(client, address, do="retire").status_code == 303
    assert "Retired in week" in client.get(address).text
    assert "retired" in client.get("/admin/sources").text
    again = send(client, address, "/admin/sources", do="retire")
    assert again.status_code == 422
    assert "Nothing was changed" in again.text


@pytest.mark.parametrize("do", ["renew", "retire", "save", "burn"])
def test_nothing_is_done_without_the_forms_token(app: Flask, do: str) -> None:
    with app.app_context():
        old = store.sources.add("my-blog", "My blog", (), 202647)
    answer = admin_of(app).post("/admin/sources/my-blog", data={"do": do, "name": "Another"})
    assert answer.status_code == 422
    with app.app_context():
        known = store.sources.by_secret(old)
    assert known
    assert (known.name, known.retired_week) == ("My blog", None)


def test_an_unknown_source_and_an_unknown_deed_get_a_page(app: Flask) -> None:
    client = admin_of(app)
    gone = client.get("/admin/sources/nobody")
    assert gone.status_code == 404
    assert "There is no such source" in gone.text
    with app.app_context():
        store.sources.add("my-blog", "My blog", (), 202647)
    assert send(client, "/admin/sources/my-blog", do="burn").status_code == 400


def test_ten_thousand_sources_are_paged_and_found(app: Flask) -> None:
    rows = [
        {
            "key": f"blog-{n:05}",
            "name": f"Blog number {n}",
            "origins": "",
            "audience": n.to_bytes(32),
            "card": n.to_bytes(16),
            "created_week": 202647,
        }
        for n in range(10_000)
    ]
    with app.app_context(), store.db.engine.begin() as connection:
        connection.execute(insert(Row), rows)
    client = admin_of(app)
    first = client.get("/admin/sources")
    assert "Page 1 of 200, 10,000 sources" in first.text
    assert first.text.count("<code translate") == 50
    assert len(first.data) < 60_000
    last = client.get("/admin/sources?page=99999")
    assert "Page 200 of 200" in last.text
    assert "blog-09999" in last.text
    found = client.get("/admin/sources?q=NUMBER 777")
    assert found.text.count("<code translate") == 11
    assert "blog-00777" in found.text
    assert "Nothing has that" in client.get("/admin/sources?q=%3Cscript%3E&page=x").text


def test_settings_are_shown_and_secrets_are_not(
    make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZ_MIN_GROUP", "12")
    app = make_app(
        secret_key="not-for-anybody-to-see",  # noqa: S106
        min_group=12,
        ratelimit_storage="redis://me:tuna@trout@127.0.0.1:1/0",
        read_database_url="postgresql://quiz@db/quiz?password=swordfish&x=1",
    )
    shown = unescape(admin_of(app).get("/admin/settings").text).replace("<wbr>", "")
    assert "QUIZ_MIN_GROUP" in shown
    assert "SECRET_KEY" in shown
    assert "redis://me:…@127.0.0.1:1/0" in shown
    assert not any(secret in shown for secret in ("not-for-anybody", "tuna", "trout", "swordfish"))


def test_a_database_that_is_away_gets_a_page(app: Flask) -> None:
    client = admin_of(app)
    with app.app_context():
        store.close()
    database = app.extensions["quiz.site"].settings.data_dir / "quiz.sqlite3"
    database.rename(database.with_suffix(".away"))
    for address in ("/admin/sources", "/admin/log", "/admin/password"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "just now" in answer.text
