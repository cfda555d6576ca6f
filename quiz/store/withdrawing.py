"""Taking a submission out again: the row, and what it added to the statistics."""

import logging
from collections.abc import Iterable

from sqlalchemy import Connection, delete
from sqlalchemy.exc import DBAPIError

from quiz.statistics import Shape, Tally
from quiz.store import cells as kept
from quiz.store.cells import COUNTED, Key
from quiz.store.database import rooms
from quiz.store.engines import REFUSALS, StoreError, broke_while_idle, cause_of
from quiz.store.models import Result
from quiz.store.saving import hash_of
from quiz.store.transactions import begun, erase

log = logging.getLogger(__name__)


class _UnknownSums(Exception):
    """The row was counted for a version that is not known here."""


def withdraw(receipt: str, shapes: Iterable[Shape] = (), *, patiently: bool = True) -> bool:
    """Take a submission out; False when none has this receipt, whatever the receipt may be.

    What it added to the statistics is subtracted in the same transaction; `shapes` are the
    versions that are counted here. Of another version nobody here can read the sums: the whole
    cell goes, and its other rows wait to be counted anew where that version is known. Raises
    StoreError when the database refuses: then nobody knows whether the row is gone. Unless
    `patiently`, a database that refused somebody a moment ago is not asked.
    """
    known = {(shape.questionnaire_id, shape.version): shape for shape in shapes}
    trouble = rooms().trouble
    if not patiently and not trouble.is_over():
        raise StoreError("The database does not answer; nothing was taken out.")
    try:
        # First the outbox: while this goes on nothing moves from there to the database.
        waited = _from_outbox(hash_of(receipt))
        try:
            gone = _once_more_when_broken(hash_of(receipt), known)
        except _UnknownSums:
            gone = _with_its_cell(hash_of(receipt))
    except REFUSALS as error:
        log.error("The database refused a withdrawal (%s).", cause_of(error))
        trouble.begins(cause_of(error))
        raise StoreError("The database does not answer; nothing was taken out.") from error
    if gone:
        erase("A withdrawn row is gone")
    return gone or waited


def _from_outbox(key: bytes) -> bool:
    outbox = rooms().outbox
    try:
        return outbox is not None and outbox.remove(key)
    except OSError as error:
        raise StoreError("The outbox does not answer; nothing was taken out.") from error


def _once_more_when_broken(key: bytes, known: dict[tuple[str, int], Shape]) -> bool:
    """A connection that broke while it lay in the pool (a restarted server) is replaced once."""
    try:
        with begun() as connection:
            return _take_out(connection, key, known)
    except DBAPIError as error:
        if not broke_while_idle(error):
            raise
        log.warning("A kept connection was broken; using a new one (%s).", cause_of(error))
    with begun() as connection:
        return _take_out(connection, key, known)


def _take_out(connection: Connection, key: bytes, known: dict[tuple[str, int], Shape]) -> bool:
    # First the row, which folding locks too: whoever comes second sees what the first one did.
    row = connection.execute(
        delete(Result)
        .where(Result.receipt == key)
        .returning(Result.questionnaire_id, Result.version, Result.folded, *COUNTED)
    ).first()
    if row is not None and row.folded:
        shape = known.get((row.questionnaire_id, row.version))
        if shape is None:
            raise _UnknownSums
        cell = Key.of(row.week, row.source, row.language, row.flags)
        kept.subtract(connection, shape, cell, Tally.of(shape, [kept.counted(row)]))
    return row is not None


def _with_its_cell(key: bytes) -> bool:
    """Take out a row whose sums can't be read here, and undo the counting of its whole cell."""
    with begun() as connection:
        # Nobody may add to the cell meanwhile, and who folds takes this lock before any row.
        kept.take_folding_lock(connection)
        row = connection.execute(
            delete(Result)
            .where(Result.receipt == key)
            .returning(Result.questionnaire_id, Result.version, Result.folded, *COUNTED)
        ).first()
        if row is not None and row.folded:
            kept.dissolve(connection, row)
    return row is not None
