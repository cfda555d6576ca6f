"""`demo`: a database of its own, full of simulated people, and a server that shows it."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click

from quiz.cli.admin import set_password
from quiz.cli.opening import open_store, settings_in_use
from quiz.cli.serving import claim, serve

if TYPE_CHECKING:
    import numpy as np

    from quiz.questionnaire import Questionnaire
    from quiz.simulation import Person, Population
    from quiz.store import Submission

WEEKS = 26
BLOGS = {
    "quiet-garden": ("The quiet garden", 0.22, -0.5),
    "conference-diary": ("Conference diary", 0.16, 0.4),
    "small-tools": ("Small tools", 0.05, -0.2),
}


@click.command()
@click.argument("people", type=click.IntRange(1, 1_000_000), default=5000)
@click.option("--seed", type=int, help="The same number gives the same people again.")
@click.option("--serve/--no-serve", "serves", default=True, help="Serve it when it is made.")
@click.pass_context
def demo(context: click.Context, people: int, seed: int | None, serves: bool) -> None:
    """Fill a separate database with PEOPLE simulated people and serve it.

    It is the file demo.sqlite3 in the data folder, made anew each time; the real database is
    not touched. Every page says that the data are simulated.
    """
    settings = settings_in_use()
    if serves:
        claim(settings)
    use_demo_database(settings.data_dir)
    with open_store(made_here=True):
        fill(people, seed)
        password = None if settings.admin_password_hash else set_password(None)
    click.echo(f"Made {people:,} simulated people.", err=True)
    if password:
        click.echo(f"The admin's page is at /admin/, the password is: {password}", err=True)
    if serves:
        context.invoke(serve)


def use_demo_database(folder: Path) -> None:
    """Point this process to an empty demo database; refuse when another one is set."""
    file = folder / "demo.sqlite3"
    url = f"sqlite:///{file}"
    if os.environ.get("DATABASE_URL", url) != url:
        raise click.UsageError(
            "The demo makes a database of its own; take DATABASE_URL out of the environment first."
        )
    for leftover in folder.glob(f"{file.name}*"):
        leftover.unlink()
    os.environ["DATABASE_URL"] = url
    os.environ.pop("QUIZ_READ_DATABASE_URL", None)


def fill(people: int, seed: int | None) -> None:
    """Put simulated people, visits and blogs into the database, and make the statistics."""
    import numpy as np

    from quiz import statistics, store
    from quiz.web.simulated import FACT
    from quiz.web.site import site
    from quiz.web.weeks import this_week

    library = site().library
    store.facts.set(FACT, "simulated")
    for key, (name, _, _) in BLOGS.items():
        store.sources.add(key, name, (), this_week())
    random = np.random.default_rng(seed)
    population = population_of(library.current(library.languages[0]), library.languages)
    finished: Counter[tuple[int, str, str]] = Counter()
    store.results.pour(_submissions(population, random, people, finished))
    store.counts.add([statistics.Visits(*count) for count in population.visits(random, finished)])
    shapes = tuple(site().shapes.values())
    store.folding.fold(shapes)


def population_of(questionnaire: "Questionnaire", languages: Sequence[str]) -> "Population":
    """The last half year, three blogs and visitors who came by themselves."""
    from quiz.simulation import Blog, Population

    today = datetime.now(UTC).date()
    dates = [(today - timedelta(weeks=ago)).isocalendar() for ago in range(WEEKS)]
    return Population(
        questionnaire,
        # More people from month to month, and a wave now and then.
        weeks={
            year * 100 + week: (WEEKS - ago) * (2.5 if ago % 9 == 4 else 1)
            for ago, (year, week, _) in enumerate(dates)
        },
        sources={
            "direct": Blog(1 - sum(share for _, share, _ in BLOGS.values())),
            **{key: Blog(share, lean) for key, (_, share, lean) in BLOGS.items()},
        },
        languages={language: 1 / (1 + place) for place, language in enumerate(languages)},
    )


def _submissions(
    population: "Population",
    random: "np.random.Generator",
    people: int,
    finished: Counter[tuple[int, str, str]],
) -> Iterator["Submission"]:
    """Simulated people as visitors would have sent them; counts them in `finished`."""
    for person in population.people(random, people):
        finished[person.week, person.source, person.language] += 1
        yield as_sent(population.questionnaire, person)


def as_sent(questionnaire: "Questionnaire", person: "Person") -> "Submission":
    """What a simulated person's browser would have sent."""
    from quiz.store import Submission

    return Submission(
        receipt=secrets.token_urlsafe(),
        questionnaire_id=questionnaire.id,
        version=questionnaire.version,
        week=person.week,
        language=person.language,
        answers=tuple(person.answers),
        source=person.source,
        self_label=person.self_label,
        goal=person.goal,
        setting=person.setting,
        flags=person.flags,
    )
