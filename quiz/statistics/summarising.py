"""From cells to what may be seen of them."""

from collections.abc import Sequence

from quiz.statistics import gates
from quiz.statistics.cells import Cell, Chosen, Visits
from quiz.statistics.choosing import choose
from quiz.statistics.comparison import Moments
from quiz.statistics.distributions import mean_interval
from quiz.statistics.figures import (
    Figures,
    ItemFigures,
    LabelFigures,
    figures,
    flag_counts,
)
from quiz.statistics.gates import per_cent, put_together, rounded, shown
from quiz.statistics.grouping import groups
from quiz.statistics.shape import Shape
from quiz.statistics.spreading import (
    band_parts,
    chosen_shares,
    share_of,
    spread,
    style_shares,
    two,
    weeks,
)
from quiz.statistics.summary import (
    Agreement,
    Bin,
    Coefficients,
    Correlation,
    ItemHealth,
    Level,
    Share,
    Summary,
    bounds,
)
from quiz.statistics.tally import Tally

STARTED, FINISHED, CARD = "started", "finished", "card"
WEAK = 0.15
LOPSIDED = 0.8
LEAST_RELIABLE = 0.6


def summarise(
    shape: Shape,
    cells: Sequence[Cell],
    visits: Sequence[Visits],
    chosen: Chosen | None = None,
    k: int = gates.MEAN,
) -> Summary:
    """What may be seen of the chosen results, when k people must stand behind each figure.

    Raises ImpossibleFilter, whose message is a sentence, for a choice that makes no sense.
    """
    chosen = chosen or Chosen()
    choice = choose(cells, visits, chosen, k)
    valid = Tally.total(shape, [cell.tally for cell in choice.cells if not cell.flagged])
    flagged = Tally.total(shape, [cell.tally for cell in choice.cells if cell.flagged])
    together = chosen.with_flagged and min(valid.n, flagged.n) >= k
    told = figures(valid + flagged if together else valid)
    n = told.n if choice.open and told.n >= k else 0
    fine = told.n_detail if n else 0
    alone = chosen.period is chosen.source is chosen.language is None
    in_time = chosen.source is chosen.language is None
    rests = [_rest(shape, rest, together) for rest in choice.rests]
    rests += [flagged] if together else []
    others = [] if n >= gates.ROUNDING_HIDES * k else [rest for rest in rests if rest.n]
    steps = _events(choice.visits) if choice.open else {}
    bands = [
        band_parts(shape, scale, told_one.counts, k, [rest[f"scale {scale.id}"] for rest in others])
        for scale, told_one in zip(shape.scales, told.scales, strict=True)
    ]
    return Summary(
        questionnaire_id=shape.questionnaire_id,
        version=shape.version,
        period=chosen.period,
        source=chosen.source,
        language=chosen.language,
        flagged_counted=together,
        started=_people(steps.get(STARTED, 0), k),
        finished=_people(steps.get(FINISHED, 0), k),
        n=rounded(n) if n else None,
        flagged=_people(flagged.n, k) if choice.open else None,
        scales=tuple(
            spread(shape, "scale", measure, own, parts, n, k, others)
            for measure, own, parts in zip(shape.scales, told.scales, bands, strict=True)
        ),
        facets=tuple(
            spread(shape, "facet", measure, own, (), fine, k, others)
            for measure, own in zip(shape.facets, told.facets, strict=True)
        ),
        styles=style_shares(shape, told.styles, bands, n, k, others),
        labels=_agreement(shape, told.labels, n, k) if not others else None,
        goals=chosen_shares("goals", told.goals, n, k, others),
        settings=chosen_shares("settings", told.settings, n, k, others),
        weeks=weeks(choice.cells, k) if n and in_time else (),
        sources=groups(shape, choice.cells, lambda cell: cell.source, k) if n and alone else (),
        languages=groups(shape, choice.cells, lambda cell: cell.language, k) if n and alone else (),
        steps=_steps(shape, steps, k),
        flags=_flags(valid + flagged, k) if choice.open else (),
        reliability=_reliability(shape, told, fine),
        items=tuple(_health(item, at, fine, k, others) for at, item in enumerate(told.items)),
        correlations=_correlations(told, fine),
    )


def _rest(shape: Shape, cells: Sequence[Cell], with_flagged: bool) -> Tally:
    return Tally.total(shape, [c.tally for c in cells if with_flagged or not c.flagged])


def _people(n: int, k: int) -> int | None:
    return rounded(n) if n >= k else None


def _level(name: str, of: Moments) -> Level:
    if of.n < gates.GROUP or of.mean is None or of.sd is None:
        return Level(name)
    low, high = bounds(mean_interval(of.mean, of.sd, of.n))
    return Level(name, rounded(of.n), round(of.mean), low, high)


