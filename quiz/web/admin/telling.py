"""A Summary as it is read: each figure with plain words beside it, and why some are missing."""

from collections.abc import Mapping, Sequence
from itertools import pairwise

from flask_babel import ngettext

from quiz.questionnaire import Questionnaire, Scale
from quiz.statistics import gates
from quiz.statistics.summary import Agreement, Bin, Share, Summary
from quiz.statistics.summary import Spread as Scores
from quiz.web.admin import words
from quiz.web.admin.telling_groups import tell_groups, tell_weeks
from quiz.web.admin.telling_items import loose, reliability, tell_items
from quiz.web.admin.telling_more import tell_chosen, tell_pairs
from quiz.web.admin.told import Column, Labels, Row, Rows, Spread, Told
from quiz.web.admin.words import said as _
from quiz.web.languages import name_of

CROWDED = 15  # per cent at an end of a scale from which on it is too short there


def tell(
    summary: Summary, quiz: Questionnaire, sources: Mapping[str, str], *, with_flagged: bool
) -> Told:
    """The page for a summary. `sources` are the names of sources by key.

    `with_flagged` says whether results with signs of careless answering were asked for.
    """
    n = summary.n
    languages = {group.id: name_of(group.id) for group in summary.languages}
    styles = {style.id: style.name for style in quiz.styles}
    return Told(
        counts=[
            (_("started"), words.people(summary.started)),
            (_("finished"), words.people(summary.finished)),
            (_("counted here"), words.people(n)),
            (_("answered carelessly"), words.people(summary.flagged)),
        ],
        how_many=_how_many(summary, with_flagged),
        spreads=[_spread(scores, quiz.scale_by_id[scores.id], n) for scores in summary.scales],
        styles=_styles(summary.styles, styles, n),
        strands=_strands(summary, quiz),
        labels=_labels(summary.labels, quiz, n),
        goals=tell_chosen(quiz.texts.ask_goal, summary.goals, quiz.goals, n),
        settings=tell_chosen(quiz.texts.ask_setting, summary.settings, quiz.settings, n),
        weeks=tell_weeks(summary.weeks, n),
        sources=tell_groups(summary.sources, sources),
        languages=tell_groups(summary.languages, languages),
        steps=_steps(summary.steps, quiz),
        care=_care(summary.flags, n),
        reliability=reliability(summary, quiz),
        loose=loose(summary, quiz),
        pairs=tell_pairs(summary, quiz),
        items=tell_items(summary, quiz),
    )


def _how_many(summary: Summary, with_flagged: bool) -> list[str]:
    if summary.n is None:
        return [_("Too few results are in this choice to show anything of them.")]
    if summary.flagged_counted:
        first = _("Results with signs of careless answering are counted with the others here.")
    elif with_flagged:
        first = _("Results with signs of careless answering are too few to be counted in.")
    else:
        first = _("Results with signs of careless answering are left out of all figures below.")
    return [
        first,
        _(
            "People are counted to the nearest 5. The likely range beside a figure is where it "
            "would lie in 19 of 20 such groups. A group too small to hide in is not shown."
        ),
    ]


def _spread(scores: Scores, scale: Scale, n: int | None) -> Spread:
    says = []
    if scores.mean is None:
        says.append(words.not_yet(gates.MEAN, n))
    else:
        band = scale.band_of(scores.mean).name
        says.append(words.stand_at(scores.mean, scores.low, scores.high, band))
        if not scores.bins:
            says.append(_("How scores spread: %(why)s", why=words.not_yet(gates.SHARES, n)))
    for share, end in ((scores.floor, scale.low), (scores.ceiling, scale.high)):
        if share is not None and share >= CROWDED:
            says.append(
                _(
                    "%(share)d%% stand at the very end (%(end)s): the scale is too short there.",
                    share=share,
                    end=end,
                )
            )
    says.append(
        _(
            "0 stands for “%(low)s”, 100 for “%(high)s”. 50 is the middle of the answers, not an "
            "average of people.",
            low=scale.low,
            high=scale.high,
        )
    )
    parts = _shares(scores.bands, {band.id: band.name for band in scale.bands})
    return Spread(
        id=f"scale-{scores.id}",
        title=scale.name,
        says=says,
        spoken=" ".join(
            [says[0], *(f"{part.name}: {part.value}%." for part in parts if part.value is not None)]
        ),
        poles=(scale.low, scale.high),
        mean=_mean(scale.name, scores),
        columns=_columns(scores.bins),
        bands=[(band.start, band.end) for band in scale.bands],
        parts=parts,
    )


def _mean(name: str, scores: Scores, poles: tuple[str, str] | None = None) -> Row | None:
    if scores.mean is None:
        return None
    return Row(name, scores.mean, scores.low, scores.high, poles)


