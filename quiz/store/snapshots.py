"""Figures that left the admin's page: a new set only when enough people are new in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from quiz.store.models import Snapshot as Row
from quiz.store.transactions import asking, insert_into, writing

EVERYBODY = ""
LEAST_NEW = 25


@dataclass(frozen=True)
class Snapshot:
    """The figures in force: over `n` people, as of a week; `body` is what may be published."""

    number: int
    n: int
    week: int
    body: Mapping[str, Any]


def latest(scope: str, questionnaire_id: str, version: int) -> Snapshot | None:
    """The snapshot in force for everybody ("") or one source; None before the first.

    Raises StoreError.
    """
    with asking("The snapshots could not be read") as connection:
        return _latest(connection, scope, questionnaire_id, version)


def take(
    scope: str,
    questionnaire_id: str,
    version: int,
    n: int,
    week: int,
    body: Mapping[str, Any],
    least: int = LEAST_NEW,
) -> Snapshot | None:
    """Put this snapshot in force if `least` more people stand behind it; answer the one in force.

    Servers that try at the same time put one in force between them. Raises StoreError.
    """
    found = latest(scope, questionnaire_id, version)
    if n - (found.n if found else 0) < least:
        return found
    with writing("The snapshot could not be kept") as connection:
        # Under the same number as anybody else who saw the same one before: the first stays.
        statement = insert_into(connection, Row).values(
            scope=scope,
            questionnaire_id=questionnaire_id,
            version=version,
            number=found.number + 1 if found else 1,
            n=n,
            week=week,
            body=json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":")),
        )
        connection.execute(statement.on_conflict_do_nothing())
    return latest(scope, questionnaire_id, version)


def _latest(
    connection: Connection, scope: str, questionnaire_id: str, version: int
) -> Snapshot | None:
    query = (
        select(Row.number, Row.n, Row.week, Row.body)
        .where(Row.scope == scope, Row.questionnaire_id == questionnaire_id, Row.version == version)
        .order_by(Row.number.desc())
        .limit(1)
    )
    row = connection.execute(query).first()
    return Snapshot(row.number, row.n, row.week, json.loads(row.body)) if row else None
