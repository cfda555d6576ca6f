"""`sources add | list | retire`: the list of blogs."""

import click

from quiz.cli.opening import open_store, spoken_week


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
    from quiz.origins import BadOrigin, origins_of
    from quiz.web import snippets
    from quiz.web.site import site
    from quiz.web.weeks import this_week

    try:
        allowed = origins_of(" ".join(origins))
    except BadOrigin as error:
        raise click.UsageError(str(error)) from None
    if origins and not allowed:
        raise click.UsageError("A source that nobody may frame is of no use; leave --origin out.")
    with open_store():
        secret = store.sources.add(key, name, allowed, this_week())
        settings, texts = site().settings, site().questionnaire(site().library.languages[0]).texts
    root = settings.public_url or f"http://{settings.host}:{settings.port}"
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


@sources.command("retire")
@click.argument("key")
def retire_source(key: str) -> None:
    """Take the source KEY out of use. What was counted for it stays; the key is not given again."""
    from quiz import store
    from quiz.web.weeks import this_week

    with open_store():
        store.sources.retire(key, this_week())
    click.echo(f"Retired {key}. From now on its frames are counted as other.")
