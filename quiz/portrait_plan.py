"""Where everything in a portrait stands: five traits in, plain shapes out, no SVG.

The person is in the middle, contacts stand around, ties join them. Every length is a smooth
function of the traits, so that near scores draw near pictures: what is about to join the
picture grows from nothing instead of appearing. What sets one contact apart from the next is
in quiz/seating.py.

A result page waits for this: the shapes are slotted, not frozen, because a frozen one takes
five times as long to make. Treat them as values all the same.
"""

import math
from dataclasses import dataclass
from math import cos, hypot, sin, sqrt

from quiz.seating import CROWD, FEWEST, MOST, SEATS, SEEDS, between, eased, presences, spread

HEIGHT = 400.0
MARGIN = 18.0
# How far the corners of the picture are used: near 0 an oval, near pi / 2 a rectangle.
SQUARENESS = 0.9
CORNER = sin(SQUARENESS)
# What is less present than this would only look like a speck.
BUD, SPECK = 0.2, 0.4

Point = tuple[float, float]
Curve = tuple[Point, Point, Point]
Circle = tuple[float, float, float]


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
        for name, value in vars(self).items():
            if not 0 <= value <= 100:
                raise ValueError(f"{name} is {value}; it must lie between 0 and 100")


@dataclass(slots=True)
class Disc:
    """A person: a filled circle."""

    x: float
    y: float
    radius: float


@dataclass(slots=True)
class Tie:
    """A line from a contact to the person in the middle, `across` and `down` from the contact.

    It is a quadratic curve that bends aside by `sweep` of its length; `curve` is the part to
    draw, contact's end first. `presence` is 1, or less while the tie is only just joining the
    picture.
    """

    contact: Disc
    across: float
    down: float
    distance: float
    sweep: float
    curve: Curve
    width: float
    presence: float

    @property
    def whole(self) -> Curve:
        """The curve from middle to middle."""
        x, y = self.contact.x - self.across, self.contact.y - self.down
        return stretch(x, y, self.across, self.down, self.sweep, 0.0, 1.0)


@dataclass(slots=True)
class Gift:
    """Something shared: a diamond, `size` from its middle to a corner."""

    x: float
    y: float
    size: float


@dataclass(slots=True)
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
    ripples: list[float]
    ripple_width: float
    turn: float
    oval: float
    stroke: float
    gap: float
    ties: list[Tie]
    crowd: list[Circle]
    gifts: list[Gift]

    @property
    def centre(self) -> Point:
        """The middle of the picture, where the person is."""
        return self.width / 2, HEIGHT / 2


def stretch(
    x: float, y: float, across: float, down: float, sweep: float, start: float, end: float
) -> Curve:
    """The part of a tie's curve from parameter `start` to `end`; x, y is the middle.

    The whole curve goes from A = (across, down) by 0.45 A + sweep A' to 0, where A' is A turned
    by a right angle; its polar form at (s, t) gives the points of a part: (start, start),
    (start, end) and (end, end).
    """
    to_start, to_end = 1.0 - start, 1.0 - end
    bend = to_start * start
    along, aside = to_start * to_start + 0.9 * bend, 2.0 * sweep * bend
    first = (x + along * across - aside * down, y + along * down + aside * across)
    bend = to_start * end + start * to_end
    along, aside = to_start * to_end + 0.45 * bend, sweep * bend
    control = (x + along * across - aside * down, y + along * down + aside * across)
    bend = to_end * end
    along, aside = to_end * to_end + 0.9 * bend, 2.0 * sweep * bend
    return first, control, (x + along * across - aside * down, y + along * down + aside * across)


def how_many_ties(breadth: float) -> float:
    """The number of ties for a breadth of 0..100, a real number: the last one is growing."""
    return FEWEST * math.pow(MOST / FEWEST, breadth / 100)


def arrange(traits: Traits, aspect: float) -> Plan:
    """Place everything for a picture `aspect` times as wide as high (0.5 to 3)."""
    width = HEIGHT * aspect
    unit = min(width / 1.3, HEIGHT) / HEIGHT
    x, y, margin = width / 2, HEIGHT / 2, MARGIN * unit
    half_width, half_height = x - margin, y - margin
    energy, voice, reach = traits.energy / 100, traits.voice / 100, traits.reach / 100
    heart = between(48, 24, energy) * unit
    crowd_edge = between(48, 82, energy) * unit
    plate = crowd_edge + between(15, 4, reach) * unit
    pool = between(168, 146, energy) * unit
    ties = _ties(traits, unit, x, y, plate)
    thickest = ties[0].width
    oval = half_width / half_height
    return Plan(
        width=width,
        unit=unit,
        heart=heart,
        plate=plate,
        pool=pool,
        ripples=[between(plate, pool + 12 * unit, (k + 1) / 3) for k in range(3)],
        ripple_width=2.4 * voice * unit,
        turn=between(plate / oval * 0.6 - 20 * unit, half_height, reach),
        oval=oval,
        stroke=between(70, 17, voice) * unit + thickest * 0.4,
        gap=(thickest + 8 * unit) * eased(1.5 * voice),
        ties=ties,
        crowd=_crowd(energy, unit, x, y, heart + 9 * unit, crowd_edge - 4 * unit),
        gifts=_gifts(traits, ties, unit, x, y, heart, plate + 10 * unit),
    )


