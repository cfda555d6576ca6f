"""`sources add | list | rename | allow | renew | retire`: the list of blogs."""

from typing import TYPE_CHECKING

import click

from quiz.cli.opening import open_store, spoken_week

if TYPE_CHECKING:
    from quiz.web.settings import Settings


@click.group()
def sources() -> None:
    """Blogs with a key of their own: results are counted for them, and they may limit frames."""


@sources.command("add")
@click.argument("key")
@click.option("--name", required=True, help="What you call this blog.")
@click.option(
    "--origin",
    "origins",
    multiple=True,
    help="Where its frame may stand, such as https://blog.example.org; may be given again."
    " Without one, QUIZ_EMBED_ORIGINS counts.",
)
def add_source(key: str, name: str, origins: tuple[str, ...]) -> None:
    """Give a blog the key KEY: 1 to 32 of a to z, digits and hyphens."""
    from quiz import store
    from quiz.web import snippets
    from quiz.web.admin.doings import note
    from quiz.web.site import site
    from quiz.web.weeks import this_week

    allowed = _allowed(origins, "leave --origin out")
    with open_store():
        secret = store.sources.add(key, name, allowed, this_week())
        note("source-added", key)
        settings, texts = site().settings, site().questionnaire(site().library.languages[0]).texts
    root = _root(settings)
    line = snippets.frame(f"{root}/embed/?source={key}", f"{texts.title}: {texts.subtitle}")
    click.echo(f"Added {key}. Hand over this line:\n\n  {line}\n")
    if not settings.public_url:
        click.echo("Its address is this machine's own: set QUIZ_PUBLIC_URL to the public one.\n")
    click.echo(
        "Hand over this address too, to the blogger alone. It opens the blog's own figures, and is"
        f" shown only this once:\n\n  {root}/audience/{secret}"
    )


@sources.command("list")
def list_sources() -> None:
    """Show every source: key, name, where its frame may stand, since when, retired when."""
    from quiz import store

    with open_store():
        known = store.sources.listed()
    for source in known:
        parts = [
            source.key,
            source.name,
            " ".join(source.origins) or "wherever QUIZ_EMBED_ORIGINS allows",
            f"since {spoken_week(source.created_week)}",
        ]
        if source.retired_week:
            parts.append(f"retired {spoken_week(source.retired_week)}")
        click.echo("\t".join(parts))
    if not known:
        click.echo("There are no sources yet. `sources add --help` says how to add one.", err=True)


@sources.command("rename")
@click.argument("key")
@click.option("--name", required=True, help="What you call this blog from now on.")
def rename_source(key: str, name: str) -> None:
    """Call the source KEY something else. Its key and its links stay."""
    from quiz import store
    from quiz.web.admin.doings import note

    with open_store():
        store.sources.rename(key, name)
        note("source-renamed", key)
    click.echo(f"{key} is now called {name}.")


@sources.command("allow")
@click.argument("key")
@click.argument("origins", nargs=-1)
def allow_source(key: str, origins: tuple[str, ...]) -> None:
    """Say where the frame of KEY may stand from now on; without ORIGINS, QUIZ_EMBED_ORIGINS counts.

    They take the place of those it had before.
    """
    from quiz import store
    from quiz.web.admin.doings import note

    allowed = _allowed(origins, "name no origin at all")
    with open_store():
        store.sources.allow(key, allowed)
        note("source-sites", key)
    where = " ".join(allowed) or "wherever QUIZ_EMBED_ORIGINS allows"
    click.echo(f"The frame of {key} may stand: {where}. Servers know it within ten seconds.")


@sources.command("renew")
@click.argument("key")
def renew_source(key: str) -> None:
    """Close the audience link of KEY, and its cards, and print a new one to hand over."""
    from quiz import store
    from quiz.web.admin.doings import note
    from quiz.web.site import site

    with open_store():
        secret = store.sources.renew(key)
        note("source-renewed", key)
        root = _root(site().settings)
    click.echo(
        "The old address and its cards are closed. Hand over this one, to the blogger alone; it is"
        f" shown only this once:\n\n  {root}/audience/{secret}"
    )


@sources.command("retire")
@click.argument("key")
def retire_source(key: str) -> None:
    """Take the source KEY out of use. What was counted for it stays; the key is not given again."""
    from quiz import store
    from quiz.web.admin.doings import note
    from quiz.web.weeks import this_week

    with open_store():
        store.sources.retire(key, this_week())
        note("source-retired", key)
    click.echo(f"Retired {key}. From now on its frames are counted as other.")


def _root(settings: "Settings") -> str:
    return settings.public_url or f"http://{settings.host}:{settings.port}"


def _allowed(origins: tuple[str, ...], instead: str) -> tuple[str, ...]:
    """The origins, checked. Stops with a sentence when they can't be used."""
    from quiz.origins import BadOrigin, origins_of

    try:
        allowed = origins_of(" ".join(origins))
    except BadOrigin as error:
        raise click.UsageError(str(error)) from None
    if origins and not allowed:
        raise click.UsageError(f"A source that nobody may frame is of no use; {instead}.")
    return allowed
