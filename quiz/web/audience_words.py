"""What a source's snapshot says of its readers, in words and on cards."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from quiz.audience_card import Bar, Card, Column, Words, bars_card, sentence_card, spread_card
from quiz.questionnaire import Questionnaire
from quiz.store.sources import Source
from quiz.web.published import month_of

KINDS = ("count", "style", "styles", "distribution")


@dataclass(frozen=True)
class Readers:
    """A source's readers, from its latest snapshot; `n` is None while they are too few.

    `styles` are shares in per cent (None: too few to show), the largest first; `mean` of the first
    scale with its likely range; `columns` its distribution.
    """

    n: int | None = None
    since: int | None = None
    styles: tuple[tuple[str, int | None], ...] = ()
    mean: int | None = None
    low: int | None = None
    high: int | None = None
    columns: tuple[Column, ...] = ()

    @property
    def month(self) -> str:
        """The month in which the first of them came."""
        return month_of(self.since) if self.since else ""


def readers_of(body: Mapping[str, Any] | None) -> Readers:
    """The readers that a snapshot's content tells of."""
    if not body or not body["n"]:
        return Readers()
    first = body["scales"][0]
    styles = [(style["id"], style["share"]) for style in body["styles"]]
    return Readers(
        n=body["n"],
        since=body["since"],
        styles=tuple(sorted(styles, key=lambda style: -(style[1] or 0))),
        mean=first["mean"],
        low=first["low"],
        high=first["high"],
        columns=tuple(
            Column(round(one["first"]), round(one["last"]), one["share"]) for one in first["bins"]
        ),
    )


def draw(
    kind: str, questionnaire: Questionnaire, source: Source, readers: Readers, dark: bool = False
) -> Card:
    """One of the KINDS of cards."""
    words = Words(_title(kind), _note(source, readers), questionnaire.texts.title)
    if readers.n is None:
        return _not_yet(words, dark)
    if kind == "count":
        text = _("readers took the quiz and let their answers count.")
        return sentence_card(words, _("about %(n)s", n=format_decimal(readers.n)), text, dark)
    shown = [(name, part) for name, part in readers.styles if part]
    if kind == "style" and shown:
        name, part = shown[0]
        style = questionnaire.style_by_id[name].name
        text = _("of our readers have the style %(style)s.", style=style)
        return sentence_card(words, _("%(share)d%%", share=part), text, dark)
    if kind == "styles" and shown:
        return bars_card(words, _bars(questionnaire, readers.styles), dark)
    if kind == "distribution" and readers.columns:
        scale = questionnaire.scales[0]
        ends = (f"0 · {scale.low}", f"100 · {scale.high}")
        return spread_card(words, readers.columns, ends, mean_said(readers), dark)
    return _not_yet(words, dark)


def mean_said(readers: Readers) -> str:
    """The mean in words."""
    if readers.mean is None:
        return ""
    if readers.low is None or readers.high is None:
        return str(_("On average they score %(mean)d of 100.", mean=readers.mean))
    return str(
        _(
            "On average they score %(mean)d of 100 (most likely %(low)d to %(high)d).",
            mean=readers.mean,
            low=readers.low,
            high=readers.high,
        )
    )


def _bars(
    questionnaire: Questionnaire, styles: Sequence[tuple[str, int | None]]
) -> tuple[Bar, ...]:
    return tuple(
        Bar(
            questionnaire.style_by_id[name].name,
            share,
            _("too few") if share is None else _("%(share)d%%", share=share),
        )
        for name, share in styles
        if name in questionnaire.style_by_id
    )


def _title(kind: str) -> str:
    return str(
        {
            "count": _("Our readers"),
            "style": _("Our most frequent style"),
            "styles": _("The styles of our readers"),
            "distribution": _("Where our readers' answers sit"),
        }[kind]
    )


def _note(source: Source, readers: Readers) -> str:
    if readers.n is None:
        return source.name
    return str(
        _(
            "%(name)s: about %(n)s readers since %(month)s. They chose to take it.",
            name=source.name,
            n=format_decimal(readers.n),
            month=readers.month,
        )
    )


def _not_yet(words: Words, dark: bool) -> Card:
    text = _("Figures appear here once enough readers have taken the quiz.")
    return sentence_card(words, _("Not yet"), text, dark)
