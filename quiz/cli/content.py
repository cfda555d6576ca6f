"""`check-content`: the faults of a content folder."""

from pathlib import Path

import click

from quiz.cli.opening import settings_in_use


@click.command("check-content")
@click.argument("folder", required=False, type=click.Path(exists=True, file_okay=False))
def check_content(folder: str | None) -> None:
    """Check a content folder; name the file, the entry and the reason of every fault.

    FOLDER is the content in use unless you name another. Warnings alone are no failure.
    """
    from quiz.check import faults

    checked = Path(folder) if folder else settings_in_use(prepared=False).content_dir
    found = faults(checked)
    for fault in found:
        click.echo(str(fault))
    errors = sum(fault.level == "error" for fault in found)
    click.echo(f"{checked}: {errors} error(s), {len(found) - errors} warning(s).")
    if errors:
        raise click.exceptions.Exit(1)
