"""The admin's statistics: a page with sense whatever is in the database and in the address."""

import csv
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz import store
from quiz.library import load
from quiz.spreadsheet import as_csv
from quiz.statistics import publish, valid_results
from quiz.statistics.summary import Weeks
from quiz.web.admin.telling_groups import tell_weeks
from quiz.web.settings import CONTENT
from quiz.web.site import site
from quiz.web.weeks import this_week
from tests.conftest import TINY
from tests.postgres import shared_server
from tests.web import pseudo
from tests.web.admin import send
from tests.web.page import Page
from tests.web.statistics import (
    PASSWORD_HASH,
    signed_in,
    simulate,
    submission,
    texts_in_tables,
    the_same,
)
from tests.web.test_languages import plain_texts

MakeApp = Callable[..., Flask]


@pytest.fixture
def app(make_app: MakeApp) -> Flask:
    return make_app(admin_password_hash=PASSWORD_HASH)


def page_of(client: FlaskClient, address: str = "/admin/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    text = answer.text
    assert not re.search(r"\b(nan|NaN|None|inf)\b", text)
    return text


def words(html: str) -> str:
    return " ".join(Page(html).texts)


def test_only_the_admin_sees_it(app: Flask) -> None:
    for address in ("/admin/", "/admin/statistics.json", "/admin/export.csv"):
        answer = app.test_client().get(address + "?source=direct")
        assert answer.status_code == 303
        assert "/admin/login" in answer.location
        assert "source" in answer.location


def test_before_the_first_results_it_says_how_to_get_them(app: Flask) -> None:
    empty = page_of(signed_in(app))
    assert "once 11 people have finished" in words(empty)
    assert "quickstart.py demo 5000" in empty
    assert "/for-blogs" in empty


def test_a_few_results_change_nothing(app: Flask) -> None:
    client = signed_in(app)
    empty = page_of(client)
    for people in (1, 5):
        with app.app_context():
            simulate(people, seed=people)
        assert page_of(client) == empty


def test_it_says_from_when_on_a_figure_is_shown(app: Flask) -> None:
    with app.app_context():
        simulate(20)
    told = words(page_of(signed_in(app)))
    assert "On average about" in told
    assert re.search(r"Shown from 30 results on: about (15|20) so far\.", told)
    assert "Shown from 100 results on" in told
    assert "Shown from 250 results on" in told


@pytest.mark.parametrize("people", [60, 260])
@pytest.mark.parametrize("answer", [1, 3, 5])
def test_everybody_may_answer_alike(app: Flask, people: int, answer: int) -> None:
    with app.app_context():
        the_same(people, [answer] * 24)
    told = words(page_of(signed_in(app)))
    assert "On average about 50 of 100" in told
    if people >= 100:
        assert "Everybody answers the same" in told


@pytest.mark.parametrize("people", [1, 40, 120, 300])
def test_another_questionnaire_is_told_as_well(make_app: MakeApp, people: int) -> None:
    app = make_app(admin_password_hash=PASSWORD_HASH, content_dir=TINY)
    with app.app_context():
        simulate(people)
        texts = [item.text for item in site().questionnaire("en").items]
    told = words(page_of(signed_in(app)))
    if people >= 40:
        assert all(text in told for text in texts)


@pytest.mark.parametrize("people", [0, 1, 12, 300])
def test_a_scale_may_have_two_items(make_app: MakeApp, tmp_path: Path, people: int) -> None:
    content = tmp_path / "content"
    shutil.copytree(TINY.parent / "bfi", content)
    file = content / "en" / "questionnaire.toml"
    front, *items = re.split(r"(?=\[\[items\]\])", file.read_text())
    _, mark, rest = items[-1].partition("[[self_labels]]")
    fewer = front.replace("minimum = 5", "minimum = 2")
    file.write_text(fewer + "".join(items[:2]) + mark + rest)
    app = make_app(admin_password_hash=PASSWORD_HASH, content_dir=content)
    with app.app_context():
        assert len(site().questionnaire("en").items) == 2
        simulate(people)
    client = signed_in(app)
    told = words(page_of(client))
    assert client.get("/admin/statistics.json").status_code == 200
    assert ("the 2 items" in told) == (people == 300)


def test_what_a_questionnaire_does_not_ask_is_not_spoken_of(
    make_app: MakeApp, tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(TINY.parent / "bfi", content)
    file = content / "en" / "questionnaire.toml"
    kept, _, rest = file.read_text().partition("[[goals]]")
    works = rest[rest.index("[[works]]") :]
    file.write_text(kept.replace("id =", "goals = []\nsettings = []\nid =", 1) + works)
    app = make_app(admin_password_hash=PASSWORD_HASH, content_dir=content)
    with app.app_context():
        simulate(60)
    told = words(page_of(signed_in(app)))
    assert "Do the items hang together?" in told
    for absent in ("What they look for", "Where they meet people", "What goes together"):
        assert absent not in told


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("period=2026&source=direct", "Please choose a period, a source or a language"),
        ("source=direct&language=en&period=2026-Q1", "Please choose a period"),
        ("source=nobody", "There is no source with this key"),
        ("source=%00%ff%27", "There is no source with this key"),
        ("source=other", "Not enough results are in this choice"),
        ("period=1999", "Not enough results are from such a period"),
        ("period=2026-Q9", "Not enough results are from such a period"),
        ("language=tlh", "Not enough results are in such a language"),
        ("version=99", "no such version"),
        ("version=-1&period=x&source=y&language=z", "no such version"),
    ],
)
def test_an_odd_choice_is_answered_with_a_sentence(app: Flask, query: str, says: str) -> None:
    with app.app_context():
        simulate(150)
    told = page_of(signed_in(app), f"/admin/?{query}")
    assert says in words(told)
    assert 'role="alert"' in told
    assert "On average about" in words(told)


