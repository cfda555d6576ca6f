"""What people came for, and which strands go together, in words."""

from collections.abc import Mapping, Sequence

from quiz.questionnaire import Option, Questionnaire
from quiz.statistics import gates
from quiz.statistics.summary import Correlation, Share, Summary
from quiz.web.admin import words
from quiz.web.admin.told import Pair, Pairs, Row, Rows
from quiz.web.admin.words import said as _

ONE_THING = 0.85  # from this true correlation on two measures can hardly be told apart
HARDLY = 0.1  # a correlation nearer to 0 than this is called none


def tell_chosen(
    question: str, shares: Sequence[Share], options: Sequence[Option], n: int | None
) -> Rows | None:
    """An optional question. None when the questionnaire does not ask it."""
    if not options:
        return None
    names = {option.id: option.name for option in options}
    if all(share.share is None for share in shares):
        if n is not None and n >= gates.SHARES:
            return Rows([_("Too few chose an answer to show any of them.")])
        return Rows([words.not_yet(gates.SHARES, n)])
    asked = _("The question was: “%(question)s”", question=question)
    says = _("Shares are of those who chose one. It may be left open, and it changes no score.")
    rows = [Row(names.get(x.id, x.id), x.share, x.low, x.high) for x in shares]
    return Rows([asked, says], sorted(rows, key=lambda row: -(row.value or 0)))


def tell_pairs(summary: Summary, quiz: Questionnaire) -> Pairs | None:
    """Strands and scales two by two, the closest first. None when there is no pair at all."""
    if max(len(quiz.facets), len(quiz.scales)) < 2:
        return None
    if not summary.correlations:
        return Pairs([words.not_yet(gates.CORRELATIONS, summary.n)])
    names: Mapping[str, str] = {
        **{facet.id: facet.name for facet in quiz.facets},
        **{scale.id: scale.name for scale in quiz.scales},
    }
    known = [found for found in summary.correlations if found.r is not None]
    if not known:
        return Pairs([_("Everybody answers alike, so there is nothing to go by.")])
    known.sort(key=lambda found: -abs(found.r or 0))
    return Pairs(
        [
            _closest(known[0], names),
            _(
                "From −1 (one goes up as the other goes down) to 1 (they go up and down "  # noqa: RUF001
                "together); 0 is no connection. The last column is what it would be without error "
                "of measurement; it stands where both hang together well enough. Near 1 there, two "
                "names stand for one thing."
            ),
        ],
        [_pair(found, names) for found in known],
    )


def _closest(found: Correlation, names: Mapping[str, str]) -> str:
    pair = {"one": names.get(found.one, found.one), "other": names.get(found.other, found.other)}
    r = found.r or 0
    if found.true is not None and found.true >= ONE_THING:
        return _("%(one)s and %(other)s can hardly be told apart: they may be one thing.", **pair)
    if abs(r) < HARDLY:
        return _("None of these goes with another.")
    if r < 0:
        return _("The closest: where %(one)s is high, %(other)s tends to be low.", **pair)
    return _("The closest: where %(one)s is high, %(other)s tends to be high too.", **pair)


def _pair(found: Correlation, names: Mapping[str, str]) -> Pair:
    r = found.r or 0
    name = _(
        "%(one)s with %(other)s",
        one=names.get(found.one, found.one),
        other=names.get(found.other, found.other),
    )
    return Pair(name, round(50 + 50 * r), words.decimal(r), words.decimal(found.true))
