"""From a score or a style to the traits that a picture draws, and to its text alternative."""

from flask_babel import gettext as _

from quiz.portrait import Traits, describe
from quiz.questionnaire import MIDDLE, Questionnaire, Style
from quiz.scoring import Score
from quiz.share_image import png, share_svg
from quiz.web.fragments import kept


def N_(text: str) -> str:  # noqa: N802 - the name that translators' tools know
    """Mark a text for translation."""
    return text


# What the portrait shows, in words; marked for translation here, translated when said.
WORDS = {
    "calm-centre": N_("a person alone in a calm space"),
    "small-company": N_("a person with a little company"),
    "lively-crowd": N_("a person in a lively crowd"),
    "few-thick-ties": N_("a few strong ties"),
    "some-ties": N_("some ties, neither few nor many"),
    "many-thin-ties": N_("many fine ties"),
    "ties-come-in": N_("most ties come in from others"),
    "ties-meet-halfway": N_("ties go both ways"),
    "ties-go-out": N_("most ties reach out to others"),
    "long-smooth-lines": N_("drawn in long, smooth lines"),
    "lines-in-long-strokes": N_("drawn in long strokes"),
    "short-strokes-and-ripples": N_("drawn in short strokes with ripples"),
    "gifts-kept-close": N_("what is shared stays close"),
    "gifts-on-the-way": N_("some of what is shared is on its way"),
    "gifts-far-out": N_("what is shared has travelled far"),
}
CHANNELS = ("energy", "breadth", "voice", "reach", "sharing")


def traits_of(questionnaire: Questionnaire, score: Score) -> Traits:
    """The picture of one visitor: each channel shows the score that the content names."""
    values = {}
    for channel in CHANNELS:
        measured = score.of(questionnaire.portrait.get(channel, ""))
        values[channel] = MIDDLE if measured is None else measured
    return Traits(**values)


def traits_of_style(questionnaire: Questionnaire, style: Style) -> Traits:
    """The picture of a style: the middle of its band on every channel."""
    values = {}
    for channel in CHANNELS:
        measure = questionnaire.portrait.get(channel, "")
        facet = questionnaire.facet_by_id.get(measure)
        scale = questionnaire.scale_by_id.get(facet.scale if facet else measure)
        band = (
            next((b for b in scale.bands if b.id == style.bands[scale.id]), None) if scale else None
        )
        values[channel] = (band.start + band.end) / 2 if band else MIDDLE
    return Traits(**values)


def in_words(traits: Traits) -> str:
    """The text alternative of a picture."""
    shown = describe(traits)

    def say() -> str:
        parts = ", ".join(_(WORDS[key]) for key in shown)
        return str(_("A drawn network: %(shown)s.", shown=parts))

    return kept(("picture in words", shown), say)


def share_picture(
    questionnaire: Questionnaire, style: Style, traits: Traits, width: int | None = None
) -> bytes:
    """A PNG of 1200 x 630 (or `width` wide) that names a style and invites to take the quiz."""
    return png(
        share_svg(
            style.name,
            style.sentence,
            _("What is your style?"),
            traits,
            name=questionnaire.texts.title,
        ),
        width,
    )
