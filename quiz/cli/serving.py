"""`serve` and `migrate`: from nothing to a running server."""

import errno
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quiz.cli.opening import bring_up_to_date, settings_in_use
from quiz.cli.starting import Started

if TYPE_CHECKING:
    from quiz.web.settings import Settings


@click.command(cls=Started)
def serve() -> None:
    """Make what is missing, bring the database up to date and serve."""
    from gunicorn.app.wsgiapp import WSGIApplication

    from quiz import store
    from quiz.library import ContentError
    from quiz.web import create_app
    from quiz.web.admin.account import first_password

    settings = settings_in_use()
    bring_up_to_date(settings.database_url)
    claim(settings)
    try:
        app = create_app(settings)
    except ContentError as error:
        raise click.ClickException(f"The content can't be used:\n{error}") from error
    except store.StoreError as error:
        raise click.ClickException(str(error)) from error
    with app.app_context():
        try:
            password = first_password()
        except store.StoreError as error:
            raise click.ClickException(str(error)) from error
        finally:
            store.close()
    if password:
        click.echo(f"The admin's password, shown only this once: {password}")
    sys.argv = ["gunicorn", "--config", "python:quiz.web.gunicorn_settings"]
    server = WSGIApplication(prog="gunicorn")
    server.callable = app  # type: ignore[assignment]  # the stubs know no dict as environ
    server.run()


@click.command(cls=Started)
def migrate() -> None:
    """Bring the database up to date. `serve` does this by itself."""
    from quiz import store

    url = settings_in_use().database_url
    bring_up_to_date(url)
    click.echo(f"The database is up to date: {store.name_of(url)}")


def claim(settings: "Settings") -> None:
    """Stop with a sentence when the address can't be had.

    gunicorn would not notice a second server of its own kind: sockets that share a port let both
    in, and a socket in the file system would be taken from the first.
    """
    host = settings.host
    if host.startswith("unix:"):
        file = host.removeprefix("unix:")
        if not os.access(Path(file).parent, os.W_OK):
            raise click.ClickException(f"{file} can't be made there. Set HOST.")
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(file) == 0:
                raise click.ClickException(f"{file} is taken by another program. Set HOST.")
        return
    try:
        family, address = settings.place()
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        raise click.ClickException(_why_no_address(host, settings.port, error)) from error


def _why_no_address(host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {port} is taken by another program. Stop that one, or set PORT to a free "
            f"port, for example PORT={port + 1 if port < 65535 else 8000}."
        )
    if error.errno == errno.EACCES:
        return f"Port {port} needs more rights than this user has. Set PORT to 1024 or above."
    return f"Can't listen on {host}, port {port}: {error.strerror}. Set HOST and PORT."
