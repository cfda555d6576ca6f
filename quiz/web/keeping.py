"""This week's actions as a calendar file."""

from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta
from uuid import NAMESPACE_URL, uuid5

from icalendar import Calendar, Event

from quiz.questionnaire import Card

MIDDAY = time(12, 30)
EVERY = timedelta(days=2)


def calendar(actions: Sequence[Card], address: str, now: datetime | None = None) -> bytes:
    """One entry for each action: from tomorrow, every second day, at 12:30 wherever one is.

    `now` is the moment to start from (default: the clock's, in UTC).
    """
    now = now or datetime.now(UTC)
    made = Calendar()
    made.add("prodid", "-//Connect don't collect//networking quiz//EN")
    made.add("version", "2.0")
    day = now.date() + timedelta(days=1)
    for card in actions:
        event = Event()
        event.add("uid", str(uuid5(NAMESPACE_URL, f"{address}#{card.id}")))
        event.add("dtstamp", now)
        start = datetime.combine(day, MIDDAY)
        event.add("dtstart", start)
        event.add("dtend", start + timedelta(minutes=card.minutes))
        event.add("summary", card.title)
        event.add("description", f"{card.action}\n\n{card.why}\n\n{address}")
        made.add_component(event)
        day += EVERY
    return bytes(made.to_ical())
