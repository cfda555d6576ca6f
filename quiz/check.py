"""Everything that is wrong with a content folder, each with its file, its id and the reason."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import fields, replace
from pathlib import Path

from quiz.questionnaire import Card, Questionnaire, Style
from quiz.reading import ADVICE, QUESTIONNAIRE, SOURCES, TEXTS, Edition, read
from quiz.scorable import scoring_faults
from quiz.tables import Fault, entry_name, quoted
from quiz.wording import id_faults, text_faults

__all__ = ["Fault", "edition_faults", "faults"]

CHANNELS = ("energy", "breadth", "voice", "reach", "sharing")
_LINK = re.compile(r"https?://[!-~]{1,200}")

# (list, field, the list whose ids it names, what to call one of those)
_REFERENCES = (
    ("facets", "scale", "scales", "scale"),
    ("items", "facet", "facets", "facet"),
    ("cards", "stage", "stages", "stage"),
    ("cards", "evidence", "evidence", "kind of evidence"),
    ("cards", "sources", "sources", "source"),
    ("cards", "styles", "styles", "style"),
    ("cards", "goals", "goals", "goal"),
    ("cards", "settings", "settings", "setting"),
    ("cards", "works", "works", "work"),
)


def faults(folder: Path) -> list[Fault]:
    """Every fault of a content folder: errors keep it from loading, warnings do not."""
    editions, found = read(folder)
    for edition in editions:
        found += edition_faults(edition)
    return found


def edition_faults(edition: Edition) -> Iterator[Fault]:
    """The faults of one version in one language. A translation can only be wrong in its texts.

    An old version stays as it is, so it gets no warnings.
    """
    questionnaire = edition.questionnaire
    found = list(text_faults(questionnaire, translated_only=not edition.is_source))
    if edition.is_source:
        for rule in _RULES:
            found += rule(questionnaire)
    for fault in found:
        if fault.level == "error" or not edition.is_old:
            yield replace(fault, file=f"{edition.place}/{fault.file}")


def _numbers(questionnaire: Questionnaire) -> Iterator[Fault]:
    if questionnaire.version < 1:
        yield Fault(QUESTIONNAIRE, "", 'key "version" must be 1 or more')
    if questionnaire.texts.minutes < 1:
        yield Fault(TEXTS, "", 'key "minutes" must be 1 or more')
    for stage in questionnaire.stages:
        if stage.take < 1:
            where = entry_name("stages", 0, stage.id)
            yield Fault(ADVICE, where, 'key "take" must be 1 or more')
    for field in fields(questionnaire.care):
        if (getattr(questionnaire.care, field.name) or 0) < 0:
            yield Fault(QUESTIONNAIRE, "care", f"key {quoted(field.name)} must be 0 or more")
    for name, file in (("scales", QUESTIONNAIRE), ("facets", QUESTIONNAIRE), ("stages", ADVICE)):
        if not getattr(questionnaire, name):
            yield Fault(file, "", f"key {quoted(name)} is empty")


def _references(questionnaire: Questionnaire) -> Iterator[Fault]:
    for name, field, target, noun in _REFERENCES:
        known = {entry.id for entry in getattr(questionnaire, target)}
        file = ADVICE if name == "cards" else QUESTIONNAIRE
        for entry in getattr(questionnaire, name):
            value = getattr(entry, field)
            names: tuple[str, ...] = (value,) if isinstance(value, str) else value
            where = entry_name(name, 0, entry.id)
            for one, times in Counter(names).items():
                if one not in known:
                    yield Fault(file, where, f"names the unknown {noun} {quoted(one)}")
                if times > 1:
                    yield Fault(file, where, f"names the {noun} {quoted(one)} {times} times")


def _measures_named(questionnaire: Questionnaire) -> Iterator[Fault]:
    known = questionnaire.scale_by_id.keys() | questionnaire.facet_by_id.keys()
    for card in questionnaire.cards:
        where = entry_name("cards", 0, card.id)
        for boost in card.boosts:
            if boost.measure not in known:
                reason = f"a boost names the unknown facet or scale {quoted(boost.measure)}"
                yield Fault(ADVICE, where, reason)
            if boost.bound > 100:
                reason = f"a boost asks for {boost.bound:.12g}, scores end at 100"
                yield Fault(ADVICE, where, reason)
    for channel, measure in questionnaire.portrait.items():
        if channel not in CHANNELS:
            reason = f"key {quoted(channel)} is none of {', '.join(CHANNELS)}"
            yield Fault(QUESTIONNAIRE, "portrait", reason)
        if measure not in known:
            reason = f"key {quoted(channel)} names the unknown facet or scale {quoted(measure)}"
            yield Fault(QUESTIONNAIRE, "portrait", reason)


def _cards(questionnaire: Questionnaire) -> Iterator[Fault]:
    for card in questionnaire.cards:
        where = entry_name("cards", 0, card.id)
        if not card.sources:
            yield Fault(ADVICE, where, "names no source")
        if card.minutes < 1:
            yield Fault(ADVICE, where, 'key "minutes" must be 1 or more')


def _sources(questionnaire: Questionnaire) -> Iterator[Fault]:
    named = {source for card in questionnaire.cards for source in card.sources}
    texts = questionnaire.texts
    prose = "\n".join([texts.credit, *texts.pages.values()])
    for source in questionnaire.sources:
        where = entry_name("sources", 0, source.id)
        if source.link and not _LINK.fullmatch(source.link):
            reason = 'key "link" must be empty or an address that starts with https://'
            yield Fault(SOURCES, where, reason)
        if source.id not in named and not (source.link and source.link in prose):
            yield Fault(SOURCES, where, "no card names it and no page links to it", "warning")


def _advice(questionnaire: Questionnaire) -> Iterator[Fault]:
    # A card for one kind of work is only for those who name it, and a stretch card stands apart.
    for style in questionnaire.styles:
        where = entry_name("styles", 0, style.id)
        own = [card for card in questionnaire.cards if _suits(card, style)]
        for stage in questionnaire.stages:
            if not any(card.stage == stage.id and not card.stretch for card in own):
                yield Fault(ADVICE, where, f"has no card for stage {quoted(stage.id)}")
        if not any(card.stretch for card in own):
            yield Fault(ADVICE, where, "has no stretch card", "warning")


def _suits(card: Card, style: Style) -> bool:
    return not card.works and (not card.styles or style.id in card.styles)


_RULES: tuple[Callable[[Questionnaire], Iterable[Fault]], ...] = (
    id_faults,
    scoring_faults,
    _numbers,
    _references,
    _measures_named,
    _cards,
    _sources,
    _advice,
)
