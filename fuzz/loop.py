"""A coverage-guided loop: an input that reaches new lines is kept, and changed further.

Python's own tracing tells what was reached, so it runs wherever the quiz does and inside pytest.
"""

import random
import re
import sys
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

QUIZ = str(Path(__file__).parents[1] / "quiz")
LONGEST = 20_000
ODD_BYTES = b"\0\t\n\r\"%&',-.<=[\\{\x7f\x80\xff0"
WORD = re.compile(rb'"[^"\n]*"|[\w.+-]+')
Step = tuple[CodeType, int, int]


@dataclass(frozen=True)
class Target:
    """Something that reads strangers' bytes. `feed` raises when a promise is broken.

    Steps from line to line count as reached in files whose path begins with one of `inside`.
    `close` lets go of what feeding opened; it may be fed again afterwards.
    """

    name: str
    feed: Callable[[bytes], None]
    seeds: Sequence[bytes]
    words: Sequence[bytes] = ()
    inside: tuple[str, ...] = (QUIZ,)
    close: Callable[[], None] = lambda: None


@dataclass
class Outcome:
    """What a campaign tried and found; `crashes` are inputs with what they raised."""

    tried: int = 0
    steps: set[Step] = field(default_factory=set)
    kept: list[bytes] = field(default_factory=list)
    crashes: list[tuple[bytes, str]] = field(default_factory=list)


def campaign(target: Target, *, seed: int, inputs: int = 0, seconds: float = 0) -> Outcome:
    """Feed seeds and changes of them until `inputs` are tried or `seconds` are over.

    Of crashes that raise at the same place the first is kept.
    """
    outcome, places, chance = Outcome(), set(), random.Random(seed)
    end = time.monotonic() + seconds
    with closing(target):
        while outcome.tried < inputs or time.monotonic() < end:
            if outcome.tried < len(target.seeds):
                data = target.seeds[outcome.tried]
            else:
                data = changed(chance, outcome.kept or list(target.seeds), target.words)
            outcome.tried += 1
            reached: set[Step] = set()
            try:
                with _watched(target.inside, reached):
                    target.feed(data)
            except Exception as error:
                last = traceback.extract_tb(error.__traceback__)[-1]
                if (place := (type(error), last.filename, last.lineno)) not in places:
                    places.add(place)
                    outcome.crashes.append((data, traceback.format_exc()))
            if not reached <= outcome.steps:
                outcome.steps |= reached
                outcome.kept.append(data)
    return outcome


def changed(chance: random.Random, kept: Sequence[bytes], words: Sequence[bytes]) -> bytes:
    """One of the kept inputs with one to four changes."""
    data = bytearray(chance.choice(kept[-8:] if chance.random() < 0.3 else kept))
    for _ in range(chance.randint(1, 4)):
        at = chance.randint(0, len(data))
        to = min(len(data), at + chance.choice((1, 1, 2, 4, 16, 64)))
        kind = chance.randrange(6)
        if kind == 0 and at < len(data):
            data[at] = chance.choice(
                (data[at] ^ 1 << chance.randrange(8), chance.choice(ODD_BYTES))
            )
        elif kind == 1:
            del data[at:to]
        elif kind == 2 and words:
            data[at:at] = chance.choice(words)
        elif kind == 3 and (spans := [found.span() for found in WORD.finditer(data)]):
            at, to = chance.choice(spans)
            data[at:to] = chance.choice(words or kept)
        elif kind == 4:
            data[at:at] = data[at:to] * chance.choice((1, 2, 50))
        else:
            other = chance.choice(kept)
            cut = chance.randint(0, len(other))
            data[at:to] = other[cut : cut + chance.choice((1, 4, 16, 200))]
    return bytes(data[:LONGEST])


@contextmanager
def _watched(inside: tuple[str, ...], reached: set[Step]) -> Iterator[None]:
    """Note each step from line to line of code in `inside` while the block runs."""

    def enter(frame: FrameType, _event: str, _value: Any) -> Callable[..., Any] | None:
        code = frame.f_code
        if not code.co_filename.startswith(inside):
            return None
        before = 0

        def line(frame: FrameType, _event: str, _value: Any) -> Callable[..., Any]:
            nonlocal before
            reached.add((code, before, frame.f_lineno))
            before = frame.f_lineno
            return line

        return line

    traced = sys.gettrace()
    sys.settrace(enter)
    try:
        yield
    finally:
        sys.settrace(traced)
