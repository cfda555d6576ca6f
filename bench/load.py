"""Load on a server for a few seconds, made by wrk."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.live_server import LiveServer

SCRIPT = Path(__file__).with_name("load.lua")


@dataclass(frozen=True)
class Burst:
    """What came of one burst: bytes received, milliseconds waited, CPU seconds of the server.

    `faults` are answers that are neither 2xx nor 3xx, and connections that failed; `sent` also
    counts the requests that were under way when time was up.
    """

    requests: int
    seconds: float
    size: int
    sent: int
    faults: int
    p50: float
    p99: float
    cpu: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


def wrk() -> str:
    """The path of wrk; ends the program with the line to type when it is missing."""
    return shutil.which("wrk") or sys.exit(
        "wrk makes the load. Type: sudo apt-get install wrk (on macOS: brew install wrk)"
    )


def fire(
    server: LiveServer,
    lines: Sequence[str],
    seconds: int,
    connections: int,
    answers: Path | None,
) -> Burst:
    """Send the lines again and again; with a file for `answers` each line at most once.

    Raises RuntimeError with wrk's own words when it fails or has nothing left to send.
    """
    requests = server.folder / "requests.txt"
    requests.write_text("".join(f"{line}\n" for line in lines))
    how = f"--threads=1 --connections={connections} --duration={seconds} --timeout=10 --script="
    what = [server.url, "--", str(requests), *([str(answers)] if answers else [])]
    before = _cpu_seconds(server.process.pid)
    done = subprocess.run(
        [wrk(), *f"{how}{SCRIPT.name}".split(), *what],
        cwd=SCRIPT.parent,
        capture_output=True,
        text=True,
    )
    if done.returncode or not done.stdout.endswith("}\n"):
        raise RuntimeError(f"wrk failed:\n{done.stdout}{done.stderr}{server.log}")
    figures = json.loads(done.stdout.splitlines()[-1])
    return Burst(**figures, cpu=_cpu_seconds(server.process.pid) - before)


def _cpu_seconds(group: int) -> float:
    """CPU time of a process group so far; 0 where there is no /proc."""
    ticks = 0
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # that process has just ended
        ticks += int(fields[11]) + int(fields[12]) if int(fields[2]) == group else 0
    return ticks / os.sysconf("SC_CLK_TCK")
