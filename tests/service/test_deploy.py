"""deploy/ and the Dockerfile go with the code: files that are there, settings it knows."""

import re
import shutil
from pathlib import Path

import pytest

from tests.live_server import ROOT, live_server

DOCKERFILE = ROOT / "Dockerfile"
FILES = (DOCKERFILE, *sorted((ROOT / "deploy").iterdir()))
NAMES = re.compile(r"\b(?:QUIZ_[A-Z_]+|DATABASE_URL|SECRET_KEY[A-Z_]*|WEB_CONCURRENCY)\b")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_setting_in_it_is_one(file: Path) -> None:
    known = set(NAMES.findall((ROOT / "quiz" / "web" / "settings.py").read_text()))
    assert set(NAMES.findall(file.read_text())) <= known


def test_the_image_gets_all_that_it_needs_and_serves(tmp_path: Path) -> None:
    copied = re.findall(r"^COPY (\S+) ./", DOCKERFILE.read_text(), re.MULTILINE)
    let_in = (ROOT / ".dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} == {line for line in let_in if line.startswith("!")}
    image = tmp_path / "image"
    image.mkdir()
    for name in copied:
        from_here = ROOT / name
        if from_here.is_dir():
            shutil.copytree(from_here, image / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(from_here, image / name)
    with live_server(tmp_path, python_path=str(image), QUIZ_TRUSTED_PROXIES="1") as server:
        assert "Connect" in server.get("/")
    assert list(image.rglob("__pycache__"))  # it ran from there


COMPOSE = (ROOT / "deploy" / "compose.yaml").read_text()
COMMAND = re.compile(
    r"^docker compose -f (\S+) (?:exec -T|run --rm -T --entrypoint \w+) (\w+) (.+)$", re.MULTILINE
)
COMMANDS = COMMAND.findall((ROOT / "docs" / "deploy.md").read_text())


@pytest.mark.parametrize(("file", "service", "words"), COMMANDS, ids=[c[2][:9] for c in COMMANDS])
def test_a_backup_asks_what_the_compose_file_has(file: str, service: str, words: str) -> None:
    part = COMPOSE.partition(f"\n  {service}:\n")[2].partition("\n\n")[0]
    assert (ROOT / file).exists()
    assert part
    if service == "database":
        user, *_ = re.findall(r"POSTGRES_USER: (\w+)", part)
        assert f"--username={user} " in words
        assert "POSTGRES_DB" not in part, "the database is called like its user"
        assert words.split(" > ")[0].split(" < ")[0].endswith(user)
    else:
        assert "- quiz:/data" in part
        assert "--directory=/data" in words


def test_there_are_commands_to_back_up_and_to_restore() -> None:
    assert [words.split()[0] for _file, _service, words in COMMANDS] == [
        *("pg_dump", "tar", "pg_restore", "--extract"),
    ]
