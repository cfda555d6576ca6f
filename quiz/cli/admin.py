"""`admin password` and `admin hash`: the one password of the admin's door."""

import click

from quiz.cli.opening import open_store, settings_in_use


@click.group()
def admin() -> None:
    """The password of the admin's page."""


@admin.command()
@click.option("--random", "at_random", is_flag=True, help="Make one and print it.")
def password(at_random: bool) -> None:
    """Set the admin's password. Whoever is signed in has to sign in again."""
    if settings_in_use(prepared=False).admin_password_hash:
        raise click.UsageError(
            "The password comes from QUIZ_ADMIN_PASSWORD_HASH; change it there, with what"
            " `admin hash` prints."
        )
    with open_store():
        chosen = set_password(None if at_random else _asked())
    click.echo(f"The password is: {chosen}" if at_random else "The password is set.")


@admin.command("hash")
@click.option("--random", "at_random", is_flag=True, help="Make a password and print it too.")
def print_hash(at_random: bool) -> None:
    """Print what QUIZ_ADMIN_PASSWORD_HASH takes. Nothing is stored."""
    from quiz.web.admin import passwords

    chosen = passwords.fresh() if at_random else _asked()
    if at_random:
        click.echo(f"The password is: {chosen}", err=True)
    click.echo(passwords.hash_password(chosen))


def set_password(chosen: str | None) -> str:
    """Set this password, or a random one; tells which."""
    from quiz import store
    from quiz.web.admin import passwords
    from quiz.web.weeks import this_week

    password = chosen or passwords.fresh()
    store.admins.set_password(passwords.hash_password(password), this_week())
    return password


def _asked() -> str:
    """A password typed twice. Stops with a sentence when it is too short or too long."""
    from quiz.web.admin import passwords

    chosen: str = click.prompt("New password", hide_input=True, confirmation_prompt=True, err=True)
    if not passwords.SHORTEST <= len(chosen) <= passwords.LONGEST:
        raise click.UsageError(
            f"Use {passwords.SHORTEST} to {passwords.LONGEST} characters, such as a few random"
            " words."
        )
    return chosen
