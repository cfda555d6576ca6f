"""The picture of a network: true to the traits, the same every time, safe to put on a page."""

import math
import re
import subprocess
import sys
from itertools import combinations, pairwise
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from quiz import portrait as door
from quiz import svg
from quiz.portrait import (
    DARK,
    LIGHT,
    SHOWS,
    Palette,
    Traits,
    badge,
    describe,
    mark,
    portrait,
    style_rules,
)
from quiz.portrait_plan import HEIGHT, Plan, arrange

MIDDLE = Traits(50, 50, 50, 50, 50)
STYLES = [Traits(lean, lean, lean, lean, sharing) for lean in (20, 50, 80) for sharing in (25, 75)]
CORNERS = [
    Traits(*((corner >> k & 1) * 100 for k in range(5)))  # every pole with every other
    for corner in range(32)
]
TRAITS = st.builds(Traits, *[st.floats(0, 100) | st.sampled_from([0, 50, 100])] * 5)
SIZES = st.sampled_from([(640, 400), (400, 400), (640, 590), (300, 600), (1200, 400), (64, 40)])
RISING = range(0, 101, 2)
NUMBER = re.compile(r"-?\d*\.?\d+")


def only(name: str, value: float, plain: Traits = MIDDLE) -> Traits:
    return Traits(**{**vars(plain), name: value})


def along(name: str, plain: Traits = MIDDLE) -> list[Plan]:
    return [arrange(only(name, value, plain), 1.6) for value in RISING]


def rises(values: list[float]) -> bool:
    return all(a <= b + 1e-9 for a, b in pairwise(values)) and values[0] < values[-1]


def falls(values: list[float]) -> bool:
    return rises(values[::-1])


def parsed(drawn: str) -> ET.Element:
    return ET.fromstring(drawn)  # noqa: S314 - our own drawing, that it parses is the point


def elements(drawn: str) -> list[ET.Element]:
    return list(parsed(drawn).iter())


def tag(element: ET.Element) -> str:
    return element.tag.removeprefix("{http://www.w3.org/2000/svg}")


def corners(path: str) -> list[tuple[float, float]]:
    """Every point of our paths, control points too: M, H, V, Q absolute and l relative."""
    points: list[tuple[float, float]] = []
    for command, rest in re.findall(r"([MHVQlz])([^MHVQlz]*)", path):
        values = [float(value) for value in NUMBER.findall(rest)]
        x, y = points[-1] if points else (0.0, 0.0)
        if command == "H":
            points.append((values[0], y))
        elif command == "V":
            points.append((x, values[0]))
        else:
            for dx, dy in zip(values[::2], values[1::2], strict=True):
                if command == "l":
                    x, y = x + dx, y + dy
                    points.append((x, y))
                else:
                    points.append((dx, dy))
    return points


def extent(drawn: str) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of everything drawn, half the stroke's width included."""
    inside = {"x": [], "y": []}  # type: dict[str, list[float]]

    def walk(element: ET.Element, stroke: float) -> None:
        stroke = float(element.get("stroke-width", stroke))
        if tag(element) == "circle":
            middle, radius = (float(element.get("cx", 0)), float(element.get("cy", 0))), 0.0
            radius = float(element.get("r", 0)) + stroke / 2
            inside["x"] += [middle[0] - radius, middle[0] + radius]
            inside["y"] += [middle[1] - radius, middle[1] + radius]
        for x, y in corners(element.get("d", "")):
            inside["x"] += [x - stroke / 2, x + stroke / 2]
            inside["y"] += [y - stroke / 2, y + stroke / 2]
        for child in element:
            walk(child, stroke)

    walk(parsed(drawn), 0)
    return min(inside["x"]), min(inside["y"]), max(inside["x"]), max(inside["y"])


@settings(deadline=None)
@given(TRAITS, SIZES)
def test_the_same_traits_always_give_the_same_picture(
    traits: Traits, size: tuple[int, int]
) -> None:
    width, height = size
    again = Traits(**vars(traits))
    assert portrait(traits, width=width, height=height) == portrait(
        again, width=width, height=height
    )
    assert mark(traits) == mark(again)


