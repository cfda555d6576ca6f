"""Plain counters of what happens in a week: started, page 2, finished. No link to a visit."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select

from quiz.statistics import Visits
from quiz.store.models import VisitCount as Row
from quiz.store.transactions import insert_into, reading, writing


def add(visits: Iterable[Visits]) -> None:
    """Add these to what was counted before, all or none. Raises StoreError."""
    sums: Counter[tuple[int, str, str, str]] = Counter()
    for visit in visits:
        sums[visit.week, visit.source, visit.language, visit.event] += visit.n
    if not sums:
        return
    with writing("The counters could not be written") as connection:
        insert = insert_into(connection, Row)
        statement = insert.on_conflict_do_update(
            index_elements=["week", "source", "language", "event"],
            set_={"n": Row.n + insert.excluded.n},
        )
        # Always in one order: servers that add at the same time never wait for each other in turn.
        rows = [
            {"week": week, "source": source, "language": language, "event": event, "n": n}
            for (week, source, language, event), n in sorted(sums.items())
        ]
        connection.execute(statement, rows)


def visits() -> list[Visits]:
    """Everything that was counted, from the replica when there is one. Raises StoreError."""
    query = select(Row.week, Row.source, Row.language, Row.event, Row.n).order_by(
        Row.week, Row.source, Row.language, Row.event
    )
    with reading() as connection:
        return [Visits(*row) for row in connection.execute(query).all()]
