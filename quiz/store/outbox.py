"""Where answers wait while the database refuses: a file of this server, written to the disk.

Each record is a line: its checksum, a space, and the row as JSON. A line that a crash tore was
never promised to anybody; it is noticed, counted and left out, and only that one.
"""

import base64
import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quiz.store.turns import file_turn, folder_turn

Row = Mapping[str, object]

MOST_BYTES = 64 * 2**20  # some 200,000 answers
CHECKSUM = 16
NOTHING_THERE = (FileNotFoundError, NotADirectoryError)
BYTES = ("receipt", "answers")


class OutboxFull(OSError):
    """The file has reached its limit."""


@dataclass(frozen=True)
class Records:
    """So many rows, and so many damaged records that were set aside."""

    rows: int
    damaged: int


class Outbox:
    """The records in `folder`, which is made when the first one comes.

    Threads and processes may use one folder at the same time. Everything may raise OSError.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._file = folder / "waiting"
        self._damaged = folder / "damaged"

    def rows(self) -> int:
        """How many records wait."""
        try:
            return self._file.read_bytes().count(b"\n")
        except NOTHING_THERE:
            return 0

    def size(self) -> int:
        """How many bytes they are."""
        return _size(self._file)

    def damaged(self) -> int:
        """How many damaged records were ever set aside here."""
        try:
            return self._damaged.read_bytes().count(b"\n")
        except NOTHING_THERE:
            return 0

    def append(self, row: Row) -> None:
        """Keep a row: it is on the disk when this returns. Raises OutboxFull."""
        line = _line(row)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with folder_turn(self._folder):
            size = _size(self._file)
            if size + len(line) > self._most_bytes:
                raise OutboxFull
            handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                # What a crash left half written ends here, so that it spoils nothing but itself.
                torn = size > 0 and os.pread(handle, 1, size - 1) != b"\n"
                try:
                    _write_all(handle, b"\n" * torn + line)
                    os.fsync(handle)
                except OSError:
                    os.ftruncate(handle, size)
                    raise
            finally:
                os.close(handle)
            if size == 0:
                sync_folder(self._folder)

    def drain(self, keep: Callable[[Sequence[Row]], None], batch: int) -> Records:
        """Hand every row to `keep`, at most `batch` at a time, and forget them.

        What `keep` raises leaves all of them where they are: it must not mind getting a row twice.
        """
        if not self.size():
            return Records(0, 0)
        with self._only_one():
            with folder_turn(self._folder):
                taken = self._file.read_bytes() if self._file.exists() else b""
            good, bad = _read(taken)
            for first in range(0, len(good), batch):
                keep(good[first : first + batch])
            with folder_turn(self._folder):
                if bad:
                    self._set_aside(bad)
                self._replace(self._file.read_bytes()[len(taken) :] if taken else b"")
        return Records(len(good), len(bad))

    def remove(self, receipt: bytes) -> bool:
        """Take one row out; whether it was here."""
        if not self.size():
            return False
        with self._only_one(), folder_turn(self._folder):
            lines = _lines(self._file.read_bytes())
            kept = [line for line in lines if not _is_of(receipt, line)]
            if len(kept) < len(lines):
                self._replace(b"".join(kept))
            return len(kept) < len(lines)

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Whoever hands over or takes out; others may add meanwhile."""
        with file_turn(self._folder / "turn"):
            yield

    def _replace(self, content: bytes) -> None:
        fresh = self._folder / "waiting.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            _write_all(handle, content)
            os.fsync(handle)
        finally:
            os.close(handle)
        fresh.replace(self._file)
        sync_folder(self._folder)

    def _set_aside(self, lines: Sequence[bytes]) -> None:
        handle = os.open(self._damaged, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            _write_all(handle, b"".join(line.rstrip(b"\n") + b"\n" for line in lines))
            os.fsync(handle)
        finally:
            os.close(handle)


def _line(row: Row) -> bytes:
    plain = {
        name: base64.b64encode(value).decode() if isinstance(value, bytes) else value
        for name, value in row.items()
    }
    text = json.dumps(plain, separators=(",", ":"), ensure_ascii=True).encode()
    return _checksum(text) + b" " + text + b"\n"


def _row(line: bytes) -> dict[str, object] | None:
    """The row of a line; None when it is damaged."""
    checksum, _, text = line.removesuffix(b"\n").partition(b" ")
    if not line.endswith(b"\n") or checksum != _checksum(text):
        return None
    row: dict[str, object] = json.loads(text)
    return row | {name: base64.b64decode(str(row[name])) for name in BYTES}


def _is_of(receipt: bytes, line: bytes) -> bool:
    row = _row(line)
    return row is not None and row["receipt"] == receipt


def _lines(content: bytes) -> list[bytes]:
    """With their ends; the last one may have none."""
    return [line for line in re.split(rb"(?<=\n)", content) if line]


def _read(content: bytes) -> tuple[list[Row], list[bytes]]:
    good: list[Row] = []
    bad: list[bytes] = []
    for line in _lines(content):
        row = _row(line)
        if row is None:
            bad.append(line)
        else:
            good.append(row)
    return good, bad


def _checksum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest()[:CHECKSUM].encode()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except NOTHING_THERE:
        return 0


def _write_all(handle: int, content: bytes) -> None:
    while content:
        content = content[os.write(handle, content) :]


def sync_folder(folder: Path) -> None:
    """See to it that what was made, renamed or removed in a folder is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
