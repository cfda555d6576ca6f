"""`backup FILE`: a copy of the database, while the quiz goes on."""

from pathlib import Path

import click

from quiz.cli.opening import none_there, settings_in_use


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def backup(file: Path) -> None:
    """Copy the SQLite database to a new FILE, checked and safe on the disk."""
    from quiz import store

    url = settings_in_use(prepared=False).database_url
    try:
        name = store.name_of(url)
        # A file that is damaged is told of by the copying itself.
        if store.is_missing(url):
            raise none_there(name)
        click.echo(f"Database: {name}", err=True)
        rows = store.backup(url, file)
    except store.StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"{file} holds {rows:,} results, all that the database had at that moment."
        " It is whole, and only you may read it."
    )
