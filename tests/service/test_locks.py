"""What is installed is pinned, hashed and tied to no download host."""

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUN = PROJECT["project"]["dependencies"]
TEST = PROJECT["dependency-groups"]["test"]


def pins(name: str) -> dict[str, str]:
    """Package -> version of a locked file."""
    return dict(re.findall(r"^([\w.-]+)==(\S+)", (ROOT / name).read_text(), re.M))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_package_has_hashes_and_no_host_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    blocks = re.split(r"^(?=[\w.-]+==)", text, flags=re.M)[1:]
    # One package may stand there twice, for older and newer Pythons.
    assert {block.partition("==")[0] for block in blocks} == set(pins(name))
    for block in blocks:
        assert "--hash=sha256:" in block, block
    for line in text.splitlines():
        assert re.match(r"#|[\w.-]+==|    --hash=sha256:\w{64}( \\)?$|    #", line), line
        assert not re.search(r"://|--index|--find-links|@ ", line), line


@pytest.mark.parametrize(
    ("wanted", "name"), [(RUN, "requirements.txt"), ([*RUN, *TEST], "requirements-test.txt")]
)
def test_the_locks_hold_what_pyproject_asks_for(wanted: list[str], name: str) -> None:
    locked = pins(name)
    for line in wanted:
        requirement = Requirement(line)
        version = locked.get(canonicalize_name(requirement.name))
        assert version, f"{line} is not in {name}: run make lock"
        assert version in requirement.specifier, f"{line} against {version}: run make lock"


def test_tests_run_on_the_versions_that_serve() -> None:
    served, tested = pins("requirements.txt"), pins("requirements-test.txt")
    assert {name: tested.get(name) for name in served} == served
