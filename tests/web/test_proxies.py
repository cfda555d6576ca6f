"""What a request claims about itself through X-Forwarded headers, and who is believed."""

import socket
import stat
from collections.abc import Callable
from pathlib import Path
from urllib.request import Request, urlopen

import pytest
from flask import Flask

from tests.live_server import live_server
from tests.web.admin import sign_in, token, with_password
from tests.web.page import Page

FORGED = {
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Port": "444",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Ssl": "on",
    "X-Forwarded-Protocol": "ssl",
    "Forwarded": "for=203.0.113.9;proto=https;host=evil.example",
    "X-Real-IP": "203.0.113.9",
}


def ask(url: str, headers: dict[str, str]) -> tuple[str, dict[str, str]]:
    with urlopen(Request(url, headers=headers)) as answer:  # noqa: S310 - our own address
        return answer.read().decode(), dict(answer.headers)


def shared(text: str) -> str:
    """The address that a page says it has."""
    return next(
        link.attributes["href"] or ""
        for link in Page(text).all("link")
        if link.attributes.get("type") == "application/json+oembed"
    ).partition("/oembed")[0]


@pytest.mark.parametrize("variable", [None, "FORWARDED_ALLOW_IPS"])
def test_a_server_without_proxies_believes_nobody(tmp_path: Path, variable: str | None) -> None:
    more = {variable: "*"} if variable else {}
    with live_server(tmp_path, WEB_CONCURRENCY="1", **more) as server:
        body, head = ask(f"{server.url}/", FORGED)
        assert "evil" not in body
        assert shared(body) == server.url
        assert "Strict-Transport-Security" not in head
        _, head = ask(f"{server.url}/admin/login", FORGED)
        assert head["Set-Cookie"].startswith("quiz-admin=")
        assert "Secure" not in head["Set-Cookie"]
        assert server.log.count("set QUIZ_TRUSTED_PROXIES") == 1


def test_a_server_behind_one_believes_the_last_value_of_each(tmp_path: Path) -> None:
    said = {
        "X-Forwarded-For": "203.0.113.9, 192.0.2.1",
        "X-Forwarded-Proto": "http, https",
        "X-Forwarded-Host": "evil.example, quiz.example",
    }
    settings = {"WEB_CONCURRENCY": "1", "QUIZ_TRUSTED_PROXIES": "1"}
    with live_server(tmp_path, **settings) as server:
        body, head = ask(f"{server.url}/", said)
        assert "evil" not in body
        assert shared(body) == "https://quiz.example"
        assert head["Strict-Transport-Security"]
        _, head = ask(f"{server.url}/admin/login", said)
        assert head["Set-Cookie"].startswith("__Secure-quiz-admin=")
        assert "; Secure" in head["Set-Cookie"]


def test_a_socket_in_the_file_system_is_as_good_as_a_port_and_private(tmp_path: Path) -> None:
    at = tmp_path / "quiz.sock"
    settings = {"HOST": f"unix:{at}", "WEB_CONCURRENCY": "1", "QUIZ_TRUSTED_PROXIES": "1"}
    with live_server(tmp_path, url=f"unix:{at}", **settings), socket.socket(socket.AF_UNIX) as line:
        assert stat.S_IMODE(at.stat().st_mode) == 0o660
        line.connect(str(at))
        line.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: quiz.example\r\nConnection: close\r\n"
            b"X-Forwarded-For: 192.0.2.7\r\nX-Forwarded-Proto: https\r\n\r\n"
        )
        answer = line.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.1 200")
    assert "Strict-Transport-Security" in answer


def test_limits_go_by_the_address_that_is_believed(make_app: Callable[..., Flask]) -> None:
    for proxies, waits in ((0, True), (1, False), (2, True)):
        client = with_password(make_app(trusted_proxies=proxies))
        form = {"csrf_token": token(client, "/admin/login"), "password": "wrong"}
        statuses = [
            client.post(
                "/admin/login",
                data=form,
                headers={"X-Forwarded-For": f"203.0.113.{n}, 192.0.2.1, 198.51.100.{n}"},
            ).status_code
            for n in range(6)
        ]
        assert (statuses[-1] == 429) is waits, proxies


@pytest.mark.parametrize("sent", ['"', '"203.0.113.{n}', 'a="{n}', '"a", "{n}', '"\\", {n}'])
def test_an_open_quote_does_not_hide_the_address_that_is_believed(
    make_app: Callable[..., Flask], sent: str
) -> None:
    client = with_password(make_app(trusted_proxies=1))
    form = {"csrf_token": token(client, "/admin/login"), "password": "wrong"}

    def tried(n: int, address: str) -> int:
        said = {"X-Forwarded-For": f"{sent.format(n=n)}, {address}"}
        return client.post("/admin/login", data=form, headers=said).status_code

    assert [tried(n, "192.0.2.1") for n in range(6)] == [422] * 5 + [429]
    assert tried(7, "192.0.2.2") == 422


def test_fewer_values_than_proxies_are_not_believed(make_app: Callable[..., Flask]) -> None:
    client = make_app(trusted_proxies=2).test_client()
    answer = client.get("/", headers={**FORGED, "Forwarded": ""})
    assert shared(answer.text) == "http://localhost"


def test_a_site_that_knows_its_address_is_told_no_other(make_app: Callable[..., Flask]) -> None:
    app = make_app(trusted_proxies=1, public_url="https://quiz.example")
    for path in ("/", "/quiz", "/for-blogs", "/sitemap.xml", "/embed/", "/nowhere"):
        answer = app.test_client().get(path, headers=FORGED)
        assert "evil" not in answer.text + str(answer.headers)
    assert sign_in(with_password(app)).location == "/admin/"


def test_an_odd_scheme_or_host_goes_nowhere(make_app: Callable[..., Flask]) -> None:
    client = make_app(trusted_proxies=1).test_client()
    answer = client.get("/", headers={"X-Forwarded-Proto": "javascript"})
    assert shared(answer.text) == "http://localhost"
    answer = client.get("/", headers={"X-Forwarded-Host": "evil.example/x?"})
    assert answer.status_code == 400