def test_a_choice_is_kept_in_the_address_and_in_the_form(app: Flask) -> None:
    with app.app_context():
        simulate(400, direct=0.5, blog=0.5)
        store.sources.add("blog", "A blog", [], this_week())
    client = signed_in(app)
    page = page_of(client, "/admin/?source=blog&flagged=1")
    assert '<option value="blog" selected>A blog</option>' in page
    assert 'name="flagged" value="1" checked' in page
    # A part of all results is not taken apart further.
    assert 'id="sources"' not in page
    assert 'role="alert"' not in page


def test_stretches_of_weeks_that_overlap_are_spoken_of(app: Flask) -> None:
    side_by_side = [Weeks(202601, 202608, 40), Weeks(202609, 202612, 25)]
    overlapping = [Weeks(202601, 202608, 40), Weeks(202604, 202612, 25)]
    with app.test_request_context():
        assert len(tell_weeks(side_by_side, 65).says) == 1
        assert "Nobody is counted twice." in tell_weeks(overlapping, 65).says[1]


def test_the_figures_are_told_from_postgresql_too(make_app: MakeApp) -> None:
    with shared_server().fresh_database() as url:
        app = make_app(admin_password_hash=PASSWORD_HASH, database_url=url)
        with app.app_context():
            simulate(300)
        client = signed_in(app)
        assert "On average about" in words(page_of(client))
        added = send(client, "/admin/sources", key="my-blog", name="My blog", origins="")
        assert "/audience/" in client.get(added.location).text
        assert send(client, "/admin/sources/my-blog", do="retire").status_code == 303
        log = client.get("/admin/log").text
        assert "Source added" in log
        assert "Source retired" in log
        with app.app_context():
            store.close()


def test_many_sources_are_not_a_list_of_thousands(app: Flask) -> None:
    with app.app_context():
        for number in range(45):
            store.sources.add(f"blog-{number}", f"Blog {number}", [], this_week())
        simulate(60, direct=0.5, **{"blog-44": 0.5})
    page = page_of(signed_in(app), "/admin/?source=blog-44")
    assert '<select name="source">' not in page
    assert 'name="source" list="sources-known" value="blog-44"' in page
    assert page.count("<option") < 60
    assert 'role="alert"' not in page


def test_a_small_group_is_not_named(app: Flask) -> None:
    with app.app_context():
        store.sources.add("small", "A small blog", [], this_week())
        simulate(300)
        questionnaire = site().questionnaire("en")
        store.results.pour(
            submission(questionnaire, (1, 2, 3, 4, 5, 3) * 4, source="small") for _ in range(4)
        )
    page = page_of(signed_in(app))
    rows = page[page.index('id="sources"') : page.index('id="languages"')]
    assert "A small blog" not in rows
    assert "Too few" in rows or "left out" in rows


def test_the_numbers_of_people_are_large_and_round(app: Flask) -> None:
    with app.app_context():
        simulate(283)
    figures = signed_in(app).get("/admin/statistics.json").json
    assert figures["n"] % 5 == 0
    for week in figures["weeks"]:
        assert week["n"] >= 10
        assert week["n"] % 5 == 0