def test_another_process_draws_the_same_picture_without_web_or_chance() -> None:
    program = (
        "import sys, hashlib; from quiz.portrait import *; "
        "drawn = portrait(Traits(10, 20, 30, 40, 50)) + mark(Traits(10, 20, 30, 40, 50)); "
        "print(hashlib.sha256(drawn.encode()).hexdigest(), "
        "*sorted({'flask', 'sqlalchemy', 'resvg_py', 'random', 'datetime'} & set(sys.modules)))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True,
            check=True,
            text=True,
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": ":".join(sys.path)},
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1
    assert len(seen.pop().split()) == 1


@settings(deadline=None, max_examples=200)
@given(TRAITS, SIZES)
@example(CORNERS[0], (640, 400))
@example(CORNERS[31], (1200, 400))
def test_nothing_is_ever_cropped(traits: Traits, size: tuple[int, int]) -> None:
    width, height = size
    drawn = portrait(traits, width=width, height=height)
    left, top, right, bottom = extent(drawn)
    box = parsed(drawn).get("viewBox", "").split()
    assert (left, top) >= (0, 0)
    assert right <= float(box[2])
    assert bottom <= float(box[3])
    assert float(box[2]) / float(box[3]) == pytest.approx(width / height, rel=1e-3)
    marked = extent(mark(traits))
    assert min(marked) >= 0
    assert max(marked) <= 32


@settings(deadline=None, max_examples=200)
@given(TRAITS, st.floats(0.5, 3))
def test_people_never_touch_and_every_tie_is_seen(traits: Traits, aspect: float) -> None:
    plan = arrange(traits, aspect)
    contacts = [tie.contact for tie in plan.ties]
    for one, other in combinations(contacts, 2):
        apart = math.dist((one.x, one.y), (other.x, other.y))
        assert apart > one.radius + other.radius + 6 * plan.unit
    for tie in plan.ties:
        middle = math.dist((tie.contact.x, tie.contact.y), plan.centre)
        assert middle - tie.contact.radius > plan.plate + 15 * plan.unit
        assert tie.width < 2 * tie.contact.radius
    assert len(plan.ties) >= 3


@pytest.mark.parametrize("plain", [MIDDLE, *STYLES])
def test_more_breadth_means_more_and_thinner_ties(plain: Traits) -> None:
    plans = along("breadth", plain)
    assert rises([len(plan.ties) for plan in plans])
    assert falls([plan.ties[0].width for plan in plans])
    assert falls([plan.ties[0].contact.radius for plan in plans])
    assert len(plans[0].ties) == 3
    assert len(plans[-1].ties) == 21
    assert plans[0].ties[0].width > 4 * plans[-1].ties[0].width


@pytest.mark.parametrize("plain", [MIDDLE, *STYLES])
def test_more_energy_means_a_bigger_crowd_around_a_smaller_centre(plain: Traits) -> None:
    plans = along("energy", plain)
    assert rises([len(plan.crowd) for plan in plans])
    assert falls([plan.heart for plan in plans])
    assert rises([plan.plate for plan in plans])
    assert len(plans[0].crowd) == 0


@pytest.mark.parametrize("plain", [MIDDLE, *STYLES])
def test_more_sharing_means_more_gifts_and_farther_out(plain: Traits) -> None:
    plans = along("sharing", plain)

    def given_away(plan: Plan) -> float:
        return sum(gift.size for gift in plan.gifts[1:])

    def farthest(plan: Plan) -> float:
        on_the_way = [
            math.dist((gift.x, gift.y), plan.centre)
            for gift in plan.gifts[1:]
            if all((gift.x, gift.y) != (tie.contact.x, tie.contact.y) for tie in plan.ties)
        ]
        return max(on_the_way, default=0)

    assert rises([given_away(plan) for plan in plans])
    assert rises([farthest(plan) for plan in plans])
    assert given_away(plans[0]) == 0
    assert falls([plan.gifts[0].size for plan in plans])


@pytest.mark.parametrize("plain", [MIDDLE, *STYLES])
def test_more_reach_lets_ties_start_at_the_person_and_end_before_the_others(
    plain: Traits,
) -> None:
    plans = along("reach", plain)
    assert rises([plan.turn for plan in plans])

    def gap(plan: Plan) -> float:
        tie = plan.ties[0]
        contact = (tie.contact.x, tie.contact.y)
        return math.dist(contact, tie.curve[0]) - tie.width / 2 - tie.contact.radius

    assert rises([gap(plan) for plan in plans])
    assert gap(plans[0]) < 0 < gap(plans[-1])
    assert falls([plan.plate - plan.heart for plan in plans])


@pytest.mark.parametrize("plain", [MIDDLE, *STYLES])
def test_more_voice_breaks_long_arcs_into_short_strokes_with_ripples(plain: Traits) -> None:
    plans = along("voice", plain)

    def bow(plan: Plan) -> float:
        (x0, y0), (x1, y1), (x2, y2) = plan.ties[0].whole
        return abs((x2 - x0) * (y1 - y0) - (y2 - y0) * (x1 - x0))

    assert falls([bow(plan) for plan in plans])
    assert falls([plan.stroke for plan in plans])
    assert rises([plan.gap for plan in plans])
    assert rises([plan.ripple_width for plan in plans])
    assert plans[0].gap == 0
    assert "stroke-dasharray" not in portrait(only("voice", 0, plain))
    assert "portrait-ripple" not in portrait(only("voice", 0, plain))


@settings(deadline=None)
@given(TRAITS, st.sampled_from(list(SHOWS)))
def test_near_scores_draw_near_pictures(traits: Traits, name: str) -> None:
    value = vars(traits)[name]
    nudged = only(name, value + 0.1 if value < 50 else value - 0.1, traits)
    one, other = arrange(traits, 1.6), arrange(nudged, 1.6)
    assert abs(len(one.ties) - len(other.ties)) <= 1
    assert abs(len(one.crowd) - len(other.crowd)) <= 1
    for field in ("heart", "plate", "pool", "turn", "stroke", "gap", "ripple_width"):
        assert abs(getattr(one, field) - getattr(other, field)) < 1
    for a, b in zip(one.ties, other.ties, strict=False):
        moved = math.dist((a.contact.x, a.contact.y), (b.contact.x, b.contact.y))
        assert moved < HEIGHT / 40
        assert abs(a.contact.radius - b.contact.radius) < 2


@pytest.mark.parametrize("traits", [MIDDLE, *STYLES, *CORNERS])
@pytest.mark.parametrize("draw", [portrait, mark, lambda traits: badge("style", "Host", traits)])
def test_it_is_safe_on_a_page_with_a_strict_policy(draw, traits: Traits) -> None:  # type: ignore[no-untyped-def]
    drawn = draw(traits)
    allowed = {"svg", "g", "path", "circle", "rect", "radialGradient", "stop", "text", "title"}
    assert {tag(element) for element in elements(drawn)} <= allowed
    for element in elements(drawn):
        for name, value in element.attrib.items():
            assert name != "style"
            assert not name.startswith("on")
            assert "href" not in name
            assert "url(" not in value or value == "url(#p-tie)"
    assert drawn.count("http") == 1  # the name of the SVG language, nothing to fetch
    assert parsed(drawn).get("role") == "img"


def test_several_pictures_stand_on_one_page() -> None:
    page = portrait(MIDDLE, ids="mine") + portrait(STYLES[0], ids="yours")
    names = re.findall(r' id="([^"]+)"', page)
    assert len(names) == len(set(names)) == 2
    assert set(re.findall(r"url\(#([^)]+)\)", page)) == set(names)


@pytest.mark.parametrize("ids", ["", "1", 'p"', "p q", "p)", "ä"])
def test_an_id_that_could_break_the_page_is_refused(ids: str) -> None:
    with pytest.raises(ValueError, match="can't begin an element id"):
        portrait(MIDDLE, ids=ids)


@pytest.mark.parametrize("size", [(0, 400), (640, 0), (-640, -400), (100, 400), (4000, 400)])
def test_an_impossible_size_is_refused(size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="no size for a portrait"):
        portrait(MIDDLE, width=size[0], height=size[1])


@pytest.mark.parametrize("value", [-0.1, 100.1, math.nan, math.inf])
def test_a_trait_outside_its_range_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match=r"reach is .* between 0 and 100"):
        Traits(50, 50, 50, value, 50)


