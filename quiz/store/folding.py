"""Stored results are folded into sums, each exactly once, however many servers fold at a time."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, text, update

from quiz.statistics import Cell, Row, Shape, Tally
from quiz.store import cells as kept
from quiz.store.cells import COUNTED, IS_FOLDED, WAITS, Key, Stored
from quiz.store.engines import UNHURRIED
from quiz.store.models import Result
from quiz.store.models import Tally as Table
from quiz.store.retaining import retain
from quiz.store.transactions import asking, is_postgres, reading, writing

__all__ = ["Rebuilt", "Waiting", "cells", "fold", "rebuild", "retain", "waiting"]

BATCH = 2000
MANY = 20_000
REBUILD_AT_ONCE = 20_000


@dataclass(frozen=True)
class Waiting:
    """How many results wait for folding, and how many for a version that nobody knows here."""

    known: int
    unknown: int


@dataclass(frozen=True)
class Rebuilt:
    """What a rebuild found: rows read, cells made of them, and how many cells were different."""

    rows: int
    cells: int
    differences: int


def fold(shapes: Sequence[Shape], batch: int = BATCH, *, patiently: bool = True) -> int:
    """Add every waiting result of these versions to its cell; how many were added.

    In transactions of at most `batch` results. Results of other versions wait. Unless `patiently`,
    so do all while another process folds. Raises StoreError.
    """
    folded = 0
    for shape in shapes:
        done = batch
        # Fewer than were asked for: the rest is new or being withdrawn, and waits for next time.
        while done == batch:
            done = _fold_some(shape, batch, patiently=patiently)
            folded += done
    if folded >= MANY:
        _tell_planner()
    return folded


def waiting(shapes: Sequence[Shape]) -> Waiting:
    """How many results wait, of these versions and of others. Raises StoreError."""
    query = (
        select(Result.questionnaire_id, Result.version, func.count())
        .where(WAITS)
        .group_by(Result.questionnaire_id, Result.version)
    )
    with asking("The waiting results could not be counted") as connection:
        counts = {(name, version): n for name, version, n in connection.execute(query)}
    known = sum(counts.get((shape.questionnaire_id, shape.version), 0) for shape in shapes)
    return Waiting(known, sum(counts.values()) - known)


def cells(shape: Shape, *, read: bool = True) -> list[Cell]:
    """Every cell of a version, from the replica when there is one and `read` allows it.

    Raises StoreError that names the database which does not answer.
    """
    opened = reading() if read else asking("The sums could not be read")
    with opened as connection:
        return [kept.as_cell(shape, key, sums) for key, sums in kept.read(connection, shape)]


def rebuild(shapes: Sequence[Shape]) -> Rebuilt:
    """Count all folded results of these versions anew and put right what differs.

    Cells whose results retention deleted stay as they are. One transaction: others wait to write.
    Raises StoreError.
    """
    rows = made = differences = 0
    trouble = "The sums could not be counted anew; they are as before"
    with writing(trouble, **UNHURRIED) as connection:
        kept.take_folding_lock(connection)
        if is_postgres(connection):
            # A withdrawal that has deleted its row waits here and subtracts from the new sums.
            connection.execute(text("LOCK TABLE tally IN EXCLUSIVE MODE"))
        for shape in shapes:
            n, fresh = _recounted(connection, shape)
            before = dict(kept.read(connection, shape, ~Table.settled))
            wrong = {
                key: tally for key, tally in fresh.items() if before.get(key) != tally.to_bytes()
            }
            left_over = before.keys() - fresh.keys()
            kept.write(connection, shape, wrong)
            kept.remove(connection, shape, sorted(left_over))
            rows, made = rows + n, made + len(fresh)
            differences += len(wrong) + len(left_over)
    return Rebuilt(rows, made, differences)


def _fold_some(shape: Shape, batch: int, *, patiently: bool) -> int:
    query = (
        select(Result.receipt, *COUNTED)
        .where(kept.rows_of_version(shape), WAITS)
        .limit(batch)
        .with_for_update(skip_locked=True)
    )
    with writing("The results could not be added to the statistics") as connection:
        if not kept.take_folding_lock(connection, patiently=patiently):
            return 0
        found = connection.execute(query).all()
        groups = _by_cell(found)
        kept.add(connection, shape, {key: Tally.of(shape, some) for key, some in groups.items()})
        if found:
            receipts = [row.receipt for row in found]
            connection.execute(
                update(Result).where(Result.receipt.in_(receipts)).values(folded=True)
            )
    return len(found)


def _tell_planner() -> None:
    """Let PostgreSQL know that few results wait now.

    Until its own round comes by it believes what it saw before, and looks for the few waiting ones
    by reading the whole table (100 ms in a million).
    """
    with asking("The database could not look at its new state") as connection:
        if is_postgres(connection):
            connection.execute(text("ANALYZE result, tally"), execution_options=UNHURRIED)


def _recounted(connection: Connection, shape: Shape) -> tuple[int, dict[Key, Tally]]:
    query = select(*COUNTED).where(kept.rows_of_version(shape), IS_FOLDED)
    streamed = connection.execute(query, execution_options={"yield_per": REBUILD_AT_ONCE})
    fresh: defaultdict[Key, Tally] = defaultdict(lambda: Tally.empty(shape))
    counted = 0
    for some in streamed.partitions():
        counted += len(some)
        for key, rows in _by_cell(some).items():
            fresh[key] += Tally.of(shape, rows)
    return counted, dict(fresh)


def _by_cell(found: Sequence[Stored]) -> dict[Key, list[Row]]:
    groups: defaultdict[Key, list[Row]] = defaultdict(list)
    for row in found:
        key = Key.of(row.week, row.source, row.language, row.flags)
        groups[key].append(kept.counted(row))
    return groups
