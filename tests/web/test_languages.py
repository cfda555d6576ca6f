"""Every word on screen can be translated, and the pages then run the way the language does."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Flask
from flask.testing import FlaskClient

from quiz.library import load
from quiz.web.settings import CONTENT, TRANSLATIONS
from tests.web import pseudo
from tests.web.admin import admin_of, send
from tests.web.journey import ANSWERS, filled
from tests.web.page import Page

PLAIN_VOWEL = re.compile("[aeiouAEIOU]")
HOST = re.compile(r"https?://\S+|[a-z0-9-]+(\.[a-z0-9-]+)+")
CODE = "1-13b3z2n813g6s"


def plain_texts(html: str) -> list[str]:
    """Texts with a vowel that nobody translated; names of hosts and languages may have some."""
    return [
        text
        for text in Page(html).texts
        if text != "English" and PLAIN_VOWEL.search(HOST.sub("", text))
    ]


@pytest.fixture
def client(make_app: Callable[..., Flask], tmp_path: Path) -> FlaskClient:
    """The quiz in English and in the made-up language."""
    content = tmp_path / "content"
    shutil.copytree(CONTENT, content)
    pseudo.write_content(content, load(CONTENT).current("en"))
    pseudo.write_catalogue(tmp_path / "translations")
    return make_app(content_dir=content, translations_dir=tmp_path / "translations").test_client()


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/quiz?visit=x",
        f"/result/{CODE}",
        f"/result/{CODE}?goal=learn&setting=online&work=code&saved=failed",
        f"/result/{CODE}?saved=unsure",
        f"/result/{CODE}?saved=kept",
        f"/result/{CODE}?saved=stored&receipt=abcdefghijklmnopqrstuv",
        "/style/quiet-beacon",
        "/method",
        "/privacy",
        "/accessibility",
        "/nowhere",
        "/result/broken",
        "/embed/",
        "/embed/quiz?visit=x",
        f"/embed/result/{CODE}",
        "/embed/style/deep-diver?compact=1",
        "/embed/nowhere",
        "/for-blogs",
        "/for-blogs?source=Bad+key&reading=ar&width=400&compact=1",
        "/for-blogs?source=nobody",
    ],
)
def test_no_word_is_hard_coded(client: FlaskClient, address: str) -> None:
    page = client.get(address, headers={"Accept-Language": "ar"})
    assert '<html lang="ar" dir="rtl"' in page.text
    references = {source.reference for source in load(CONTENT).current("en").sources}
    assert [text for text in plain_texts(page.text) if not any(text in r for r in references)] == []


@pytest.mark.parametrize("form", [{}, filled(A1=None), filled(goal="x")])
def test_no_word_of_a_faulty_form_is_hard_coded(client: FlaskClient, form: dict[str, str]) -> None:
    page = client.post("/quiz?visit=stale&lang=ar", data=form)
    assert page.status_code == 422
    assert plain_texts(page.text) == []


def test_a_language_chosen_by_address_stays_chosen(client: FlaskClient) -> None:
    first = client.get("/quiz?lang=ar")
    assert "lang=ar" in first.location
    answer = client.post(first.location, data=filled())
    assert "lang=ar" in answer.location
    assert 'dir="rtl"' in client.get(answer.location).text


def test_the_browsers_language_counts_until_one_is_chosen(client: FlaskClient) -> None:
    def language(address: str, accepted: str) -> str:
        text = client.get(address, headers={"Accept-Language": accepted}).text
        return text.split('<html lang="')[1][:2]

    assert language("/", "ar,en;q=0.5") == "ar"
    assert language("/", "fr") == "en"
    assert language("/?lang=en", "ar") == "en"
    assert language("/?lang=xx", "ar") == "ar"


def test_pages_in_two_languages_are_kept_apart_by_caches(client: FlaskClient) -> None:
    assert "Accept-Language" in client.get("/").headers["Vary"]


def test_a_link_to_another_language_takes_nothing_personal_along(client: FlaskClient) -> None:
    for address in (
        "/quiz?visit=secret",
        f"/result/{CODE}?receipt=abcdefghijklmnopqrstuv&goal=job",
    ):
        links = [v for v in Page(client.get(address).text).values("href") if "lang=ar" in v]
        assert links
        assert not any("secret" in link or "receipt" in link for link in links)


def test_answers_mean_the_same_in_every_language(client: FlaskClient) -> None:
    sent = [
        client.post(client.get(f"/quiz?lang={lang}").location, data=filled()).location
        for lang in ("en", "ar")
    ]
    codes = {location.split("/result/")[1].split("?")[0] for location in sent}
    assert len(codes) == 1
    assert len(ANSWERS) == 24


def test_the_template_for_translators_is_current() -> None:
    with (TRANSLATIONS / "messages.pot").open(encoding="utf-8") as file:
        catalog = read_po(file)
    listed = {m.id if isinstance(m.id, str) else m.id[0] for m in catalog if m.id}
    assert listed == pseudo.messages(), "run: make messages"


def test_no_word_of_the_admins_pages_is_hard_coded(client: FlaskClient) -> None:
    admin = admin_of(client.application)
    asked = {"Accept-Language": "ar"}
    send(admin, "/admin/sources", key="xyz", name="Xyz", origins="https://x.example")
    send(admin, "/admin/sources/xyz", do="save", name="Xyzz", origins="")
    for address in (
        "sources",
        "sources?q=nobody",
        "sources/xyz?done=saved",
        "log",
        "settings",
        "password?changed=1",
        "login?next=/admin/",
    ):
        page = admin.get(f"/admin/{address}", headers=asked)
        assert page.status_code == 200
        assert plain_texts(page.text) == [], address
    for address in ("sources", "sources/xyz", "password", "login"):
        page = admin.post(f"/admin/{address}", headers=asked)
        assert page.status_code == 422
        assert plain_texts(page.text) == [], address
