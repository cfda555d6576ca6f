"""Start here: nothing but Python 3.11 or newer is needed, on Linux or macOS.

  python3 quickstart.py serve    make what is missing and serve the quiz
  python3 quickstart.py test     run every test (further words go to pytest)
  python3 quickstart.py lint     look for slips in code and templates
  python3 quickstart.py types    check the types
  python3 quickstart.py fix      mend what can be mended without thinking

Any other word goes to the quiz itself, for example check-content; --help lists them all.
"""

# An old Python must be able to read this file to the end, if only to say that it is too old:
# no syntax newer than Python 3.6, and the check stands before everything newer.
import os
import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this file is also read by older ones
    sys.exit(
        "The quiz needs Python 3.11 or newer; this is Python {}.{}. Install a newer one and use "
        "its name, for example: python3.11 quickstart.py serve".format(*sys.version_info[:2])
    )
if os.name != "posix":
    sys.exit("The quiz runs on Linux and macOS. On Windows, use it inside WSL.")

import contextlib
import hashlib
import importlib.util
import json
import platform
import shutil
import subprocess
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
PACKAGES = Path(sysconfig.get_path("purelib", "venv", {"base": str(ENVIRONMENT)}))
STAMP = ENVIRONMENT / "quickstart.json"
TURN = HERE / ".venv.lock"
TO_RUN = "requirements.txt"
TO_TEST = "requirements-test.txt"  # holds all of requirements.txt too


# What each word runs; all of it, even after a failure.
CHECKS = {
    "lint": (
        ("ruff", "check", "."),
        ("ruff", "format", "--check", "."),
        ("djlint", "--lint", "--quiet", "templates"),
    ),
    "types": (("mypy",),),
    "fix": (("ruff", "check", "--fix", "."), ("ruff", "format", ".")),
}


# All tests, two at a time: most of them wait for a browser, a server or a disk.
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadgroup")


def main(words: list[str]) -> NoReturn:
    """Do what the words say."""
    word, rest = (words[0], words[1:]) if words else ("--help", [])
    if word in CHECKS or word == "test":
        prepare(TO_TEST)
        os.chdir(HERE)
        if word == "test":
            test(rest)
        sys.exit(worst_of(CHECKS[word]))
    if word in ("-h", "--help", "help"):
        print(__doc__)
        word = "--help"
    prepare(TO_RUN)
    become("-m", "quiz", word, *rest)


def worst_of(checks: tuple[tuple[str, ...], ...]) -> int:
    """Run each check; 0 when all passed."""
    return max(abs(subprocess.run([PYTHON, "-m", *check]).returncode) for check in checks)


def test(words: list[str]) -> NoReturn:
    """Set up what the tests need besides packages, then become pytest."""
    found = subprocess.run(
        [PYTHON, "-m", "tests.browser.chromium"], stdout=subprocess.PIPE, text=True
    )
    if found.returncode:
        sys.exit(found.returncode)
    os.environ["QUIZ_TEST_CHROMIUM"] = found.stdout.strip()
    for rest in ("tests.browser.others", "tests.nginx"):
        done = subprocess.run([PYTHON, "-m", rest])
        if done.returncode:
            sys.exit(done.returncode)
    become("-m", "pytest", *(words or SIDE_BY_SIDE))


def become(*words: str) -> NoReturn:
    """Go on as the private Python: same process, so that signals and exit code are its own."""
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(PYTHON, [str(PYTHON), "-P", *words])


def prepare(lock: str) -> None:
    """Make sure that the environment stands and holds what `lock` names.

    Cheap when it does. Otherwise one process at a time builds, the others wait for it.
    """
    if stands(lock):
        return
    if not (importlib.util.find_spec("venv") and importlib.util.find_spec("ensurepip")):
        get_ensurepip()
    with turn():
        if not stands(lock):
            build(lock)


def stands(lock: str) -> bool:
    """Whether the environment was finished, for this Python and place, with these requirements."""
    try:
        stamp = json.loads(STAMP.read_text())
        return (
            stamp["for"] == made_for()
            and stamp["locks"][lock] == fingerprint(lock)
            and os.access(PYTHON, os.X_OK)
            and set(stamp["packages"]) <= installed()
        )
    except (OSError, ValueError, LookupError, TypeError):
        return False


