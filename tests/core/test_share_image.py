"""The image beside a shared link: right size, own font, every word inside its column."""

import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.lettering import (
    FAMILY,
    FONT_FILES,
    advances,
    escaped,
    lines,
    plain,
    shortened,
    width_of,
)
from quiz.library import load
from quiz.portrait import DARK, Traits, badge, mark, portrait
from quiz.share_image import COLUMN, EDGE, png, share_svg

QUIZ = load(Path(__file__).parents[2] / "quiz" / "content").current("en")
HOST = Traits(80, 80, 80, 80, 75)
# Dashes, curly and low quotes, bullet, ellipsis, euro, minus.
PUNCTUATION = [0x2013, 0x2014, 0x2018, 0x2019, 0x201A, 0x201C, 0x201D, 0x201E]
PUNCTUATION += [0x2022, 0x2026, 0x20AC, 0x2212]
ANY_TEXT = st.text(max_size=200) | st.sampled_from(["<b>&\"'</b>", "\x00\x1b]", "]]>", "W" * 300])


def parsed(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own drawing, that it parses is the point


def words(drawn: str) -> list[ET.Element]:
    return [element for element in parsed(drawn).iter() if element.tag.endswith("}text")]


def size(image: bytes) -> tuple[int, int]:
    assert image[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">LL", image[16:24])
    return width, height


def rows(image: bytes) -> list[bytes]:
    """The RGBA pixels of a PNG, row by row (8 bits a channel, not interlaced)."""
    width, height = size(image)
    packed, at = b"", 8
    while at < len(image):
        length = struct.unpack(">L", image[at : at + 4])[0]
        if image[at + 4 : at + 8] == b"IDAT":
            packed += image[at + 8 : at + 8 + length]
        at += 12 + length
    raw, step = zlib.decompress(packed), width * 4
    done = [bytes(step)]
    for k in range(height):
        kind, line = raw[k * (step + 1)], bytearray(raw[k * (step + 1) + 1 : (k + 1) * (step + 1)])
        above = done[-1]
        for i in range(step):
            left = line[i - 4] if i >= 4 else 0
            corner = above[i - 4] if i >= 4 else 0
            line[i] = (line[i] + predicted(kind, left, above[i], corner)) & 255
        done.append(bytes(line))
    return done[1:]


def predicted(kind: int, left: int, above: int, corner: int) -> int:
    """The PNG filters: none, sub, up, average, Paeth."""
    if kind == 4:
        guess = left + above - corner
        return min((left, above, corner), key=lambda near: abs(guess - near))
    return (0, left, above, (left + above) // 2)[kind]


def written(text: str, *, family: str = FAMILY, weight: int = 400) -> bytes:
    return png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="40">'
        f'<text x="0" y="28" font-family="{family}" font-size="24" font-weight="{weight}">'
        f"{escaped(text)}</text></svg>"
    )


def ink(image: bytes) -> list[int]:
    """The columns that hold something."""
    lines_ = rows(image)
    return [x for x in range(size(image)[0]) if any(line[4 * x + 3] for line in lines_)]


def test_every_style_has_an_image_of_the_size_that_sites_expect() -> None:
    for style in QUIZ.styles:
        drawn = share_svg(style.name, style.sentence, QUIZ.texts.title, HOST)
        assert size(png(drawn)) == (1200, 630)
        assert len(png(drawn)) < 300_000
        said = " ".join(element.text or "" for element in words(drawn))
        assert style.name in said
        assert style.sentence in said
        assert "…" not in said


def test_the_same_words_give_the_same_bytes() -> None:
    drawn = share_svg("The Host", "You give.", "Take it", HOST, name="Quiz")
    assert drawn == share_svg("The Host", "You give.", "Take it", HOST, name="Quiz")
    assert png(drawn) == png(drawn)
    assert drawn != share_svg("The Host", "You give.", "Take it", HOST, palette=DARK)


def test_any_width_can_be_asked_for() -> None:
    assert size(png(portrait(HOST))) == (640, 400)
    assert size(png(portrait(HOST), 320)) == (320, 200)
    assert size(png(mark(HOST), 180)) == (180, 180)
    assert size(png(badge("style", "Host", HOST)))[1] == 28


@pytest.mark.parametrize("broken", ["", "no picture", "<svg", "<html></html>"])
def test_what_is_no_picture_is_refused(broken: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        png(broken)


def test_a_picture_reads_no_file_of_the_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9H0z"/></svg>'
    )
    said = f'"/><image href="{secret}" width="9" height="9"/>'
    drawn = share_svg(said, said, said, HOST, name=said)
    assert not [e for e in parsed(drawn).iter() if e.tag.endswith("}image")]
    label = parsed(portrait(HOST, label=said)).get("aria-label")
    assert label == said


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT, ANY_TEXT, ANY_TEXT)
def test_words_stay_in_their_column_and_apart(
    title: str, sentence: str, invite: str, name: str
) -> None:
    drawn = share_svg(title, sentence, invite, HOST, name=name)
    floor = 0.0
    said = words(drawn)
    for element in said:
        text, letter = element.text or "", float(element.get("font-size", 0))
        weight = int(element.get("font-weight", 0))
        right = float(element.get("x", 0)) + width_of(text, letter, weight)
        assert right <= EDGE + COLUMN + 0.1
        base = float(element.get("y", 0))
        assert base - letter * 0.8 >= floor - letter * 0.2
        floor = base
    assert floor <= 600


