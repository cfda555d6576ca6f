"""The one admin: a password's hash, and the generation of sessions that are still good."""

from dataclasses import dataclass, field

from sqlalchemy import select

from quiz.store.models import Admin as Row
from quiz.store.transactions import asking, insert_into, writing

THE_ONE = 1
NO_PASSWORD = ""


@dataclass(frozen=True)
class Account:
    """What is known of the admin. An empty `password_hash` means that none was set here."""

    password_hash: str = field(repr=False)
    changed_week: int
    sessions: int


def account() -> Account | None:
    """The admin's account; None before anybody set a password. Raises StoreError."""
    with asking("The admin's account could not be read") as connection:
        row = connection.execute(
            select(Row.password_hash, Row.changed_week, Row.sessions).where(Row.id == THE_ONE)
        ).first()
    return Account(*row) if row else None


def set_password(password_hash: str, week: int) -> None:
    """Keep this hash and end every session. Raises StoreError."""
    _change({"password_hash": password_hash, "changed_week": week})


def sign_out_everywhere() -> None:
    """End every session. Raises StoreError."""
    _change({})


def make(password_hash: str, week: int) -> bool:
    """Keep the first password; False when there is an account already. Raises StoreError."""
    with writing("The admin's account could not be made") as connection:
        statement = insert_into(connection, Row).values(
            id=THE_ONE, password_hash=password_hash, changed_week=week, sessions=1
        )
        done = connection.execute(
            statement.on_conflict_do_nothing(), execution_options={"preserve_rowcount": True}
        )
        return done.rowcount > 0


def _change(changes: dict[str, object]) -> None:
    fresh = {"id": THE_ONE, "password_hash": NO_PASSWORD, "changed_week": 0, "sessions": 1}
    with writing("The admin's account could not be changed") as connection:
        statement = insert_into(connection, Row).values(**fresh | changes)
        connection.execute(
            statement.on_conflict_do_update(
                index_elements=["id"], set_={**changes, "sessions": Row.sessions + 1}
            )
        )
