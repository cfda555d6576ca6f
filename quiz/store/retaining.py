"""Old rows go; what stays of them is sums over enough people, or sums that say little."""

from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import and_, delete, select

from quiz.statistics import Shape, Tally
from quiz.store import cells as kept
from quiz.store.cells import IS_FOLDED, Group, Key
from quiz.store.engines import UNHURRIED
from quiz.store.models import Result
from quiz.store.models import Tally as Table
from quiz.store.transactions import asking, erase, writing

# Below this many people, answer sheets can be worked out from sums of products.
LEAST_DETAIL = 100
QUARTER = 13


def retain(shapes: Sequence[Shape], weeks: int, this_week: int) -> int:
    """Delete folded results before they are older than `weeks`; how many were deleted.

    They leave a quarter at a time (for a shorter retention: half of it), when its first week is
    `weeks` ago, so that small groups have several weeks whose sums can be merged. One
    transaction for each such block. Raises StoreError.
    """
    deleted = 0
    length = QUARTER if weeks >= 2 * QUARTER else max(1, weeks // 2)
    for shape in shapes:
        for block in _due(shape, length, weeks, this_week):
            deleted += _settle(shape, *block)
    if deleted:
        erase("Old rows are gone")
    return deleted


def _due(shape: Shape, length: int, weeks: int, this_week: int) -> list[tuple[int, int]]:
    query = select(Table.first_week).where(kept.of_version(shape), ~Table.settled).distinct()
    with asking("The old results could not be found") as connection:
        blocks = {_block(week, length) for week in connection.scalars(query)}
    return sorted(
        (first, last) for first, last in blocks if _weeks_between(first, this_week) >= weeks
    )


def _settle(shape: Shape, first: int, last: int) -> int:
    in_block = and_(Table.first_week >= first, Table.last_week <= last)
    with writing("The old results could not be deleted", **UNHURRIED) as connection:
        kept.take_folding_lock(connection)
        # Rows first, cells after: a withdrawal takes its locks in the same order.
        deleted = connection.execute(
            delete(Result).where(
                kept.rows_of_version(shape), IS_FOLDED, Result.week.between(first, last)
            )
        ).rowcount
        groups = connection.execute(
            select(Table.source, Table.language, Table.flagged)
            .where(kept.of_version(shape), ~Table.settled, in_block)
            .group_by(Table.source, Table.language, Table.flagged)
        ).all()
        for group in sorted(Group(*names) for names in groups):
            before = {
                key: kept.decoded(shape, sums)
                for key, sums in kept.read(connection, shape, kept.in_group(group), in_block)
            }
            kept.remove(connection, shape, before)
            kept.write(connection, shape, _merged(before))
    return deleted


def _merged(cells: dict[Key, Tally]) -> dict[Key, Tally]:
    """The cells of a block and group as they stay: of enough people each, the rest thinned."""
    large: list[tuple[Key, Tally]] = []
    thin: tuple[Key, Tally] | None = None
    collected: tuple[Key, Tally] | None = None
    for key, tally in sorted(cells.items(), key=lambda cell: cell[0].first_week):
        if key.settled and not tally.n_detail:
            thin = _join(thin, (key, tally))
        elif key.settled:
            large.append((key, tally))
        else:
            collected = _join(collected, (key, tally))
            if collected[1].n_detail >= LEAST_DETAIL:
                large.append(collected)
                collected = None
    if collected and large:
        large[-1] = _join(large[-1], collected)
    elif collected:
        thin = _join(thin, (collected[0], collected[1].thin()))
    return _keyed(large + ([thin] if thin else []))


def _join(one: tuple[Key, Tally] | None, other: tuple[Key, Tally]) -> tuple[Key, Tally]:
    key, tally = other
    if one is None:
        return Key(key.group, key.first_week, key.last_week, settled=True), tally
    first = min(one[0].first_week, key.first_week)
    last = max(one[0].last_week, key.last_week)
    return Key(key.group, first, last, settled=True), one[1] + tally


def _keyed(cells: Iterable[tuple[Key, Tally]]) -> dict[Key, Tally]:
    keyed: dict[Key, Tally] = {}
    for key, tally in cells:
        keyed[key] = keyed[key] + tally if key in keyed else tally
    return keyed


def _block(week: int, length: int) -> tuple[int, int]:
    """The first and the last week of the block that a week is in; never in two years."""
    year, number = divmod(week, 100)
    place = (number - 1) // length
    if length == QUARTER:
        place = min(place, 3)  # a 53rd week belongs to the last quarter
        end = (place + 1) * length if place < 3 else 53
    else:
        end = (place + 1) * length
    return year * 100 + place * length + 1, year * 100 + min(end, 53)


def _weeks_between(week: int, later: int) -> int:
    return (_monday(later) - _monday(week)).days // 7


def _monday(week: int) -> date:
    return date.fromisocalendar(week // 100, week % 100, 1)
