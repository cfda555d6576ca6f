"""The visitor's network as a picture: SVG from five traits, the same for the same traits.

The person is the coral disc in the middle. Few thick ties or many thin ones lead to others
(breadth). The person stands alone in a calm pool or among a crowd (energy). A tie is coral
where the person makes it and teal where the others do, and touches the one it starts from
(reach). Long smooth arcs turn into short strokes with ripples around (voice). Amber diamonds
are what is shared: kept in the heart, on the way, or in the others' hands (sharing).

A mark and a badge are smaller drawings of the same network (quiz/mark.py). How the colours
work, and how a site recolours an inline picture, is said in quiz/svg.py.
"""

import re
from itertools import cycle
from math import floor

from quiz.lettering import escaped
from quiz.mark import badge, mark
from quiz.portrait_plan import HEIGHT, Plan, Traits, arrange
from quiz.svg import (
    DARK,
    LIGHT,
    TENTHS,
    Palette,
    filled,
    number,
    style_rules,
)

__all__ = [
    "DARK",
    "LIGHT",
    "SHOWS",
    "Palette",
    "Traits",
    "badge",
    "describe",
    "mark",
    "portrait",
    "style_rules",
]


# What a portrait can show of each trait: below 40, 40 to 60, above 60.
SHOWS = {
    "energy": ("calm-centre", "small-company", "lively-crowd"),
    "breadth": ("few-thick-ties", "some-ties", "many-thin-ties"),
    "reach": ("ties-come-in", "ties-meet-halfway", "ties-go-out"),
    "voice": ("long-smooth-lines", "lines-in-long-strokes", "short-strokes-and-ripples"),
    "sharing": ("gifts-kept-close", "gifts-on-the-way", "gifts-far-out"),
}

WHOLE, HALF = number(HEIGHT), number(HEIGHT / 2)
# Along a tie: a colour and how far beyond the turn it stands.
STOPS = (("heart", 0), ("rose", 18), ("sage", 34), ("teal", 58))
TONES = (("teal", "sage"), ("rose", "glow"), ("ink", "rose"), ("sage", "teal"))
# A contact's rings, like a tree's: at which share of the radius, and from which radius on.
RINGS = ((0.77, 18.0), (0.34, 36.0))
CROWD_COLOURS = ("heart", "rose", "sage", "heart", "teal", "glow", "sage")
# A gift from its top corner on, by the tenths of its size; none is as big as 30.
DIAMONDS = tuple([f"l{s} {s}-{s} {s}-{s}-{s}z" for s in TENTHS[:300]])
SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def describe(traits: Traits) -> tuple[str, ...]:
    """The keys of what the picture shows, one per trait, in the order of SHOWS."""
    value = vars(traits)
    return tuple(
        [steps[(value[trait] >= 40) + (value[trait] > 60)] for trait, steps in SHOWS.items()]
    )


def portrait(
    traits: Traits,
    *,
    width: int = 640,
    height: int = 400,
    palette: Palette = LIGHT,
    ids: str = "p",
    label: str = "",
) -> str:
    """The picture as one <svg> element, to inline or to serve as image/svg+xml.

    `width` and `height` in pixels, `width / height` from 0.5 to 3; `ids` begins every element
    id and must differ between pictures on one page; `label` is the text alternative (without
    one the picture is hidden from assistive technology). Raises ValueError on other values.
    """
    if not (width > 0 and height > 0 and 0.5 <= width / height <= 3):
        raise ValueError(f"{width} x {height} is no size for a portrait")
    if not SAFE_ID.fullmatch(ids):
        raise ValueError(f"{ids!r} can't begin an element id")
    plan = arrange(traits, width / height)
    named = f'aria-label="{escaped(label)}"' if label else 'aria-hidden="true"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="portrait" role="img" {named} '
        f'width="{width}" height="{height}" viewBox="0 0 {number(plan.width)} {WHOLE}">'
        f"{_around(plan, palette, ids)}{_ties(plan, ids)}{_others(plan, palette)}"
        f"{_person(plan, palette)}{_gifts(plan, palette)}</svg>"
    )


def _around(plan: Plan, palette: Palette, ids: str) -> str:
    x, far = number(plan.centre[0]), HEIGHT / 2
    gradient = (
        f'<radialGradient id="{ids}-tie" gradientUnits="userSpaceOnUse" cx="0" cy="0" '
        f'r="{HALF}" gradientTransform="translate({x} {HALF}) '
        f'scale({plan.oval:.3f} 1)">'
    )
    drawn = [gradient]
    for role, further in STOPS:
        offset = (plan.turn + further * plan.unit) / far
        offset = 0.0 if offset < 0 else offset if offset < 1 else 1.0
        colour = getattr(palette, role)
        drawn.append(f'<stop class="portrait-{role}" offset="{offset:.3f}" stop-color="{colour}"/>')
    here = f'<circle cx="{x}" cy="{HALF}" r="'
    ground = f'<path d="M0 0H{number(plan.width)}V{WHOLE}H0z"/>'
    drawn += [
        "</radialGradient>",
        filled("ground", palette, [ground]),
        filled("pool", palette, [here, number(plan.pool), '"/>']),
    ]
    ripple_width = number(plan.ripple_width)
    if ripple_width != "0":
        ripples = "".join([f'{here}{number(radius)}"/>' for radius in plan.ripples])
        drawn.append(
            f'<g class="portrait-ripple" fill="none" stroke="{palette.ripple}" '
            f'stroke-width="{ripple_width}">{ripples}</g>'
        )
    return "".join(drawn)


