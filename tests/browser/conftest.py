"""A real Chromium in front of the real server.

`page` is a desktop window in a light room; `open_page(PHONE, scheme="dark", script=False)` is any
other. A test fails when a page it opened had a script error, an unwanted request or a broken one.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, Response

from tests.live_server import ROOT, LiveServer, live_server

DESKTOP: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
PHONE: dict[str, Any] = {
    "viewport": {"width": 360, "height": 740},
    "device_scale_factor": 2,
    "has_touch": True,
    "is_mobile": True,
}
OURS = ("127.0.0.1", "localhost")
# A line that is still fading in has too little contrast for a moment.
AT_REST = """async () => {
  for (let moving; (moving = document.getAnimations()).length;)
    await Promise.allSettled(moving.map((one) => one.finished));
}"""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """One server for all browser tests; at the end its log must hold no error."""
    with live_server(tmp_path_factory.mktemp("server")) as running:
        yield running
    assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def base_url(server: LiveServer) -> str:
    """So that `page.goto("/quiz")` works."""
    return server.url


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The Chromium that tests/browser/chromium.py finds or gets."""
    program = subprocess.run(
        [sys.executable, "-m", "tests.browser.chromium"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout.strip()
    # Chromium refuses to put root into its sandbox.
    without_sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return {**browser_type_launch_args, "executable_path": program, "args": without_sandbox}


@pytest.fixture
def open_page(
    new_context: Callable[..., BrowserContext], complaints: list[str]
) -> Callable[..., Page]:
    """A page in a fresh browser: `open_page(PHONE, scheme="dark", script=False, **further)`."""

    def make(
        screen: dict[str, Any] = DESKTOP,
        *,
        scheme: str = "light",
        script: bool = True,
        **further: Any,
    ) -> Page:
        context = new_context(
            **{**screen, "color_scheme": scheme, "java_script_enabled": script, **further}
        )
        _watch(context, complaints)
        return context.new_page()

    return make


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A desktop window, light, with scripts."""
    return open_page()


@pytest.fixture
def complaints() -> Iterator[list[str]]:
    """What the browser complained about. A test that provokes a complaint removes it."""
    heard: list[str] = []
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def assert_accessible() -> Callable[[Page], None]:
    """Fails with every breach that axe finds: WCAG A and AA up to 2.2, and best practices."""
    axe = Axe()

    def check(page: Page) -> None:
        page.evaluate(axe.axe_script)
        page.evaluate(AT_REST)
        # By name, for axe leaves out some when it is not asked for them: target-size is one.
        rules = page.evaluate(
            "axe.getRules().filter(rule => !rule.tags.some(tag => "
            "['wcag2aaa', 'experimental', 'deprecated'].includes(tag))).map(rule => rule.ruleId)"
        )
        found = axe.run(page, options={"runOnly": {"type": "rule", "values": rules}})
        assert found.violations_count == 0, found.generate_report()

    return check


def _watch(context: BrowserContext, complaints: list[str]) -> None:
    def console(message: ConsoleMessage) -> None:
        # A 4xx answer is also reported here; _watch hears of it below, with its address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complaints.append(f"console: {message.text}")

    def request(wanted: Request) -> None:
        address = urlsplit(wanted.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OURS:
            complaints.append(f"leaves this site: {wanted.url}")

    def response(answer: Response) -> None:
        # A document may say 404 or 422, that is a page for a person.
        if answer.status >= (500 if answer.request.resource_type == "document" else 400):
            complaints.append(f"{answer.status}: {answer.url}")

    context.on("console", console)
    context.on("weberror", lambda error: complaints.append(f"script: {error.error}"))
    context.on("request", request)
    context.on("response", response)