def _agreement(shape: Shape, told: LabelFigures, n: int, k: int) -> Agreement | None:
    """Shown for labels that 50 people or more chose, as long as that hides no small rest."""
    counts = [row.n for row in told.moments]
    # Those who said nothing are a part too: it could be worked out from the others.
    seen = shown([*counts, n - sum(counts)], k, gates.GROUP)[: len(counts)]
    if n < gates.ALPHA or not any(seen):
        return None
    table = tuple(
        tuple(
            per_cent(count, sum(row)) if cell else None
            for count, cell in zip(row, shown(row, k), strict=True)
        )
        if open_ and own.n >= gates.GROUP
        else (None,) * len(row)
        for row, own, open_ in zip(told.table, told.moments, seen, strict=False)
    )
    levels = tuple(
        _level(name, own) if open_ else Level(name)
        for name, own, open_ in zip(told.ids, told.moments, seen, strict=False)
    )
    size = len(shape.scales[0].bands)
    whole = all(row.n >= gates.GROUP for row in told.moments[:size])
    return Agreement(
        levels=levels,
        table=table,
        bands=tuple(band.id for band in shape.scales[0].bands),
        kappa=two(told.kappa, whole),
        exact=None if not whole or told.exact is None else round(100 * told.exact),
        auc=two(told.auc, whole),
    )


def _events(visits: Sequence[Visits]) -> dict[str, int]:
    counts: dict[str, int] = {}
    for visit in visits:
        counts[visit.event] = counts.get(visit.event, 0) + visit.n
    return counts


def _steps(shape: Shape, counts: dict[str, int], k: int) -> tuple[Share, ...]:
    """How far those who started came. Scripts count the pages, so shares can be too low there."""
    started = counts.get(STARTED, 0)
    if started < max(k, gates.SHARES):
        return ()
    pages = len(set(shape.pages))
    names = [f"page-{page}" for page in range(1, pages + 1)] + [FINISHED, CARD]
    return tuple(
        share_of(name, min(counts.get(name, 0), started), started)
        if counts.get(name, 0) >= k
        else Share(name)
        for name in names
    )


def _flags(tally: Tally, k: int) -> tuple[Share, ...]:
    if tally.n < max(k, gates.SHARES):
        return ()
    return tuple(
        share_of(name, count, tally.n) if count >= k else Share(name)
        for name, count in flag_counts(tally).items()
    )


def _reliability(shape: Shape, told: Figures, n: int) -> tuple[Coefficients, ...]:
    found = []
    for kind, measures, own, least in (
        ("scale", shape.scales, told.scales, gates.ALPHA),
        ("facet", shape.facets, told.facets, gates.FINE),
    ):
        for measure, one in zip(measures, own, strict=True):
            if n < least:
                continue
            of, fine = one.reliability, n >= gates.FINE
            between = of.alpha_interval
            found.append(
                Coefficients(
                    id=measure.id,
                    items=len(measure.items),
                    alpha=two(of.alpha),
                    low=two(between.low) if between else None,
                    high=two(between.high) if between else None,
                    standardised_alpha=two(of.standardised_alpha, fine),
                    lambda_2=two(of.lambda_2, fine),
                    omega=two(of.omega, fine and kind == "scale"),
                    split_half=two(of.split_half, fine and kind == "scale"),
                    sem=None if of.sem is None else round(of.sem, 1),
                )
            )
    return tuple(found)


def _health(item: ItemFigures, at: int, n: int, k: int, others: Sequence[Tally]) -> ItemHealth:
    answers: tuple[Bin, ...] = ()
    mean = None
    answers_of_rests = [rest["answers"][at].tolist() for rest in others if rest.n_detail]
    if n >= max(gates.SHARES, k):
        answers = tuple(
            Bin(part.first + 1, part.last + 1, per_cent(part.count, sum(item.counts)))
            for part in put_together(item.counts, k, answers_of_rests)
        )
        mean = None if item.mean is None else round(item.mean, 1)
    return ItemHealth(
        id=item.id,
        scale=item.scale,
        answers=answers,
        mean=mean,
        item_total=two(item.fit.item_total, n >= gates.ALPHA),
        alpha_if_deleted=two(item.fit.alpha_if_deleted, n >= gates.FINE),
        verdict=_verdict(item, n),
    )


def _verdict(item: ItemFigures, n: int) -> str:
    if n < gates.ALPHA:
        return "too-few"
    if not item.sd:
        return "same-answer"
    fit = item.fit.item_total
    if fit is not None and fit < 0:
        return "against-key"
    if fit is not None and fit < WEAK:
        return "weak"
    if max(item.counts[0], item.counts[-1]) >= LOPSIDED * sum(item.counts):
        return "lopsided"
    return "fine" if n >= gates.FINE else "provisional"


def _correlations(told: Figures, n: int) -> tuple[Correlation, ...]:
    if n < gates.CORRELATIONS:
        return ()
    alphas = {one.id: one.reliability.alpha for one in (*told.facets, *told.scales)}
    found = []
    for (one, other), r in told.correlations.items():
        a, b = alphas[one], alphas[other]
        true = None
        if r is not None and a and b and min(a, b) >= LEAST_RELIABLE:
            true = max(-1.0, min(1.0, r / (a * b) ** 0.5))
        found.append(Correlation(one, other, two(r), two(true)))
    return tuple(found)
