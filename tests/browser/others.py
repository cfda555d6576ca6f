"""Firefox and WebKit, in which the embed is walked too. As a program: set them up if need be.

WebKit is WebKitGTK on a screen that nobody sees, and macOS has none. Its Safari wants a person's
leave first and can't be told to run no scripts, so on a Mac the walk leaves WebKit out, and
Firefox where it is not installed; the program says so.
"""

import shutil
import sys
from pathlib import Path

from quickstart import apt_get, say

# What must be on the PATH, and the Debian package that brings it.
WANTED = {
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
SAME = {"firefox-esr": "firefox"}
ON_A_MAC = Path("/Applications/Firefox.app/Contents/MacOS/firefox")


def names(system: str = sys.platform) -> tuple[str, ...]:
    """The browsers besides Chromium that a walk on this system must pass."""
    if system != "darwin":
        return ("firefox", "webkit")
    return ("firefox",) if firefox() else ()


def firefox() -> str | None:
    """The path of Firefox."""
    on_a_mac = str(ON_A_MAC) if ON_A_MAC.exists() else None
    return shutil.which("firefox-esr") or shutil.which("firefox") or on_a_mac


def left_out(system: str = sys.platform) -> str:
    """What a walk on this system leaves out, and how to have it; nothing on Linux."""
    if system != "darwin":
        return ""
    sentence = "The embed's walk in WebKit (WebKitGTK) needs Linux and is left out on this Mac."
    return sentence if firefox() else f"{sentence} So is Firefox's, until Firefox is installed."


def set_up() -> None:
    """Install what is missing. Exits with a sentence where that can't be done."""
    if sentence := left_out():
        say(sentence)
        return
    for program, package in missing().items():
        if not shutil.which("apt-get"):
            sys.exit(f"The embed's tests need {program}; on Debian the package {package} has it.")
        apt_get(package, why=f"The embed's tests need {program}.")
    if still := missing():
        sys.exit(f"The embed's tests still lack {', '.join(still)}.")


def missing() -> dict[str, str]:
    """The programs that are not here, with their packages."""
    return {
        program: package
        for program, package in WANTED.items()
        if not shutil.which(program) and not shutil.which(SAME.get(program, program))
    }


if __name__ == "__main__":
    set_up()
