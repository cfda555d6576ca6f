"""Which Chromium the browser tests use. As a program: set one up if need be and print its path.

The order: QUIZ_TEST_CHROMIUM, Playwright's own, one of the system, Playwright's download, the
system's package (as root). The last resort is a sentence with the line to type.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from playwright._impl._driver import compute_driver_executable
from playwright.sync_api import sync_playwright

from quickstart import apt_get, say

ON_THE_PATH = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ON_A_MAC = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)


def find() -> str | None:
    """The path of a Chromium that runs, None when there is none."""
    chosen = os.environ.get("QUIZ_TEST_CHROMIUM")
    if chosen:
        if not runs(chosen):
            sys.exit(f"QUIZ_TEST_CHROMIUM names {chosen}, and that does not run.")
        return chosen
    return next(filter(runs, _candidates()), None)


def runs(program: str) -> bool:
    """Whether the program and all its libraries are there."""
    try:
        return _ends_well([program, "--version"])
    except OSError:
        return False


def set_up() -> str:
    """Find a Chromium or get one. Exits with a sentence when neither can be had."""
    node, _ = compute_driver_executable()
    if not runs(node):
        apt_get("libatomic1", why="Playwright, which drives the browser, lacks a library.")
    found = find()
    if found:
        return found
    say("No Chromium here: asking Playwright for its own ...")
    _playwright("install")
    if not (found := find()) and Path(_own()).exists() and os.geteuid() == 0:
        say("It lacks libraries of the system: installing them ...")
        _playwright("install-deps")
    if found := found or find():
        return found
    apt = shutil.which("apt-get")
    if apt:
        apt_get("chromium", why="The browser tests need a Chromium that runs.")
    return find() or sys.exit(
        "The browser tests need a Chromium that runs. Set QUIZ_TEST_CHROMIUM to one, or type:\n"
        f"  {sys.executable} -m playwright install --with-deps chromium"
    )


def _candidates() -> Iterator[str]:
    yield _own()
    yield from filter(None, map(shutil.which, ON_THE_PATH))
    yield from ON_A_MAC


def _own() -> str:
    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


def _playwright(word: str) -> bool:
    return _ends_well([sys.executable, "-m", "playwright", word, "chromium"])


def _ends_well(command: list[str]) -> bool:
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True).returncode == 0


if __name__ == "__main__":
    print(set_up())  # noqa: T201 - quickstart.py reads it
