"""Saving a submission once."""

import hashlib
import logging
import re
from dataclasses import dataclass, field
from enum import Enum

from sqlalchemy import Engine, Executable, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from quiz.store.database import REFUSALS, StoreError, cause_of, rooms
from quiz.store.models import ID_LENGTH, RECEIPT_BYTES, Result

log = logging.getLogger(__name__)

MOST_ANSWERS = 1000
MOST_FLAGS = 2**31 - 1
ID = re.compile(rf"[A-Za-z0-9_-]{{1,{ID_LENGTH}}}", re.ASCII)


class Outcome(Enum):
    """What became of a submission."""

    STORED = "stored"
    ALREADY_STORED = "already stored"
    NOT_STORED = "not stored"


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


_INSERT = {
    "sqlite": sqlite.insert(Result).on_conflict_do_nothing(),
    "postgresql": postgresql.insert(Result).on_conflict_do_nothing(),
}


def save(submission: Submission) -> Outcome:
    """Store a submission durably, once; a repeat of its receipt changes nothing.

    Never raises for a database that refuses: that is logged, without a word of the submission,
    and answered with NOT_STORED.
    """
    row = row_of(submission)
    engine, turns = rooms().single, rooms().turns
    try:
        with turns.turn():
            added = _execute(engine, _INSERT[engine.dialect.name], row)
    except REFUSALS as error:
        log.error("The database refused a submission; it was not stored (%s).", cause_of(error))
        return Outcome.NOT_STORED
    return Outcome.STORED if added else Outcome.ALREADY_STORED


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


def _execute(engine: Engine, statement: Executable, row: dict[str, object] | None = None) -> int:
    """Run one statement and count the rows it touched.

    A connection that broke while it lay in the pool (a restarted server) is replaced once.
    Running it twice is safe: the receipt is unique.
    """
    for attempt in (1, 2):
        try:
            with engine.connect() as connection:
                return connection.execute(
                    statement, row, execution_options={"preserve_rowcount": True}
                ).rowcount
        except DBAPIError as error:
            if attempt == 2 or not error.connection_invalidated:
                raise
            log.warning("A kept connection was broken; using a new one (%s).", cause_of(error))
    raise AssertionError("unreachable")