@settings(deadline=None)
@given(ANY_TEXT)
def test_text_is_escaped_and_loses_only_what_cannot_be_shown(text: str) -> None:
    element = parsed(f'<a b="{escaped(text)}">{escaped(text)}</a>')
    assert (element.text or "") == element.get("b") == plain(text)
    assert plain(plain(text)) == plain(text)


def test_control_characters_go_and_joiners_stay() -> None:
    assert plain("a\x00b\x1b\u202e c\n\td\ufffe\ud800") == "ab c d"
    persian = "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"
    assert plain(persian) == persian


def test_the_shipped_font_is_in_use_and_no_other() -> None:
    here = written("Connect, don't collect")
    assert ink(here)
    assert not ink(written("Connect, don't collect", family="DejaVu Sans"))
    assert not ink(written("Connect, don't collect", family="serif"))
    assert here == written("Connect, don't collect", family="sans-serif")
    assert here != written("Connect, don't collect", weight=800)
    assert written("connect") != written("collect")


@pytest.mark.parametrize("weight", FONT_FILES)
@pytest.mark.parametrize("text", ["Hamburgefonstiv", "The Generous Host", "Größe, naïve, œuvre"])
def test_measured_widths_are_what_the_renderer_draws(text: str, weight: int) -> None:
    drawn = ink(written(text, weight=weight))
    assert drawn[-1] - drawn[0] == pytest.approx(width_of(text, 24, weight), rel=0.04)


def test_the_font_holds_every_letter_that_an_image_shows() -> None:
    shown = "".join(style.name + style.sentence for style in QUIZ.styles) + QUIZ.texts.title
    latin = {chr(code) for code in range(0x20, 0x180) if chr(code).isprintable()}
    for weight in FONT_FILES:
        known = {chr(code) for code in advances(weight)}
        assert set(shown) <= known
        assert {chr(code) for code in PUNCTUATION} <= known
        assert latin - known <= {"\u0133", "\u017f"}  # the ij ligature and the long s


def test_the_font_ships_with_its_licence_and_is_small() -> None:
    licence = next(iter(FONT_FILES.values())).with_name("OFL.txt").read_text()
    assert "SIL OPEN FONT LICENSE Version 1.1" in licence
    assert "Nunito Project Authors" in licence
    assert sum(path.stat().st_size for path in FONT_FILES.values()) < 100_000


def test_long_text_is_broken_between_words_and_cut_at_the_end() -> None:
    text = "one two three four five six seven eight nine ten"
    room = width_of("one two three", 20)
    assert lines(text, 20, room, 9)[0] == "one two three"
    assert " ".join(lines(text, 20, room, 9)) == text
    cut = lines(text, 20, room, 2)
    assert len(cut) == 2
    assert cut[1].endswith("…")
    assert all(width_of(line, 20) <= room for line in cut)
    assert shortened("Donaudampfschifffahrt", 20, 60).endswith("…")
    assert width_of(shortened("Donaudampfschifffahrt", 20, 60), 20) <= 60
    assert lines("", 20, room, 2) == []
