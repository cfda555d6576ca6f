"""Flask as this site uses it: quick to read what was sent, and silent about who sent it."""

import re
import traceback
from collections.abc import Callable
from io import BytesIO
from types import TracebackType
from typing import IO, Any
from urllib.parse import parse_qsl

from flask import Flask, Request, Response, request
from werkzeug.datastructures import ImmutableMultiDict, MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.wsgi import ClosingIterator

from quiz.web.observing import request_name

URL_ENCODED = "application/x-www-form-urlencoded"
# Answers of these kinds have a body, and addresses like these need no escaping.
AS_THEY_ARE = (200, 303)
PLAIN = re.compile(r"(/[A-Za-z0-9._~/-]*(\?[A-Za-z0-9._~/=&-]*)?)?", re.ASCII)


MAX_BODY = 64 * 1024


class Sent(ImmutableMultiDict[str, str]):
    """Values that a request brings; to find that one is not there costs little."""

    def get(self, key: str, default: Any = None, type: Any = None) -> Any:  # type: ignore[override]  # noqa: A002 - Werkzeug's name
        """The first value, or `default`: Werkzeug finds that out by making an error page."""
        return super().get(key, default, type) if key in self else default


class QuickFormParser(FormDataParser):
    """Werkzeug's, but it decodes only those fields of a form that have something to decode."""

    def parse(
        self,
        stream: IO[bytes],
        mimetype: str,
        content_length: int | None,
        options: dict[str, str] | None = None,
    ) -> tuple[IO[bytes], MultiDict[str, str], MultiDict[str, Any]]:
        """The stream, the fields and the files, none in a form like the questionnaire's."""
        if mimetype != URL_ENCODED:
            return super().parse(stream, mimetype, content_length, options)
        body = stream.read()
        if len(body) >= MAX_BODY and content_length is None:
            stream.read(1)  # a body in pieces turns out to be too large only now
        try:
            fields = _fields(body.decode())
        except UnicodeDecodeError:
            return super().parse(BytesIO(body), mimetype, content_length, options)
        return stream, self.cls(fields), self.cls()


class SiteRequest(Request):
    """A request that can't be too large, and whose values are read by the two above."""

    parameter_storage_class = Sent
    form_data_parser_class = QuickFormParser
    # Settled here: Flask looks each of them up in its settings for every form.
    max_content_length = MAX_BODY
    max_form_memory_size = MAX_BODY
    max_form_parts = 500


class SiteResponse(Response):
    """A response that goes out as it is where Werkzeug would change nothing in it."""

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        """Start the answer; the parts of its body, none for HEAD and the like."""
        headers = self.headers
        if (
            environ["REQUEST_METHOD"] == "HEAD"
            or self.status_code not in AS_THEY_ARE
            or "Content-Length" not in headers
            or "Content-Location" in headers
            or not (self.is_sequence and PLAIN.fullmatch(headers.get("Location", "")))
        ):
            return super().__call__(environ, start_response)
        start_response(self.status, headers.to_wsgi_list())
        return ClosingIterator(self.iter_encoded(), self.close)


class SiteFlask(Flask):
    """Flask that asks nothing anew for each request that is settled when the site is made."""

    request_class = SiteRequest
    response_class = SiteResponse

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function itself: no view or hook here is a coroutine."""
        return func

    def log_exception(
        self,
        exc_info: tuple[type[BaseException], BaseException, TracebackType]
        | tuple[None, None, None],
    ) -> None:
        """Log in which view an exception arose, not at which address: that has a result code.

        Its message stays out too: it could quote an answer.
        """
        kind, _error, trace = exc_info
        where = "".join(traceback.format_tb(trace))
        name = kind.__name__ if kind else "nothing"
        asked = request_name.get()
        self.logger.error(
            "%s in the view %s (request %s)\n%s", name, request.endpoint, asked, where
        )


def _fields(form: str) -> list[tuple[str, str]]:
    """What `parse_qsl` finds, which takes four times as long over what needs no decoding."""
    fields = []
    for field in form.split("&"):
        if "%" in field or "+" in field:
            fields += parse_qsl(field, keep_blank_values=True, errors="werkzeug.url_quote")
        elif field:
            name, _, value = field.partition("=")
            fields.append((name, value))
    return fields
