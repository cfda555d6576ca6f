"""What the admin did, written down by its name; the log page says it in words."""

import logging

from quiz import store
from quiz.web.weeks import this_week

log = logging.getLogger(__name__)


def note(action: str, subject: str = "") -> None:
    """Write it down. What was done stays done when the log can't be written."""
    try:
        store.audit.note(action, subject, this_week())
    except store.StoreError as error:
        log.error("%s What is missing: %s.", error, action)
