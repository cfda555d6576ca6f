"""The commands of `python -m quiz`. Each loads only what it needs."""

import errno
import socket
import sys
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
