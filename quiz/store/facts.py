"""What is true of a whole database, such as that its people are simulated."""

from sqlalchemy import select

from quiz.store.models import Fact as Row
from quiz.store.transactions import asking, insert_into, writing


def get(name: str) -> str | None:
    """The fact's value; None when there is none. Raises StoreError."""
    with asking("The facts could not be read") as connection:
        value: str | None = connection.scalar(select(Row.value).where(Row.name == name))
    return value


def set(name: str, value: str) -> None:  # noqa: A001 - it is called facts.set
    """State a fact, in place of what was said under this name before. Raises StoreError."""
    with writing("The fact could not be kept") as connection:
        statement = insert_into(connection, Row).values(name=name, value=value)
        connection.execute(
            statement.on_conflict_do_update(index_elements=["name"], set_={"value": value})
        )
