"""Who stands where in a drawn network, as far as it does not depend on the traits.

Variety comes from the golden ratio alone. A result page waits for its picture, so all of this
is worked out once, at import.
"""

import math
from typing import NamedTuple

GOLDEN = (math.sqrt(5) - 1) / 2
# The plastic number's reciprocal: a second low-discrepancy step, unrelated to the golden one.
PLASTIC = 0.7548776662466927
FEWEST, MOST = 3, 21
CROWD = 40


def between(low: float, high: float, share: float) -> float:
    """The value that lies `share` (0..1) of the way from low to high."""
    return low + (high - low) * share


def eased(share: float) -> float:
    """`share` held to 0..1 and smoothed at both ends (3t^2 - 2t^3)."""
    if share >= 1.0:
        return 1.0
    return share * share * (3.0 - 2.0 * share) if share > 0.0 else 0.0


class Seat(NamedTuple):
    """What sets a tie apart from the others.

    Its contact's radius when ties are few and when they are many, how far the contact steps
    back towards the person and how much the tie bends (about 1 each), and how far each of up to
    three gifts has come (0..1).
    """

    few: float
    many: float
    step_back: float
    sweep: float
    travelled: tuple[float, ...]


def _seat(i: int) -> Seat:
    variety, own = i * 0.57, i * PLASTIC % 1
    return Seat(
        few=between(54, 42, (variety + 0.1) % 1),
        many=between(15.5, 9.5, variety % 1),
        step_back=0.85 * (i % 3) / 2 + 0.15 * own,
        sweep=0.85 + 0.3 * (i * 0.33 % 1),
        travelled=tuple(between(0.25, 1, ((i + k) % 3 + 0.2 + 0.6 * own) / 3) for k in range(3)),
    )


SEATS = tuple(_seat(i) for i in range(MOST))


def _seed(j: int) -> tuple[float, float, float, float]:
    """A person close by, set like a sunflower's seed (Vogel's spiral).

    Which share of the crowd's ground is passed, in people; cosine and sine; the radius.
    """
    angle = 1 + j * math.tau * GOLDEN
    # A hair inside 5.4 and 7.6: 5.95 and 7.05 would be rounded by chance.
    radius = between(5.400001, 7.599999, j / CROWD)
    return j + 0.5, math.cos(angle), math.sin(angle), radius


SEEDS = tuple(_seed(j) for j in range(CROWD))
# The order round the picture of any number of ties: newcomers between those already there.
ROUND = tuple(tuple(sorted(range(n), key=lambda i: i * GOLDEN % 1)) for n in range(MOST + 1))


def presences(count: float) -> list[float]:
    """How much each of `count` ties is there: all but the last fully."""
    whole = math.ceil(count) - 1
    return [1.0] * whole + [eased(count - whole)]


def spread(present: list[float], first: float) -> list[float]:
    """A direction for each of at most MOST ties, evenly spread by how much each is there."""
    angles, passed, turn = [first] * len(present), -present[0] / 2, math.tau / sum(present)
    for i in ROUND[len(present)]:
        angles[i] = first + turn * (passed + present[i] * 0.5)
        passed += present[i]
    return angles
