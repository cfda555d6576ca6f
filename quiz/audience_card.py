"""Small pictures for a blogger's post: how many readers, their styles, how their scores spread.

All words come from the caller and are escaped here. A picture in a post may load no font, so
letters are the reader's own; room is kept for faces wider than the one that widths come from.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from quiz.lettering import escaped, lines, shortened
from quiz.svg import DARK, LIGHT, Palette, number

WIDTH = 480
EDGE = 24
ROOM = (WIDTH - 2 * EDGE) / 1.12  # other faces are up to an eighth wider
FAMILY = "Nunito,system-ui,'Segoe UI',Roboto,'Helvetica Neue',sans-serif"
ROW = 44
PLOT = 110


@dataclass(frozen=True)
class Bar:
    """One line of a chart; `share` in per cent, None where too few people stand behind it."""

    name: str
    share: int | None
    said: str


@dataclass(frozen=True)
class Column:
    """Part of a distribution, from `first` to `last` on a line from 0 to 100."""

    first: int
    last: int
    share: int


@dataclass(frozen=True)
class Words:
    """What stands on every card: its title, a line below it, and the quiz's name."""

    title: str
    note: str
    quiz: str

    def in_full(self, *more: str) -> str:
        """The text alternative."""
        return ". ".join(part.rstrip(".") for part in (self.title, *more, self.note) if part)


@dataclass(frozen=True)
class Card:
    """A finished picture: its SVG, its height (all are equally wide) and its text alternative."""

    svg: str
    height: int
    said: str


def sentence_card(words: Words, big: str, text: str, dark: bool = False) -> Card:
    """A large figure or name with a sentence; also for what is not there yet."""
    palette = _palette(dark)
    size = 46 if len(big) < 12 else 32
    drawn = [_text(shortened(big, size, ROOM, 800), EDGE, 106, size, 800, palette.teal)]
    told = lines(text, 17, ROOM, 2)
    drawn += [
        _text(line, EDGE, 138 + 24 * at, 17, 400, palette.ink) for at, line in enumerate(told)
    ]
    return _card(words, 150 + 24 * len(told), drawn, palette, words.in_full(big, text))


def bars_card(words: Words, bars: Sequence[Bar], dark: bool = False) -> Card:
    """A bar for each name, from the left, with its share in words at the end of the line."""
    palette = _palette(dark)
    whole = WIDTH - 2 * EDGE
    drawn = []
    for at, bar in enumerate(bars):
        y = 64 + ROW * at
        drawn.append(_text(shortened(bar.name, 15, ROOM - 90), EDGE, y + 16, 15, 400, palette.ink))
        drawn.append(_text(bar.said, WIDTH - EDGE, y + 16, 15, 800, palette.ink, "end"))
        drawn.append(_rect(EDGE, y + 23, whole, 10, palette.pool))
        if bar.share:
            drawn.append(_rect(EDGE, y + 23, whole * bar.share / 100, 10, palette.teal))
    height = 76 + ROW * len(bars)
    said = words.in_full(*(f"{bar.name}: {bar.said}" for bar in bars))
    return _card(words, height, drawn, palette, said)


def spread_card(
    words: Words, columns: Sequence[Column], ends: tuple[str, str], said: str, dark: bool = False
) -> Card:
    """The spread of scores from 0 to 100: as many people in each column as its area says."""
    palette = _palette(dark)
    whole = WIDTH - 2 * EDGE
    floor = 76 + PLOT
    edges = [*(column.first for column in columns), 100]
    drawn = []
    # A column is as high as its share for each point of its width, so that wide ones don't loom.
    widths = [max(1, end - start) for start, end in pairwise(edges)]
    densities = [column.share / wide for column, wide in zip(columns, widths, strict=True)]
    most = max(densities, default=0) or 1
    for column, wide, density in zip(columns, widths, densities, strict=True):
        x, high = EDGE + whole * column.first / 100, PLOT * density / most
        room = max(1.0, whole * wide / 100 - 1.5)
        drawn.append(
            f'<rect x="{number(x)}" y="{number(floor - high)}" width="{number(room)}" '
            f'height="{number(high)}" fill="{palette.teal}"/>'
        )
    drawn.append(f'<path stroke="{palette.ink}" d="M{EDGE} {floor}.5H{WIDTH - EDGE}"/>')
    half = ROOM / 2 - 10
    drawn.append(_text(shortened(ends[0], 13, half), EDGE, floor + 20, 13, 400, palette.ink))
    last = shortened(ends[1], 13, half)
    drawn.append(_text(last, WIDTH - EDGE, floor + 20, 13, 400, palette.ink, "end"))
    told = lines(said, 15, ROOM, 2)
    drawn += [
        _text(line, EDGE, floor + 50 + 21 * at, 15, 400, palette.ink)
        for at, line in enumerate(told)
    ]
    return _card(words, floor + 62 + 21 * len(told), drawn, palette, words.in_full(said))


def _card(words: Words, height: int, drawn: Sequence[str], palette: Palette, said: str) -> Card:
    note = lines(words.note, 13, ROOM, 2)
    below = [
        _text(line, EDGE, height + 18 * at, 13, 400, palette.ink) for at, line in enumerate(note)
    ]
    foot = height + 18 * len(note) + 6
    name = _text(shortened(words.quiz, 13, ROOM, 800), EDGE, foot, 13, 800, palette.teal)
    tall = foot + 20
    title = _text(shortened(words.title, 20, ROOM, 800), EDGE, 44, 20, 800, palette.ink)
    full = escaped(said)
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" aria-label="{full}" '
        f'width="{WIDTH}" height="{tall}" viewBox="0 0 {WIDTH} {tall}"><title>{full}</title>'
        f'<rect x=".5" y=".5" width="{WIDTH - 1}" height="{tall - 1}" rx="14" '
        f'fill="{palette.ground}" stroke="{palette.ripple}"/>'
        f'<g font-family="{FAMILY}">{title}{"".join(drawn)}{"".join(below)}{name}</g></svg>'
    )
    return Card(svg, tall, said)


def _palette(dark: bool) -> Palette:
    return DARK if dark else LIGHT


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return (
        f'<rect x="{number(x)}" y="{number(y)}" width="{number(width)}" height="{height}" '
        f'rx="5" fill="{colour}"/>'
    )


def _text(
    line: str, x: float, y: float, size: float, weight: int, colour: str, anchor: str = ""
) -> str:
    placed = f' text-anchor="{anchor}"' if anchor else ""
    return (
        f'<text x="{number(x)}" y="{number(y)}" font-size="{size}" font-weight="{weight}" '
        f'fill="{colour}"{placed}>{escaped(line)}</text>'
    )
