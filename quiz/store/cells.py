"""The cells of sums in the database: found, locked, changed and written back."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, select, text, update
from sqlalchemy import Row as Found
from sqlalchemy.dialects import postgresql, sqlite

from quiz.statistics import Cell, Row, Shape, Tally
from quiz.store.engines import AS_BYTES, StoreError
from quiz.store.models import Result
from quiz.store.models import Tally as Table
from quiz.store.transactions import Insert, is_postgres

# Who folds, settles or rebuilds holds this lock: one at a time, whatever the number of servers.
FOLDING_LOCK = 0x464F_4C44

# As the partial index says it, so that both databases use that index.
WAITS = text("NOT folded")
IS_FOLDED = text("folded")


COUNTED = (
    Result.week,
    Result.source,
    Result.language,
    Result.answers,
    Result.self_label,
    Result.goal,
    Result.setting,
    Result.flags,
)


# A result as a query gives it, with those columns and perhaps others.
Stored = Found[*tuple[Any, ...]]


@dataclass(frozen=True, order=True)
class Group:
    """Cells of one source and language, flagged or not; weeks of one group may be merged."""

    source: str
    language: str
    flagged: bool


@dataclass(frozen=True, order=True)
class Key:
    """Which cell of a version. One that is not settled is one week's, and all its rows exist."""

    group: Group
    first_week: int
    last_week: int
    settled: bool = False

    @classmethod
    def of(cls, week: int, source: str, language: str, flags: int) -> "Key":
        """The key of the cell that a result is counted in."""
        return cls(Group(source, language, flags != 0), week, week)


def take_folding_lock(connection: Connection, *, patiently: bool = True) -> bool:
    """Wait until nobody else folds; on SQLite whoever writes is alone already.

    Unless `patiently`, the answer is False while somebody does.
    """
    if not is_postgres(connection):
        return True
    if patiently:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": FOLDING_LOCK})
        return True
    taken = text("SELECT pg_try_advisory_xact_lock(:key)")
    return bool(connection.scalar(taken, {"key": FOLDING_LOCK}))


def add(connection: Connection, shape: Shape, changes: Mapping[Key, Tally]) -> None:
    """Add to these cells; missing ones are made."""
    # In the order of their keys, as whoever locks more than one cell takes them.
    write(
        connection,
        shape,
        {key: _locked(connection, shape, key) + changes[key] for key in sorted(changes)},
    )


def subtract(connection: Connection, shape: Shape, key: Key, change: Tally) -> None:
    """Take out of a cell; an empty one is deleted."""
    write(connection, shape, {key: _locked(connection, shape, key) - change})


def dissolve(connection: Connection, row: Stored) -> None:
    """Delete the cell a result was counted in; its other results wait to be counted again.

    All rows of a cell that is not settled exist, so nothing is lost. The folding lock is held.
    """
    key = Key.of(row.week, row.source, row.language, row.flags)
    connection.execute(
        update(Result)
        .where(
            Result.questionnaire_id == row.questionnaire_id,
            Result.version == row.version,
            Result.source == row.source,
            Result.language == row.language,
            Result.week == row.week,
            Result.flags != 0 if key.group.flagged else Result.flags == 0,
            IS_FOLDED,
        )
        .values(folded=False)
    )
    connection.execute(_REMOVE, _columns_of(row.questionnaire_id, row.version, key))


def write(connection: Connection, shape: Shape, tallies: Mapping[Key, Tally]) -> None:
    """Put these cells in place of what was there; an empty one is deleted."""
    rows = [
        {**_columns(shape, key), "sums": tallies[key].to_bytes()}
        for key in sorted(tallies)
        if tallies[key]
    ]
    if rows:
        connection.execute(_WRITE[connection.dialect.name], rows)
    remove(connection, shape, [key for key in sorted(tallies) if not tallies[key]])


def remove(connection: Connection, shape: Shape, keys: Iterable[Key]) -> None:
    """Delete these cells."""
    for key in keys:
        connection.execute(_REMOVE, _columns(shape, key))


def read(
    connection: Connection, shape: Shape, *conditions: ColumnElement[bool]
) -> Iterator[tuple[Key, bytes]]:
    """The cells of a version with their sums as they are kept, in the order of their keys."""
    query = (
        select(
            Table.source,
            Table.language,
            Table.flagged,
            Table.first_week,
            Table.last_week,
            Table.settled,
            Table.sums,
        )
        .where(of_version(shape), *conditions)
        .order_by(Table.source, Table.language, Table.flagged, Table.first_week, Table.last_week)
    )
    found = connection.execute(query, execution_options={AS_BYTES: True}).all()
    for source, language, flagged, first, last, settled, sums in found:
        yield Key(Group(source, language, flagged), first, last, settled), sums


def counted(row: Stored) -> Row:
    """A stored result as the statistics take it."""
    return Row(row.answers, row.self_label, row.goal, row.setting, row.flags)


def as_cell(shape: Shape, key: Key, sums: bytes) -> Cell:
    """A cell as the statistics take it."""
    return Cell(
        first_week=key.first_week,
        last_week=key.last_week,
        source=key.group.source,
        language=key.group.language,
        flagged=key.group.flagged,
        tally=decoded(shape, sums),
    )


def decoded(shape: Shape, sums: bytes) -> Tally:
    """The tally that was kept. Raises StoreError when it was counted for other questions."""
    try:
        return Tally.from_bytes(shape, sums)
    except ValueError as error:
        raise StoreError(
            f"The sums of {shape.questionnaire_id} version {shape.version} were counted for other"
            " questions or options. Give changed content a new version, or run `stats rebuild`."
        ) from error


def of_version(shape: Shape) -> ColumnElement[bool]:
    """Cells of this version."""
    return and_(Table.questionnaire_id == shape.questionnaire_id, Table.version == shape.version)


def rows_of_version(shape: Shape) -> ColumnElement[bool]:
    """Results of this version."""
    return and_(Result.questionnaire_id == shape.questionnaire_id, Result.version == shape.version)


def in_group(group: Group) -> ColumnElement[bool]:
    """Cells of this group."""
    return and_(
        Table.source == group.source,
        Table.language == group.language,
        Table.flagged == group.flagged,
    )


def _locked(connection: Connection, shape: Shape, key: Key) -> Tally:
    data = connection.scalar(_LOCK, _columns(shape, key))
    return Tally.empty(shape) if data is None else decoded(shape, data)


def _columns(shape: Shape, key: Key) -> dict[str, object]:
    return _columns_of(shape.questionnaire_id, shape.version, key)


def _columns_of(questionnaire_id: str, version: int, key: Key) -> dict[str, object]:
    return {
        "questionnaire_id": questionnaire_id,
        "version": version,
        "source": key.group.source,
        "language": key.group.language,
        "flagged": key.group.flagged,
        "settled": key.settled,
        "first_week": key.first_week,
        "last_week": key.last_week,
    }


def _upsert(insert: Insert) -> Insert:
    return insert.on_conflict_do_update(
        index_elements=list(Table.__table__.primary_key), set_={"sums": insert.excluded.sums}
    )


# Made once: a batch may run each of them for every one of its cells.
_IS = and_(*(column == bindparam(column.name) for column in Table.__table__.primary_key))
_LOCK = select(Table.sums).where(_IS).with_for_update()
_REMOVE = delete(Table).where(_IS)
_WRITE = {
    "sqlite": _upsert(sqlite.insert(Table)),
    "postgresql": _upsert(postgresql.insert(Table)),
}