def test_a_picture_is_small() -> None:
    assert max(len(portrait(traits)) for traits in STYLES) <= 6 * 1024
    assert max(len(portrait(traits)) for traits in CORNERS) <= 7.5 * 1024
    assert max(len(mark(traits)) for traits in [*STYLES, *CORNERS]) <= 3 * 1024
    assert not re.search(
        r"\d\.\d{2,}[ MQlz\"]", re.sub(r"<radial.*?</radial\w+>", "", portrait(MIDDLE))
    )


def test_the_text_alternative_is_escaped_or_the_picture_is_hidden() -> None:
    named = portrait(MIDDLE, label='Ties & "gifts" <here>\x07')
    assert parsed(named).get("aria-label") == 'Ties & "gifts" <here>'
    assert parsed(named).get("aria-hidden") is None
    assert parsed(portrait(MIDDLE)).get("aria-hidden") == "true"
    assert parsed(mark(MIDDLE, label="Mark")).get("aria-label") == "Mark"


@settings(deadline=None)
@given(TRAITS)
def test_a_description_names_one_thing_for_each_trait(traits: Traits) -> None:
    shown = describe(traits)
    assert len(shown) == len(SHOWS) == 5
    assert all(key in steps for key, steps in zip(shown, SHOWS.values(), strict=True))


