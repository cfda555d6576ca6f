"""The one date that is kept anywhere: the ISO week."""

from datetime import UTC, datetime


def this_week() -> int:
    """The ISO year times 100 plus the ISO week, in UTC."""
    year, week, _day = datetime.now(UTC).isocalendar()
    return year * 100 + week
