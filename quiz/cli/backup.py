"""`backup FILE`: a copy of the database, while the quiz goes on."""

from pathlib import Path

import click

from quiz.cli.opening import settings_in_use


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to a new FILE, checked and safe on the disk."""
    from quiz import store

    try:
        rows = store.backup(settings_in_use().database_url, file)
    except store.StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{file} holds {rows:,} results. It is whole, and only you may read it.")
