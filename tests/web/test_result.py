"""A result is a pure function of its address: honest, kept for ever, and nobody else's business."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import brotli
import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from quiz.address import SYMBOLS, Answered, encode
from quiz.library import load
from quiz.web.settings import CONTENT
from tests.conftest import TINY
from tests.web.journey import filled, query, send
from tests.web.page import Page

QUIZ = load(CONTENT).current("en")
QUIET = tuple(1 if item.key > 0 else 5 for item in QUIZ.items)
MIDDLE = encode(Answered(QUIZ, (3,) * 24))


def words(client: FlaskClient, address: str) -> str:
    return re.sub(r"\s+", " ", " ".join(Page(client.get(address).text).texts))


def test_the_same_address_gives_the_same_page_without_a_database(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    client = make_app().test_client()
    location = send(client).location.split("?")[0]
    first = client.get(location)
    for file in (tmp_path / "data").glob("quiz.sqlite3*"):
        file.unlink()
    assert client.get(location).data == first.data
    elsewhere = make_app(
        data_dir=tmp_path / "other", database_url=f"sqlite:///{tmp_path}/other.sqlite3"
    )
    assert elsewhere.test_client().get(location).data == first.data


def test_a_result_travels_compressed(client: FlaskClient) -> None:
    plain = client.get(f"/result/{MIDDLE}")
    packed = client.get(f"/result/{MIDDLE}", headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["Content-Encoding"] == "br"
    assert brotli.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2


def test_poles_name_their_style_and_middle_names_its_neighbour(client: FlaskClient) -> None:
    quiet = words(client, f"/result/{encode(Answered(QUIZ, QUIET))}")
    assert "The Deep Diver" in quiet
    assert "you sit between" not in quiet
    lively = words(client, f"/result/{encode(Answered(QUIZ, tuple(6 - a for a in QUIET)))}")
    assert "The Generous Host" in lively
    middle = words(client, f"/result/{MIDDLE}")
    assert "you sit between" in middle
    assert "The Bridge Builder" in middle
    assert "The Room Reader" in middle


def test_the_range_is_said_in_whole_numbers(client: FlaskClient) -> None:
    text = words(client, f"/result/{MIDDLE}")
    assert "between 39 and 61" in text or "between 38 and 62" in text
    assert not re.search(r"\d\.\d", text.split("Where this comes from")[0])


def test_a_goal_and_a_setting_change_the_plan_and_nothing_else(client: FlaskClient) -> None:
    plain = words(client, f"/result/{MIDDLE}")
    fitted = words(client, f"/result/{MIDDLE}?goal=clients&setting=company&work=design")
    assert plain != fitted
    assert plain.split("This week")[0] == fitted.split("This week")[0]
    assert words(client, f"/result/{MIDDLE}?goal=nonsense&setting=%00&work=") == plain


def test_careless_answers_still_get_a_result_and_a_soft_note(client: FlaskClient) -> None:
    varied = tuple(3 + (-1) ** n for n in range(24))
    careless = words(client, f"/result/{MIDDLE}")
    careful = words(client, f"/result/{encode(Answered(QUIZ, varied))}")
    assert "very even, or very quick" in careless
    assert "very even, or very quick" not in careful


def test_only_right_after_sending_answers_can_be_taken_out(client: FlaskClient) -> None:
    location = send(client).location
    assert 'name="receipt"' in client.get(location).text
    assert "no-store" in client.get(location).headers["Cache-Control"]
    clean = client.get(location.split("?")[0])
    assert 'name="receipt"' not in clean.text
    kept = re.search(r'value="(http://localhost/result/[^"]+)"', client.get(location).text)
    assert kept
    assert "receipt" not in kept[1]


@pytest.mark.parametrize("place", range(len(MIDDLE)))
def test_one_letter_changed_is_noticed(client: FlaskClient, place: int) -> None:
    changed = {symbol: SYMBOLS[(at + 1) % 32] for at, symbol in enumerate(SYMBOLS)} | {"-": "x"}
    other = changed[MIDDLE[place]]
    page = client.get(f"/result/{MIDDLE[:place]}{other}{MIDDLE[place + 1 :]}")
    assert page.status_code == 404
    assert "<h1" in page.text


@pytest.mark.parametrize("ending", ["", ".svg", ".png", "/calendar.ics", "/plan.md"])
@pytest.mark.parametrize(
    "code", ["x", "1-", "1-" + "z" * 200, "%00", "..%2f..", "9-13b3z2n813g6s", "é"]
)
def test_a_broken_address_says_so(client: FlaskClient, code: str, ending: str) -> None:
    assert client.get(f"/result/{code}{ending}").status_code == 404


def test_capitals_are_read_and_led_to_the_one_address(client: FlaskClient) -> None:
    answer = client.get(f"/result/{MIDDLE.upper()}?goal=job")
    assert answer.status_code == 308
    assert answer.location == f"/result/{MIDDLE}?goal=job"


@pytest.mark.parametrize("query", ["_method=PUT", "endpoint=x", "_anchor=x", "code=1", "a=1&a=2"])
def test_odd_queries_travel_along_unread(client: FlaskClient, query: str) -> None:
    answer = client.get(f"/result/{MIDDLE.upper()}?{query}")
    assert answer.status_code == 308
    assert answer.location == f"/result/{MIDDLE}?{query}"
    assert client.get(answer.location).status_code == 200


def test_the_calendar_holds_the_three_actions(client: FlaskClient) -> None:
    answer = client.get(f"/result/{MIDDLE}/calendar.ics?goal=learn")
    assert answer.mimetype == "text/calendar"
    events = Calendar.from_ical(answer.data).walk("VEVENT")
    page = words(client, f"/result/{MIDDLE}?goal=learn")
    assert len(events) == 3
    for event in events:
        assert str(event["SUMMARY"]) in page
        assert event.decoded("DTEND") > event.decoded("DTSTART")
        assert MIDDLE in str(event["DESCRIPTION"])
    assert len({event.decoded("DTSTART") for event in events}) == 3


def test_the_plan_as_text_holds_the_same_actions(client: FlaskClient) -> None:
    answer = client.get(f"/result/{MIDDLE}/plan.md")
    assert answer.mimetype == "text/markdown"
    page = words(client, f"/result/{MIDDLE}")
    week = answer.text.split("## This week")[1].split("\n## ")[0]
    titles = re.findall(r"\*\*(.+?)\*\*|^### (.+?)(?: \(|$)", week, re.MULTILINE)
    assert len(titles) == 3
    assert all((one or other) in page for one, other in titles)


def test_an_old_address_keeps_its_old_result(
    make_app: Callable[..., Flask], tmp_path: Path
) -> None:
    content = tmp_path / "content"
    shutil.copytree(CONTENT / "en", content / "old" / "1" / "en")
    shutil.copytree(CONTENT / "en", content / "en")
    file = content / "en" / "questionnaire.toml"
    text = file.read_text().replace("version = 1\n", "version = 2\n")
    text = text.replace("end = 41.06", "end = 20").replace("start = 41.06", "start = 20")
    file.write_text(text.replace("A room full of people", "A hall full of people"))
    app = make_app(content_dir=content)
    client = app.test_client()
    mild = [2 if item.key > 0 else 4 for item in QUIZ.items]
    old = client.get(f"/result/{encode(Answered(QUIZ, tuple(mild)))}")
    assert old.status_code == 200
    assert "Deep Diver" in old.text
    assert "A room full of people" in old.text or "A hall full" not in old.text
    form = filled(**{item.id: str(a) for item, a in zip(QUIZ.items, mild, strict=True)})
    fresh = client.post(client.get("/quiz").location, data=form)
    assert "/result/2-" in fresh.location
    assert "The Room Reader" in words(client, fresh.location)


def test_another_questionnaire_runs_through_the_whole_app(make_app: Callable[..., Flask]) -> None:
    tiny = load(TINY).current("en")
    client = make_app(content_dir=TINY).test_client()
    assert tiny.texts.title in client.get("/").text
    address = client.get("/quiz").location
    page = Page(client.get(address).text)
    names = [e.attributes["name"] for e in page.all("input") if e.attributes.get("type") == "radio"]
    assert sum(name == tiny.items[0].id for name in names) == tiny.points == 6
    assert client.post(address, data={"count": "yes"}).status_code == 422
    answer = client.post(address, data={item.id: "6" for item in tiny.items} | {"count": "yes"})
    assert answer.status_code == 303
    assert query(answer.location)["saved"] == "stored"
    result = client.get(answer.location)
    assert any(style.name in result.text for style in tiny.styles)
    code = answer.location.split("/result/")[1].split("?")[0]
    for ending in (".svg", ".png", "/calendar.ics", "/plan.md"):
        assert client.get(f"/result/{code}{ending}").status_code == 200
    for style in tiny.styles:
        assert style.name in client.get(f"/style/{style.id}").text
        assert client.get(f"/style/{style.id}.png").status_code == 200
    for slug in ("method", "privacy", "accessibility"):
        assert client.get(f"/{slug}").status_code == 200
    assert "I/E" not in result.text
    assert client.get(f"/result/{MIDDLE}").status_code == 404
