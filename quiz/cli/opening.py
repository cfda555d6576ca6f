"""What most commands begin with: the settings in use, and the database behind them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from quiz.web.settings import Settings


def settings_in_use(*, prepared: bool = True) -> "Settings":
    """The settings of this environment; `prepared` makes what they need on disk."""
    from quiz.web.settings import SettingError, Settings

    try:
        settings = Settings.from_environment()
        return settings.prepare() if prepared else settings
    except SettingError as error:
        raise click.ClickException(str(error)) from error


def bring_up_to_date(database_url: str) -> None:
    """Migrate the database; stop with a sentence when that can't be done."""
    from quiz import store

    try:
        store.migrate(database_url)
    except store.StoreError as error:
        raise click.ClickException(str(error)) from error


def none_there(name: str) -> click.ClickException:
    """What a command ends with where the database is not."""
    return click.ClickException(
        f"There is no database of the quiz yet: {name}. Name the one that your server uses with"
        " QUIZ_DATA_DIR or DATABASE_URL; `serve` or `migrate` makes a new one."
    )


def say_which(database_url: str, *, must_be_there: bool = True) -> None:
    """Say which database a command uses, where figures that are piped on don't go.

    Stops with a sentence when it must be there and is not: an empty one that is made where the
    operator happens to stand would look like the right one.
    """
    from quiz import store

    try:
        name = store.name_of(database_url)
        if must_be_there and not store.is_made(database_url):
            raise none_there(name)
    except store.StoreError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Database: {name}", err=True)


@contextmanager
def open_store(*, made_here: bool = False) -> Iterator[None]:
    """The database, up to date, for a command; its complaints become the command's.

    Unless it is `made_here`, it has to be there.
    """
    from quiz import store
    from quiz.web import create_app

    say_which(settings_in_use(prepared=False).database_url, must_be_there=not made_here)
    settings = settings_in_use()
    bring_up_to_date(settings.database_url)
    with create_app(settings).app_context():
        try:
            yield
        except store.sources.SourceError as error:
            raise click.UsageError(str(error)) from None
        except store.StoreError as error:
            raise click.ClickException(str(error)) from error
        finally:
            store.close()


def spoken_week(number: int) -> str:
    """The ISO week 202612 as people write it: 2026-W12."""
    return f"{number // 100}-W{number % 100:02}"
