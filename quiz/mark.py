"""The small drawings: a mark for 16 to 64 pixels and a badge for a README.

The same network as in the portrait with what survives at that size: at most eight ties, no
travelling gifts, a ring of dots for the crowd.
"""

import math

from quiz.lettering import FAMILY, escaped, plain, shortened, width_of
from quiz.portrait_plan import Disc, Traits
from quiz.seating import between, eased, presences, spread
from quiz.svg import DARK, LIGHT, Palette, circle, number, painted

MIDDLE = 16.0
FEWEST, MOST = 3, 8
TONES = ("teal", "rose", "ink", "sage")

Arm = tuple[Disc, float]


def mark(traits: Traits, *, size: int = 32, palette: Palette = DARK, label: str = "") -> str:
    """The network at its simplest on a rounded tile, a square <svg> of `size` pixels.

    The dark palette is the default on light pages too: the lights glow best in the evening.
    `label` is the text alternative; without one the mark is hidden from assistive technology.
    """
    named = f'aria-label="{escaped(label)}"' if label else 'aria-hidden="true"'
    tile = painted(palette.ground, ['<rect width="32" height="32" rx="8"/>'])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="portrait-mark" role="img" {named} '
        f'width="{size}" height="{size}" viewBox="0 0 32 32">{tile}{emblem(traits, palette)}</svg>'
    )


def emblem(traits: Traits, palette: Palette) -> str:
    """The mark's shapes inside a circle of radius 15.4 around 16, 16, without tile and <svg>."""
    energy = traits.energy / 100
    heart, plate = between(5.1, 3.4, eased(1.3 * energy)), between(5.9, 7, energy)
    arms = _arms(traits, plate)
    drawn = [_lines(arms, between(0.3, 1, traits.reach / 100), palette)]
    for tone, role in enumerate(TONES):
        here = [contact for contact, _ in arms[tone :: len(TONES)]]
        drawn.append(painted(getattr(palette, role), (circle(c.x, c.y, c.radius) for c in here)))
    lit = 0.52 * eased((traits.sharing - 20) / 60)
    if lit > 0.1:
        gifts = (circle(c.x, c.y, c.radius * lit) for c, _ in arms)
        drawn.append(painted(palette.gift, gifts))
    drawn.append(painted(palette.ground, [circle(MIDDLE, MIDDLE, plate)]))
    company = eased((energy - 0.25) / 0.5)
    drawn.append(
        painted(
            palette.rose,
            (
                circle(
                    MIDDLE + (plate - 1.2) * math.cos(k * math.tau / 9),
                    MIDDLE + (plate - 1.2) * math.sin(k * math.tau / 9),
                    1.05 * company,
                )
                for k in range(9)
                if company > 0.1
            ),
        )
    )
    drawn.append(painted(palette.heart, [circle(MIDDLE, MIDDLE, heart)]))
    s = number(heart * 0.5)
    drawn.append(
        f'<path fill="{palette.gift}" '
        f'd="M16 {number(MIDDLE - heart * 0.5)}l{s} {s}-{s} {s}-{s}-{s}z"/>'
    )
    return "".join(drawn)


def _lines(arms: list[Arm], own: float, palette: Palette) -> str:
    """The ties: teal all the way, then the person's share `own` (0..1) of each in coral."""
    drawn = ""
    for role, share in (("teal", 1.0), ("heart", own)):
        for contact, width in arms:
            x, y = between(MIDDLE, contact.x, share), between(MIDDLE, contact.y, share)
            drawn += (
                f'<path stroke="{getattr(palette, role)}" '
                f'stroke-width="{number(width)}" d="M16 16L{number(x)} {number(y)}"/>'
            )
    return drawn


def _arms(traits: Traits, plate: float) -> list[Arm]:
    """Each contact of the mark with the width of its tie."""
    breadth = traits.breadth / 100
    count = FEWEST * (MOST / FEWEST) ** breadth
    present = presences(count)
    angles = spread(present, first=-0.4 - math.pi / 2)
    radius, width = between(4, 2.4, breadth), between(3.2, 1.3, breadth)
    arms = []
    for i, presence in enumerate(present):
        far = 15.4 - radius * presence
        distance = between(plate, far, 0.4 + 0.6 * presence)
        contact = Disc(
            MIDDLE + distance * math.cos(angles[i]),
            MIDDLE + distance * math.sin(angles[i]),
            radius * presence,
        )
        arms.append((contact, width * presence))
    return arms


def badge(label: str, message: str, traits: Traits) -> str:
    """An SVG badge, 28 pixels high: mark and label on evening dark, message on paper.

    Each text is cut with an ellipsis at 220 pixels. Widths are measured in the shipped font
    and pinned by textLength, so that a reader's own font fills the same room.
    """
    size, pad, height = 13, 10, 28
    texts = [shortened(plain(text), size, 220, 800) for text in (label, message)]
    rooms = [math.ceil(width_of(text, size, 800)) for text in texts]
    split = 36 + rooms[0] + pad
    total = split + pad + rooms[1] + pad + 2
    said = escaped(f"{label}: {message}")
    words = "".join(
        f'<text x="{x}" y="18.5" fill="{colour}" textLength="{room}" '
        f'lengthAdjust="spacingAndGlyphs">{escaped(text)}</text>'
        for text, room, x, colour in zip(
            texts, rooms, (36, split + pad), (DARK.ink, LIGHT.ink), strict=True
        )
        if text
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{said}" '
        f'width="{total}" height="{height}" viewBox="0 0 {total} {height}"><title>{said}</title>'
        f'<rect x=".5" y=".5" width="{total - 1}" height="27" rx="8" fill="{LIGHT.ground}" '
        f'stroke="{DARK.ground}"/>'
        f'<path fill="{DARK.ground}" d="M8 0H{split}V28H8A8 8 0 0 1 0 20V8A8 8 0 0 1 8 0z"/>'
        f'<g transform="translate(4 1.2) scale(.8)">{emblem(traits, DARK)}</g>'
        f'<g font-family="{FAMILY},Verdana,DejaVu Sans,sans-serif" font-size="{size}" '
        f'font-weight="800">{words}</g></svg>'
    )
