"""Colours and the few SVG words every picture is made of.

Colours are presentation attributes, so a picture needs no style sheet and passes a strict
content security policy. Each coloured element also carries a class, and a site's CSS wins
over the attributes, so an inline picture can follow dark mode, forced colours or print:

    fill and stop-color   .portrait-ground .portrait-pool .portrait-heart .portrait-glow
                          .portrait-teal .portrait-sage .portrait-ink .portrait-rose
                          .portrait-gift
    stroke                .portrait-line (in the ground's colour) .portrait-ripple
                          .portrait-tie (a gradient; only forced colours need to set it)

`style_rules(DARK)` writes these rules; LIGHT and DARK hold the recommended colours.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields


@dataclass(frozen=True)
class Palette:
    """A portrait's colours as #rrggbb; each field is the class name after `portrait-`.

    ground: paper; pool: the tint behind the person; ripple: rings of a lively voice;
    heart, glow: the person; teal, sage, ink, rose: the others; gift: what is shared.
    """

    ground: str
    pool: str
    ripple: str
    heart: str
    glow: str
    teal: str
    sage: str
    ink: str
    rose: str
    gift: str


LIGHT = Palette(
    ground="#FBF7F0",
    pool="#F6ECDC",
    ripple="#E9C7A9",
    heart="#D76645",
    glow="#F2C4A4",
    teal="#1F6F6B",
    sage="#8FB5A3",
    ink="#24303A",
    rose="#E5A183",
    gift="#E0A03A",
)
DARK = Palette(
    ground="#14201F",
    pool="#1C2E2B",
    ripple="#3F5049",
    heart="#F08C6C",
    glow="#8C5A48",
    teal="#6CC0B5",
    sage="#4E7A6D",
    ink="#EDE7DB",
    rose="#B97A62",
    gift="#F0BC62",
)


# Lengths from 0 to 1200 in steps of 0.1, as SVG wants them. A portrait holds hundreds, and to look
# a text up takes a quarter of formatting it: TENTHS[floor(length * 10.0 + 0.5)].
PARTS = ("", ".1", ".2", ".3", ".4", ".5", ".6", ".7", ".8", ".9")
TENTHS = tuple([f"{whole}{part}" for whole in range(1201) for part in PARTS])


def number(value: float) -> str:
    """A length as SVG wants it: one decimal at most, no trailing zero, no minus zero."""
    tenths = value * 10.0
    nearest = round(tenths)
    # Half-way between two steps the product's own rounding would decide.
    if 0 <= nearest < len(TENTHS) and -0.499999 < tenths - nearest < 0.499999:
        return TENTHS[nearest]
    text = f"{value:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def circle(x: float, y: float, radius: float) -> str:
    """A circle without colours of its own."""
    return f'<circle cx="{number(x)}" cy="{number(y)}" r="{number(radius)}"/>'


def painted(colour: str, shapes: Iterable[str]) -> str:
    """Shapes in one colour that no style sheet changes, or nothing when there are none."""
    inside = "".join(shapes)
    return f'<g fill="{colour}">{inside}</g>' if inside else ""


def filled(role: str, palette: Palette, shapes: Iterable[str]) -> str:
    """Shapes in the colour of a palette's field, with its class, or nothing when there are none."""
    inside = "".join(shapes)
    colour = getattr(palette, role)
    return f'<g class="portrait-{role}" fill="{colour}">{inside}</g>' if inside else ""


def style_rules(palette: Palette) -> str:
    """CSS rules that give inline portraits this palette (marks and badges keep their own)."""
    colours = {field.name: getattr(palette, field.name) for field in fields(palette)}
    rules = [
        f".portrait .portrait-{role}{{fill:{colour};stop-color:{colour}}}"
        for role, colour in colours.items()
        if role != "ripple"
    ]
    rules.append(f".portrait .portrait-line{{stroke:{palette.ground}}}")
    rules.append(f".portrait .portrait-ripple{{stroke:{palette.ripple}}}")
    return "\n".join(rules)
