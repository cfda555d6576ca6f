"""A real nginx for tests: the one on this machine, else Debian's, unpacked and not installed.

`with nginx(folder, http) as proxy:` runs one in a folder of its own; `http` is what stands in the
http block, with `listen` as proxy.port says. As a program: get one if need be, without a service
that would start with the machine.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import create_connection
from threading import Event
from urllib.parse import urlsplit

from quickstart import ENVIRONMENT, HERE, run, say
from tests.live_server import free_port

SHIPPED = HERE / "deploy" / "nginx.conf"
UNPACKED = ENVIRONMENT / "nginx"
PLACES = "/usr/sbin:/usr/local/sbin:/usr/local/bin:/opt/homebrew/bin"
# The package that holds the program, newest releases first.
PACKAGES = ("nginx", "nginx-core", "nginx-light")
PATIENCE = 600  # tries with 0.05 seconds between them
MAIN = """
daemon off;
{user}
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
{http}
}}
"""


@dataclass(frozen=True)
class Nginx:
    """A proxy that answers; `logs` is all that it wrote down."""

    port: int
    folder: Path

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def logs(self) -> str:
        """Access and error log together."""
        return "".join(file.read_text() for file in sorted(self.folder.glob("*.log")))


@contextmanager
def nginx(folder: Path, http: Callable[[int], str]) -> Iterator[Nginx]:
    """Run one on a free port. Raises RuntimeError with its own words when it does not start."""
    folder.mkdir()
    proxy = Nginx(free_port(), folder)
    user = "user root;" if os.geteuid() == 0 else ""
    file = folder / "nginx.conf"
    file.write_text(MAIN.format(folder=folder, user=user, http=http(proxy.port)))
    with (folder / "output").open("w") as output:
        process = subprocess.Popen(
            [binary(), "-p", folder, "-c", file, "-e", folder / "error.log"],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        for _ in range(PATIENCE):
            if process.poll() is not None:
                raise RuntimeError(f"nginx did not start:\n{(folder / 'output').read_text()}")
            try:
                create_connection(("127.0.0.1", proxy.port), 1).close()
                break
            except OSError:
                Event().wait(0.05)
        yield proxy
    finally:
        process.terminate()
        process.wait(60)


def shipped(folder: Path, *servers: str) -> Callable[[int], str]:
    """The configuration we give away, with another port, plain http, and before these servers."""
    lines = "\n".join(f"    server {urlsplit(server).netloc};" for server in servers)

    def http(port: int) -> str:
        changes = {
            "    server 127.0.0.1:8000;": lines,
            "listen [::]:80;": "",
            "listen [::]:443 ssl;": "",
            "listen 80;": f"listen 127.0.0.1:{free_port()};",
            "listen 443 ssl;": f"listen 127.0.0.1:{port};",
            "/var/log/nginx/quiz.log": str(folder / "quiz.log"),
        }
        text = re.sub(r"^ +ssl_certificate.*\n", "", SHIPPED.read_text(), flags=re.MULTILINE)
        for ours, for_tests in changes.items():
            assert text.count(ours) == 1, ours
            text = text.replace(ours, for_tests)
        return text

    return http


def binary() -> str:
    """The program. Raises RuntimeError, with what to do, where there is none."""
    if found := find():
        return found
    raise RuntimeError("Tests need nginx: python3 quickstart.py test gets it; on a Mac brew does.")


def find() -> str | None:
    """The path of an nginx."""
    searched = os.pathsep.join((os.environ["PATH"], PLACES, str(UNPACKED / "usr/sbin")))
    return shutil.which("nginx", path=searched)


def set_up() -> None:
    """Unpack Debian's if there is none. Exits with a sentence where that can't be done."""
    if find():
        return
    if not shutil.which("apt-get"):
        sys.exit("Tests need nginx. On macOS: brew install nginx")
    say("Getting nginx for the tests, unpacked into .venv ...")
    UNPACKED.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0:  # else it must do with the list of packages that is there
        subprocess.run(["apt-get", "-qq", "update"], check=False)
    for package in PACKAGES:
        with tempfile.TemporaryDirectory(prefix="quiz-nginx-") as folder:
            done = subprocess.run(["apt-get", "download", package], cwd=folder, capture_output=True)
            for file in Path(folder).glob("*.deb") if done.returncode == 0 else ():
                run(["dpkg-deb", "-x", str(file), str(UNPACKED)], "nginx can't be unpacked.")
        if find():
            return
    sys.exit("Tests need nginx. Type: sudo apt-get install nginx")


if __name__ == "__main__":
    set_up()
