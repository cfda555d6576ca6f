"""Logs that say what broke and never who was there: no visitor's address, no address of a page."""

import logging
import traceback
from types import TracebackType
from typing import Any

from flask import Flask, request
from gunicorn.glogging import Logger


class QuietFlask(Flask):
    """Flask that names the view in which something broke, not the address with its result code."""

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None],
    ) -> None:
        """Log where an exception came from. Its message stays out: it could quote an answer."""
        kind, _error, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        name = kind.__name__ if kind else "nothing"
        self.logger.error("%s in the view %s\n%s", name, request.endpoint, where)


class QuietLogger(Logger):
    """gunicorn's log without addresses."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then watch every line."""
        super().setup(cfg)
        self.error_log.addFilter(leave_out_addresses)


def leave_out_addresses(record: logging.LogRecord) -> bool:
    """Rewrite the lines in which gunicorn names a visitor or a page: keep what kind they are."""
    said = str(record.msg)
    for kind in ("Invalid request", "Error handling request", "Socket error processing request"):
        if said.startswith(kind):
            record.msg = f"{kind} (who sent it and what for is left out)"
            record.args = ()
            record.exc_info = None
    return True