def _ties(traits: Traits, unit: float, x: float, y: float, plate: float) -> list[Tie]:
    breadth, voice, reach = traits.breadth / 100, traits.voice / 100, traits.reach / 100
    count = how_many_ties(traits.breadth)
    present = presences(count)
    # Three ties stand best with one on the level, four and more with none straight up.
    angles = spread(present, between(-0.12, -0.55, eased(count - FEWEST)))
    if present[-1] < BUD:
        present.pop()
    half_width, half_height = x - MARGIN * unit, y - MARGIN * unit
    slimness, step, clear = breadth**0.6, 0.46 * breadth, plate + 18 * unit
    thickness, bow = between(18, 4, breadth**0.65) * unit, between(0.2, 0.02, voice)
    ties = []
    for (few, many, row, bent, _), angle, presence in zip(SEATS, angles, present, strict=False):
        # A rounded rectangle, smooth in the angle: fuller in the corners than an oval.
        across, down = sin(SQUARENESS * cos(angle)) / CORNER, sin(SQUARENESS * sin(angle)) / CORNER
        room = hypot(across * half_width, down * half_height) - clear
        # A contact is as big as there is room for; it stands near the rim when there are few, in
        # three loose rows when many.
        radius, most = (few + (many - few) * slimness) * unit, 0.38 * room
        radius = (radius if radius < most else most) * presence
        across, down = across * (half_width - radius), down * (half_height - radius)
        farthest = distance = hypot(across, down)
        nearest = clear + radius
        if nearest < farthest:
            distance -= (farthest - nearest) * step * row
        distance = plate + (distance - plate) * (0.4 + 0.6 * presence)
        share = distance / farthest
        across, down = across * share, down * share
        # The tie starts in the contact or stops before it, and ends under the plate.
        sweep, width = bow * bent, thickness * presence
        held, apart = radius * 0.85, radius + 9.0 * unit + width * 0.5
        start, end = (held + (apart - held) * reach) / distance, 1.0 - plate * 0.85 / distance
        if end < start + 0.02:
            end = start + 0.02
        curve = stretch(x, y, across, down, sweep, start, end)
        contact = Disc(x + across, y + down, radius)
        ties.append(Tie(contact, across, down, distance, sweep, curve, width, presence))
    return ties


def _crowd(
    energy: float, unit: float, x: float, y: float, inner: float, outer: float
) -> list[Circle]:
    """People close by, between two distances; the last one or two are still growing."""
    count = energy * CROWD
    area = inner**2
    ring = (max(inner, outer) ** 2 - area) / max(count, 10)
    crowd = []
    for place, cosine, sine, size in SEEDS[: math.ceil(count)]:
        distance, radius = sqrt(area + ring * place), size * unit
        if place > count - 1.5:
            radius *= eased((count + 0.5 - place) * 0.5)
        crowd.append((x + distance * cosine, y + distance * sine, radius))
    return crowd


def _gifts(
    traits: Traits, ties: list[Tie], unit: float, x: float, y: float, heart: float, near: float
) -> list[Gift]:
    """What is shared: always one in the heart, then on the ties, then in the others' hands."""
    sharing, breadth = traits.sharing / 100, traits.breadth / 100
    gifts = [Gift(x, y, heart * between(0.42, 0.34, sharing))]
    size = between(9.5, 7.5, breadth) * unit
    in_hand = 0.46 * eased((sharing - 0.2) / 0.6)
    on_the_way, everybody = 16 * sharing, sum([tie.presence for tie in ties])
    for i, tie in enumerate(ties):
        contact = tie.contact
        if in_hand > 0.0:
            gifts.append(Gift(contact.x, contact.y, contact.radius * in_hand))
        due = eased(on_the_way - i) * tie.presence
        if due < SPECK:
            continue
        across, down, distance = tie.across, tie.down, tie.distance
        room = distance - contact.radius - 11.0 * unit - near
        reached = room * sharing if room > 0.0 else 0.0
        for k, travelled in enumerate(SEATS[i].travelled):
            if k > 0:
                spaced = eased(reached / (4.6 * size) - 1.0)
                due = eased(on_the_way - k * everybody - i) * spaced * tie.presence
                if due < SPECK:
                    break
            left = (near + reached * travelled) / distance
            bend = left * (1.0 - left)
            along, aside = left * left + 0.9 * bend, 2.0 * tie.sweep * bend
            gift_x, gift_y = x + along * across - aside * down, y + along * down + aside * across
            gifts.append(Gift(gift_x, gift_y, size * due))
    return gifts
