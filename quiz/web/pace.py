"""How often one household may knock at the doors that cost something. See limits.py."""

from flask import request
from werkzeug.exceptions import TooManyRequests

from quiz.web.limits import HOUR, QUARTER, Limit
from quiz.web.site import site

LOGIN = Limit("login", 5, QUARTER)
# Generous: whoever tries now and then from many places must not keep the admin out.
LOGIN_OF_ALL = Limit("login", 100, HOUR, everybody=True)
# A school class behind one address stays far below these.
COUNTING = Limit("count", 3000, QUARTER)
WITHDRAWING = Limit("withdraw", 100, QUARTER)
AUDIENCE = Limit("audience", 200, QUARTER)
# Pictures that are made for each who asks; a tenth of a second each.
CARDS = Limit("cards", 300, QUARTER)


def not_too_often(*limits: Limit) -> None:
    """Count this request. Raises TooManyRequests with the seconds to wait when a limit is hit."""
    seconds = site().limits.wait(address(), *limits)
    if seconds:
        raise TooManyRequests(retry_after=seconds)


def address() -> str:
    """Where this request came from, to be counted and not kept."""
    return request.remote_addr or ""
