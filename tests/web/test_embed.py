"""Inside a blog's frame: who may frame what, a blogger's options, and no way out by accident."""

import re
import sqlite3
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event
from werkzeug.test import TestResponse

from quiz import store
from quiz.colour import contrast, readable_on
from quiz.origins import BadOrigin, origins_of
from quiz.web import accent
from quiz.web.embed_options import Options, read
from quiz.web.settings import SettingError, Settings
from tests.web.journey import filled, query, stored
from tests.web.page import Page

ROOT = Path(__file__).parents[2]
CODE = "1-13b3z2n813g6s"
CHOSEN = {"theme": "dark", "accent": "c0392b", "source": "my-blog", "compact": "1"}
QUERY = "theme=dark&accent=c0392b&source=my-blog&compact=1"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"{number:06x}")
WEEK = 202647

# Every address of the app and whether it may stand in a frame. A new one has to be put here.
MAY_BE_FRAMED = {
    "/": False,
    "/quiz": False,
    "/count": False,
    "/withdraw": False,
    "/<any(method, privacy, accessibility):slug>": False,
    "/result/<code>": False,
    "/result/<code>.svg": False,
    "/result/<code>.png": False,
    "/result/<code>/calendar.ics": False,
    "/result/<code>/plan.md": False,
    "/style/<name>": False,
    "/style/<name>.png": False,
    "/style/<name>/badge.svg": False,
    "/embed/": True,
    "/embed/quiz": True,
    "/embed/count": True,
    "/embed/withdraw": True,
    "/embed/<any(method, privacy, accessibility):slug>": True,
    "/embed/result/<code>": True,
    "/embed/result/<code>.svg": True,
    "/embed/result/<code>.png": True,
    "/embed/result/<code>/calendar.ics": True,
    "/embed/result/<code>/plan.md": True,
    "/embed/style/<name>": True,
    "/embed/style/<name>.png": True,
    "/embed/style/<name>/badge.svg": True,
    "/embed/accent/<colour>.css": False,
    "/embed/v1.js": False,
    "/embed.js": False,
    "/oembed": False,
    "/for-blogs": False,
    "/audience/<secret>": False,
    "/audience/cards/<card>/<kind>.svg": False,
    "/admin/": False,
    "/admin/export.<any(csv, json):kind>": False,
    "/admin/log": False,
    "/admin/login": False,
    "/admin/password": False,
    "/admin/settings": False,
    "/admin/sign-out": False,
    "/admin/sources": False,
    "/admin/sources/<key>": False,
    "/admin/statistics.json": False,
    "/static/<path:name>": False,
    "/robots.txt": False,
    "/sitemap.xml": False,
    "/favicon.ico": False,
    "/metrics": False,
    "/healthz": False,
    "/readyz": False,
}
FILLING = {
    "slug": "privacy",
    "code": CODE,
    "name": "deep-diver",
    "colour": "c0392b",
    "secret": "nobodys",
    "card": "nobodys",
    "kind": "styles",
    "key": "my-blog",
}


def policy(answer: TestResponse) -> dict[str, str]:
    """The directives of the answer's one Content-Security-Policy."""
    (header,) = answer.headers.getlist("Content-Security-Policy")
    return dict((part.strip() + " ").split(" ", 1) for part in header.split(";"))


def ancestors(answer: TestResponse) -> list[str] | None:
    """Who may frame the answer; None for anybody."""
    found = policy(answer).get("frame-ancestors")
    assert (found is not None and found.strip() == "'none'") == (
        answer.headers.get("X-Frame-Options") == "DENY"
    )
    return None if found is None else found.split()


def test_every_address_is_on_the_list(app: Flask) -> None:
    assert {rule.rule for rule in app.url_map.iter_rules()} == set(MAY_BE_FRAMED)