def _ties(plan: Plan, ids: str) -> str:
    curves: dict[str, list[str]] = {}
    alike: list[str] = []
    width = 0.0
    for tie in plan.ties:
        if tie.width != width:
            width = tie.width
            alike = curves.setdefault(number(width), [])
        (x, y), (bend_x, bend_y), (end_x, end_y) = tie.curve
        alike.append(
            f"M{TENTHS[floor(x * 10.0 + 0.5)]} {TENTHS[floor(y * 10.0 + 0.5)]}"
            f"Q{TENTHS[floor(bend_x * 10.0 + 0.5)]} {TENTHS[floor(bend_y * 10.0 + 0.5)]} "
            f"{TENTHS[floor(end_x * 10.0 + 0.5)]} {TENTHS[floor(end_y * 10.0 + 0.5)]}"
        )
    drawn = "".join(
        [f'<path stroke-width="{text}" d="{"".join(curves[text])}"/>' for text in sorted(curves)]
    )
    # A gap narrower than the round ends would not show, so it may as well be left out.
    dashes = f' stroke-dasharray="{number(plan.stroke)} {number(plan.gap)}"' if plan.gap > 0 else ""
    return (
        f'<g class="portrait-tie" fill="none" stroke="url(#{ids}-tie)" '
        f'stroke-linecap="round"{dashes}>{drawn}</g>'
    )


def _others(plan: Plan, palette: Palette) -> str:
    unit = plan.unit
    outside, inside, rings = [], [], []
    for tie in plan.ties:
        contact = tie.contact
        x, y, radius = contact.x, contact.y, contact.radius
        here = (
            f'<circle cx="{TENTHS[floor(x * 10.0 + 0.5)]}" cy="{TENTHS[floor(y * 10.0 + 0.5)]}" r="'
        )
        outside.append(f'{here}{TENTHS[floor(radius * 10.0 + 0.5)]}"/>')
        known = radius > 4.0 * unit
        inside.append(f'{here}{TENTHS[floor(radius * 5.4 + 0.5)]}"/>' if known else "")
        # People known well have rings: they come with size, never at a jump.
        for share, least in RINGS:
            width = (radius - least * unit) * 0.15
            if width < 0.05:
                break
            width = width if width < 1.8 * unit else 1.8 * unit
            ring = TENTHS[floor(radius * share * 10.0 + 0.5)]
            rings.append(f'{here}{ring}" stroke-width="{TENTHS[floor(width * 10.0 + 0.5)]}"/>')
    drawn = []
    for tone, (outer, inner) in enumerate(TONES):
        drawn.append(filled(outer, palette, outside[tone :: len(TONES)]))
        drawn.append(filled(inner, palette, inside[tone :: len(TONES)]))
    if rings:
        drawn.append(
            f'<g class="portrait-line" fill="none" stroke="{palette.ground}">{"".join(rings)}</g>'
        )
    return "".join(drawn)


def _person(plan: Plan, palette: Palette) -> str:
    crowd: dict[str, list[str]] = {role: [] for role in CROWD_COLOURS}
    for role, (x, y, radius) in zip(cycle(CROWD_COLOURS), plan.crowd, strict=False):
        crowd[role].append(
            f'<circle cx="{TENTHS[floor(x * 10.0 + 0.5)]}" cy="{TENTHS[floor(y * 10.0 + 0.5)]}" '
            f'r="{TENTHS[floor(radius * 10.0 + 0.5)]}"/>'
        )
    here = f'<circle cx="{number(plan.centre[0])}" cy="{HALF}" r="'
    drawn = [filled("ground", palette, [here, number(plan.plate), '"/>'])]
    drawn += [filled(role, palette, people) for role, people in crowd.items()]
    drawn.append(filled("heart", palette, [here, number(plan.heart), '"/>']))
    drawn.append(filled("glow", palette, [here, number(plan.heart * 0.66), '"/>']))
    return "".join(drawn)


def _gifts(plan: Plan, palette: Palette) -> str:
    drawn = []
    for gift in plan.gifts:
        if gift.size > 2.5 * plan.unit:
            x, top, size = gift.x, gift.y - gift.size, gift.size
            drawn.append(
                f"M{TENTHS[floor(x * 10.0 + 0.5)]} {TENTHS[floor(top * 10.0 + 0.5)]}"
                f"{DIAMONDS[round(size * 10.0)]}"
            )
    return (
        f'<path class="portrait-gift portrait-line" fill="{palette.gift}" '
        f'stroke="{palette.ground}" stroke-width="{number(2.2 * plan.unit)}" '
        f'stroke-linejoin="round" d="{"".join(drawn)}"/>'
    )
