"""Where answers wait while the database refuses: a file of this server, written to the disk.

Each record is a line (records.py). A line that a crash tore was never promised to anybody; it is
noticed, counted and left out, and only that one. A whole line that another release wrote, with
other columns, is set aside as it is, for that release to read.
"""

import os
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from quiz.store.models import Result
from quiz.store.records import Row, Unreadable, is_of, line_of, row_in
from quiz.store.room import no_room
from quiz.store.turns import file_turn, folder_turn

MOST_BYTES = 64 * 2**20  # some 200,000 answers
PIECE = 2**16  # bytes that are read at a time
NOTHING_THERE = (FileNotFoundError, NotADirectoryError)
COLUMNS = tuple(Result.__table__.columns.keys())
OPTIONAL = tuple(name for name, column in Result.__table__.columns.items() if column.nullable)


class OutboxFull(OSError):
    """The file has reached its limit."""


@dataclass(frozen=True)
class Records:
    """So many rows, and so many records that were set aside: damaged, or of another release."""

    rows: int
    damaged: int
    other_release: int = 0


class Outbox:
    """The records in `folder`, which is made when the first one comes.

    `columns` are those of a row of this release, `optional` those that an older one may lack.
    Threads and processes may use one folder at the same time. Everything may raise OSError.
    """

    def __init__(
        self,
        folder: Path,
        most_bytes: int = MOST_BYTES,
        columns: Collection[str] = COLUMNS,
        optional: Collection[str] = OPTIONAL,
    ) -> None:
        self._folder = folder
        self._most_bytes = most_bytes
        self._columns = columns
        self._optional = optional
        self._file = folder / "waiting"

    def waiting(self) -> Records:
        """How many records wait, and how many were ever set aside here."""
        return Records(
            _lines_in(self._file),
            *(_lines_in(self._aside(why)) for why in Unreadable),
        )

    def size(self) -> int:
        """How many bytes they are."""
        return _size(self._file)

    def no_room(self) -> str | None:
        """Why its disk lets nothing be added, in a sentence; None when it does."""
        return no_room("outbox", self._file)

    def append(self, row: Row) -> None:
        """Keep a row: it is on the disk when this returns. Raises OutboxFull."""
        line = line_of(row)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with folder_turn(self._folder):
            size = _size(self._file)
            if size + len(line) > self._most_bytes:
                raise OutboxFull
            _add(self._file, [line])
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
                end = self.size()
            if not end:  # another one was faster
                return Records(0, 0)
            aside = dict.fromkeys(Unreadable, 0)
            kept = 0
            rows: list[Row] = []
            for line in self._lines(end):
                row = self._read(line)
                if isinstance(row, Unreadable):
                    aside[row] += 1
                    continue
                rows.append(row)
                if len(rows) == batch:
                    keep(rows)
                    kept, rows = kept + batch, []
            if rows:
                keep(rows)
            with folder_turn(self._folder):
                for why in Unreadable:
                    if aside[why]:
                        found = (line for line in self._lines(end) if self._read(line) is why)
                        _add(self._aside(why), (line.rstrip(b"\n") + b"\n" for line in found))
                self._replace(self._file, _pieces(self._file, end))
        return Records(kept + len(rows), *(aside[why] for why in Unreadable))

    def remove(self, receipt: bytes) -> bool:
        """Take one row out, whichever release wrote it; whether it was here."""
        files = (self._file, self._aside(Unreadable.OTHER_RELEASE))
        if not any(map(_size, files)):
            return False
        with self._only_one(), folder_turn(self._folder):
            found = [self._remove_from(file, receipt) for file in files if _size(file)]
            return any(found)

    def _remove_from(self, file: Path, receipt: bytes) -> bool:
        with file.open("rb") as lines:
            if not any(is_of(receipt, line) for line in lines):
                return False
            lines.seek(0)
            self._replace(file, (line for line in lines if not is_of(receipt, line)))
        return True

    def _read(self, line: bytes) -> Row | Unreadable:
        return row_in(line, self._columns, self._optional)

    def _lines(self, end: int) -> Iterator[bytes]:
        """The lines of the file as it was when it had `end` bytes, with their ends."""
        with self._file.open("rb") as lines:
            for line in lines:
                yield line[:end]
                end -= len(line)
                if end <= 0:
                    return

    def _aside(self, why: Unreadable) -> Path:
        return self._folder / why.value

    @contextmanager
    def _only_one(self) -> Iterator[None]:
        """Whoever hands over or takes out; others may add meanwhile."""
        with file_turn(self._folder / "turn"):
            yield

    def _replace(self, file: Path, content: Iterable[bytes]) -> None:
        fresh = file.with_name(f"{file.name}.new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.writelines(content)
            out.flush()
            os.fsync(out.fileno())
        fresh.replace(file)
        sync_folder(self._folder)


def _add(file: Path, lines: Iterable[bytes]) -> None:
    """Write lines at the end of a file, all or none of them."""
    handle = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        size = os.fstat(handle).st_size
        try:
            # What a crash left half written ends here, so that it spoils nothing but itself.
            if size > 0 and os.pread(handle, 1, size - 1) != b"\n":
                _write_all(handle, b"\n")
            for line in lines:
                _write_all(handle, line)
            os.fsync(handle)
        except OSError:
            os.ftruncate(handle, size)
            raise
    finally:
        os.close(handle)


def _pieces(file: Path, start: int = 0) -> Iterator[bytes]:
    """The bytes of a file from there on, a few at a time."""
    with file.open("rb") as opened:
        opened.seek(start)
        while piece := opened.read(PIECE):
            yield piece


def _lines_in(file: Path) -> int:
    try:
        return sum(piece.count(b"\n") for piece in _pieces(file))
    except NOTHING_THERE:
        return 0


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
