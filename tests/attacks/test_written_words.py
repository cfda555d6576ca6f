"""Text from strangers that is a template, script, markup or a formula to somebody else."""

import csv
import io
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from quiz import sheet, store
from quiz.cli import main
from quiz.spreadsheet import as_csv
from tests.attacks.site import addresses, words_of
from tests.web.admin import admin_of, send
from tests.web.journey import filled, visit
from tests.web.statistics import the_same

# A template that ran would say 7340033 * 7, or the secret.
PAYLOADS = [
    "{{7340033*7}}{{config}}", "{% print 7340033*7 %}", "${7340033*7}", "#{7340033*7}",
    "<%= 7340033*7 %>", "{{request.application.__globals__}}", "%(7340033)s%s%n{0.__class__}",
    "<script>xss()</script>", "\"'><img src=x onerror=xss()>", "</title><svg onload=xss()>",
    "javascript:xss()", "]]><x:xss xmlns:x='x'/>", "&#60;script&#62;xss()", "'-xss()-'", "<xss",
]  # fmt: skip
RAN = ("51380231", "SECRET_KEY&", "<Config ")
ALIVE = ("<script>xss", "<img src=x", "<svg onload", "<x:xss", "<xss", 'href="javascript:')
QUERY = (
    "source", "lang", "theme", "accent", "compact", "goal", "setting", "work", "visit", "url", "q",
    "format", "maxwidth", "page", "next", "weeks", "week", "from", "until", "language", "receipt",
)  # fmt: skip


def dead(words: str, where: object) -> None:
    assert not [sign for sign in (*RAN, *ALIVE) if sign in words], where


@pytest.mark.parametrize("payload", [" ".join(PAYLOADS[:7]), " ".join(PAYLOADS[7:]), PAYLOADS[0]])
def test_no_query_comes_alive(app: Flask, payload: str) -> None:
    client = app.test_client()
    query = dict.fromkeys(QUERY, payload)
    for path, _rule in addresses(app):
        if not path.endswith(".png"):
            answer = client.get(path, query_string=query)
            assert answer.status_code in (200, 303, 302, 400, 404, 501), path
            dead(words_of(answer), path)
    for place in ("/{}", "/embed/{}", "/result/{}", "/style/{}", "/audience/{}", "/static/{}"):
        dead(words_of(client.get(place.format(payload))), place)


def test_nothing_that_is_sent_comes_alive(app: Flask) -> None:
    client = app.test_client()
    for payload in PAYLOADS:
        sent = dict.fromkeys(filled(), payload) | {"goal": payload, "self_label": payload}
        for door in ("/quiz", "/embed/quiz", "/count", "/withdraw", visit(client)):
            answer = client.post(door, data={**sent, payload: payload, "receipt": payload})
            assert answer.status_code < 500
            dead(words_of(answer), door)


def test_nothing_an_admin_writes_comes_alive_anywhere(app: Flask) -> None:
    client = admin_of(app)
    for number, payload in enumerate(PAYLOADS):
        name = payload[:60]
        added = send(client, "/admin/sources", key=f"blog-{number}", name=name)
        assert added.status_code == 303, payload
        dead(words_of(client.get(added.location)), payload)
        dead(words_of(added), payload)
        for form in (
            {"key": payload},
            {"key": "x", "origins": payload},
            {"key": "x", "name": payload},
        ):
            dead(words_of(send(client, "/admin/sources", **{"name": name, **form})), payload)
        for path in ("/admin/sources", f"/admin/sources/blog-{number}", "/admin/log"):
            dead(words_of(client.get(path)), path)
        for path in ("/admin/", "/admin/sources", "/admin/statistics.json", "/admin/export.csv"):
            dead(words_of(client.get(path, query_string=dict.fromkeys(QUERY, payload))), path)
        for path in ("/", "/embed/", "/for-blogs"):
            page = client.get(path, query_string={"source": f"blog-{number}"})
            dead(words_of(page), path)
    with app.app_context():
        assert {s.name for s in store.sources.listed()} == {p[:60] for p in PAYLOADS}


FORMULAS = [
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\uff1d1",
    "\uff0b1",
    "\uff0d1",
    "\uff201",
]
STARTS = tuple(formula[0] for formula in FORMULAS)


@given(st.sampled_from(FORMULAS), st.text(max_size=5))
def test_no_cell_of_any_export_is_a_formula(formula: str, rest: str) -> None:
    told = as_csv({formula + rest: [formula + rest, {"a": formula}]})
    for row in csv.reader(io.StringIO(told, newline="")):
        assert not [cell for cell in row if cell.startswith(STARTS)]
    assert not sheet.plain(formula + rest).startswith(STARTS)


def test_a_row_that_somebody_wrote_into_the_table_is_exported_as_text(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        the_same(len(FORMULAS), (1, 2, 3, 4, 5, 4) * 4)
        store.close()
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database, database:
        receipts = database.execute("SELECT receipt FROM result").fetchall()
        for formula, (receipt,) in zip(FORMULAS, receipts, strict=True):
            sql = "UPDATE result SET self_label = ?, goal = ?, setting = ? WHERE receipt = ?"
            assert database.execute(sql, (formula, formula, formula, receipt)).rowcount == 1
    monkeypatch.setenv("QUIZ_DATA_DIR", str(tmp_path / "data"))
    out = tmp_path / "rows.csv"
    done = CliRunner().invoke(main, ["export", "--raw", "--yes", "--output", str(out)])
    assert done.exit_code == 0, done.output
    with out.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + len(FORMULAS)
    assert sum(cell[1:] in FORMULAS for row in rows for cell in row) == 3 * len(FORMULAS)
    assert not [cell for row in rows for cell in row if cell.startswith(STARTS)]
