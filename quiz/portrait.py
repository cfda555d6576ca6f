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
from collections.abc import Iterable, Iterator
from itertools import chain

from quiz.lettering import escaped
from quiz.mark import badge, mark
from quiz.portrait_plan import HEIGHT, Disc, Gift, Plan, Tie, Traits, arrange
from quiz.svg import DARK, LIGHT, Palette, circle, filled, number, style_rules

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

TONES = (("teal", "sage"), ("rose", "glow"), ("ink", "rose"), ("sage", "teal"))
CROWD_COLOURS = ("heart", "rose", "sage", "heart", "teal", "glow", "sage")
SAFE_ID = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")


def describe(traits: Traits) -> tuple[str, ...]:
    """The keys of what the picture shows, one per trait, in the order of SHOWS."""
    return tuple(
        steps[(getattr(traits, trait) >= 40) + (getattr(traits, trait) > 60)]
        for trait, steps in SHOWS.items()
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
    layers = (
        _around(plan, palette, ids),
        _ties(plan, ids),
        _others(plan, palette),
        _person(plan, palette),
        _gifts(plan.gifts, plan.unit, palette),
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="portrait" role="img" {named} '
        f'width="{width}" height="{height}" viewBox="0 0 {number(plan.width)} {HEIGHT:.0f}">'
        f"{''.join(chain.from_iterable(layers))}</svg>"
    )


def _around(plan: Plan, palette: Palette, ids: str) -> Iterator[str]:
    x, y = plan.centre
    far = HEIGHT / 2
    stops = (("heart", 0), ("rose", 18), ("sage", 34), ("teal", 58))
    yield (
        f'<radialGradient id="{ids}-tie" gradientUnits="userSpaceOnUse" cx="0" cy="0" '
        f'r="{number(far)}" gradientTransform="translate({number(x)} {number(y)}) '
        f'scale({plan.oval:.3f} 1)">'
    )
    for role, further in stops:
        offset = max(0.0, min(1.0, (plan.turn + further * plan.unit) / far))
        colour = getattr(palette, role)
        yield f'<stop class="portrait-{role}" offset="{offset:.3f}" stop-color="{colour}"/>'
    yield "</radialGradient>"
    ground = f'<path d="M0 0H{number(plan.width)}V{HEIGHT:.0f}H0z"/>'
    yield filled("ground", palette, [ground])
    yield filled("pool", palette, [circle(x, y, plan.pool)])
    if number(plan.ripple_width) != "0":
        yield (
            f'<g class="portrait-ripple" fill="none" stroke="{palette.ripple}" '
            f'stroke-width="{number(plan.ripple_width)}">'
        )
        yield from (circle(x, y, radius) for radius in plan.ripples)
        yield "</g>"


def _ties(plan: Plan, ids: str) -> Iterator[str]:
    # A gap narrower than the round ends would not show, so it may as well be left out.
    dashes = f' stroke-dasharray="{number(plan.stroke)} {number(plan.gap)}"' if plan.gap > 0 else ""
    yield (
        f'<g class="portrait-tie" fill="none" stroke="url(#{ids}-tie)" '
        f'stroke-linecap="round"{dashes}>'
    )
    for width in sorted({number(tie.width) for tie in plan.ties}):
        drawn = "".join(_curve(tie) for tie in plan.ties if number(tie.width) == width)
        yield f'<path stroke-width="{width}" d="{drawn}"/>'
    yield "</g>"


def _curve(tie: Tie) -> str:
    (x, y), (bend_x, bend_y), (end_x, end_y) = tie.curve
    bend, end = f"{number(bend_x)} {number(bend_y)}", f"{number(end_x)} {number(end_y)}"
    return f"M{number(x)} {number(y)}Q{bend} {end}"


def _others(plan: Plan, palette: Palette) -> Iterator[str]:
    contacts = [tie.contact for tie in plan.ties]
    for tone, (outside, inside) in enumerate(TONES):
        here = [contact for contact in contacts if contact.tone == tone]
        yield filled(outside, palette, (circle(c.x, c.y, c.radius) for c in here))
        known = [contact for contact in here if contact.radius > 4 * plan.unit]
        yield filled(inside, palette, (circle(c.x, c.y, c.radius * 0.54) for c in known))
    # People known well have rings, like a tree: they come with size, never at a jump.
    rings = "".join(
        f'<circle cx="{number(c.x)}" cy="{number(c.y)}" r="{number(c.radius * share)}" '
        f'stroke-width="{number(width)}"/>'
        for c in contacts
        for share, least in ((0.77, 18), (0.34, 36))
        if (width := min(1.8 * plan.unit, (c.radius - least * plan.unit) * 0.15)) >= 0.05
    )
    if rings:
        yield f'<g class="portrait-line" fill="none" stroke="{palette.ground}">{rings}</g>'


def _person(plan: Plan, palette: Palette) -> Iterator[str]:
    x, y = plan.centre
    yield filled("ground", palette, [circle(x, y, plan.plate)])
    crowd: dict[str, list[Disc]] = {}
    for person in plan.crowd:
        crowd.setdefault(CROWD_COLOURS[person.tone % len(CROWD_COLOURS)], []).append(person)
    for role, people in crowd.items():
        yield filled(role, palette, (circle(p.x, p.y, p.radius) for p in people))
    yield filled("heart", palette, [circle(x, y, plan.heart)])
    yield filled("glow", palette, [circle(x, y, plan.heart * 0.66)])


def _gifts(gifts: Iterable[Gift], unit: float, palette: Palette) -> Iterator[str]:
    drawn = "".join(
        f"M{number(gift.x)} {number(gift.y - gift.size)}l{s} {s}-{s} {s}-{s}-{s}z"
        for gift in gifts
        if gift.size > 2.5 * unit and (s := number(gift.size))
    )
    yield (
        f'<path class="portrait-gift portrait-line" fill="{palette.gift}" '
        f'stroke="{palette.ground}" stroke-width="{number(2.2 * unit)}" '
        f'stroke-linejoin="round" d="{drawn}"/>'
    )
