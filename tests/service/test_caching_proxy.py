"""A cache before the quiz (a CDN) keeps what is the same for all, and nothing of anybody."""

from collections.abc import Iterator
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import quote, urlsplit

import pytest

from bench.visitors import Visitors
from quiz import library
from quiz.web.settings import CONTENT
from tests.live_server import live_server
from tests.nginx import Nginx, nginx
from tests.service.crowd import SECRET
from tests.web.page import Page

# A cache as one sets it up first: it goes by what our headers say and knows nothing else.
HTTP = """
    proxy_cache_path {folder}/cache keys_zone=quiz:1m;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            proxy_pass {server};
            proxy_set_header Host quiz.example;
            proxy_cache quiz;
            add_header X-Cache $upstream_cache_status always;
        }}
    }}
"""
PUBLIC = "https://quiz.example"
FOR_ALL = [
    "/",
    "/method",
    "/for-blogs",
    "{style}",
    "{style}.png",
    "{style}/badge.svg",
    "{sheet}",
    "/embed/",
    "/embed/?theme=dark",
    "/embed.js",
    f"/oembed?url={quote(PUBLIC)}/",
    "/robots.txt",
    "/sitemap.xml",
    "/favicon.ico",
]
FOR_ONE = [
    "{result}",
    "{result}.svg",
    "{result}.png",
    "{result}/plan.md",
    "{result}/calendar.ics",
    "/quiz",
    "{visit}",
    "/admin/login",
    "/audience/some-secret",
    "/healthz",
    "/readyz",
    "/nowhere",
]


class House(NamedTuple):
    """A cache, the server behind it, and some of its addresses."""

    cache: Nginx
    server: str
    names: dict[str, str]


class Answer(NamedTuple):
    """What somebody gets, and whether it came from the cache."""

    status: int
    body: bytes
    encoding: str | None
    cache: str | None


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("cached")
    settings = {"SECRET_KEY": SECRET, "QUIZ_PUBLIC_URL": PUBLIC, "WEB_CONCURRENCY": "1"}

    def http(port: int) -> str:
        return HTTP.format(folder=folder, port=port, server=server.url)

    with live_server(folder, **settings) as server, nginx(folder / "nginx", http) as cache:
        sheets = [link.attributes["href"] for link in Page(server.get()).all("link")]
        sheet = next(str(sheet) for sheet in sheets if str(sheet).endswith(".css"))
        visitors = Visitors(library.load(CONTENT).current("en"), SECRET)
        asked = {
            "style": visitors.see_style(),
            "result": visitors.read_result().partition("?")[0],
            "visit": visitors.open_quiz(),
        }
        names = {name: line.split("\t")[1] for name, line in asked.items()}
        yield House(cache, server.url, {"sheet": sheet, **names})


def ask(url: str, path: str, accepted: str = "identity") -> Answer:
    connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
    connection.request("GET", path, headers={"Accept-Encoding": accepted, "Host": "quiz.example"})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    encoding, cache = answer.headers["Content-Encoding"], answer.headers["X-Cache"]
    return Answer(answer.status, body, encoding, cache)


@pytest.mark.parametrize("path", FOR_ALL)
def test_what_is_the_same_for_all_is_asked_for_once_in_each_encoding(
    house: House, path: str
) -> None:
    path = path.format(**house.names)
    for accepted in ("br", "gzip", "identity"):
        true = ask(house.server, path, accepted)
        assert true.status in (200, 302)
        first, second = (ask(house.cache.url, path, accepted) for _ in range(2))
        assert second.cache == "HIT"
        assert first[:3] == second[:3] == true[:3]


@pytest.mark.parametrize("path", FOR_ONE)
def test_what_is_for_one_is_never_kept(house: House, path: str) -> None:
    path = path.format(**house.names)
    for _ in range(3):
        answer = ask(house.cache.url, path)
        assert answer.cache == "MISS"
        assert answer.status == ask(house.server, path).status
