"""`import`: answers from a CSV file, all of them or none."""

import hashlib
from collections.abc import Sequence
from pathlib import Path

import click

from quiz.cli.opening import open_store, spoken_week
from quiz.sheet import Refused, Row, Sheet, SheetError

MOST_SHOWN = 100


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave bad rows out instead of taking none.")
@click.option(
    "--sources-as-other", is_flag=True, help="Count sources that are not on the list as other."
)
@click.option("--ignore-unknown", is_flag=True, help="Pass over columns that mean nothing here.")
def import_answers(
    file: Path, skip_bad: bool, sources_as_other: bool, ignore_unknown: bool
) -> None:
    """Add the answers in FILE, a CSV file whose first line names the items.

    It may also have the columns source, week (such as 2026-W12), language, self_label, goal and
    setting. Importing a file again adds nothing. docs/data.md says more.
    """
    from quiz import store
    from quiz.web.site import site
    from quiz.web.weeks import this_week

    with open_store():
        library, week = site().library, this_week()
        questionnaire = library.current(library.languages[0])
        sheet = Sheet(
            questionnaire,
            [*store.sources.RESERVED, *(source.key for source in store.sources.listed())],
            library.languages,
            week,
            unknown_source=store.sources.OTHER if sources_as_other else None,
            ignore_unknown=ignore_unknown,
        )
        rows, refused = _read(sheet, file)
        _tell(refused)
        if refused and not skip_bad:
            raise click.ClickException(
                f"Nothing was imported: {_lines(refused)} of {file} can't be used. Mend them, or "
                "leave them out with --skip-bad."
            )
        mark = _mark(file, f"{questionnaire.id}/{questionnaire.version}")
        before = store.facts.get(mark)
        if before and site().settings.retention_weeks:
            # Rows of the first time may be deleted by now, so nothing would tell them apart.
            raise click.ClickException(
                f"This file was imported in {spoken_week(int(before))}; nothing was added."
            )
        added, already = store.results.pour(
            store.Submission(
                receipt=f"{mark}:{row.line}",
                questionnaire_id=questionnaire.id,
                version=questionnaire.version,
                week=row.week or week,
                language=row.language or questionnaire.language,
                answers=tuple(row.answers),
                source=row.source or store.sources.DIRECT,
                self_label=row.self_label,
                goal=row.goal,
                setting=row.setting,
                flags=row.flags,
            )
            for row in rows
        )
        store.facts.set(mark, before or str(week))
    click.echo(f"Added: {added:,}. Already there: {already:,}.")
    incomplete = sum(0 in row.answers for row in rows)
    if incomplete:
        click.echo(f"With an item left open, so not in the figures: {incomplete:,}.")


def _read(sheet: Sheet, file: Path) -> tuple[list[Row], list[Refused]]:
    """The good rows and the bad ones of a file; stops with a sentence when it can't be read."""
    rows, refused = [], []
    try:
        with file.open(encoding="utf-8-sig", newline="") as opened:
            for row in sheet.read(opened):
                if isinstance(row, Row):
                    rows.append(row)
                else:
                    refused.append(row)
    except UnicodeDecodeError:
        raise click.ClickException(
            f"{file} is not UTF-8 text. Save it as CSV in UTF-8 and try again."
        ) from None
    except SheetError as error:
        raise click.ClickException(f"{file} can't be imported.\n{error}") from None
    except OSError as error:
        raise click.ClickException(f"{file} can't be read ({error.strerror}).") from None
    if not rows and not refused:
        raise click.ClickException(f"{file} has no answers: nothing stands below its first line.")
    return rows, refused


def _tell(refused: Sequence[Refused]) -> None:
    for fault in refused[:MOST_SHOWN]:
        click.echo(str(fault), err=True)
    if len(refused) > MOST_SHOWN:
        click.echo(f"... and {len(refused) - MOST_SHOWN:,} more faults.", err=True)


def _lines(refused: Sequence[Refused]) -> str:
    n = len({fault.line for fault in refused})
    return "one line" if n == 1 else f"{n:,} lines"


def _mark(file: Path, questionnaire: str) -> str:
    """What stays the same when the same file is imported again for the same questionnaire."""
    digest = hashlib.sha256(questionnaire.encode())
    with file.open("rb") as opened:
        digest.update(hashlib.file_digest(opened, "sha256").digest())
    return f"import:{digest.hexdigest()[:32]}"
