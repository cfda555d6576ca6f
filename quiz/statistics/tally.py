"""Sums of many results that merge by addition: whole numbers only, so the order never matters."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from quiz.statistics.shape import FLAGS, NO_LABEL, Integers, Measure, Shape

STORED = np.dtype("<i8")


@dataclass(frozen=True)
class Row:
    """One result as it is stored: raw answers 1..points (0 for one left open) and choices."""

    answers: bytes
    self_label: str | None = None
    goal: str | None = None
    setting: str | None = None
    flags: int = 0


class Tally:
    """The sums of some results of one version; never changed after it is made.

    Part "n" counts complete results. Answers, cross-products and facets are sums over the
    `n_detail` of them whose details were kept. An incomplete or impossible row counts in
    `n_incomplete` and nowhere else.
    """

    __slots__ = ("shape", "sums")

    def __init__(self, shape: Shape, sums: Integers) -> None:
        """`sums` has `shape.width` whole numbers. Raises ValueError for any other length."""
        if sums.shape != (shape.width,):
            raise ValueError(f"{sums.shape} sums for a width of {shape.width}")
        sums.flags.writeable = False
        self.shape = shape
        self.sums = sums

    @classmethod
    def empty(cls, shape: Shape) -> "Tally":
        """The tally of nobody."""
        return cls(shape, np.zeros(shape.width, dtype=np.int64))

    @classmethod
    def of(cls, shape: Shape, rows: Sequence[Row]) -> "Tally":
        """The tally of these results."""
        k = len(shape.item_ids)
        possible = bytes(range(1, shape.points + 1))
        whole = [row for row in rows if len(row.answers) == k and not row.answers.strip(possible)]
        sums = np.zeros(shape.width, dtype=np.int64)
        tally = cls.__new__(cls)
        tally.shape, tally.sums = shape, sums
        tally._at("n_incomplete")[0] = len(rows) - len(whole)
        if whole:
            _count(tally, whole)
        sums.flags.writeable = False
        return tally

    @classmethod
    def total(cls, shape: Shape, tallies: Iterable["Tally"]) -> "Tally":
        """The tally of all of them."""
        sums = np.zeros(shape.width, dtype=np.int64)
        for tally in tallies:
            sums += tally.sums
        return cls(shape, sums)

    @classmethod
    def from_bytes(cls, shape: Shape, data: bytes) -> "Tally":
        """What `to_bytes` gave. Raises ValueError for data of another width."""
        return cls(shape, np.frombuffer(data, dtype=STORED).astype(np.int64, copy=False))

    def to_bytes(self) -> bytes:
        """The sums as 64-bit numbers, lowest byte first."""
        return self.sums.astype(STORED, copy=False).tobytes()

    @property
    def n(self) -> int:
        """How many complete results."""
        return int(self.sums[0])

    @property
    def n_detail(self) -> int:
        """How many of them stand behind answers, cross-products and facets."""
        return int(self["n_detail"][0])

    @property
    def n_incomplete(self) -> int:
        """How many rows could not be counted."""
        return int(self["n_incomplete"][0])

    def thin(self) -> "Tally":
        """The same without answers, cross-products and facets: what a small group may keep."""
        return Tally(self.shape, np.where(self.shape.detail, 0, self.sums))

    def __getitem__(self, part: str) -> Integers:
        return self._at(part)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self._same(other), self.sums + other.sums)

    def __sub__(self, other: "Tally") -> "Tally":
        return Tally(self._same(other), self.sums - other.sums)

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Tally)
            and self.shape == other.shape
            and bool(np.array_equal(self.sums, other.sums))
        )

    def __hash__(self) -> int:
        return hash((self.shape.questionnaire_id, self.shape.version, self.to_bytes()))

    def __bool__(self) -> bool:
        return bool(self.sums.any())

    def _at(self, part: str) -> Integers:
        place, size = self.shape.parts[part]
        return self.sums[place].reshape(size)

    def _same(self, other: "Tally") -> Shape:
        if self.shape != other.shape:
            raise ValueError("Tallies of two questionnaires don't add up.")
        return self.shape


def _count(tally: Tally, rows: Sequence[Row]) -> None:
    shape = tally.shape
    k, points = len(shape.item_ids), shape.points
    raw = np.frombuffer(b"".join(row.answers for row in rows), dtype=np.uint8)
    raw = raw.reshape(len(rows), k).astype(np.int64)
    keyed = np.where(np.array(shape.keys) > 0, raw, points + 1 - raw)
    tally["n"][0] = tally["n_detail"][0] = len(rows)
    bits = np.array([row.flags for row in rows], dtype=np.int64)
    tally["flags"][:] = [(bits & flag.value > 0).sum() for flag in FLAGS]
    for answer in range(points):
        tally["answers"][:, answer] = (raw == answer + 1).sum(axis=0)
    # Whole numbers below 2**53: floating point is exact here, and its product is quicker.
    tally["products"][:] = (raw.T.astype(float) @ raw.astype(float)).astype(np.int64)[shape.lower]
    for facet in shape.facets:
        tally[f"facet {facet.id}"][:] = _histogram(shape, facet, _sums(keyed, facet))
    bands = []
    for scale in shape.scales:
        sums = _sums(keyed, scale)
        tally[f"scale {scale.id}"][:] = _histogram(shape, scale, sums)
        bands.append(shape.band_places(scale)[sums])
    tally["styles"][:] = np.bincount(
        shape.style_table[tuple(bands)], minlength=len(shape.style_ids)
    )
    labels = _places(shape.labels, [row.self_label or NO_LABEL for row in rows])
    first = shape.scales[0]
    np.add.at(tally["labels"], (np.maximum(labels, 0), _sums(keyed, first)), 1)
    for part, known, chosen in (
        ("goals", shape.goals, [row.goal for row in rows]),
        ("settings", shape.settings, [row.setting for row in rows]),
    ):
        places = _places(known, chosen)
        tally[part][:] = np.bincount(places[places >= 0], minlength=len(known))


def _sums(keyed: Integers, measure: Measure) -> Integers:
    found: Integers = (keyed[:, list(measure.items)] - 1).sum(axis=1)
    return found


def _histogram(shape: Shape, measure: Measure, sums: Integers) -> Integers:
    return np.bincount(sums, minlength=shape.steps(measure))


def _places(known: Sequence[str], chosen: Sequence[str | None]) -> Integers:
    place = {name: at for at, name in enumerate(known)}
    return np.array([place.get(name or NO_LABEL, -1) for name in chosen], dtype=np.int64)
