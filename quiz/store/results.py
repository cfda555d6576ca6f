"""Many results at once: put in by an import, read out by an export on the command line."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice

from sqlalchemy import select

from quiz.store.database import rooms
from quiz.store.engines import REFUSALS, UNHURRIED, StoreError, cause_of
from quiz.store.models import Result
from quiz.store.saving import Submission, row_of
from quiz.store.transactions import insert_into, writing

BATCH = 2000


@dataclass(frozen=True)
class Raw:
    """One stored result without its receipt. Personal: it stays on the command line."""

    questionnaire_id: str
    version: int
    week: int
    source: str
    language: str
    answers: bytes = field(repr=False)
    self_label: str | None
    goal: str | None
    setting: str | None
    flags: int


def pour(submissions: Iterable[Submission], batch: int = BATCH) -> tuple[int, int]:
    """Store all of them or, when anything fails, none: how many were added, how many were there.

    Other writers wait meanwhile on SQLite. Raises StoreError, and whatever `submissions` raises.
    """
    added = seen = 0
    with writing("The results could not be stored; none was", **UNHURRIED) as connection:
        statement = insert_into(connection, Result).on_conflict_do_nothing()
        waiting = iter(submissions)
        while rows := [row_of(submission) for submission in islice(waiting, batch)]:
            done = connection.execute(
                statement, rows, execution_options={"preserve_rowcount": True}
            )
            added += done.rowcount
            seen += len(rows)
    return added, seen - added


def each(questionnaire_id: str | None = None, version: int | None = None) -> Iterator[Raw]:
    """Every stored result, or those of a questionnaire or version, a few at a time.

    In the order of their receipts, which is none. Raises StoreError.
    """
    query = select(
        Result.questionnaire_id,
        Result.version,
        Result.week,
        Result.source,
        Result.language,
        Result.answers,
        Result.self_label,
        Result.goal,
        Result.setting,
        Result.flags,
    ).order_by(Result.receipt)
    if questionnaire_id is not None:
        query = query.where(Result.questionnaire_id == questionnaire_id)
    if version is not None:
        query = query.where(Result.version == version)
    try:
        with rooms().engine.connect() as connection:
            streamed = connection.execution_options(yield_per=BATCH, **UNHURRIED)
            for row in streamed.execute(query):
                yield Raw(*tuple(row))
    except REFUSALS as error:
        raise StoreError(f"The results could not be read ({cause_of(error)}).") from error