def installed() -> set[str]:
    """What lies in the environment, as pip left it there."""
    return {path.name for path in PACKAGES.iterdir() if path.name != "__pycache__"}


def made_for() -> list[str]:
    """What an environment can't outlive: the Python it came from, the processor, the place."""
    return [sys.implementation.cache_tag, sys.base_prefix, platform.machine(), str(HERE)]


def fingerprint(lock: str) -> str:
    """The digest of a file of locked requirements."""
    return hashlib.sha256((HERE / lock).read_bytes()).hexdigest()


def build(lock: str) -> None:
    """Make the environment, or add the tools for tests to the one that runs the quiz."""
    began = time.monotonic()
    locks = {name: fingerprint(name) for name in (TO_RUN, lock)}
    if lock == TO_TEST and stands(TO_RUN) and TO_TEST not in STAMP.read_text():
        say("Adding the tools for tests to .venv (once; a minute or so) ...")
    else:
        say("Making a private environment in .venv (once; a minute or so) ...")
        STAMP.unlink(missing_ok=True)  # from here on it is half made, and known to be
        # Not by sys.executable: that may be the one in the environment that is replaced.
        base = getattr(sys, "_base_executable", None) or sys.executable
        run([base, "-m", "venv", "--clear", str(ENVIRONMENT)], "The environment can't be made.")
    run(
        [
            *(str(PYTHON), "-I", "-m", "pip", "install", "--disable-pip-version-check"),
            *("--no-input", "--quiet", "--progress-bar=off", "--no-warn-script-location"),
            *("--no-deps", "--require-hashes", "--only-binary=:all:", "-r", str(HERE / lock)),
        ],
        "The packages could not be installed. Is there a way to the package index from here? "
        "pip takes a proxy from HTTPS_PROXY and its other settings from pip.conf.",
    )
    # The checkout itself, without a build: what an editable install would write.
    (PACKAGES / "quiz-checkout.pth").write_text(f"{HERE}\n")
    stamp = {"for": made_for(), "locks": locks, "packages": sorted(installed())}
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp))
    fresh.replace(STAMP)
    say(f"Ready after {time.monotonic() - began:.0f} s.")


@contextlib.contextmanager
def turn() -> Iterator[None]:
    """Wait until no other start builds the environment."""
    import fcntl

    try:
        file = TURN.open("w")
    except OSError as error:
        sys.exit(f"Can't write to {HERE} ({error.strerror}). Use a copy in a folder of your own.")
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another start is making the environment; waiting for it ...")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def get_ensurepip() -> None:
    """Debian and Ubuntu keep a part of Python apart: get it, or say how to."""
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    if not shutil.which("apt-get"):
        sys.exit(
            "This Python lacks its modules venv and ensurepip. Install the rest of it with your "
            "system's package manager, or take the one from python.org."
        )
    apt_get(package, why="This Python lacks its modules venv and ensurepip.")
    importlib.invalidate_caches()


def apt_get(*packages: str, why: str) -> None:
    """Install Debian packages as root; as anybody else stop with the line to type."""
    if os.geteuid() != 0:
        sys.exit(f"{why} Type this, then start again:\n  sudo apt-get install {' '.join(packages)}")
    say(f"Installing {' '.join(packages)} ...")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # An update may fail over a source that has nothing to do with us; the install decides.
    subprocess.run(
        ["apt-get", "update"], env=os.environ | quiet, stdin=subprocess.DEVNULL, capture_output=True
    )
    run(
        ["apt-get", "install", "--yes", "--no-install-recommends", *packages],
        f"{why} apt-get could not install what is missing: {' '.join(packages)}.",
        quiet,
    )


def run(command: list[str], sentence: str, variables: "dict[str, str] | None" = None) -> None:
    """Run quietly; on failure show what it said, then stop with the sentence."""
    done = subprocess.run(
        command,
        env=os.environ | (variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    if done.returncode:
        say(done.stdout.rstrip())
        sys.exit(sentence)


def say(sentence: str) -> None:
    """Tell the person at the terminal, without getting into a command's output."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        sys.exit(130)
