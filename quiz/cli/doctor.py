"""`doctor`: looks over an installation and says what to do."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from quiz.cli.opening import settings_in_use

if TYPE_CHECKING:
    from quiz.web.settings import Settings

OK, LOOK, BROKEN = "ok", "look", "broken"
COLOURS = {OK: "green", LOOK: "yellow", BROKEN: "red"}
ROOM = 256 * 2**20
OLDEST_YEAR = 2026
CLOCKS_APART = 60  # seconds


@dataclass(frozen=True)
class Finding:
    """How something is, and in words what it is or what to do."""

    how: str
    words: str


@click.command()
def doctor() -> None:
    """Look over settings, content, data folder, database, outbox, proxy, limits and clock."""
    settings = settings_in_use(prepared=False)
    worst = OK
    for look in (content, data_folder, database, outbox, proxy, limits, clock):
        for finding in look(settings):
            sign = click.style(f"{finding.how:<7}", fg=COLOURS[finding.how])
            click.echo(f"{sign}{finding.words}")
            worst = max(worst, finding.how, key=[OK, LOOK, BROKEN].index)
    if worst == BROKEN:
        raise SystemExit(1)


def content(settings: "Settings") -> Iterator[Finding]:
    """Whether a site can start on the content."""
    from quiz import library

    try:
        known = library.load(settings.content_dir)
    except library.ContentError as error:
        yield Finding(BROKEN, f"Content: {error}. `check-content` names every fault.")
    else:
        yield Finding(OK, f"Content: {', '.join(known.languages)} in {settings.content_dir}.")


def data_folder(settings: "Settings") -> Iterator[Finding]:
    """Whether the folder is there, private, and has room."""
    folder = settings.data_dir
    if not folder.is_dir():
        yield Finding(
            LOOK,
            f"Data folder: {folder} is not there yet; `serve` makes it. If you have one, check"
            " QUIZ_DATA_DIR.",
        )
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield Finding(BROKEN, f"Data folder: {folder} can't be used by this user.")
        return
    open_to_others = [
        path.name
        for path in (folder, *folder.iterdir())
        if path.stat().st_mode & 0o077 and path.name in (folder.name, "secret", "quiz.sqlite3")
    ]
    if open_to_others:
        yield Finding(
            BROKEN,
            f"Data folder: others may read {', '.join(open_to_others)}."
            f" Type: chmod -R go= {folder}",
        )
    free = shutil.disk_usage(folder).free
    how = OK if free > ROOM else LOOK
    yield Finding(how, f"Data folder: {folder}, {free // 2**20:,} MiB free.")


def database(settings: "Settings") -> Iterator[Finding]:
    """Whether it answers, is up to date and, with SQLite, sound and writable."""
    from quiz import store

    try:
        name = store.name_of(settings.database_url)
        if store.is_missing(settings.database_url):
            yield Finding(
                LOOK,
                f"Database: {name} is not there yet; `serve` makes it. If you have one, check"
                " DATABASE_URL.",
            )
            return
        trouble = store.state_of(settings.database_url)
    except store.StoreError as error:
        yield Finding(BROKEN, f"Database: {error}")
        return
    if trouble:
        yield Finding(BROKEN, f"Database: {trouble}")
        return
    yield Finding(OK, f"Database: {name} answers, is up to date, sound and takes writes.")
    if settings.read_database_url:
        try:
            trouble = store.can_be_read(settings.read_database_url)
        except store.StoreError as error:
            trouble = str(error)
        if trouble:
            yield Finding(BROKEN, f"Replica: {trouble}")


def outbox(settings: "Settings") -> Iterator[Finding]:
    """Whether answers wait, and whether some could."""
    from quiz.store.outbox import Outbox, Records

    folder = settings.outbox_dir or settings.data_dir / "outbox"
    try:
        found = Outbox(folder).waiting()
    except OSError as error:
        yield Finding(BROKEN, f"Outbox: {folder} can't be read ({error.strerror}).")
        return
    there = next(place for place in (folder, *folder.parents) if place.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        yield Finding(BROKEN, f"Outbox: {folder} can't be written. Set QUIZ_OUTBOX_DIR.")
        return
    if found.rows:
        yield Finding(LOOK, f"Outbox: {found.rows} answers wait for the database.")
    if found.damaged:
        yield Finding(LOOK, f"Outbox: {found.damaged} damaged records in {folder / 'damaged'}.")
    if found.other_release:
        yield Finding(
            LOOK,
            f"Outbox: answers of another release are set aside ({found.other_release}) in"
            f" {folder / 'other-release'}; docs/faults.md says how to store them.",
        )
    if found == Records(0, 0):
        yield Finding(OK, "Outbox: nothing waits.")


def proxy(settings: "Settings") -> Iterator[Finding]:
    """Whether address and proxies fit together."""
    address, hops = settings.public_url, settings.trusted_proxies
    if address and address.startswith("https:") and not hops:
        yield Finding(
            LOOK,
            "Proxy: QUIZ_PUBLIC_URL is https, so something stands in front. Set"
            " QUIZ_TRUSTED_PROXIES=1, or all visitors count as one household.",
        )
    elif hops and not address:
        yield Finding(LOOK, "Proxy: set QUIZ_PUBLIC_URL, or links name what a request claims.")
    else:
        yield Finding(OK, f"Proxy: {hops} trusted, address {address or 'as the browser asks'}.")


def limits(settings: "Settings") -> Iterator[Finding]:
    """Whether limits are on, and count over all servers."""
    if not settings.ratelimit_enabled:
        yield Finding(LOOK, "Limits: QUIZ_RATELIMIT_ENABLED is off; for load tests only.")
    elif settings.ratelimit_storage.startswith("memory:"):
        yield Finding(OK, "Limits: each worker counts for itself.")
    else:
        yield _redis(settings.ratelimit_storage)


def clock(settings: "Settings") -> Iterator[Finding]:
    """Whether the year makes sense and the database agrees: weeks are stored, tokens last a day."""
    from quiz import store

    now = datetime.now(UTC)
    if now.year < OLDEST_YEAR:
        yield Finding(BROKEN, f"Clock: it says {now:%Y-%m-%d}. Set it; NTP keeps it right.")
        return
    sqlite = settings.database_url.startswith("sqlite")
    other = "the file system of the database" if sqlite else "the database"
    try:
        ahead = store.seconds_ahead(settings.database_url)
    except store.StoreError:
        yield Finding(OK, f"Clock: {now:%Y-%m-%d %H:%M} UTC; {other} could not be asked.")
        return
    yield compared(now, ahead, other)


def compared(now: datetime, ahead: float, other: str) -> Finding:
    """What two clocks are together."""
    if abs(ahead) <= CLOCKS_APART:
        return Finding(OK, f"Clock: {now:%Y-%m-%d %H:%M} UTC, and {other} agrees.")
    return Finding(
        LOOK,
        f"Clock: it says {now:%Y-%m-%d %H:%M:%S} UTC, but {other} says"
        f" {now + timedelta(seconds=ahead):%Y-%m-%d %H:%M:%S} UTC. Let NTP set both.",
    )


def _redis(address: str) -> Finding:
    from redis import Redis
    from redis.exceptions import RedisError

    try:
        with Redis.from_url(address, socket_connect_timeout=2, socket_timeout=2) as server:
            server.ping()
    except (RedisError, ValueError, OSError) as error:
        return Finding(
            BROKEN,
            f"Limits: QUIZ_RATELIMIT_STORAGE does not answer ({type(error).__name__}). Each worker"
            " counts for itself meanwhile.",
        )
    return Finding(OK, "Limits: counted over all servers.")
