"""`stats`: what the admin's page shows, as text or JSON; and the sums behind it."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from quiz.cli.opening import open_store

if TYPE_CHECKING:
    from quiz.statistics import Cell, Chosen, Shape

# What fits on a screen; the page and --json have the rest.
DIGEST = re.compile(
    r"started|finished|n|flagged|scales\.[^.]+\.(mean|low|high|median)"
    r"|styles\.[^.]+\.(share|low|high)|reliability\.[^.]+\.(alpha|sem)"
)
EXACT_WARNING = (
    "These figures are exact and ungated. Two such prints that differ by a few people give away all"
    " of those people's answers: never publish one, and delete it when you are done."
)


@click.group(invoke_without_command=True)
@click.option("--json", "as_json", is_flag=True, help="The page's figures as JSON.")
@click.option("--exact", is_flag=True, help="With --json: full precision, no gates. Not to share.")
@click.option("--period", help="Only a year (2026) or a quarter (2026-Q4).")
@click.option("--source", help="Only one source.")
@click.option("--language", help="Only one language.")
@click.option("--with-flagged", is_flag=True, help="Careless answers too.")
@click.option("--version", "number", type=int, help="Another version of the questionnaire.")
@click.pass_context
def stats(
    context: click.Context,
    as_json: bool,
    exact: bool,
    period: str | None,
    source: str | None,
    language: str | None,
    with_flagged: bool,
    number: int | None,
) -> None:
    """Print the statistics, gated and rounded like the admin's page."""
    if context.invoked_subcommand:
        return
    if exact and not as_json:
        raise click.UsageError("--exact goes with --json.")
    from quiz import statistics, store
    from quiz.web.site import site

    with open_store():
        k, shapes = site().settings.min_group, site().shapes
        questionnaire = site().questionnaire(site().library.languages[0])
        shape = shapes.get((questionnaire.id, number or questionnaire.version))
        if shape is None:
            raise click.UsageError(f"There is no version {number} of this questionnaire.")
        store.folding.fold(list(shapes.values()))
        cells, visits = store.folding.cells(shape), store.counts.visits()
    try:
        chosen = statistics.Chosen(period, source, language, with_flagged)
        if exact:
            click.echo(EXACT_WARNING, err=True)
            told = _exact(shape, cells, chosen)
        else:
            told = statistics.as_json(statistics.summarise(shape, cells, visits, chosen, k))
    except statistics.ImpossibleFilter as error:
        raise click.UsageError(str(error)) from None
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False))
    else:
        click.echo("\n".join(_digest(told)))


def _exact(shape: "Shape", cells: "Sequence[Cell]", chosen: "Chosen") -> dict[str, Any]:
    """Every figure of the chosen results, whoever stands behind it."""
    from quiz import statistics
    from quiz.statistics.choosing import choose

    choice = choose(cells, (), chosen, k=1)
    tallies = [c.tally for c in choice.cells if chosen.with_flagged or not c.flagged]
    told = asdict(statistics.figures(statistics.Tally.total(shape, tallies)))
    told["correlations"] = {" ".join(two): r for two, r in told["correlations"].items()}
    return told


@stats.command()
def fold() -> None:
    """Put the rows that wait into the sums now."""
    from quiz import store
    from quiz.web.site import site

    with open_store():
        shapes = list(site().shapes.values())
        folded, waiting = store.folding.fold(shapes), store.folding.waiting(shapes)
    click.echo(f"Folded: {folded:,}.")
    if waiting.unknown:
        click.echo(
            f"{waiting.unknown:,} rows are of a version that QUIZ_CONTENT_DIR does not hold; they"
            " wait until it does."
        )


@stats.command()
def rebuild() -> None:
    """Make the sums anew from all rows, and say where they differed."""
    from quiz import store
    from quiz.web.site import site

    with open_store():
        shapes = list(site().shapes.values())
        store.folding.fold(shapes)
        rebuilt = store.folding.rebuild(shapes)
    click.echo(f"Made {rebuilt.cells:,} cells from {rebuilt.rows:,} rows.")
    if rebuilt.differences:
        raise click.ClickException(
            f"{rebuilt.differences:,} cells were wrong; they are right now. Please report this."
        )
    click.echo("They are the same as before.")


def _digest(told: dict[str, Any]) -> Iterator[str]:
    """The figures that matter most, one on a line, as far as there are any."""
    from quiz import statistics

    yield f"{told['questionnaire_id']}, version {told['version']}"
    figures = [(name, value) for name, value in statistics.flat(told) if value is not None]
    yield from (f"{name:<44} {value}" for name, value in figures if DIGEST.fullmatch(name))
    if told["n"] is None:
        yield "Too few results to say more: collecting."
    else:
        yield f"--json prints all {len(figures):,} figures that can be shown."
