"""What is read and written faster here is what Werkzeug reads and writes."""

from typing import Any
from urllib.parse import quote_from_bytes

from flask import Flask, Response, url_for
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from werkzeug.formparser import FormDataParser
from werkzeug.test import EnvironBuilder, run_wsgi_app

from quiz.web.languages import address_of
from quiz.web.site_flask import QuickFormParser, SiteRequest, SiteResponse

FORM = "application/x-www-form-urlencoded"
PIECES = st.sampled_from([b"a", b"=", b"&", b"+", b"%", b"%41", b"%ff", b"%zz", b";", b"\0", b" "])
BODIES = st.lists(PIECES | st.binary(max_size=3), max_size=12).map(b"".join)
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


@given(BODIES)
def test_a_form_is_read_as_werkzeug_reads_it(body: bytes) -> None:
    read = [
        parser(cls=MultiDict).parse_from_environ(
            EnvironBuilder(method="POST", data=body, content_type=FORM).get_environ()
        )[1]
        for parser in (QuickFormParser, FormDataParser)
    ]
    assert list(read[0].items(multi=True)) == list(read[1].items(multi=True))


@given(TEXTS, st.sampled_from(["goal", "lang", "other"]))
def test_a_query_is_read_as_werkzeug_reads_it(text: str, name: str) -> None:
    query = f"goal={quote_from_bytes(text.encode())}&lang="
    args = SiteRequest(EnvironBuilder(query_string=query).get_environ()).args
    assert args.get(name) == {"goal": text, "lang": ""}.get(name)
    assert args.get(name, "else") == {"goal": text, "lang": ""}.get(name, "else")
    assert args.get(name, type=int) == MultiDict(args).get(name, type=int)


ADDRESSES = st.sampled_from(
    ["", "/quiz", "/a?b=c&d=e-1", "/ä", "//host/x y", "https://a/?q=%41", "/x#y"]
)


@given(
    status=st.sampled_from([200, 204, 303, 304, 404, 503]),
    body=st.sampled_from(["", "words", b"\xff"]),
    location=st.none() | ADDRESSES,
    of_content=st.none() | ADDRESSES,
    method=st.sampled_from(["GET", "HEAD", "POST"]),
)
def test_an_answer_goes_out_as_werkzeug_sends_it(
    status: int, body: str | bytes, location: str | None, of_content: str | None, method: str
) -> None:
    def sent(kind: type[Response]) -> Any:
        answer = kind(body, status)
        for name, value in (("Location", location), ("Content-Location", of_content)):
            if value is not None:
                answer.headers[name] = value
        return run_wsgi_app(answer, EnvironBuilder(method=method).get_environ(), buffered=True)

    ours, theirs = sent(SiteResponse), sent(Response)
    assert [b"".join(ours[0]), *ours[1:]] == [b"".join(theirs[0]), *theirs[1:]]


def test_an_address_is_written_as_flask_writes_it(app: Flask) -> None:
    @given(goal=TEXTS, page=st.none() | st.integers())
    def written(goal: str, page: int | None) -> None:
        values = {"code": "1-abc", "goal": goal, "page": page}
        assert address_of("visit.result", **values) == url_for("visit.result", **values)

    with app.test_request_context("/"):
        written()
