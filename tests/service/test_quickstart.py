"""The first command on a machine that has nothing but Python.

The environments here are made for real, from a short list cut out of the locked requirements: all
that `check-content` needs.
"""

import ast
import fcntl
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = ("check-content", str(ROOT / "quiz" / "content"))
MAKING = "Making a private environment"


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout without an environment; `quickstart(checkout, ...)` makes it."""
    folder = tmp_path_factory.mktemp("checkout") / "a folder with spaces"
    folder.mkdir()
    shutil.copy(ROOT / "quickstart.py", folder)
    shutil.copytree(ROOT / "quiz", folder / "quiz")
    (folder / "requirements.txt").write_text(locked("click"))
    return folder


def locked(name: str) -> str:
    """The lines of one package in requirements.txt."""
    found = re.search(
        rf"^{name}==.*?(?=^\S|\Z)",
        (ROOT / "requirements.txt").read_text(),
        re.MULTILINE | re.DOTALL,
    )
    assert found
    return found[0]


def start(checkout: Path, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(checkout / "quickstart.py"), *words],
        cwd=checkout.parent,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def quickstart(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    process = start(checkout, *words)
    out, err = process.communicate()
    return subprocess.CompletedProcess(words, process.returncode, out, err)


def pretending(preamble: str, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """quickstart.py on a machine that is made to look like another one."""
    script = f"import os, runpy, sys\n{preamble}\nsys.argv = {['quickstart.py', *words]}\n"
    return subprocess.run(
        [sys.executable, "-c", script + "runpy.run_path('quickstart.py', run_name='__main__')"],
        cwd=variables.pop("cwd", str(ROOT)),
        env=os.environ | variables,
        capture_output=True,
        text=True,
    )


def test_two_first_starts_at_once_make_one_environment(checkout: Path) -> None:
    starts = [start(checkout, *CHECK) for _ in range(2)]
    told = [process.communicate() for process in starts]
    assert [process.returncode for process in starts] == [0, 0], told
    assert all(": 0 error(s)" in out for out, _ in told)
    assert sum(MAKING in err for _, err in told) == 1


def test_the_next_start_has_nothing_to_do(checkout: Path) -> None:
    quickstart(checkout, *CHECK)
    assert quickstart(checkout, *CHECK).stderr == ""


def lose_the_stamp(home: Path) -> None:
    (home / "quickstart.json").unlink()


def garble_the_stamp(home: Path) -> None:
    (home / "quickstart.json").write_text("{")


def lose_a_package(home: Path) -> None:
    shutil.rmtree(next(home.rglob("site-packages/click")))


def lose_python(home: Path) -> None:
    (home / "bin" / "python").unlink()


def upgrade_python(home: Path) -> None:
    stamp = home / "quickstart.json"
    stamp.write_text(re.sub(r'"cpython-\d+"', '"cpython-310"', stamp.read_text()))


def change_the_requirements(home: Path) -> None:
    (home.parent / "requirements.txt").write_text("# changed\n" + locked("click"))


@pytest.mark.parametrize(
    "harm",
    [
        lose_the_stamp,
        garble_the_stamp,
        lose_a_package,
        lose_python,
        upgrade_python,
        change_the_requirements,
    ],
)
def test_an_environment_that_no_longer_fits_is_noticed(
    checkout: Path, tmp_path: Path, harm: Callable[[Path], None]
) -> None:
    quickstart(checkout, *CHECK)
    home = checkout / ".venv"
    shutil.copytree(home, tmp_path / "sound", symlinks=True)
    harm(home)
    # While this test holds the turn to build, who needs to build can only say so.
    with (checkout / ".venv.lock").open("w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        process = start(checkout, *CHECK)
        assert process.stderr
        said = process.stderr.readline()
        process.kill()
        process.communicate()
    shutil.rmtree(home)
    shutil.move(tmp_path / "sound", home)
    (checkout / "requirements.txt").write_text(locked("click"))
    assert said == "Another start is making the environment; waiting for it ...\n"


def test_a_tampered_package_is_refused_and_what_was_half_made_is_made_anew(checkout: Path) -> None:
    lock = checkout / "requirements.txt"
    lock.write_text(re.sub(r"sha256:\w{8}", "sha256:00000000", locked("click")))
    refused = quickstart(checkout, *CHECK)
    lock.write_text(locked("click"))
    assert refused.returncode == 1
    assert "DO NOT MATCH THE HASHES" in refused.stderr
    assert "The packages could not be installed." in refused.stderr

    mended = quickstart(checkout, *CHECK)
    assert (mended.returncode, MAKING in mended.stderr) == (0, True), mended.stderr


def test_an_old_python_can_read_the_file_and_says_what_it_lacks() -> None:
    ast.parse((ROOT / "quickstart.py").read_text(), feature_version=(3, 7))
    old = pretending("sys.version_info = (3, 8, 10, 'final', 0)", "serve")
    assert old.returncode == 1
    assert "The quiz needs Python 3.11 or newer; this is Python 3.8." in old.stderr


def test_a_debian_without_venv_gets_the_line_to_type(tmp_path: Path, checkout: Path) -> None:
    apt_get = tmp_path / "apt-get"
    apt_get.write_text("#!/bin/sh\nexit 1\n")
    apt_get.chmod(0o755)
    shutil.copy(checkout / "quickstart.py", tmp_path)
    shutil.copy(checkout / "requirements.txt", tmp_path)
    told = pretending(
        "sys.modules['ensurepip'] = None; os.geteuid = lambda: 1000",
        "serve",
        cwd=str(tmp_path),
        PATH=str(tmp_path),
    )
    package = "python{}.{}-venv".format(*sys.version_info[:2])
    assert told.returncode == 1
    assert f"\n  sudo apt-get install {package}" in told.stderr


def test_our_own_content_is_sound() -> None:
    checked = quickstart(ROOT, "check-content")
    assert checked.returncode == 0, checked.stdout
    assert ": 0 error(s)" in checked.stdout


def test_broken_content_is_named_with_file_and_reason(tmp_path: Path) -> None:
    copy = tmp_path / "content"
    shutil.copytree(ROOT / "quiz" / "content", copy)
    questions = copy / "en" / "questionnaire.toml"
    broken, times = re.subn(
        r'^facet = ".*"$', 'facet = "no-such-facet"', questions.read_text(), count=1, flags=re.M
    )
    assert times == 1
    questions.write_text(broken)
    checked = quickstart(ROOT, "check-content", str(copy))
    assert checked.returncode == 1
    assert re.search(r"^en/questionnaire\.toml: .*no-such-facet", checked.stdout, re.M)


def test_without_a_word_it_says_what_there_is() -> None:
    told = quickstart(ROOT)
    assert told.returncode == 0
    for word in ("serve", "test", "lint", "check-content"):
        assert word in told.stdout


def test_a_chromium_that_is_none_is_named(tmp_path: Path) -> None:
    told = subprocess.run(
        [sys.executable, "-m", "tests.browser.chromium"],
        cwd=ROOT,
        env=os.environ | {"QUIZ_TEST_CHROMIUM": str(tmp_path / "none")},
        capture_output=True,
        text=True,
    )
    assert told.returncode == 1
    assert f"QUIZ_TEST_CHROMIUM names {tmp_path / 'none'}" in told.stderr
