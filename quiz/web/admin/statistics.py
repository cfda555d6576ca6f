"""Where the admin begins."""

from flask import redirect
from flask.typing import ResponseReturnValue

from quiz.web.admin.door import blueprint, signed_in
from quiz.web.languages import address_of


@blueprint.get("/")
@signed_in
def statistics() -> ResponseReturnValue:
    """Lead to the sources."""
    return redirect(address_of("admin.sources"), 303)
