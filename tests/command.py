"""`python -m quiz COMMAND` as a process, with nothing of this environment but PATH."""

import os
import sys
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen

from tests.live_server import PATIENCE, ROOT


def start(*words: str, folder: Path | None = None, **settings: str) -> Popen[str]:
    """One that goes on meanwhile; `folder` is where it stands, `settings` are its variables."""
    return Popen(
        [sys.executable, "-m", "quiz", *words],
        cwd=folder,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **settings},
        stdout=PIPE,
        stderr=PIPE,
        text=True,
    )


def run(*words: str, folder: Path | None = None, **settings: str) -> CompletedProcess[str]:
    """One that ended, well or not."""
    with start(*words, folder=folder, **settings) as process:
        out, err = process.communicate(timeout=PATIENCE)
    return CompletedProcess(process.args, process.returncode, out, err)


def say(*words: str, **settings: str) -> str:
    """What one says that ends well."""
    done = run(*words, **settings)
    assert done.returncode == 0, done.stderr
    return done.stdout