def _columns(bins: Sequence[Bin]) -> list[Column]:
    """Columns without gaps: their area is the share, so that wide ones don't look like more."""
    edges = [0.0]
    edges += [(one.last + after.first) / 2 for one, after in pairwise(bins)]
    edges.append(100.0)
    return [
        Column(
            start,
            end,
            found.share / (end - start) if end > start else 0,
            _("%(first)d to %(last)d", first=found.first, last=found.last),
            _("%(share)d%%", share=found.share),
        )
        for found, start, end in zip(bins, edges, edges[1:], strict=False)
    ]


def _shares(shares: Sequence[Share], names: Mapping[str, str]) -> list[Row]:
    if all(share.share is None for share in shares):
        return []
    return [
        Row(names.get(found.id, found.id), found.share, found.low, found.high) for found in shares
    ]


def _styles(shares: Sequence[Share], names: Mapping[str, str], n: int | None) -> Rows:
    rows = _shares(shares, names)
    if not rows:
        return Rows([words.not_yet(gates.SHARES, n)])
    known = sorted(
        (row for row in rows if row.value is not None), key=lambda row: -(row.value or 0)
    )
    first = known[0]
    close = [row for row in known[1:] if (row.high or 0) > (first.low or 0)]
    if close:
        says = _(
            "%(name)s and %(others)s are about equally common: the figures can't tell which is "
            "first.",
            name=first.name,
            others=_(" and ").join(row.name for row in close[:1])
            if len(close) == 1
            else ngettext("%(num)d other", "%(num)d others", len(close)),
        )
    else:
        says = _("%(name)s is the most common style.", name=first.name)
    return Rows([says], rows)


def _strands(summary: Summary, quiz: Questionnaire) -> Rows:
    rows = []
    for scores in summary.facets:
        facet = quiz.facet_by_id[scores.id]
        row = _mean(facet.name, scores, (facet.low, facet.high))
        if row:
            rows.append(row)
    if not rows:
        return Rows([words.not_yet(gates.MEAN, summary.n)])
    says = _("From 0 to 100 each. Strands steer the advice; none of them is a label.")
    return Rows([says], rows)


def _labels(found: Agreement | None, quiz: Questionnaire, n: int | None) -> Labels:
    names = {option.id: option.name for option in quiz.self_labels}
    if found is None:
        return Labels([words.not_yet(gates.GROUP, n)], [], [], [])
    says = []
    if found.kappa is not None and found.exact is not None:
        says.append(
            _(
                "The word people choose and the score they get go together %(how)s (weighted "
                "kappa %(kappa)s): for %(exact)d in 100 they say exactly the same.",
                how=words.agree(found.kappa),
                kappa=words.decimal(found.kappa),
                exact=found.exact,
            )
        )
    if found.auc is not None and len(quiz.self_labels) > 1:
        says.append(
            _(
                "Of two people who choose the first and the last of these words, the second "
                "scores higher in %(auc)d of 100 pairs.",
                auc=round(100 * found.auc),
            )
        )
    rows = [Row(names.get(x.id, x.id), x.mean, x.low, x.high) for x in found.levels]
    bands = {band.id: band.name for band in quiz.scales[0].bands}
    table = [
        (names.get(level.id, level.id), [_percent(share) for share in shares])
        for level, shares in zip(found.levels, found.table, strict=False)
    ]
    return Labels(
        says or [_("Mean score of those who chose each word.")],
        rows,
        [bands.get(band, band) for band in found.bands],
        table,
    )


def _steps(steps: Sequence[Share], quiz: Questionnaire) -> Rows:
    names = {
        "started": _("Started"),
        "finished": _("Finished"),
        "card": _("Opened a card"),
        "calendar": _("Took the calendar"),
        **{
            f"page-{at}": _("Reached part %(number)d: %(title)s", number=at, title=title)
            for at, title in enumerate(quiz.page_titles, 1)
        },
    }
    rows = [row for row in _shares(steps, names) if row.value is not None]
    if not rows:
        return Rows([_("Too few visits were counted to say where people stop.")])
    says = _(
        "Of 100 times the quiz is opened, so many get this far. Openings are counted and nobody is "
        "followed: a page that is loaded anew counts again, so real shares are higher. Parts are "
        "seen only where scripts run, so they may be a little low."
    )
    return Rows([says], rows)


def _care(flags: Sequence[Share], n: int | None) -> Rows:
    rows = _shares(flags, {flag.id: words.sign(flag.id) for flag in flags})
    if not rows:
        return Rows([words.not_yet(gates.SHARES, n)])
    says = _("These people got their result all the same; only the statistics leave them out.")
    return Rows([says], rows)


def _percent(share: int | None) -> str:
    return words.DASH if share is None else _("%(share)d%%", share=share)