def test_poles_and_middle_are_described_by_their_own_words() -> None:
    low, middle, high = (describe(Traits(*[value] * 5)) for value in (0, 50, 100))
    assert low == tuple(steps[0] for steps in SHOWS.values())
    assert middle == tuple(steps[1] for steps in SHOWS.values())
    assert high == tuple(steps[2] for steps in SHOWS.values())
    keys = [key for steps in SHOWS.values() for key in steps]
    assert len(keys) == len(set(keys)) == 15


def test_a_site_can_recolour_every_part() -> None:
    drawn = "".join(portrait(traits) for traits in [*STYLES, *CORNERS])
    classes = {name for found in re.findall(r'class="([^"]+)"', drawn) for name in found.split()}
    ruled = set(re.findall(r"\.(portrait-\w+)", style_rules(DARK)))
    assert classes - {"portrait", "portrait-tie"} == ruled
    assert all(f".{name}" in (svg.__doc__ or "") for name in classes - {"portrait"})
    coloured = [
        element
        for element in elements(portrait(STYLES[5]))
        if {"fill", "stroke", "stop-color"} & set(element.attrib)
    ]
    assert all(element.get("class") for element in coloured)


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("palette", [LIGHT, DARK])
def test_the_person_and_the_ties_stand_out_from_the_ground(palette: Palette) -> None:
    for colour in (palette.heart, palette.teal, palette.ink):
        for behind in (palette.ground, palette.pool):
            light, dark = sorted((luminance(colour), luminance(behind)), reverse=True)
            assert (light + 0.05) / (dark + 0.05) >= 3


def test_the_palette_is_used() -> None:
    assert LIGHT.heart in portrait(MIDDLE)
    assert DARK.heart in portrait(MIDDLE, palette=DARK)
    assert LIGHT.ground not in portrait(MIDDLE, palette=DARK)
    assert DARK.heart in mark(MIDDLE)
    assert LIGHT.heart in mark(MIDDLE, palette=LIGHT)


def test_the_mark_tells_styles_apart() -> None:
    def people(traits: Traits) -> int:
        return sum(tag(element) == "circle" for element in elements(mark(traits)))

    assert len({mark(traits) for traits in STYLES}) == len(STYLES)
    assert people(Traits(50, 0, 50, 50, 0)) < people(Traits(50, 100, 50, 50, 0))
    assert people(Traits(0, 50, 50, 50, 0)) < people(Traits(100, 50, 50, 50, 0))
    assert people(Traits(50, 50, 50, 50, 0)) < people(Traits(50, 50, 50, 50, 100))
    assert parsed(mark(MIDDLE, size=16)).get("width") == "16"


ANY_TEXT = st.text(max_size=60) | st.sampled_from(["<b>&\"'", "\x00\x1b[31m", "]]>", "  a \n b "])


@settings(deadline=None)
@given(ANY_TEXT, ANY_TEXT)
def test_a_badge_holds_any_text_safely(label: str, message: str) -> None:
    drawn = parsed(badge(label, message, MIDDLE))
    total = float(drawn.get("width", 0))
    words = [element for element in drawn.iter() if tag(element) == "text"]
    for word in words:
        end = float(word.get("x", 0)) + float(word.get("textLength", 0))
        assert end <= total - 8
        assert float(word.get("textLength", 0)) <= 220
    if len(words) == 2:
        assert float(words[0].get("x", 0)) + float(words[0].get("textLength", 0)) < float(
            words[1].get("x", 0)
        )


def test_a_badge_says_what_it_shows() -> None:
    drawn = parsed(badge("networking style", "The Room Reader", MIDDLE))
    assert drawn.get("aria-label") == "networking style: The Room Reader"
    assert [e.text for e in drawn.iter() if tag(e) == "text"] == [
        "networking style",
        "The Room Reader",
    ]
    assert drawn.get("height") == "28"


def test_everything_promised_is_at_the_door() -> None:
    assert all(hasattr(door, name) for name in door.__all__)
