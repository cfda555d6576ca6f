"""Logs that say what broke and never who was there: no visitor's address, no address of a page."""

import json
import logging
import traceback
from datetime import UTC, datetime
from typing import Any

from gunicorn.glogging import Logger

from quiz.web.observing import request_name


class QuietLogger(Logger):
    """gunicorn's log without addresses."""

    def setup(self, cfg: Any) -> None:
        """Set up as gunicorn does, then watch every line."""
        super().setup(cfg)
        self.error_log.addFilter(leave_out_addresses)
        if any(isinstance(handler.formatter, JsonLines) for handler in logging.root.handlers):
            for handler in self.error_log.handlers:
                handler.setFormatter(JsonLines())


class JsonLines(logging.Formatter):
    """One JSON object a line. Of an exception: what kind it was, and where."""

    def format(self, record: logging.LogRecord) -> str:
        """The line, without its end."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if name := request_name.get():
            told["request"] = name
        if record.exc_info and record.exc_info[0]:
            told["exception"] = record.exc_info[0].__name__
            told["where"] = "".join(traceback.format_tb(record.exc_info[2]))
        return json.dumps(told, ensure_ascii=False)


def write_json() -> None:
    """Let all loggers of this process write JSON, warnings too."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(True)


def leave_out_addresses(record: logging.LogRecord) -> bool:
    """Rewrite the lines in which gunicorn names a visitor or a page: keep what kind they are."""
    said = str(record.msg)
    for kind in ("Invalid request", "Error handling request", "Socket error processing request"):
        if said.startswith(kind):
            record.msg = f"{kind} (who sent it and what for is left out)"
            record.args = ()
            record.exc_info = None
    return True
