"""What the admin did: the action, what it was done to, and the week."""

from dataclasses import dataclass

from sqlalchemy import insert, select

from quiz.store.models import Audit as Row
from quiz.store.transactions import asking, writing


@dataclass(frozen=True)
class Entry:
    """One thing that was done in a week."""

    week: int
    action: str
    subject: str


def note(action: str, subject: str, week: int) -> None:
    """Write down that something was done. Raises StoreError."""
    with writing("The log of the admin could not be written") as connection:
        connection.execute(insert(Row), {"week": week, "action": action, "subject": subject})


def noted(limit: int = 200) -> list[Entry]:
    """What was done last, the latest first. Raises StoreError."""
    query = select(Row.week, Row.action, Row.subject).order_by(Row.id.desc()).limit(limit)
    with asking("The log of the admin could not be read") as connection:
        return [Entry(*row) for row in connection.execute(query)]
