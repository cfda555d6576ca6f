"""How the outbox writes a row: a line with its checksum, a space, and the row as JSON."""

import base64
import hashlib
import json
from collections.abc import Collection, Mapping
from enum import Enum

Row = Mapping[str, object]

CHECKSUM = 16
BYTES = ("receipt", "answers")


class Unreadable(Enum):
    """Why a line holds no row for this release."""

    DAMAGED = "damaged"
    OTHER_RELEASE = "other-release"


def line_of(row: Row) -> bytes:
    """The line of a row, with its end."""
    plain = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row.items()
    }
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=True).encode()
    return _checksum(text) + b" " + text + b"\n"


def row_in(line: bytes, columns: Collection[str], optional: Collection[str]) -> Row | Unreadable:
    """The row in a line. What it lacks of the `optional` columns was left open.

    One that is whole but has other columns was written by another release: what it lacks can't be
    made up, and what it has more must not get lost.
    """
    found = _whole(line)
    if found is None:
        return Unreadable.DAMAGED
    if not isinstance(found, dict):
        return Unreadable.OTHER_RELEASE
    found = dict.fromkeys(optional) | found
    if found.keys() != set(columns):
        return Unreadable.OTHER_RELEASE
    return found | {name: base64.b64decode(str(found[name])) for name in BYTES if name in found}


def is_of(receipt: bytes, line: bytes) -> bool:
    """Whether a line is of this receipt, whichever release wrote it."""
    told = base64.b64encode(receipt)
    if told not in line:  # so nearly all are passed over without being read
        return False
    found = _whole(line)
    return isinstance(found, dict) and found.get("receipt") == told.decode()


def _whole(line: bytes) -> object | None:
    """What is written in a line; None when it is torn or spoilt."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != _checksum(text):
        return None
    found: object = json.loads(text)
    return found


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:CHECKSUM].encode()
