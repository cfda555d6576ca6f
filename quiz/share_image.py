"""The image a shared page shows: a title, a sentence, an invitation and a portrait, as PNG.

Only the shipped font is used, so the image is the same on every machine. It holds Latin
letters; a language in another script needs a font of its own in quiz/lettering.py.
"""

import resvg_py

from quiz.lettering import FAMILY, FONT_FILES, escaped, lines, plain, shortened, width_of
from quiz.mark import mark
from quiz.portrait import portrait
from quiz.portrait_plan import Traits
from quiz.svg import LIGHT, Palette, number

WIDTH, HEIGHT = 1200, 630
EDGE = 64
COLUMN = 470


def share_svg(
    title: str,
    sentence: str,
    invite: str,
    traits: Traits,
    *,
    name: str = "",
    palette: Palette = LIGHT,
) -> str:
    """An <svg> of 1200 x 630 for Open Graph: words on the left, the portrait on the right.

    The title gets up to three lines, the sentence four, the invitation and the quiz's name one
    each; what is longer ends in an ellipsis. The words are escaped here.
    """
    size, heading = _fitted(title)
    body = lines(sentence, 29, COLUMN, 4)
    block = size * 1.08 * len(heading) + 22 + 42 * len(body)
    top = max(150.0, (HEIGHT - block) / 2 - 6)
    words = [
        _text(line, EDGE, top + size * (0.82 + 1.08 * k), size, 800, palette.ink)
        for k, line in enumerate(heading)
    ]
    below = top + size * 1.08 * len(heading) + 22
    words += [
        _text(line, EDGE, below + 30 + 42 * k, 29, 400, palette.ink) for k, line in enumerate(body)
    ]
    drawing = portrait(traits, width=640, height=590, palette=palette, ids="share")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}"><path fill="{palette.ground}" d="M0 0H1200V630H0z"/>'
        f'<g transform="translate(548 20)">{drawing}</g>'
        f'<g font-family="{FAMILY}">{_heading(name, traits, palette)}{"".join(words)}'
        f"{_button(invite, palette)}</g></svg>"
    )


def _fitted(title: str) -> tuple[int, list[str]]:
    """The largest of four sizes at which the title fits uncut, else the smallest, cut."""
    size, heading = 0, [""]
    for size, most in ((68, 2), (56, 2), (46, 3), (38, 3)):
        heading = lines(title, size, COLUMN, most, 800)
        if not any(line.endswith("…") for line in heading):
            break
    return size, heading


def _text(line: str, x: float, y: float, size: float, weight: int, colour: str) -> str:
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{number(size)}" '
        f'font-weight="{weight}" fill="{colour}">{escaped(line)}</text>'
    )


def _heading(name: str, traits: Traits, palette: Palette) -> str:
    said = shortened(plain(name), 25, COLUMN - 60, 800)
    if not said:
        return ""
    return (
        f'<g transform="translate({EDGE} 54)">{mark(traits, size=44)}</g>'
        f"{_text(said, EDGE + 58, 85, 25, 800, palette.teal)}"
    )


def _button(invite: str, palette: Palette) -> str:
    said = shortened(plain(invite), 26, COLUMN - 60, 800)
    if not said:
        return ""
    room = width_of(said, 26, 800) + 60
    return (
        f'<rect x="{EDGE}" y="510" width="{number(room)}" height="62" rx="31" '
        f'fill="{palette.teal}"/>'
        f"{_text(said, EDGE + 30, 550, 26, 800, palette.ground)}"
    )


def png(svg: str, width: int | None = None) -> bytes:
    """`svg` as PNG bytes, `width` pixels wide (its own width if None); ValueError if unreadable.

    Rendered with the shipped font alone: fonts of the machine are not looked at.
    """
    return bytes(
        resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width,
            skip_system_fonts=True,
            font_files=[str(path) for path in FONT_FILES.values()],
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    )
