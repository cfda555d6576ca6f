"""Saving a submission once: in the database, or in the outbox until the database is back."""

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum
from errno import errorcode

from sqlalchemy import func, select

from quiz.store.committing import AT_ONCE, insert_all
from quiz.store.database import rooms
from quiz.store.engines import REFUSALS, StoreError, cause_of
from quiz.store.models import ID_LENGTH, RECEIPT_BYTES, Result
from quiz.store.outbox import Records
from quiz.store.shared_commit import QueueFull, Row
from quiz.store.transactions import begun

log = logging.getLogger(__name__)

MOST_ANSWERS = 1000
MOST_FLAGS = 2**31 - 1
ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LENGTH}}}", re.ASCII)


class Outcome(Enum):
    """What became of a submission."""

    STORED = "stored"
    ALREADY_STORED = "already stored"
    KEPT = "kept until the database is back"
    NOT_STORED = "not stored"


class Busy(StoreError):
    """Too many wait to be stored; this one had better come again in a moment."""


@dataclass(frozen=True)
class Submission:
    """One finished quiz on its way into the store; ValueError when a field is out of bounds.

    `receipt` is the visit's random nonce: only a hash of it is kept. `week` is the ISO year times
    100 plus the ISO week. `answers` are raw, 1..points in item order, 0 for one left open. Ids
    hold letters, digits, - and _ only, so that no free text can come in by mistake.
    """

    receipt: str = field(repr=False)
    questionnaire_id: str
    version: int
    week: int
    language: str
    answers: tuple[int, ...] = field(repr=False)
    source: str = "direct"
    self_label: str | None = None
    goal: str | None = None
    setting: str | None = None
    flags: int = 0

    def __post_init__(self) -> None:
        if not self.receipt:
            raise ValueError("receipt is empty")
        for name in ("questionnaire_id", "language", "source"):
            if not ID.fullmatch(getattr(self, name)):
                raise ValueError(f"{name} is not an id")
        for name in ("self_label", "goal", "setting"):
            value = getattr(self, name)
            if value is not None and not ID.fullmatch(value):
                raise ValueError(f"{name} is not an id")
        year, week = divmod(self.week, 100)
        if not (2000 <= year <= 9999 and 1 <= week <= 53):
            raise ValueError("week is not an ISO year times 100 plus an ISO week")
        if not 1 <= len(self.answers) <= MOST_ANSWERS:
            raise ValueError("too few or too many answers")
        if not all(0 <= answer <= 255 for answer in self.answers):
            raise ValueError("an answer is not in 0..255")
        if not (0 <= self.version <= MOST_FLAGS and 0 <= self.flags <= MOST_FLAGS):
            raise ValueError("version or flags out of bounds")


def save(submission: Submission) -> Outcome:
    """Store a submission durably, once; a repeat of its receipt changes nothing.

    Never raises for a database that refuses: that is logged, without a word of the submission,
    and the submission waits in the outbox (KEPT) or, when even that fails, is NOT_STORED. Raises
    Busy, with nothing stored, when too many are waiting already.
    """
    row = row_of(submission)
    room = rooms()
    if room.outbox is None or room.trouble.is_over():
        try:
            added = room.writer.store(row)
        except QueueFull:
            raise Busy("Very many people are answering at this moment.") from None
        except REFUSALS as error:
            room.trouble.begins(cause_of(error))
            log.error("The database refused a submission (%s).", cause_of(error))
        else:
            room.trouble.ends()
            return Outcome.STORED if added else Outcome.ALREADY_STORED
    return _keep(row)


def drain() -> Records:
    """Store what waits in the outbox, each row once, and forget it there.

    Raises StoreError when the database still refuses: then all of it stays where it is.
    """
    rooms().lost.tell()
    outbox = rooms().outbox
    if outbox is None:
        return Records(0, 0)
    try:
        drained = outbox.drain(_store_all, AT_ONCE)
    except REFUSALS as error:
        raise StoreError(f"The outbox could not be emptied ({cause_of(error)}).") from error
    except OSError as error:
        raise StoreError(f"The outbox could not be read ({error.strerror}).") from error
    rooms().trouble.ends()  # what any worker put there is stored, so the database works
    if drained.rows:
        log.warning("%d answers that waited in the outbox are stored now.", drained.rows)
    if drained.damaged:
        log.error("%d records of the outbox are damaged and were set aside.", drained.damaged)
    if drained.other_release:
        log.error(
            "Answers in the outbox that another release of the quiz wrote were set aside, whole"
            " (%d), in its file other-release. docs/faults.md says how to store them.",
            drained.other_release,
        )
    return drained


def waiting_in_outbox() -> Records:
    """How many answers wait in this server's outbox, and how many records were set aside.

    Raises StoreError.
    """
    outbox = rooms().outbox
    try:
        return outbox.waiting() if outbox else Records(0, 0)
    except OSError as error:
        raise StoreError(f"The outbox could not be read ({error.strerror}).") from error


def no_room_in_outbox() -> str | None:
    """Why the disk lets nothing more wait in this server's outbox; None when it does."""
    outbox = rooms().outbox
    return outbox.no_room() if outbox else None


def outbox_bytes() -> int:
    """How many bytes wait in this server's outbox; asks for the file's size only."""
    outbox = rooms().outbox
    return outbox.size() if outbox else 0


def _store_all(rows: Sequence[Row]) -> None:
    with begun() as connection:
        insert_all(connection, rows)


def _keep(row: Row) -> Outcome:
    outbox = rooms().outbox
    if outbox is None:
        return Outcome.NOT_STORED
    try:
        outbox.append(row)
    except OSError as error:
        why = type(error).__name__ if error.errno is None else errorcode.get(error.errno, "OSError")
        rooms().lost.happened(f"The outbox refused a submission too; it is lost ({why}).")
        return Outcome.NOT_STORED
    return Outcome.KEPT


def row_of(submission: Submission) -> dict[str, object]:
    """What is stored of a submission: all of it, but only a hash of the receipt."""
    return {
        "receipt": hash_of(submission.receipt),
        "questionnaire_id": submission.questionnaire_id,
        "version": submission.version,
        "week": submission.week,
        "source": submission.source,
        "language": submission.language,
        "answers": bytes(submission.answers),
        "self_label": submission.self_label,
        "goal": submission.goal,
        "setting": submission.setting,
        "flags": submission.flags,
        "folded": False,
    }


def count() -> int:
    """How many submissions are stored. Raises StoreError when the database refuses."""
    try:
        with rooms().single.connect() as connection:
            return connection.scalar(select(func.count()).select_from(Result)) or 0
    except REFUSALS as error:
        raise StoreError("The database does not answer.") from error


def hash_of(receipt: str) -> bytes:
    """What is kept of a receipt."""
    return hashlib.sha256(receipt.encode("utf-8", "surrogatepass")).digest()[:RECEIPT_BYTES]
