"""Commands that a service starts: where logs are JSON (QUIZ_LOG), so are their errors."""

import logging
import os
from typing import Any

import click


class Started(click.Command):
    """A command that a service starts, whose errors go where the service's log goes."""

    def invoke(self, context: click.Context) -> Any:
        """Run it; an error becomes one JSON line where that is asked for."""
        if os.environ.get("QUIZ_LOG", "").strip().lower() != "json":
            return super().invoke(context)
        try:
            return super().invoke(context)
        except click.ClickException as error:
            _log().error("%s", error.format_message())
            context.exit(error.exit_code)
        except (click.exceptions.Exit, click.Abort):
            raise
        except Exception as error:
            _log().error("%s at the start", type(error).__name__, exc_info=error)
            context.exit(1)


def _log() -> logging.Logger:
    from quiz.web.quiet_logs import write_json

    write_json()
    return logging.getLogger(__name__)
