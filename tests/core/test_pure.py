"""The house plan holds: imports point downward, and the core needs nobody but Python."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "quiz"
OUTER = ("__main__", "cli")
# The core's modules, as they are named in an import: "scoring", "statistics.tally".
CORE = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts)
    for path in [*PACKAGE.glob("*.py"), *PACKAGE.glob("statistics/*.py")]
    if path.stem not in OUTER
)

# What a core module may use besides Python: a picture is drawn by resvg, sums are numpy's.
BEYOND_PYTHON = {"share_image": {"resvg_py"}, "simulation": {"numpy"}, "statistics": {"numpy"}}
# A core function gives the same answer whenever and wherever it is asked.
CLOCKS_AND_DICE = {"datetime", "random", "secrets", "time", "uuid"}

# Which rooms know a library, for those that should not spread.
KNOWN_IN = {
    "alembic": {"store"},
    "argon2": {"web"},
    "click": {"cli"},
    "flask": {"store", "web"},  # in the store only to be given an app
    "flask_babel": {"web"},
    "flask_sqlalchemy": {"store"},
    "flask_wtf": {"web"},
    "gunicorn": {"cli", "web"},
    "limits": {"web"},
    "psycopg": {"store"},
    "resvg_py": {"core"},
    "sqlalchemy": {"store"},
    "werkzeug": {"web"},
    "wtforms": {"web"},
}
# What each room may use of the others.
BELOW: dict[str, set[str]] = {
    "core": set(),
    "store": {"core"},
    "web": {"core", "store"},
    "cli": {"core", "store", "web"},
}
STORE_MAY_USE = {"quiz", "quiz.statistics"}


@pytest.mark.parametrize("module", CORE)
def test_a_core_module_works_without_the_web_and_without_a_database(module: str) -> None:
    unwanted = ["flask", "jinja2", "sqlalchemy", "werkzeug", "wtforms"]
    script = (
        f"import sys, quiz.{module}\nprint([name for name in {unwanted} if name in sys.modules])"
    )
    script = script.replace(".__init__", "")
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script], cwd=ROOT, capture_output=True, text=True
    )
    assert (done.stdout.strip(), done.stderr) == ("[]", "")


@pytest.mark.parametrize("module", CORE)
def test_a_core_module_imports_only_python_and_the_core(module: str) -> None:
    for name in imports_of(PACKAGE.joinpath(*module.split(".")).with_suffix(".py")):
        top = name.split(".")[0]
        if top == "quiz":
            assert room_of(name) == "core", f"{module} reaches up to {name}"
        else:
            allowed = sys.stdlib_module_names | BEYOND_PYTHON.get(module.split(".")[0], set())
            assert top in allowed - CLOCKS_AND_DICE, f"{module} imports {name}"


def test_no_room_reaches_up() -> None:
    for file, room in rooms():
        for name in imports_of(file):
            if name.split(".")[0] == "quiz":
                target = room_of(name)
                assert target == room or target in BELOW[room], f"{file} imports {name}"
                if room == "store" and target == "core":
                    assert name in STORE_MAY_USE or name.startswith("quiz.statistics."), (
                        f"{file} imports {name}"
                    )


def test_libraries_stay_in_their_rooms() -> None:
    for file, room in rooms():
        for name in imports_of(file):
            top = name.split(".")[0]
            assert room in KNOWN_IN.get(top, {room}), f"{file} imports {name}"


def test_no_module_needs_itself_by_a_detour() -> None:
    known = {dotted(file): file for file, _ in rooms()}
    uses = {
        module: {name for name in imports_of(file) if name in known and name != module}
        for module, file in known.items()
        # The packages' own modules only pass on what their files hold.
        if file.name != "__init__.py"
    }
    assert list(TopologicalSorter(uses).static_order())


def test_the_measure_stands_on_nothing() -> None:
    """`scoring -> questionnaire -> standard library`, however much is added around them."""
    ours = {
        module: {n for n in imports_of(PACKAGE / f"{module}.py") if n.startswith("quiz")}
        for module in ("questionnaire", "scoring")
    }
    assert ours == {"questionnaire": set(), "scoring": {"quiz.questionnaire"}}


def rooms() -> Iterator[tuple[Path, str]]:
    """Every source file with the room it stands in."""
    for file in sorted(PACKAGE.rglob("*.py")):
        yield file, room_of(dotted(file))


def room_of(module: str) -> str:
    """The room of a dotted name: `quiz.web.forms` is in the web."""
    part = [*module.split("."), ""][1]
    if part in ("store", "web"):
        return part
    return "cli" if part in OUTER else "core"


def dotted(file: Path) -> str:
    """The name under which a file is imported."""
    parts = file.relative_to(ROOT).with_suffix("").parts
    return ".".join(part for part in parts if part != "__init__")


def imports_of(file: Path) -> Iterator[str]:
    """Every module that a file names in an import, wherever in the file that stands."""
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                below = ROOT.joinpath(*node.module.split("."), alias.name)
                is_module = below.with_suffix(".py").exists() or below.is_dir()
                yield f"{node.module}.{alias.name}" if is_module else node.module
