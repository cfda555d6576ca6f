"""Words inside a picture: cleaned, escaped, measured and broken into lines.

Widths come from the shipped font itself (Nunito, SIL Open Font License 1.1, fonts/OFL.txt):
the advance widths of its `hmtx` table, reached through a format 4 `cmap`, as the OpenType
specification lays them out. Kerning is left out: it only makes a line a little shorter.
"""

import struct
import unicodedata
from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

FAMILY = "Nunito"
JOINERS = "\u200c\u200d"
FONT_FILES = {
    400: Path(__file__).parent / "fonts" / "Nunito-Regular.ttf",
    800: Path(__file__).parent / "fonts" / "Nunito-ExtraBold.ttf",
}


def plain(text: str) -> str:
    """`text` on one line, without control, format, surrogate or unassigned characters.

    The joiners that Persian and Indic scripts are written with stay.
    """
    if not text.isprintable():
        text = "".join([c if shows(c) else " " if c.isspace() else "" for c in text])
    return " ".join(text.split())


def shows(character: str) -> bool:
    """Whether a character is more than a control, format, surrogate or unassigned code."""
    return character in JOINERS or unicodedata.category(character)[0] != "C"


def escaped(text: str) -> str:
    """`text` made plain and safe between tags and inside quoted attributes."""
    return escape(plain(text), quote=True)


@cache
def advances(weight: int) -> Mapping[int, float]:
    """Code point -> advance width in em, for the font of this weight (400 or 800)."""
    font = FONT_FILES[weight].read_bytes()
    tables = {}
    for k in range(struct.unpack_from(">H", font, 4)[0]):
        tag, _, offset, _ = struct.unpack_from(">4sLLL", font, 12 + 16 * k)
        tables[tag] = offset
    em = struct.unpack_from(">H", font, tables[b"head"] + 18)[0]
    long_metrics = struct.unpack_from(">H", font, tables[b"hhea"] + 34)[0]
    widths = struct.unpack_from(">" + "Hh" * long_metrics, font, tables[b"hmtx"])[::2]
    return {
        code: widths[min(glyph, long_metrics - 1)] / em
        for code, glyph in _glyphs(font, tables[b"cmap"]).items()
    }


def _glyphs(font: bytes, cmap: int) -> dict[int, int]:
    """Code point -> glyph number, from the first format 4 table of a `cmap`."""
    for k in range(struct.unpack_from(">H", font, cmap + 2)[0]):
        start = cmap + struct.unpack_from(">L", font, cmap + 8 + 8 * k)[0]
        if struct.unpack_from(">H", font, start)[0] == 4:
            break
    else:
        raise ValueError("the font has no format 4 character map")
    count = struct.unpack_from(">H", font, start + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", font, start + 14)
    starts = struct.unpack_from(f">{count}H", font, start + 16 + 2 * count)
    deltas = struct.unpack_from(f">{count}H", font, start + 16 + 4 * count)
    ranges_at = start + 16 + 6 * count
    ranges = struct.unpack_from(f">{count}H", font, ranges_at)
    glyphs = {}
    for k, (first, last, delta, jump) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if jump:
                at = ranges_at + 2 * k + jump + 2 * (code - first)
                glyph = struct.unpack_from(">H", font, at)[0]
            if glyph or not jump:
                glyphs[code] = (glyph + delta) & 0xFFFF
    return glyphs


def width_of(text: str, size: float, weight: int = 400) -> float:
    """The width of `text` set at `size`, in the same unit; unknown letters count as an M."""
    known = advances(weight)
    return size * sum(known.get(ord(c), known[ord("M")]) for c in text)


def shortened(text: str, size: float, room: float, weight: int = 400) -> str:
    """`text`, cut at the end with an ellipsis where it is wider than `room`."""
    if width_of(text, size, weight) <= room:
        return text
    while text and width_of(text + "…", size, weight) > room:
        text = text[:-1]
    return text.rstrip(" ,;:.") + "…"


def lines(text: str, size: float, room: float, most: int, weight: int = 400) -> list[str]:
    """`text` broken between words into at most `most` lines no wider than `room`.

    What does not fit ends in an ellipsis; a word wider than a line is cut.
    """
    done: list[str] = []
    words = plain(text).split()
    while words and len(done) < most:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, weight) <= room:
            line += " " + words.pop(0)
        done.append(line)
    if words:
        done[-1] = " ".join([done[-1], *words])
    return [shortened(line, size, room, weight) for line in done]
