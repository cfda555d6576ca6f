"""What figures mean, in plain words that claim no more than the figures."""

from flask_babel import format_decimal, gettext, ngettext

DASH = "–"  # noqa: RUF001 - a true dash


def said(text: str, **values: object) -> str:
    """A text in the reader's language; Flask-Babel's own has no type."""
    return str(gettext(text, **values))


_ = said


def people(n: int | None) -> str:
    """A number of people as it is written, or a dash."""
    return DASH if n is None else str(format_decimal(n))


def decimal(value: float | None, digits: int = 2) -> str:
    """A coefficient with a true minus, or a dash where there is none."""
    if value is None:
        return DASH
    text = f"{value:.{digits}f}"
    return text if float(text) else text.lstrip("-")


def span(low: float | None, high: float | None) -> str:
    """The range of a coefficient, or nothing."""
    if low is None or high is None:
        return ""
    return _("%(low)s to %(high)s", low=decimal(low), high=decimal(high))


def not_yet(needed: int, n: int | None) -> str:
    """Why a figure is not there: how many results it needs, and about how many there are."""
    if n is None:
        return _("Shown from %(needed)d results on.", needed=needed)
    return _("Shown from %(needed)d results on: about %(n)s so far.", needed=needed, n=people(n))


def stand_at(mean: int, low: int | None, high: int | None, band: str) -> str:
    """Where people stand on a scale, on average."""
    if low is None or high is None:
        return _("On average about %(mean)d of 100: %(band)s.", mean=mean, band=band)
    return _(
        "On average about %(mean)d of 100, likely %(low)d to %(high)d: %(band)s.",
        mean=mean,
        low=low,
        high=high,
        band=band,
    )


def hang_together(alpha: float, items: int) -> str:
    """What an alpha says about the items of a scale."""
    says = _together(alpha, items)
    return _("alpha %(alpha)s: %(says)s", alpha=decimal(alpha), says=says)


def _together(alpha: float, items: int) -> str:
    if alpha < 0.5:
        text = ngettext("%(num)d item.", "the %(num)d items hardly belong together.", items)
    elif alpha < 0.7:
        text = ngettext(
            "%(num)d item.",
            "the %(num)d items hang together loosely: enough for averages, vague about one person.",
            items,
        )
    elif alpha < 0.8:
        text = ngettext("%(num)d item.", "the %(num)d items hang together fairly well.", items)
    elif alpha < 0.95:
        text = ngettext("%(num)d item.", "the %(num)d items hang together well.", items)
    else:
        text = ngettext(
            "%(num)d item.",
            "the %(num)d items are so alike that some may ask the same thing twice.",
            items,
        )
    return str(text)


def agree(kappa: float) -> str:
    """What a weighted kappa says about two ways to sort the same people."""
    if kappa < 0.2:
        return _("hardly more than by chance")
    if kappa < 0.4:
        return _("a little")
    if kappa < 0.6:
        return _("moderately well")
    return _("well") if kappa < 0.8 else _("very well")


def verdict(name: str) -> str:
    """A verdict about an item."""
    return {
        "too-few": _("Too few answers to judge yet."),
        "same-answer": _("Everybody answers the same: this line tells nobody apart."),
        "against-key": _("People answer this one against its key: check the translation."),
        "weak": _("Hardly goes with the others of its scale."),
        "lopsided": _("Nearly everybody is at one end: it tells few people apart."),
        "provisional": _("Looks fine so far."),
        "fine": _("Works well."),
    }.get(name, name)


def sign(name: str) -> str:
    """A sign of careless answering."""
    return {
        "same": _("The same answer everywhere"),
        "long_run": _("A long run of the same answer"),
        "one_sided": _("Nearly only agreeing, or only disagreeing"),
        "no_spread": _("Hardly any difference between answers"),
        "fast": _("Some pages faster than one can read them"),
        "very_fast": _("The whole quiz faster than one can read it"),
        "burst": _("Sent in a burst: very many from one place, or the same answers over and over"),
    }.get(name, name)
