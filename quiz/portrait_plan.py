"""Where everything in a portrait stands: five traits in, plain shapes out, no SVG.

The person is in the middle, contacts stand around, ties join them. Every length is a smooth
function of the traits, so that near scores draw near pictures: what is about to join the
picture grows from nothing instead of appearing. Variety comes from the golden ratio alone.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, fields

HEIGHT = 400.0
GOLDEN = (math.sqrt(5) - 1) / 2
# The plastic number's reciprocal: a second low-discrepancy step, unrelated to the golden one.
PLASTIC = 0.7548776662466927
FEWEST, MOST = 3, 21
CROWD = 40
TONES = 4
MARGIN = 18.0
SQUARENESS = 0.9
# What is less present than this would only look like a speck.
BUD, SPECK = 0.2, 0.4

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]


@dataclass(frozen=True)
class Traits:
    """What a portrait shows, each 0..100 with 50 in the middle.

    energy: a lone calm centre .. a crowd around it; breadth: few thick ties .. many thin ones;
    voice: long smooth lines .. short strokes and ripples; reach: ties come in .. ties go out;
    sharing: gifts kept close .. gifts far out. Raises ValueError outside 0..100.
    """

    energy: float
    breadth: float
    voice: float
    reach: float
    sharing: float

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            if not 0 <= value <= 100:
                raise ValueError(f"{field.name} is {value}; it must lie between 0 and 100")


@dataclass(frozen=True)
class Disc:
    """A person: a filled circle, `tone` picks its colours (0 to 3)."""

    x: float
    y: float
    radius: float
    tone: int


@dataclass(frozen=True)
class Tie:
    """A line from a contact towards the centre: a quadratic curve, contact's end first.

    `whole` goes from middle to middle, `curve` is the part to draw. `presence` is 1, or less
    while the tie is only just joining the picture.
    """

    contact: Disc
    curve: Curve
    whole: Curve
    width: float
    presence: float


@dataclass(frozen=True)
class Gift:
    """Something shared: a diamond, `size` from its middle to a corner."""

    x: float
    y: float
    size: float


@dataclass(frozen=True)
class Plan:
    """A portrait's shapes, in units of which the picture is 400 high.

    `plate` is the clear ground around the person, `pool` the tinted disc behind everything,
    `turn` the distance straight up from the centre where a tie changes from the person's colour
    to the others' (`oval` times that to the sides), `stroke` and `gap` the ties' dash pattern.
    """

    width: float
    unit: float
    heart: float
    plate: float
    pool: float
    ripples: tuple[float, ...]
    ripple_width: float
    turn: float
    oval: float
    stroke: float
    gap: float
    ties: tuple[Tie, ...]
    crowd: tuple[Disc, ...]
    gifts: tuple[Gift, ...]

    @property
    def centre(self) -> Point:
        """The middle of the picture, where the person is."""
        return self.width / 2, HEIGHT / 2


@dataclass(frozen=True)
class Frame:
    """The room to draw in: `unit` is 1 in a picture of 520 x 400 or wider, less in a slim one."""

    width: float
    unit: float

    @property
    def centre(self) -> Point:
        """The middle of the picture."""
        return self.width / 2, HEIGHT / 2

    @property
    def half_width(self) -> float:
        """From the middle to the side margin."""
        return self.width / 2 - MARGIN * self.unit

    @property
    def half_height(self) -> float:
        """From the middle to the upper margin."""
        return HEIGHT / 2 - MARGIN * self.unit


def between(low: float, high: float, share: float) -> float:
    """The value that lies `share` (0..1) of the way from low to high."""
    return low + (high - low) * share


def eased(share: float) -> float:
    """`share` held to 0..1 and smoothed at both ends (3t^2 - 2t^3)."""
    share = max(0.0, min(1.0, share))
    return share * share * (3 - 2 * share)


def toward(start: Point, end: Point, share: float) -> Point:
    """The point that lies `share` of the way from start to end."""
    return between(start[0], end[0], share), between(start[1], end[1], share)


def on_curve(curve: Curve, share: float) -> Point:
    """The point of a quadratic Bezier curve at parameter `share` (de Casteljau)."""
    first, bend, last = curve
    return toward(toward(first, bend, share), toward(bend, last, share), share)


def stretch(curve: Curve, start: float, end: float) -> Curve:
    """The part of a quadratic Bezier curve from parameter `start` to `end`."""
    first, bend, last = curve
    control = toward(toward(first, bend, start), toward(bend, last, start), end)
    return on_curve(curve, start), control, on_curve(curve, end)


def how_many_ties(breadth: float) -> float:
    """The number of ties for a breadth of 0..100, a real number: the last one is growing."""
    return FEWEST * math.pow(MOST / FEWEST, breadth / 100)


def arrange(traits: Traits, aspect: float) -> Plan:
    """Place everything for a picture `aspect` times as wide as high (0.5 to 3)."""
    width = HEIGHT * aspect
    frame = Frame(width, min(width / 1.3, HEIGHT) / HEIGHT)
    unit = frame.unit
    energy, voice, reach = traits.energy / 100, traits.voice / 100, traits.reach / 100
    heart = between(48, 24, energy) * unit
    crowd_edge = between(48, 82, energy) * unit
    plate = crowd_edge + between(15, 4, reach) * unit
    pool = between(168, 146, energy) * unit
    ties = tuple(_ties(traits, frame, plate))
    thickest = max(tie.width for tie in ties)
    oval = frame.half_width / frame.half_height
    return Plan(
        width=width,
        unit=unit,
        heart=heart,
        plate=plate,
        pool=pool,
        ripples=tuple(between(plate, pool + 12 * unit, (k + 1) / 3) for k in range(3)),
        ripple_width=2.4 * voice * unit,
        turn=between(plate / oval * 0.6 - 20 * unit, frame.half_height, reach),
        oval=oval,
        stroke=between(70, 17, voice) * unit + thickest * 0.4,
        gap=(thickest + 8 * unit) * eased(1.5 * voice),
        ties=ties,
        crowd=tuple(_crowd(energy, frame, heart, crowd_edge - 4 * unit)),
        gifts=tuple(_gifts(traits, ties, frame, heart, plate)),
    )


def spread(presences: list[float], first: float) -> dict[int, float]:
    """A direction for each tie: evenly spread, newcomers between those already there."""
    order = sorted(range(len(presences)), key=lambda i: i * GOLDEN % 1)
    angles, passed, turn = {}, -presences[0] / 2, math.tau / sum(presences)
    for i in order:
        angles[i] = first + turn * (passed + presences[i] / 2)
        passed += presences[i]
    return angles


def _rim(angle: float, half_width: float, half_height: float) -> Point:
    """A point on a rounded rectangle, smooth in the angle: fuller in the corners than an oval."""
    scale = math.sin(SQUARENESS)
    across = math.sin(SQUARENESS * math.cos(angle)) / scale
    down = math.sin(SQUARENESS * math.sin(angle)) / scale
    return across * half_width, down * half_height


def _ties(traits: Traits, frame: Frame, plate: float) -> Iterator[Tie]:
    breadth, voice, reach = traits.breadth / 100, traits.voice / 100, traits.reach / 100
    count = how_many_ties(traits.breadth)
    presences = [eased(count - i) for i in range(math.ceil(count))]
    # Three ties stand best with one on the level, four and more with none straight up.
    angles = spread(presences, between(-0.12, -0.55, eased(count - FEWEST)))
    thickness = between(18, 4, breadth**0.65) * frame.unit
    for i, presence in enumerate(presences):
        if presence < BUD:
            continue
        contact = _contact(i, presence, angles[i], breadth, frame, plate)
        across, down = contact.x - frame.centre[0], contact.y - frame.centre[1]
        sweep = between(0.2, 0.02, voice) * (0.85 + 0.3 * (i * 0.33 % 1))
        bend = (
            frame.centre[0] + 0.45 * across - sweep * down,
            frame.centre[1] + 0.45 * down + sweep * across,
        )
        whole = ((contact.x, contact.y), bend, frame.centre)
        held = contact.radius * 0.85
        apart = contact.radius + 9 * frame.unit + thickness * presence / 2
        distance = math.hypot(across, down)
        start = between(held, apart, reach) / distance
        end = max(start + 0.02, 1 - plate * 0.85 / distance)
        yield Tie(contact, stretch(whole, start, end), whole, thickness * presence, presence)


def _contact(
    i: int, presence: float, angle: float, breadth: float, frame: Frame, plate: float
) -> Disc:
    """The i-th contact: near the rim when few, in three loose rows when many."""
    room = math.hypot(*_rim(angle, frame.half_width, frame.half_height)) - plate - 18 * frame.unit
    variety = i * 0.57
    few, many = between(54, 42, (variety + 0.1) % 1), between(15.5, 9.5, variety % 1)
    radius = min(between(few, many, breadth**0.6) * frame.unit, 0.38 * room) * presence
    across, down = _rim(angle, frame.half_width - radius, frame.half_height - radius)
    farthest = math.hypot(across, down)
    nearest = min(farthest, plate + radius + 18 * frame.unit)
    step_back = 0.46 * breadth * (0.85 * (i % 3) / 2 + 0.15 * (i * PLASTIC % 1))
    distance = between(farthest, nearest, step_back)
    share = between(plate, distance, 0.4 + 0.6 * presence) / farthest
    x, y = frame.centre
    return Disc(x + across * share, y + down * share, radius, i % TONES)


def _crowd(energy: float, frame: Frame, heart: float, edge: float) -> Iterator[Disc]:
    """People close by, set like the seeds of a sunflower (Vogel's spiral)."""
    count = energy * CROWD
    inner = heart + 9 * frame.unit
    for j in range(math.ceil(count)):
        share = (j + 0.5) / max(count, 10)
        distance = math.sqrt(between(inner**2, max(inner, edge) ** 2, share))
        angle = 1 + j * math.tau * GOLDEN
        radius = between(5.4, 7.6, j / CROWD) * frame.unit * eased((count - j) / 2)
        x, y = frame.centre
        yield Disc(x + distance * math.cos(angle), y + distance * math.sin(angle), radius, j)


def _gifts(
    traits: Traits, ties: tuple[Tie, ...], frame: Frame, heart: float, plate: float
) -> Iterator[Gift]:
    """What is shared: always one in the heart, then on the ties, then in the others' hands."""
    sharing, breadth = traits.sharing / 100, traits.breadth / 100
    yield Gift(*frame.centre, heart * between(0.42, 0.34, sharing))
    size = between(9.5, 7.5, breadth) * frame.unit
    on_the_way = 16 * sharing
    given = eased((sharing - 0.2) / 0.6)
    everybody = sum(tie.presence for tie in ties)
    for i, tie in enumerate(ties):
        contact = tie.contact
        yield Gift(contact.x, contact.y, contact.radius * 0.46 * given)
        distance = math.dist((contact.x, contact.y), frame.centre)
        near, far = plate + 10 * frame.unit, distance - contact.radius - 11 * frame.unit
        room = max(0.0, far - near)
        spaced = eased(room * sharing / (4.6 * size) - 1)
        for k in range(3):
            due = eased(on_the_way - k * everybody - i) * (spaced if k else 1) * tie.presence
            if due < SPECK:
                continue
            share = ((i + k) % 3 + 0.2 + 0.6 * (i * PLASTIC % 1)) / 3
            travelled = near + room * sharing * between(0.25, 1, share)
            x, y = on_curve(tie.whole, 1 - travelled / distance)
            yield Gift(x, y, size * due)
