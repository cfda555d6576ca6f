"""Firefox and WebKit, in which the embed is tested too. As a program: set them up if need be."""

import shutil
import sys

from quickstart import apt_get

# What must be on the PATH, and the Debian package that brings it.
WANTED = {
    "firefox-esr": "firefox-esr",
    "WebKitWebDriver": "webkit2gtk-driver",
    "Xvfb": "xvfb",
}
SAME = {"firefox-esr": "firefox"}


def set_up() -> None:
    """Install what is missing. Exits with a sentence where that can't be done."""
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
