"""Settles accounts of posted answers: each that was answered must be stored, and only once."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import parse_qs, parse_qsl, urlsplit

from quiz.web import visit_token

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def settle(
    server: str,
    secret: str,
    items: Sequence[str],
    count_rows: Callable[[], int],
    sent: Iterable[str],
    answers: Iterable[str],
) -> tuple[str, list[str]]:
    """Compare what was sent and answered (lines of load.lua) with the rows that are stored.

    Requests that the end of a burst cut off may be stored or not: they are sent a second time
    first. Gives a sentence and every fault.
    """
    told = list(answers)
    receipts = {receipt for line in told for receipt in _query(line, "receipt")}
    again = [line for line in sent if _receipt(line, secret, items) not in receipts]
    with closing(HTTPConnection(urlsplit(server).netloc)) as connection:
        for line in again:
            method, path, body = line.split("\t")
            connection.request(method, path, body, FORM)
            answer = connection.getresponse()
            answer.read()
            told.append(f"{answer.status} {answer.headers['Location']}")
    rows = count_rows()
    good = [line for line in told if line.startswith("303") and _query(line, "saved") == ["stored"]]
    faults = [f"Answers were not stored: {line}" for line in set(told) - set(good)]
    distinct = {receipt for line in good for receipt in _query(line, "receipt")}
    if len({rows, len(good), len(distinct)}) > 1:
        faults.append(f"{rows} rows for {len(good)} answers with {len(distinct)} receipts")
    sentence = f"{rows:,} rows, {len(good):,} answers 303 that said stored"
    return f"{sentence}; {len(again)} had been cut off and were sent twice.", faults[:5]


def _query(line: str, name: str) -> list[str]:
    return parse_qs(urlsplit(line).query).get(name, [])


def _receipt(line: str, secret: str, items: Sequence[str]) -> str:
    _method, path, body = line.split("\t")
    form = dict(parse_qsl(body))
    visit = visit_token.read(secret, _query(path, "visit")[0])
    return visit.receipt([int(form[item]) for item in items])
