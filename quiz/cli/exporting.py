"""`export`: the figures that may leave the house, or single rows, with a warning."""

import csv
import io
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click

from quiz.cli.opening import open_store, spoken_week

RAW_WARNING = (
    "These are single people's answers. Whoever has them can find a person whose result they know:"
    " keep them as you would keep letters, and delete them when you are done."
)


@click.command("export")
@click.option("--format", "form", type=click.Choice(["csv", "json"]), default="csv")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Default: here.")
@click.option("--raw", is_flag=True, help="Single rows of answers instead of figures.")
@click.option("--yes", is_flag=True, help="For --raw: yes, I know what single rows give away.")
def export(form: str, output: Path | None, raw: bool, yes: bool) -> None:
    """Write the newest published figures: gated and rounded, safe to pass on.

    --raw writes single rows instead, without receipts, as CSV that `import` reads again.
    """
    if raw and not yes:
        raise click.UsageError(f"{RAW_WARNING} Say --yes too if that is what you want.")
    if raw and form == "json":
        raise click.UsageError("Single rows are only written as CSV.")
    if raw:
        click.echo(RAW_WARNING, err=True)
        with open_store(), _opened(output) as file:
            _write_raw(file)
        return
    from quiz.spreadsheet import as_csv

    with open_store():
        body = _published()
    with _opened(output) as file:
        if form == "json":
            file.write(json.dumps(body, ensure_ascii=False, indent=2) + "\n")
        else:
            file.write(as_csv(body))


def _published() -> dict[str, Any]:
    """The newest snapshot of all results. Stops with a sentence before there is one."""
    from quiz import store
    from quiz.web.housekeeping import publish_news
    from quiz.web.site import site

    publish_news()
    library = site().library
    questionnaire = library.current(library.languages[0])
    snapshot = store.snapshots.latest("", questionnaire.id, questionnaire.version)
    if snapshot is None:
        raise click.ClickException(
            "There is nothing to export yet: figures are published once enough people have"
            " answered. docs/data.md says when."
        )
    return {"week": spoken_week(snapshot.week), "snapshot": snapshot.number, **snapshot.body}


def _write_raw(file: TextIO) -> None:
    from quiz import sheet, store
    from quiz.web.site import site

    library = site().library
    questionnaire = library.current(library.languages[0])
    lines = csv.writer(file)
    lines.writerow(sheet.header(questionnaire))
    for row in store.results.each(questionnaire.id, questionnaire.version):
        kept = {name: getattr(row, name) for name in sheet.EXTRAS}
        lines.writerow(sheet.cells(questionnaire, sheet.Row(0, row.answers, **kept)))


@contextmanager
def _opened(output: Path | None) -> Iterator[TextIO]:
    """The file to write, for its owner only, or the screen."""
    if output is None:
        text = io.StringIO(newline="")
        yield text
        click.echo(text.getvalue(), nl=False)
        return
    try:
        with os.fdopen(
            os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600),
            "w",
            encoding="utf-8",
            newline="",
        ) as file:
            os.fchmod(file.fileno(), 0o600)  # a file that was there may be open to others
            yield file
        click.echo(f"Written to {output}.", err=True)
    except OSError as error:
        raise click.ClickException(f"{output} can't be written ({error.strerror}).") from None
