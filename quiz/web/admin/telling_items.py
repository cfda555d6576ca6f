"""How well items hang together, and what each of them does, in words."""

from collections.abc import Sequence

from quiz.questionnaire import Questionnaire
from quiz.statistics import gates
from quiz.statistics.summary import Coefficients, ItemHealth, Summary
from quiz.web.admin import words
from quiz.web.admin.told import Answer, Items, Line, Measure, Reliability, Row, Rows
from quiz.web.admin.words import said as _

LOOK = ("same-answer", "against-key", "weak", "lopsided")


def reliability(summary: Summary, quiz: Questionnaire) -> list[Reliability]:
    """A part for each scale, also for those without figures yet."""
    found = {coefficients.id: coefficients for coefficients in summary.reliability}
    return [_reliability(found.get(scale.id), scale.name, summary.n) for scale in quiz.scales]


def loose(summary: Summary, quiz: Questionnaire) -> Rows:
    """The strands' alphas, in words, lowest first."""
    found = [c for c in summary.reliability if c.id in quiz.facet_by_id and c.alpha is not None]
    if not found:
        return Rows([words.not_yet(gates.FINE, summary.n)])
    return Rows(
        [_("Alpha of each strand, weakest first. Below .50 a strand's bar says too little.")],
        [
            Row(
                quiz.facet_by_id[c.id].name,
                None,
                note=f"{words.decimal(c.alpha)} ({words.span(c.low, c.high)})"
                if c.low is not None
                else words.decimal(c.alpha),
            )
            for c in sorted(found, key=lambda c: c.alpha or 0)
        ],
    )


def _reliability(found: Coefficients | None, name: str, n: int | None) -> Reliability:
    if found is None:
        return Reliability(name, words.not_yet(gates.ALPHA, n), [])
    if found.alpha is None:
        if found.items < 2:
            return Reliability(name, _("One item alone can't hang together with anything."), [])
        if n is not None and n >= gates.ALPHA:
            return Reliability(
                name, _("Everybody answers alike, so there is nothing to go by."), []
            )
        return Reliability(name, words.not_yet(gates.ALPHA, n), [])
    measures = [
        Measure(_("alpha"), words.decimal(found.alpha), words.span(found.low, found.high)),
        Measure(_("omega (one factor, minres)"), words.decimal(found.omega)),
        Measure(_("lambda-2"), words.decimal(found.lambda_2)),
        Measure(_("first half against second half"), words.decimal(found.split_half)),
        Measure(_("standardised alpha"), words.decimal(found.standardised_alpha)),
    ]
    if found.sem is not None:
        likely = _("in points of 100, for one person's score")
        measures.append(Measure(_("standard error"), words.decimal(found.sem, 1), likely))
    kept = [m for m in measures if m.value != words.DASH]
    return Reliability(name, words.hang_together(found.alpha, found.items), kept)


def tell_items(summary: Summary, quiz: Questionnaire) -> Items:
    """A line for each item, in the order of the questionnaire."""
    texts = {item.id: item.text for item in quiz.items}
    off = sum(1 for item in summary.items if item.verdict in LOOK)
    if not any(item.answers for item in summary.items):
        says = [words.not_yet(gates.SHARES, summary.n)]
        return Items(says, quiz.labels, [], [])
    if all(item.verdict == "too-few" for item in summary.items):
        says = [_("Whether a line works can be told from 100 results on.")]
    elif off:
        says = [_("Worth a look first: lines with a note in bold.")]
    else:
        says = [_("Every line pulls its weight, as far as the figures can tell.")]
    if summary.n is not None and summary.n < gates.FINE:
        says.append(_("Figures of single lines are provisional below 200 results."))
    names = [_("Mean"), _("With the rest"), _("Alpha without")]
    return Items(says, quiz.labels, names, [_line(item, texts) for item in summary.items])


def _line(item: ItemHealth, texts: dict[str, str]) -> Line:
    return Line(
        text=texts.get(item.id, item.id),
        answers=[Answer(part.first, part.last, part.share) for part in item.answers],
        figures=_figures(item),
        says=words.verdict(item.verdict),
        look=item.verdict in LOOK,
    )


def _figures(item: ItemHealth) -> Sequence[str]:
    return [
        words.decimal(item.mean, 1),
        words.decimal(item.item_total),
        words.decimal(item.alpha_if_deleted),
    ]
