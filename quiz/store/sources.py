"""The blogs that embed the quiz: each with a key in its address and a secret of its own."""

import hashlib
import re
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError

from quiz.store.database import rooms
from quiz.store.engines import REFUSALS, StoreError, cause_of
from quiz.store.models import CARD_BYTES
from quiz.store.models import Source as Row
from quiz.store.transactions import asking

KEY = re.compile(r"[a-z0-9-]{1,32}", re.ASCII)
DIRECT = "direct"
OTHER = "other"
RESERVED = (DIRECT, OTHER)
LONGEST_NAME = 80
LONGEST_ORIGINS = 4000
SECRET_BYTES = 24


class SourceError(ValueError):
    """A source can't be added or retired; the message is a sentence that says why."""


@dataclass(frozen=True)
class Source:
    """A blog on the list. Weeks are the ISO year times 100 plus the ISO week.

    `origins` are where its frame may stand; none means wherever the quiz may be framed at all.
    """

    key: str
    name: str
    origins: tuple[str, ...]
    created_week: int
    retired_week: int | None


def add(key: str, name: str, origins: Sequence[str], week: int) -> str:
    """Put a source on the list; its audience secret, of which only a hash is kept.

    Raises SourceError when key, name or origins can't be used or the key is taken, StoreError
    when the database refuses.
    """
    _check(key, name, origins)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = {
        "key": key,
        "name": name,
        "origins": " ".join(origins),
        **_hashes(secret),
        "created_week": week,
        "retired_week": None,
    }
    engine, turns = rooms().single, rooms().turns
    try:
        with turns.turn(), engine.connect() as connection:
            connection.execute(insert(Row), row)
    except IntegrityError:
        raise SourceError(
            f"There is a source {key!r} already. Keys are never given twice, retired ones neither."
        ) from None
    except REFUSALS as error:
        raise StoreError(f"The source could not be added ({cause_of(error)}).") from error
    return secret


def rename(key: str, name: str) -> None:
    """Call a source something else. Raises SourceError, StoreError."""
    _check_name(name)
    _change(key, {"name": name})


def allow(key: str, origins: Sequence[str]) -> None:
    """Say where a source's frame may stand from now on. Raises SourceError, StoreError."""
    _check_origins(origins)
    _change(key, {"origins": " ".join(origins)})


def renew(key: str) -> str:
    """Give a source another audience secret; the old one and its card open nothing any more.

    Raises SourceError, StoreError.
    """
    secret = secrets.token_urlsafe(SECRET_BYTES)
    _change(key, _hashes(secret))
    return secret


def retire(key: str, week: int) -> None:
    """Take a source out of use; what was counted for it stays counted.

    Raises SourceError when there is no such source in use, StoreError when the database refuses.
    """
    _change(key, {"retired_week": week})


def listed() -> tuple[Source, ...]:
    """Every source, in the order of the keys. Raises StoreError when the database refuses."""
    return _found()


def by_secret(secret: str) -> Source | None:
    """The source with this audience secret, retired or not. Raises StoreError."""
    return next(iter(_found(Row.audience == _hashes(secret)["audience"])), None)


def by_card(card: str) -> Source | None:
    """The source with this public card, retired or not. Raises StoreError."""
    return next(iter(_found(Row.card == _hash_of_card(card))), None)


def card_of(secret: str) -> str:
    """The public key of a blogger's cards: made from the secret, which it does not give away."""
    derived = hashlib.sha256(b"card:" + _sha256(secret)).digest()[:CARD_BYTES]
    return urlsafe_b64encode(derived).rstrip(b"=").decode()


def _hashes(secret: str) -> dict[str, bytes]:
    return {"audience": _sha256(secret), "card": _hash_of_card(card_of(secret))}


def _hash_of_card(card: str) -> bytes:
    return _sha256(card)[:CARD_BYTES]


def _sha256(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _found(*conditions: ColumnElement[bool]) -> tuple[Source, ...]:
    query = (
        select(Row.key, Row.name, Row.origins, Row.created_week, Row.retired_week)
        .where(*conditions)
        .order_by(Row.key)
    )
    with asking("The sources could not be read") as connection:
        rows = connection.execute(query).all()
    return tuple(
        Source(row.key, row.name, tuple(row.origins.split()), row.created_week, row.retired_week)
        for row in rows
    )


def _change(key: str, changes: Mapping[str, object]) -> None:
    statement = update(Row).where(Row.key == key, Row.retired_week.is_(None)).values(**changes)
    engine, turns = rooms().single, rooms().turns
    try:
        with turns.turn(), engine.connect() as connection:
            changed = connection.execute(
                statement, execution_options={"preserve_rowcount": True}
            ).rowcount
    except REFUSALS as error:
        raise StoreError(f"The source could not be changed ({cause_of(error)}).") from error
    if not changed:
        raise SourceError(f"No source {key!r} is in use; `sources list` shows them all.")


def _check(key: str, name: str, origins: Sequence[str]) -> None:
    if not KEY.fullmatch(key):
        raise SourceError(
            f"{key!r} can't be a key: use 1 to 32 of the letters a to z, digits and hyphens."
        )
    if key in RESERVED:
        raise SourceError(f"{key!r} is what results without a source are counted under.")
    _check_name(name)
    _check_origins(origins)


def _check_name(name: str) -> None:
    if not name.isprintable() or not name.strip() or len(name) > LONGEST_NAME:
        raise SourceError(f"The name must be 1 to {LONGEST_NAME} characters on one line.")


def _check_origins(origins: Sequence[str]) -> None:
    kept = " ".join(origins)
    if any(origin.split() != [origin] for origin in origins) or len(kept) > LONGEST_ORIGINS:
        raise SourceError("The origins are too many, or one of them has a space in it.")