def test_only_the_embeds_pages_may_be_framed(client: FlaskClient) -> None:
    """Whatever the answer is: a page, a picture, a redirect or an error."""
    for rule, framed in MAY_BE_FRAMED.items():
        path = re.sub(r"<.*?(\w+)>", lambda found: FILLING[found[1]], rule)
        for address in (path, f"{path}?{QUERY}"):
            answers = [client.get(address), client.head(address)]
            if not path.endswith((".css", ".js")):
                answers.append(client.post(address))
            for answer in answers:
                assert ancestors(answer) == (None if framed else ["'none'"]), rule
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                # The admin's door alone has a cookie, and it never leaves that door.
                for cookie in answer.headers.getlist("Set-Cookie"):
                    assert rule.startswith("/admin/"), rule
                    assert "Path=/admin" in cookie


@pytest.mark.parametrize("address", ["/embed/nowhere", "/embed/result/broken", "/embed/style/no"])
def test_an_error_inside_a_frame_is_shown_there(client: FlaskClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert ancestors(answer) is None
    assert 'href="/embed/"' in answer.text


@pytest.mark.parametrize("address", ["/embedded", "/embed.html", "/Embed/", "/x/embed/", "/admin"])
def test_what_only_looks_like_the_embed_is_not_framed(client: FlaskClient, address: str) -> None:
    assert ancestors(client.get(address)) == ["'none'"]


def test_a_list_of_origins_lets_only_these_and_our_own_preview_in(
    make_app: Callable[..., Flask],
) -> None:
    origins = origins_of("https://a.example, https://*.b.example:8443")
    client = make_app(embed_origins=origins).test_client()
    assert ancestors(client.get("/embed/")) == [
        "'self'",
        "https://a.example",
        "https://*.b.example:8443",
    ]
    assert ancestors(client.get("/")) == ["'none'"]


def test_none_lets_nobody_in(make_app: Callable[..., Flask]) -> None:
    client = make_app(embed_origins=origins_of("none")).test_client()
    assert ancestors(client.get("/embed/")) == ["'none'"]


def test_the_bloggers_page_may_hold_our_own_frame_and_no_other(client: FlaskClient) -> None:
    assert policy(client.get("/for-blogs"))["frame-src"].strip() == "'self'"
    for address in ("/", "/embed/", "/oembed"):
        assert "frame-src" not in policy(client.get(address))


@pytest.mark.parametrize(
    "text",
    [
        "blog.example.org",
        "https://blog.example.org/path",
        "https://a.example; script-src *",
        "https://a.example 'self'",
        "* https://a.example",
        "none https://a.example",
        "https://a.example:99999",
        "https://ä.example",
        "ftp://a.example",
        "https://",
        "https://user@a.example",
        "https://a.example?x",
        "data:",
    ],
)
def test_a_list_that_is_none_stops_the_start_with_a_sentence(text: str) -> None:
    with pytest.raises(SettingError, match="QUIZ_EMBED_ORIGINS"):
        Settings.from_environment({"QUIZ_EMBED_ORIGINS": text})


@settings(deadline=None)
@given(st.text(max_size=40))
def test_no_text_gets_more_than_origins_into_a_header(text: str) -> None:
    try:
        found = origins_of(text)
    except BadOrigin:
        return
    assert found == ("*",) or all(
        re.fullmatch(r"https?://[a-z0-9.*-]+(:[0-9]+)?", origin) for origin in found
    )


def test_origins_are_read_as_people_write_them() -> None:
    text = " https://A.Example/ ,https://b.example:8080\nhttps://a.example "
    assert origins_of(text) == ("https://a.example", "https://b.example:8080")
    assert origins_of("*") == ("*",)
    assert Settings.from_environment({}).embed_origins == ("*",)
    assert Settings.from_environment({"QUIZ_EMBED_ORIGINS": "none"}).embed_origins == ()


@pytest.fixture
def with_sources(app: Flask) -> FlaskClient:
    """A site that knows `my-blog` (two origins), `anywhere`, `open` (any) and `gone` (retired)."""
    with app.app_context():
        store.sources.add("my-blog", "My blog", ("https://a.example", "http://b.example"), WEEK)
        store.sources.add("anywhere", "No list of its own", (), WEEK)
        store.sources.add("open", "Anybody", ("*",), WEEK)
        store.sources.add("gone", "Gone", ("https://gone.example",), WEEK)
        store.sources.retire("gone", WEEK)
    return app.test_client()


def test_a_sources_own_list_wins(make_app: Callable[..., Flask], with_sources: FlaskClient) -> None:
    own = ["'self'", "https://a.example", "http://b.example"]
    assert ancestors(with_sources.get("/embed/?source=my-blog")) == own
    assert ancestors(with_sources.get(f"/embed/result/{CODE}?source=my-blog")) == own
    for source in ("anywhere", "open", "gone", "nobody"):
        assert ancestors(with_sources.get(f"/embed/?source={source}")) is None
    closed = make_app(embed_origins=()).test_client()
    assert ancestors(closed.get("/embed/?source=my-blog")) == own
    assert ancestors(closed.get("/embed/?source=open")) is None
    for source in ("anywhere", "gone", "nobody", ""):
        assert ancestors(closed.get(f"/embed/?source={source}")) == ["'none'"]


def test_a_source_opens_nothing_outside_the_embed(with_sources: FlaskClient) -> None:
    for address in ("/", f"/result/{CODE}", "/for-blogs", "/oembed"):
        assert ancestors(with_sources.get(f"{address}?source=open")) == ["'none'"]


def test_what_somebody_wrote_into_the_table_gets_into_no_header(
    app: Flask, with_sources: FlaskClient, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database, database:
        database.execute(
            "UPDATE source SET origins = ?", ("https://x.example; script-src *\r\nA: b",)
        )
    answer = with_sources.get("/embed/?source=my-blog")
    assert ancestors(answer) == ["'none'"]
    assert "x.example" not in str(answer.headers)
    assert app.test_client().get("/embed/").status_code == 200


def test_without_the_database_the_general_list_counts_and_pages_go_on(
    client: FlaskClient, tmp_path: Path
) -> None:
    for file in (tmp_path / "data").glob("quiz.sqlite3*"):
        file.rename(tmp_path / file.name)
    answer = client.get("/embed/?source=my-blog")
    assert answer.status_code == 200
    assert ancestors(answer) is None
    assert "my-blog" in answer.text


def test_what_is_known_stays_known_while_the_database_is_away(
    with_sources: FlaskClient, tmp_path: Path
) -> None:
    with_sources.get("/embed/?source=my-blog")
    for file in (tmp_path / "data").glob("quiz.sqlite3*"):
        file.rename(tmp_path / file.name)
    assert ancestors(with_sources.get("/embed/?source=my-blog")) is not None


def test_pages_do_not_ask_the_database_each_time(app: Flask, with_sources: FlaskClient) -> None:
    asked: list[str] = []
    with app.app_context():
        engine = store.db.engine

    @event.listens_for(engine, "before_cursor_execute")
    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    for source in ("my-blog", "gone", *(f"nobody-{n}" for n in range(20))):
        assert with_sources.get(f"/embed/?source={source}").status_code == 200
    assert len([statement for statement in asked if "FROM source" in statement]) <= 1
    asked.clear()
    assert with_sources.get("/embed/").status_code == 200
    assert asked == []


def test_the_source_stays_on_the_way_outside_a_frame(client: FlaskClient) -> None:
    links = Page(client.get("/?source=my-blog").text).values("href")
    assert "/quiz?source=my-blog" in links
    address = client.get("/quiz?source=my-blog").location
    answer = client.post(address, data=filled())
    assert query(answer.location)["source"] == "my-blog"
    kept = [v for v in Page(client.get(answer.location).text).values("value") if "//" in v]
    assert kept
    assert not [v for v in kept if "source" in v]


@pytest.mark.parametrize("door", ["/embed", ""])
def test_a_result_is_stored_under_a_source_only_if_the_list_knows_it(
    with_sources: FlaskClient, tmp_path: Path, door: str
) -> None:
    counted: Counter[str] = Counter()
    for asked, kept in [
        ("", "direct"),
        ("?source=", "direct"),
        ("?source=my-blog", "my-blog"),
        ("?source=MY-BLOG", "my-blog"),
        ("?source=anywhere", "anywhere"),
        ("?source=gone", "other"),
        ("?source=nobody", "other"),
        ("?source=direct", "other"),
        ("?source=other", "other"),
        ("?source=My%20Blog", "other"),
        ("?source=" + "x" * 3000, "other"),
        ("?source=%00%0d%0a", "other"),
        ("?source=<script>", "other"),
    ]:
        address = with_sources.get(f"{door}/quiz{asked}").location
        assert with_sources.post(address, data=filled()).status_code == 303
        counted[kept] += 1
        with closing(sqlite3.connect(tmp_path / "data" / "quiz.sqlite3")) as database:
            rows = database.execute("SELECT source, count(*) FROM result GROUP BY source")
            assert dict(rows) == counted, asked


def links_inside(address: str, page: Page) -> list[str]:
    """Absolute addresses of links and forms that lead to pages of the embed."""
    found = [urljoin(address, link) for link in page.values("href") + page.values("action")]
    return [one for one in found if urlsplit(one).path.startswith("/embed/")]


def test_options_stay_on_every_step(app: Flask, client: FlaskClient) -> None:
    start = client.get(f"/embed/?{QUERY}")
    (quiz,) = links_inside("/embed/", page_without_sheets(start))
    opened = client.get(quiz)
    assert chosen_in(opened.location) == CHOSEN
    form = client.get(opened.location)
    assert " action=" not in form.text
    faulty = client.post(opened.location, data=filled(A1=None))
    assert faulty.status_code == 422
    answer = client.post(opened.location, data=filled(goal="learn"))
    assert answer.location.startswith("/embed/result/")
    assert chosen_in(answer.location) == CHOSEN
    result = client.get(answer.location)
    page = Page(result.text)
    hidden = {
        e.attributes["name"]: e.attributes["value"]
        for e in page.all("input")
        if e.attributes.get("type") == "hidden"
    }
    assert hidden.items() >= CHOSEN.items()
    (withdraw,) = [a for a in page.values("action") if "withdraw" in a]
    gone = client.post(urljoin(answer.location, withdraw), data={"receipt": hidden["receipt"]})
    for answered in (form, faulty, result, gone, client.get(f"/embed/nowhere?{QUERY}")):
        assert_looks_as_chosen(answered)
    for link in links_inside(answer.location, page_without_sheets(result)):
        if re.search(r"/embed/(quiz|withdraw|style|$)", link):
            assert chosen_in(link) == CHOSEN, link
    assert stored(app) == 0


def page_without_sheets(answer: TestResponse) -> Page:
    return Page(re.sub(r"<link [^>]*>", "", answer.text))


def chosen_in(address: str) -> dict[str, str]:
    return {name: value for name, value in query(address).items() if name in CHOSEN}


def assert_looks_as_chosen(answer: TestResponse) -> None:
    page = Page(answer.text)
    (html,) = page.all("html")
    assert html.attributes["data-theme"] == "dark"
    assert "data-compact" in html.attributes
    assert 'name="color-scheme" content="dark"' in answer.text
    assert [link for link in page.values("href") if link.startswith("/embed/accent/c0392b.css")]


def test_a_result_with_a_slip_in_its_code_keeps_the_options(client: FlaskClient) -> None:
    answer = client.get(f"/embed/result/{CODE.upper()}?{QUERY}")
    assert answer.status_code == 308
    assert chosen_in(answer.location) == CHOSEN


def test_theme_accent_and_compact_are_the_frames_business_alone(client: FlaskClient) -> None:
    for address in ("/", "/quiz?visit=x", f"/result/{CODE}", "/style/deep-diver", "/for-blogs"):
        joined = f"{address}{'&' if '?' in address else '?'}{QUERY}"
        page = Page(client.get(joined).text)
        (html,) = page.all("html")
        assert not {"data-theme", "data-compact"} & set(html.attributes)
        assert "/embed/accent" not in "".join(page.values("href"))


@pytest.mark.parametrize(
    "bad",
    [
        {"theme": "blue"},
        {"theme": "dark<script>"},
        {"accent": "red"},
        {"accent": "#12345"},
        {"accent": "12345678"},
        {"accent": "c0392b;}*{display:none"},
        {"compact": "maybe"},
        {"lang": "xx"},
        {"source": ""},
        {},
    ],
)
def test_a_value_of_no_use_counts_as_not_chosen(client: FlaskClient, bad: dict[str, str]) -> None:
    assert read(bad) == Options()
    answer = client.get("/embed/", query_string=bad)
    assert answer.data == client.get("/embed/").data


@pytest.mark.parametrize("accent", ["c0392b", "#c0392b", "#C0392B", "C0392B"])
def test_an_accent_is_taken_with_and_without_its_sign(accent: str) -> None:
    assert read({"accent": accent}) == Options(accent="c0392b")


@cache
def tokens() -> dict[str, tuple[str, str]]:
    """Light and dark value of every colour in the site's style sheet."""
    css = (ROOT / "static" / "css" / "site.css").read_text()
    pairs = re.findall(r"--([a-z-]+): light-dark\(#([0-9a-f]{6}), #([0-9a-f]{6})\)", css)
    return {name: (light, dark) for name, light, dark in pairs}


def test_accents_are_fitted_to_the_sites_own_grounds() -> None:
    known = tokens()
    grounds = [known[name] for name in ("paper", "sheet", "wash")]
    assert tuple(light for light, _ in grounds) == accent.LIGHT
    assert tuple(dark for _, dark in grounds) == accent.DARK
    assert known["teal"][0] == accent.OWN


@settings(deadline=None)
@given(COLOURS)
def test_any_accent_is_readable_in_light_and_dark(colour: str) -> None:
    light, dark = re.findall(r"light-dark\(#(\w{6}),#(\w{6})\)", accent.style_of(colour))[0]
    assert f"{{--teal:#{light}}}" in accent.style_of(colour)
    known = tokens()
    for at, fitted in enumerate((light, dark)):
        for ground in ("paper", "sheet", "wash", "on-teal"):
            assert contrast(fitted, known[ground][at]) >= 4.5, (colour, fitted, ground)


@settings(deadline=None)
@given(COLOURS)
def test_a_readable_accent_is_left_as_it_is(colour: str) -> None:
    fitted = readable_on(colour, accent.LIGHT)
    assert readable_on(fitted, accent.LIGHT) == fitted
    if min(contrast(colour, ground) for ground in accent.LIGHT) >= 4.6:
        assert fitted == colour


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("000000", "ffffff") == pytest.approx(21)
    assert contrast("777777", "ffffff") == pytest.approx(4.48, abs=0.005)
    assert contrast("c0392b", "c0392b") == 1
    with pytest.raises(ValueError, match="readable"):
        readable_on("777777", ("ffffff", "777777", "000000"))


def test_an_accents_sheet_is_kept_for_ever(client: FlaskClient) -> None:
    page = Page(client.get("/embed/?accent=ff0000").text)
    (address,) = [link for link in page.values("href") if "/accent/" in link]
    sheet = client.get(address)
    assert sheet.mimetype == "text/css"
    assert "immutable" in sheet.headers["Cache-Control"]
    assert len(sheet.data) < 200
    for odd in ("red", "FF0000", "ff00000", "ff000%20", "..%2fx"):
        assert client.get(f"/embed/accent/{odd}.css").status_code == 404


def test_pages_made_once_hold_nothing_of_one_visitor(client: FlaskClient) -> None:
    address = client.get(f"/embed/quiz?{QUERY}").location
    other = client.get(f"/embed/quiz?{QUERY}").location
    assert query(address)["visit"] != query(other)["visit"]
    first, second = client.get(address), client.get(other)
    assert first.data == second.data
    assert query(address)["visit"] not in first.text
    for page in ("/embed/", "/embed/style/deep-diver"):
        text = client.get(f"{page}?{QUERY}&receipt=abcdefghijklmnopqrstuv&visit=secret").text
        assert "abcdefghijklmnop" not in text
        assert "secret" not in text
        assert client.get(f"{page}?{QUERY}").text == text


def test_pages_with_other_options_are_never_mixed_up(client: FlaskClient) -> None:
    choices = "theme=dark theme=light accent=ff0000 accent=00ff00 source=a source=b compact=1"
    addresses = ["/embed/", *(f"/embed/?{choice}" for choice in choices.split())]
    first = [client.get(address).data for address in addresses]
    assert len(set(first)) == len(addresses)
    assert [client.get(address).data for address in addresses] == first


@pytest.mark.parametrize(
    "address",
    [
        "/embed/",
        "/embed/quiz?visit=x",
        f"/embed/result/{CODE}?saved=stored&receipt=abcdefghijklmnopqrstuv",
        "/embed/style/deep-diver",
        "/embed/method",
        "/embed/privacy",
        "/embed/nowhere",
    ],
)
def test_a_link_stays_inside_or_opens_a_new_tab_and_says_so(
    client: FlaskClient, address: str
) -> None:
    text = client.get(address).text
    found = re.findall(r"<a ([^>]*)>(.*?)</a>", text, re.DOTALL)
    assert found
    for attributes, words in found:
        href = re.search(r'href="([^"]*)"', attributes)
        assert href
        target = urlsplit(urljoin(f"http://localhost{address}", href[1]))
        if target.hostname == "localhost" and target.path.startswith("/embed/"):
            assert "target=" not in attributes
        else:
            assert 'target="_blank"' in attributes, href[1]
            assert "noopener" in attributes
            assert "new tab" in words
    for form in re.findall(r"<form [^>]*>", text):
        action = re.search(r'action="([^"]*)"', form)
        if action:
            where = urljoin(address, action[1])
            assert urlsplit(where).path.startswith("/embed/")


def test_the_address_to_keep_is_the_one_outside(client: FlaskClient) -> None:
    page = Page(client.get(f"/embed/result/{CODE}?{QUERY}&goal=learn").text)
    kept = [v for v in page.values("value") if "/result/" in v]
    assert kept == [f"http://localhost/result/{CODE}?goal=learn"]
    shared = [v for v in page.values("value") if "/style/" in v and not v.startswith("[!")]
    assert "http://localhost/style/quiet-beacon" in shared
    assert not [v for v in shared if "/embed/" in v or "source=" in v]


@pytest.mark.parametrize("address", ["/embed/", "/embed/quiz?visit=x", "/embed/style/deep-diver"])
def test_a_frame_that_may_do_nothing_says_where_to_go(client: FlaskClient, address: str) -> None:
    joined = f"{address}{'&' if '?' in address else '?'}source=my-blog"
    page = Page(client.get(joined).text)
    assert "http://localhost/?source=my-blog" in page.texts


def test_the_public_address_wins_inside_the_frame_too(make_app: Callable[..., Flask]) -> None:
    client = make_app(public_url="https://quiz.example.org").test_client()
    text = client.get("/embed/", headers={"Host": "evil.example"}).text
    assert "https://quiz.example.org/" in text
    assert "evil.example" not in text


def test_search_engines_keep_to_the_pages_outside(client: FlaskClient) -> None:
    for address in ("/embed/", "/embed/quiz?visit=x", "/embed/style/deep-diver"):
        assert '<meta name="robots" content="noindex">' in client.get(address).text


def test_a_whole_journey_in_a_frame_sets_no_cookie(client: FlaskClient) -> None:
    address = client.get(f"/embed/quiz?{QUERY}").location
    answers = [client.get(f"/embed/?{QUERY}"), client.get(address)]
    answers.append(client.post(address, data=filled(), headers={"Origin": "null"}))
    answers.append(client.get(answers[-1].location))
    receipt = parse_qs(urlsplit(answers[2].location).query)["receipt"][0]
    answers.append(client.post(f"/embed/withdraw?{QUERY}", data={"receipt": receipt}))
    assert [answer.status_code for answer in answers] == [200, 200, 303, 200, 200]
    assert not [answer for answer in answers if "Set-Cookie" in answer.headers]
