"""Every page a visitor can reach: whole, safe, and linked to pages that exist."""

import json
import logging
import re
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree as ET

import pytest
from flask import Flask
from flask.testing import FlaskClient

from quiz.web.quiet_logs import JsonLines
from quiz.web.settings import SettingError, Settings
from tests.web.page import Page

ROOT = Path(__file__).parents[2]
CODE = "1-13b3z2n813g6s"
PAGES = [
    "/",
    "/quiz?visit=x",
    f"/result/{CODE}",
    f"/result/{CODE}?saved=stored&receipt=abcdefghijklmnopqrstuv",
    "/style/deep-diver",
    "/style/generous-host",
    "/method",
    "/privacy",
    "/accessibility",
    "/for-blogs",
    "/nowhere",
    "/embed/",
    "/embed/quiz?visit=x",
    f"/embed/result/{CODE}",
    "/embed/style/deep-diver",
]


@pytest.mark.parametrize("address", PAGES)
def test_every_page_is_whole(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = Page(answer.text)
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    assert len(page.all("main")) == 1
    (html,) = page.all("html")
    assert html.attributes["lang"] == "en"
    assert all("alt" in image.attributes for image in page.all("img"))
    ids = page.values("id")
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("address", PAGES)
def test_nothing_is_inline_and_nothing_is_remote(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    page = Page(answer.text)
    assert page.all("style") == []
    assert page.values("style") == []
    assert all(script.attributes.get("src") for script in page.all("script"))
    assert not [n for e in page.elements for n in e.attributes if n.startswith("on")]
    loaded = page.values("src") + [
        link.attributes["href"] or ""
        for link in page.all("link")
        if link.attributes.get("rel") in ("stylesheet", "icon", "preload")
    ]
    assert loaded
    hosts = {urlsplit(urljoin("http://localhost/", one)).hostname for one in loaded}
    assert hosts == {"localhost"}
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("address", PAGES)
def test_every_link_leads_somewhere(client: FlaskClient, address: str) -> None:
    page = Page(client.get(address).text)
    ids = set(page.values("id"))
    for link in page.values("href") + page.values("src") + page.values("action"):
        target = urlsplit(urljoin(f"http://localhost{address}", link))
        if target.hostname != "localhost" or target.path == "/withdraw":
            continue
        if link.startswith("#"):
            assert link[1:] in ids
        elif target.path not in ("/embed/withdraw",):
            where = target.path + (f"?{target.query}" if target.query else "")
            assert client.get(where).status_code in (200, 303), link


def test_only_results_ask_not_to_be_indexed(client: FlaskClient) -> None:
    for address in PAGES:
        answer = client.get(address)
        assert (answer.headers.get("X-Robots-Tag") == "noindex") == ("/result/" in address)


def test_a_style_page_can_be_shared(client: FlaskClient) -> None:
    page = Page(client.get("/style/quiet-beacon", base_url="https://quiz.example").text)
    meta = {
        m.attributes.get("property") or m.attributes.get("name"): m.attributes.get("content")
        for m in page.all("meta")
    }
    assert meta["og:title"]
    assert meta["og:description"]
    assert meta["og:image"] == "https://quiz.example/style/quiet-beacon.png"
    image = client.get("/style/quiet-beacon.png")
    assert image.mimetype == "image/png"
    assert image.data[16:24] == (1200).to_bytes(4, "big") + (630).to_bytes(4, "big")
    badge = client.get("/style/quiet-beacon/badge.svg")
    assert ET.fromstring(badge.text).tag.endswith("svg")  # noqa: S314 - our own bytes


def test_the_public_address_wins_over_what_the_browser_says(
    make_app: Callable[..., Flask],
) -> None:
    client = make_app(public_url="https://quiz.example.org").test_client()
    text = client.get(f"/result/{CODE}", headers={"Host": "evil.example"}).text
    assert f"https://quiz.example.org/result/{CODE}" in text
    assert "evil.example" not in text
    style = client.get("/style/deep-diver", headers={"Host": "evil.example"}).text
    assert "evil.example" not in style


def test_search_engines_find_the_pages(client: FlaskClient) -> None:
    robots = client.get("/robots.txt")
    site_map = re.findall(r"^Sitemap: (\S+)$", robots.text, re.MULTILINE)
    assert site_map == ["http://localhost/sitemap.xml"]
    tree = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314 - our own bytes
    addresses = [urlsplit(e.text or "").path for e in tree.iter() if e.tag.endswith("loc")]
    assert "/" in addresses
    assert len(addresses) >= 10
    assert {client.get(address).status_code for address in addresses} == {200}


def test_the_service_says_how_it_is(client: FlaskClient) -> None:
    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").status_code == 200
    icon = client.get("/favicon.ico")
    assert client.get(icon.location).mimetype == "image/svg+xml"


def test_static_files_are_kept_for_ever_under_an_address_of_their_content(
    client: FlaskClient,
) -> None:
    page = Page(client.get("/").text)
    for link in page.all("link"):
        address = link.attributes["href"] or ""
        if address.startswith("/static/"):
            assert "immutable" in client.get(address).headers["Cache-Control"]
    assert client.get("/static/css/site.css").status_code == 404
    assert client.get("/static/../quiz/__init__.py").status_code == 404
    assert client.get("/static/%2e%2e/wsgi.py").status_code == 404


def test_what_breaks_is_logged_without_the_address_of_a_page(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    app.add_url_rule("/broken/<code>", "broken", lambda code: [][len(code)])
    app.testing = False
    page = app.test_client().get("/broken/1-13b3z2n813g6s")
    assert page.status_code == 500
    assert "<h1" in page.text
    assert "IndexError in the view broken" in caplog.text
    assert "13b3z2n813g6s" not in caplog.text
    assert f"quote {page.headers['X-Request-ID']}:" in page.text


def test_a_line_of_json_says_where_it_broke_and_not_about_what() -> None:
    try:
        ["1-13b3z2n813g6s"].remove("1-zzz")
    except ValueError:
        record = logging.getLogger("quiz").makeRecord(
            "quiz", logging.ERROR, "", 1, "broke in %s", ("é",), sys.exc_info()
        )
    told = json.loads(JsonLines().format(record))
    assert (told["message"], told["exception"], told["level"]) == (
        "broke in é",
        "ValueError",
        "error",
    )
    assert "test_pages.py" in told["where"]
    assert "not in list" not in str(told)
    assert "request" not in told


@pytest.mark.parametrize("host", ["a" * 64, "a..b", "quiz_web", "x" * 300, "evil.example/x", "é"])
def test_a_host_that_is_none_is_refused_in_words(client: FlaskClient, host: str) -> None:
    for address in ("/", f"/result/{CODE}", "/nowhere", "/oembed"):
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400
        assert "not one" in answer.text


def test_a_page_made_for_one_request_holds_nothing_of_its_query(client: FlaskClient) -> None:
    for address in ("/", "/method", "/embed/", "/quiz?visit=x"):
        odd = f"{address}{'&' if '?' in address else '?'}goal=POISON&theme=POISON&accent=POISON"
        assert "POISON" not in client.get(odd).text
        assert "POISON" not in client.get(address).text


def test_every_link_between_documents_leads_to_a_file() -> None:
    for document in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        text = re.sub(r"```.*?```", "", document.read_text(), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)", text):
            if not urlsplit(link).scheme:
                assert (document.parent / link).exists(), f"{document.name}: {link}"


def test_every_setting_is_documented() -> None:
    code = (ROOT / "quiz" / "web" / "settings.py").read_text()
    names = set(re.findall(r'env(?:\.get\(|, )"([A-Z_]+)"', code))
    assert {"PORT", "DATABASE_URL", "SECRET_KEY", "QUIZ_DATA_DIR"} <= names
    documented = (ROOT / "docs" / "settings.md").read_text()
    assert [name for name in sorted(names) if f"`{name}`" not in documented] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "99999"),
        ("WEB_CONCURRENCY", "-1"),
        ("WEB_CONCURRENCY", "٣"),
        ("SECRET_KEY", "short"),
        ("SECRET_KEY_FALLBACKS", "long enough to be one short"),
        ("QUIZ_PUBLIC_URL", "quiz.example.org"),
        ("QUIZ_TRUSTED_PROXIES", "127.0.0.1"),
        ("QUIZ_PUBLIC_URL", "https://quiz.example.org/?x=1"),
        ("QUIZ_CONTENT_DIR", "/nowhere/at/all"),
        ("QUIZ_MIN_GROUP", "4"),
        ("QUIZ_RETENTION_WEEKS", "-1"),
        ("QUIZ_ADMIN_PASSWORD_HASH", "swordfish"),
        ("QUIZ_RATELIMIT_ENABLED", "maybe"),
        ("QUIZ_METRICS", "too short"),
        ("QUIZ_LOG", "xml"),
        ("QUIZ_RATELIMIT_STORAGE", "file:///tmp"),
    ],
)
def test_a_setting_that_cannot_be_used_says_its_name(name: str, value: str) -> None:
    with pytest.raises(SettingError, match=name):
        Settings.from_environment({name: value})


def test_the_secret_is_made_once_and_only_the_owner_may_read_it(tmp_path: Path) -> None:
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(tmp_path / "data")})
    first, second = settings.prepare(), settings.prepare()
    assert first.secret_key == second.secret_key
    assert len(first.secret_key) > 40
    assert (tmp_path / "data" / "secret").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "data").stat().st_mode & 0o777 == 0o700


def test_a_data_folder_that_cannot_be_made_says_what_to_set(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(tmp_path / "file" / "data")})
    with pytest.raises(SettingError, match="QUIZ_DATA_DIR"):
        settings.prepare()
