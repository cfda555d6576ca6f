"""The commands of `python -m quiz`. Each loads only what it needs."""

import errno
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quiz import __version__

if TYPE_CHECKING:
    from quiz.web.settings import Settings


@click.group()
@click.version_option(__version__, prog_name="Connect, don't collect")
def main() -> None:
    """Connect, don't collect: a networking-style quiz that ends in a plan."""


@main.command()
def serve() -> None:
    """Make what is missing, bring the database up to date and serve."""
    from gunicorn.app.wsgiapp import WSGIApplication

    from quiz.library import ContentError
    from quiz.web import create_app

    settings = _settings()
    _migrate(settings.database_url)
    _claim(settings.host, settings.port)
    try:
        app = create_app(settings)
    except ContentError as error:
        raise click.ClickException(f"The content can't be used:\n{error}") from error
    sys.argv = ["gunicorn", "--config", "python:quiz.web.gunicorn_settings"]
    server = WSGIApplication(prog="gunicorn")
    server.callable = app  # type: ignore[assignment]  # the stubs know no dict as environ
    server.run()


@main.command()
def migrate() -> None:
    """Bring the database up to date. `serve` does this by itself."""
    _migrate(_settings().database_url)
    click.echo("The database is up to date.")


@main.command("check-content")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
def check_content(folder: str | None) -> None:
    """Check a content folder; name the file, the entry and the reason of every fault.

    FOLDER is the content in use unless you name another. Warnings alone are no failure.
    """
    from quiz.check import faults

    checked = Path(folder) if folder else _settings(prepared=False).content_dir
    found = faults(checked)
    for fault in found:
        click.echo(str(fault))
    errors = sum(fault.level == "error" for fault in found)
    click.echo(f"{checked}: {errors} error(s), {len(found) - errors} warning(s).")
    if errors:
        raise click.exceptions.Exit(1)


@main.group()
def sources() -> None:
    """Blogs with a key of their own: results are counted for them, and they may limit frames."""


@sources.command("add")
@click.argument("key")
@click.option("--name", required=True, help="What you call this blog.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Where its frame may stand, such as https://blog.example.org; may be given again."
    " Without one, QUIZ_EMBED_ORIGINS counts.",
)
def add_source(key: str, name: str, origins: tuple[str, ...]) -> None:
    """Give a blog the key KEY: 1 to 32 of a to z, digits and hyphens."""
    from quiz import store
    from quiz.origins import BadOrigin, origins_of
    from quiz.web import snippets
    from quiz.web.site import site
    from quiz.web.weeks import this_week

    try:
        allowed = origins_of(" ".join(origins))
    except BadOrigin as error:
        raise click.UsageError(str(error)) from None
    if origins and not allowed:
        raise click.UsageError("A source that nobody may frame is of no use; leave --origin out.")
    with _store():
        secret = store.sources.add(key, name, allowed, this_week())
        settings, texts = site().settings, site().questionnaire(site().library.languages[0]).texts
    root = settings.public_url or f"http://{settings.host}:{settings.port}"
    line = snippets.frame(f"{root}/embed/?source={key}", f"{texts.title}: {texts.subtitle}")
    click.echo(f"Added {key}. Hand over this line:\n\n  {line}\n")
    if not settings.public_url:
        click.echo("Its address is this machine's own: set QUIZ_PUBLIC_URL to the public one.\n")
    click.echo(
        "Hand over this audience secret too, to the blogger alone. It will open the blog's own"
        f" figures once that page is built, and is shown only this once:\n\n  {secret}"
    )


@sources.command("list")
def list_sources() -> None:
    """Show every source: key, name, where its frame may stand, since when, retired when."""
    from quiz import store

    with _store():
        known = store.sources.listed()
    for source in known:
        parts = [
            source.key,
            source.name,
            " ".join(source.origins) or "wherever QUIZ_EMBED_ORIGINS allows",
            f"since {_week(source.created_week)}",
        ]
        if source.retired_week:
            parts.append(f"retired {_week(source.retired_week)}")
        click.echo("\t".join(parts))
    if not known:
        click.echo("There are no sources yet. `sources add --help` says how to add one.", err=True)


@sources.command("retire")
@click.argument("key")
def retire_source(key: str) -> None:
    """Take the source KEY out of use. What was counted for it stays; the key is not given again."""
    from quiz import store
    from quiz.web.weeks import this_week

    with _store():
        store.sources.retire(key, this_week())
    click.echo(f"Retired {key}. From now on its frames are counted as other.")


@contextmanager
def _store() -> Iterator[None]:
    """The database, up to date, for a command; its complaints become the command's."""
    from quiz import store
    from quiz.web import create_app

    settings = _settings()
    _migrate(settings.database_url)
    with create_app(settings).app_context():
        try:
            yield
        except store.sources.SourceError as error:
            raise click.UsageError(str(error)) from None
        except store.StoreError as error:
            raise click.ClickException(str(error)) from error
        finally:
            store.close()


def _week(number: int) -> str:
    return f"{number // 100}-W{number % 100:02}"


def _settings(*, prepared: bool = True) -> "Settings":
    from quiz.web.settings import SettingError, Settings

    try:
        settings = Settings.from_environment()
        return settings.prepare() if prepared else settings
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def _migrate(database_url: str) -> None:
    from quiz.store import StoreError
    from quiz.store import migrate as bring_up_to_date

    try:
        bring_up_to_date(database_url)
    except StoreError as error:
        raise click.ClickException(str(error)) from error


def _claim(host: str, port: int) -> None:
    """Stop with a sentence when the address can't be had.

    gunicorn would not notice a second server of its own kind: sockets that share a port
    (`reuse_port`) let both in.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(_why_no_address(host, port, error)) from error


def _why_no_address(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Stop that one, or set PORT to a free "
            f"port, for example PORT={port + 1 if port < 65535 else 8000}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Set PORT to 1024 or above."
    return f"Can't listen on {host}, port {port}: {error.strerror}. Set HOST and PORT."