def test_page_and_json_say_the_same(app: Flask) -> None:
    with app.app_context():
        simulate(900, direct=0.7, blog=0.3)
    client = signed_in(app)
    page = page_of(client)
    figures = client.get("/admin/statistics.json").json
    cells = set(texts_in_tables(page))
    assert f"about {figures['scales'][0]['mean']} of 100" in page
    chosen = figures["goals"] + figures["settings"]
    assert len(chosen) == 10
    for share in [*figures["styles"], *figures["scales"][0]["bands"], *chosen]:
        assert f"{share['share']}%" in cells
        assert f"{share['low']} to {share['high']}" in cells
    assert f"alpha {figures['reliability'][0]['alpha']:.2f}: the 16 items hang together" in page
    for item in figures["items"]:
        assert f"{item['item_total']:.2f}" in cells
    assert len(figures["correlations"]) == 16
    for pair in figures["correlations"]:
        assert f"{pair['r']:.2f}" in cells
        assert pair["true"] is None or f"{pair['true']:.2f}" in cells
    assert page.count("Works well.") == sum(i["verdict"] == "fine" for i in figures["items"])


def test_a_line_with_its_key_turned_round_is_found(app: Flask) -> None:
    with app.app_context():
        simulate(500)
        questionnaire = site().questionnaire("en")
        raw = list(store.results.each())
    turned = [(6 - row.answers[0], *row.answers[1:]) for row in raw]
    with app.app_context():
        store.results.pour(submission(questionnaire, answers) for answers in turned * 3)
    told = words(page_of(signed_in(app)))
    assert "People answer this one against its key: check the translation." in told
    assert "Worth a look first" in told


def test_results_of_a_version_that_is_gone_are_spoken_of(app: Flask) -> None:
    with app.app_context():
        questionnaire = site().questionnaire("en")
        own = submission(questionnaire, (3,) * 24)
        store.save(type(own)(**{**vars(own), "version": 77}))
    assert "Some results wait uncounted" in words(page_of(signed_in(app)))


def test_what_is_taken_away_comes_from_a_snapshot(app: Flask) -> None:
    client = signed_in(app)
    for kind in ("csv", "json"):
        answer = client.get(f"/admin/export.{kind}")
        assert answer.status_code == 404
        assert "25 people" in answer.text
    with app.app_context():
        simulate(300)
        shape = next(iter(site().shapes.values()))
        store.folding.fold([shape])
        cells = store.folding.cells(shape)
        body, n = publish(shape, cells, 11), valid_results(cells).total()
        store.snapshots.take("", shape.questionnaire_id, shape.version, n, this_week(), body)
        simulate(20, seed=3)
    exported = client.get("/admin/export.json")
    assert exported.json == json.loads(json.dumps(body))
    assert "attachment" in exported.headers["Content-Disposition"]
    table = list(csv.reader(io.StringIO(client.get("/admin/export.csv").text.lstrip("\ufeff"))))
    assert table[0] == ["figure", "value"]
    assert len(table) > 20


def test_no_cell_of_a_spreadsheet_is_a_formula() -> None:
    lines = as_csv({"=1+1": "=HYPERLINK(1)", "a": ["+1", "@x", "\tx", "-2", -2, 2.5, None, True]})
    cells = [cell for row in csv.reader(io.StringIO(lines)) for cell in row]
    assert not [c for c in cells if c.startswith(("=", "+", "@", "\t"))]
    assert {"'=HYPERLINK(1)", "'=1+1", "'-2", "-2", "2.5", "yes", ""} <= set(cells)


def test_without_a_database_it_says_so(make_app: MakeApp) -> None:
    app = make_app(admin_password_hash=PASSWORD_HASH)
    client = signed_in(app)
    folder = app.extensions["quiz.site"].settings.data_dir
    with app.app_context():
        store.close()
    for file in folder.glob("quiz.sqlite3*"):
        file.unlink()
    answer = client.get("/admin/")
    assert answer.status_code == 503
    assert "does not respond" in answer.text


def test_no_word_of_the_figures_is_hard_coded(make_app: MakeApp, tmp_path: Path) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    pseudo.write_content(content, load(CONTENT).current("en"))
    pseudo.write_catalogue(tmp_path / "translations")
    app = make_app(
        admin_password_hash=PASSWORD_HASH,
        content_dir=content,
        translations_dir=tmp_path / "translations",
    )
    for people in (0, 40, 400):
        with app.app_context():
            simulate(people)
        for query in ("", "&period=2026&source=x&language=tlh&version=9&flagged=1"):
            page = page_of(signed_in(app), f"/admin/?lang=ar{query}")
            assert '<html lang="ar" dir="rtl"' in page
            assert plain_texts(page) == []
