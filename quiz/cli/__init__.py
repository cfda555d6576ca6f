"""The commands of `python -m quiz`. Each loads only what it needs."""

import click

from quiz import __version__
from quiz.cli.admin import admin
from quiz.cli.backup import backup
from quiz.cli.content import check_content
from quiz.cli.demo import demo
from quiz.cli.doctor import doctor
from quiz.cli.exporting import export
from quiz.cli.importing import import_answers
from quiz.cli.serving import migrate, serve
from quiz.cli.sources import sources
from quiz.cli.statistics import stats


@click.group()
@click.version_option(__version__, prog_name="Connect, don't collect")
def main() -> None:
    """Connect, don't collect: a networking-style quiz that ends in a plan."""


for _command in (
    serve,
    migrate,
    check_content,
    sources,
    import_answers,
    export,
    stats,
    demo,
    backup,
    doctor,
    admin,
):
    main.add_command(_command)
