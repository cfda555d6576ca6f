"""The wheel holds everything: installed far from the checkout, it serves."""

import os
import re
import subprocess
import sys
import venv
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.live_server import ROOT, live_server

NEEDED = (
    "templates",
    "static",
    "quiz/content",
    "quiz/fonts",
    "quiz/store/migrations",
    "quiz/translations",
)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made with the locked build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    return next(folder.glob("*.whl"))


def test_nothing_a_page_needs_is_left_behind(wheel: Path) -> None:
    inside = set(ZipFile(wheel).namelist())
    for name in NEEDED:
        files = [path for path in (ROOT / name).rglob("*") if path.is_file()]
        wanted = {str(p.relative_to(ROOT)) for p in files if "__pycache__" not in p.parts}
        if not name.startswith("quiz"):
            wanted = {f"quiz/_site/{path}" for path in wanted}
        assert wanted, f"{name} is empty"
        assert wanted <= inside, f"missing in the wheel: {sorted(wanted - inside)}"


def test_nothing_private_or_needless_comes_along(wheel: Path) -> None:
    for name in ZipFile(wheel).namelist():
        assert name.startswith(("quiz/", "connect_dont_collect-")), name
        assert "__pycache__" not in name
        assert not name.endswith((".sqlite3", "secret")), name


def test_it_serves_from_a_clean_environment(wheel: Path, tmp_path: Path) -> None:
    home = tmp_path / "environment"
    venv.create(home, with_pip=True)
    pip = [str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", "--no-deps"]
    hashed = [*pip, "--require-hashes", "--only-binary=:all:", "-r", str(ROOT / "requirements.txt")]
    for command in (hashed, [*pip, "--no-index", str(wheel)]):
        subprocess.run(command, check=True, capture_output=True, env=os.environ)

    away = tmp_path / "away"
    away.mkdir()
    command = (str(home / "bin" / "quiz"), "serve")
    with live_server(away, command=command, python_path=None) as server:
        start = server.get("/")
        assert "<h1" in start
        assert "<form" in server.get("/quiz")
        linked = set(re.findall(r'"(/static/[^"]+)"', start))
        assert linked
        assert all(map(server.get, linked))
    assert server.log == ""
