"""Whether a questionnaire can be scored: answers, items, pages, measures, bands and styles."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise, product
from math import prod

from quiz.questionnaire import Facet, Item, Questionnaire, Scale, Style
from quiz.reading import QUESTIONNAIRE, STYLES
from quiz.scoring import pomp
from quiz.tables import Fault, entry_name, quoted

POINTS = range(2, 10)
OTHER_FIELDS = ("self_label", "goal", "setting", "work", "count", "pace")
LARGEST_SD = 50  # of scores from 0 to 100: half of them at each end
ANSWER_BITS = 400  # all answers together travel in an address
MOST_STYLES = 1000


def scoring_faults(questionnaire: Questionnaire) -> Iterator[Fault]:
    """What keeps answers from a sound score, or a score from its style."""
    yield from _answers(questionnaire)
    yield from _items(questionnaire)
    yield from _measures(questionnaire)
    yield from _bands(questionnaire)
    yield from _styles(questionnaire)


def _answers(questionnaire: Questionnaire) -> Iterator[Fault]:
    points, items = questionnaire.points, len(questionnaire.items)
    if points not in POINTS:
        reason = f"has {points} answers, 2 to 9 can be scored"
        yield Fault(QUESTIONNAIRE, "", f'key "labels" {reason}')
    elif items >= ANSWER_BITS or points**items >= 2**ANSWER_BITS:
        reason = f"{items} items of {points} answers are too many for an address"
        yield Fault(QUESTIONNAIRE, "", reason)
    for label, times in Counter(questionnaire.labels).items():
        if times > 1:
            yield Fault(QUESTIONNAIRE, "", f'key "labels" has {quoted(label)} {times} times')


def _items(questionnaire: Questionnaire) -> Iterator[Fault]:
    pages = len(questionnaire.page_titles)
    for item in questionnaire.items:
        where = entry_name("items", 0, item.id)
        if item.id in OTHER_FIELDS:
            yield Fault(QUESTIONNAIRE, where, "has the name of another field of the form")
        if item.key not in (1, -1):
            yield Fault(QUESTIONNAIRE, where, f"its key must be 1 or -1, not {item.key}")
        if not 1 <= item.page <= pages:
            reason = f"is on page {item.page}, the page titles are for 1 to {pages}"
            yield Fault(QUESTIONNAIRE, where, reason)
    for page in range(1, pages + 1):
        on_page = [item for item in questionnaire.items if item.page == page]
        if not on_page:
            yield Fault(QUESTIONNAIRE, f"page {page}", "has no items")
        yield from _unbalanced(f"page {page}", on_page)
    for facet in questionnaire.facets:
        where = entry_name("facets", 0, facet.id)
        yield from _unbalanced(where, _items_of(questionnaire, facet))


def _unbalanced(where: str, items: list[Item]) -> Iterator[Fault]:
    plus = sum(item.key == 1 for item in items)
    minus = sum(item.key == -1 for item in items)
    if abs(plus - minus) > 1:
        reason = f"is not balanced: {plus} items are keyed 1 and {minus} are keyed -1"
        yield Fault(QUESTIONNAIRE, where, reason, "warning")


def _items_of(questionnaire: Questionnaire, measure: Scale | Facet) -> list[Item]:
    facets = {measure.id}
    if isinstance(measure, Scale):
        facets = {facet.id for facet in questionnaire.facets if facet.scale == measure.id}
    return [item for item in questionnaire.items if item.facet in facets]


def _measures(questionnaire: Questionnaire) -> Iterator[Fault]:
    for name, measures in (("scales", questionnaire.scales), ("facets", questionnaire.facets)):
        for measure in measures:
            where = entry_name(name, 0, measure.id)
            for reason in _mismeasured(measure, len(_items_of(questionnaire, measure))):
                yield Fault(QUESTIONNAIRE, where, reason)
    for facet in questionnaire.facets:
        if any(facet.id == scale.id for scale in questionnaire.scales):
            where = entry_name("facets", 0, facet.id)
            yield Fault(QUESTIONNAIRE, where, "has the id of a scale")


def _mismeasured(measure: Scale | Facet, items: int) -> Iterator[str]:
    # A reliability of 1 would be a score without any error, and a chance divides by the error.
    if not 0 <= measure.reliability < 1:
        yield f"its reliability must be 0 or more and below 1, not {measure.reliability:.12g}"
    if not 0 < measure.sd <= LARGEST_SD:
        yield f"its sd must be above 0 and at most {LARGEST_SD}, not {measure.sd:.12g}"
    if not items:
        yield "has no items"
    elif not 1 <= measure.minimum <= items:
        yield f"its minimum must be 1 to {items}, its number of items, not {measure.minimum}"
    if isinstance(measure, Scale) and measure.close_call < 0:
        yield f"its close_call must be 0 or more, not {measure.close_call:.12g}"


def _bands(questionnaire: Questionnaire) -> Iterator[Fault]:
    for scale in questionnaire.scales:
        scale_name = entry_name("scales", 0, scale.id)
        if not scale.bands:
            yield Fault(QUESTIONNAIRE, scale_name, "has no bands")
            continue
        found = [*_edges(scale)] or [*_never_reached(questionnaire, scale)]
        for band, reason in found:
            where = f"{scale_name}, {entry_name('bands', 0, band)}"
            yield Fault(QUESTIONNAIRE, where, reason)


def _edges(scale: Scale) -> Iterator[tuple[str, str]]:
    first, last = scale.bands[0], scale.bands[-1]
    if first.start != 0:
        yield first.id, f"starts at {first.start:.12g}, the first band must start at 0"
    for band in scale.bands:
        if band.end <= band.start:
            yield (
                band.id,
                f"ends at {band.end:.12g}, which is not above its start, {band.start:.12g}",
            )
    for one, two in pairwise(scale.bands):
        if one.end < two.start:
            yield two.id, f"there is a gap from {one.end:.12g} to {two.start:.12g} before it"
        if one.end > two.start:
            yield two.id, f"starts at {two.start:.12g}, where band {quoted(one.id)} still holds"
    if last.end != 100:
        yield last.id, f"ends at {last.end:.12g}, the last band must end at 100"


def _never_reached(questionnaire: Questionnaire, scale: Scale) -> Iterator[tuple[str, str]]:
    reached = _reached(questionnaire, scale)
    for band in scale.bands:
        if band.id not in reached:
            yield band.id, "no answers lead to it"


def _reached(questionnaire: Questionnaire, scale: Scale) -> list[str]:
    """The bands that complete answers can lead to; all of them where that cannot be told."""
    items, points = len(_items_of(questionnaire, scale)), questionnaire.points
    bands = list(dict.fromkeys(band.id for band in scale.bands))
    if not bands or not items or points not in POINTS or any(_edges(scale)):
        return bands
    sums = range(items, items * points + 1)
    reached = {scale.band_of(pomp(total / items, points)).id for total in sums}
    return [band for band in bands if band in reached]


def _styles(questionnaire: Questionnaire) -> Iterator[Fault]:
    scales = questionnaire.scales
    misplaced = [
        Fault(STYLES, entry_name("styles", 0, style.id), reason)
        for style in questionnaire.styles
        for reason in _misplaced(questionnaire, style)
    ]
    yield from misplaced
    if misplaced or not scales:
        return
    reached = [_reached(questionnaire, scale) for scale in scales]
    needed = prod(len(bands) for bands in reached)
    if needed > MOST_STYLES:
        yield Fault(STYLES, "", f"the bands need {needed} styles, at most {MOST_STYLES} are read")
        return
    taken: dict[tuple[str, ...], str] = {}
    for style in questionnaire.styles:
        bands = tuple(style.bands[scale.id] for scale in scales)
        where = entry_name("styles", 0, style.id)
        if bands in taken:
            yield Fault(STYLES, where, f"has the same bands as style {quoted(taken[bands])}")
        elif any(band not in ids for band, ids in zip(bands, reached, strict=True)):
            yield Fault(STYLES, where, "can never be reached: no answers lead to its bands")
        taken.setdefault(bands, style.id)
    for bands in product(*reached):
        if bands not in taken:
            pairs = zip(scales, bands, strict=True)
            place = " and ".join(f"{scale.id} = {quoted(band)}" for scale, band in pairs)
            yield Fault(STYLES, "", f"no style has the bands {place}")


def _misplaced(questionnaire: Questionnaire, style: Style) -> Iterator[str]:
    for scale_id, band_id in style.bands.items():
        scale = questionnaire.scale_by_id.get(scale_id)
        if scale is None:
            yield f"names the unknown scale {quoted(scale_id)}"
        elif all(band.id != band_id for band in scale.bands):
            yield f"names the unknown band {quoted(band_id)} of scale {quoted(scale_id)}"
    for scale in questionnaire.scales:
        if scale.id not in style.bands:
            yield f"names no band of scale {quoted(scale.id)}"
