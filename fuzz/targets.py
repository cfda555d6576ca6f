"""What is fed, how, and what each of them promises about any input."""

import io
from collections.abc import Callable
from pathlib import Path
from shutil import copytree
from urllib.parse import urlencode

import itsdangerous
import werkzeug
from flask import Flask
from flask_babel import Babel
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request

from fuzz.loop import QUIZ, Target
from quiz import address, library, sheet, store
from quiz.advice import Wishes, plan_for
from quiz.questionnaire import Questionnaire
from quiz.scoring import score
from quiz.web import create_app, visit_token
from quiz.web.forms import form_class
from quiz.web.settings import Settings

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "content" / "tiny"
MINUTE = 29_000_000
FORM_KINDS = ("application/x-www-form-urlencoded", "multipart/form-data; boundary=x")


def result_address() -> Target:
    """A code is refused, or it is the code of its answers."""
    shipped = library.load(ROOT / "quiz" / "content")

    def at(version: int) -> Questionnaire | None:
        return shipped.at(version, shipped.languages[0])

    def feed(data: bytes) -> None:
        try:
            answered = address.decode(data.decode("utf-8", "surrogateescape"), at)
        except (address.UnknownAddress, address.UnknownVersion):
            return
        if address.decode(address.encode(answered), at) != answered:
            raise AssertionError("the answers have another code than they were read from")

    now = shipped.current(shipped.languages[0])
    some = ([1] * 24, [5] * 24, [3] * 24, [1, 2, 3, 4, 5, 4] * 4)
    seeds = [address.encode(address.Answered(now, tuple(answers))).encode() for answers in some]
    return Target("address", feed, seeds, [b"-", b"9999999", "\u0661".encode(), "\u0130".encode()])


def token() -> Target:
    """A token is refused, or it is one that was issued here."""
    secret = "of this campaign"  # noqa: S105 - it protects nothing
    tokens = [visit_token.new(secret, MINUTE + i) for i in range(4)]
    issued = {visit_token.read(secret, text) for text in tokens}

    def feed(data: bytes) -> None:
        try:
            visit = visit_token.read(secret, data.decode("utf-8", "surrogateescape"))
        except visit_token.BadToken:
            return
        if visit not in issued:
            raise AssertionError("a visit that was never issued")

    return Target(
        "token",
        feed,
        [text.encode() for text in tokens],
        [b".", b"=", b"_-", b"%d" % MINUTE],
        (QUIZ, str(Path(itsdangerous.__file__).parent)),
    )


class _InMemory(Request):
    """Werkzeug leaves the file of a broken part to the collector, which then warns of it."""

    def _get_file_stream(self, *_about: object, **_it: object) -> io.BytesIO:
        return io.BytesIO()


def form() -> Target:
    """A body makes a whole set of answers, or problems that can be told. First byte: its kind."""
    questionnaire = library.load(SMALL).current("en")
    bound, app = form_class(questionnaire), Flask("fuzz")
    Babel(app)

    def feed(data: bytes) -> None:
        kind = FORM_KINDS[data[:1] == b"m"]
        builder = EnvironBuilder(
            method="POST", content_type=kind, input_stream=io.BytesIO(data[1:])
        )
        request = _InMemory({**builder.get_environ(), "CONTENT_LENGTH": str(len(data[1:]))})
        request.max_content_length = request.max_form_memory_size = 64 * 1024
        with app.test_request_context():
            filled = bound(request.form)
            good, problems = filled.validate(), filled.problems()
        answers = filled.answers.data
        if good == bool(problems):
            raise AssertionError("refused without a problem to tell, or the other way round")
        if good and (answers is None or len(answers) != len(questionnaire.items)):
            raise AssertionError("a good form without all answers")

    whole = {item.id: "2" for item in questionnaire.items} | {"count": "yes", "pace": "3,4"}
    whole |= {"goal": questionnaire.goals[0].id, "self_label": questionnaire.self_labels[0].id}
    parts = "".join(
        f'--x\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in whole.items()
    )
    names = [name.encode() for name in whole]
    return Target(
        "form",
        feed,
        [b"u" + urlencode(whole).encode(), b"m" + parts.encode() + b"--x--\r\n", b"u"],
        [*names, b"&", b"=", b"%00", b"%ff", b"\r\n--x", b'; filename="', b"\xd9\xa1", b"pace=9,"],
        (QUIZ, str(Path(werkzeug.__file__).parent)),
    )


def content(folder: Path) -> Target:
    """A folder is refused with faults, or a result can be made from it.

    The first byte says which file the rest replaces.
    """
    copytree(SMALL, folder, dirs_exist_ok=True)
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    whole = {file: file.read_bytes() for file in files}

    def feed(data: bytes) -> None:
        if not data:
            return
        file = files[data[0] % len(files)]
        file.write_bytes(data[1:])
        try:
            found = library.load(folder)
        except library.ContentError as refused:
            if not refused.faults or not all(str(fault).strip() for fault in refused.faults):
                raise AssertionError("refused without a word") from refused
            return
        finally:
            file.write_bytes(whole[file])
        for questionnaire in found.questionnaires.values():
            for answer in range(1, questionnaire.points + 1):
                scored = score(questionnaire, [answer] * len(questionnaire.items))
                plan_for(questionnaire, scored, Wishes())

    seeds = [bytes([place]) + whole[file] for place, file in enumerate(files)]
    words = b'"" \n = {} [] [[ ]] """ 0 -1 1e999 nan inf true 1979-05-27 0.0 99999999999 \\u0000'
    return Target("content", feed, seeds, [*words.split(b" "), b"\xef\xbb\xbf", b"\xff"])


def answers_file() -> Target:
    """A file of answers is refused, or every row is good or named; good rows can be read again."""
    questionnaire = library.load(SMALL).current("en")

    def rows(text: io.TextIOBase) -> list[sheet.Row | sheet.Refused]:
        reader = sheet.Sheet(questionnaire, ["direct", "my-blog"], ["en", "de"], 202648)
        return list(reader.read(text))  # type: ignore[arg-type]

    def feed(data: bytes) -> None:
        opened = io.TextIOWrapper(io.BytesIO(data), encoding="utf-8-sig", newline="")
        try:
            found = rows(opened)
        except (sheet.SheetError, UnicodeDecodeError):
            return
        for row in found:
            if isinstance(row, sheet.Refused):
                if not row.reason or "\n" in str(row):
                    raise AssertionError(f"a row is refused without a line to tell: {row!r}")
                continue
            lines = [sheet.header(questionnaire), sheet.cells(questionnaire, row)]
            (again,) = rows(io.StringIO("\n".join(",".join(line) for line in lines)))
            if not isinstance(again, sheet.Row) or again.answers != row.answers:
                raise AssertionError(f"{row!r} was written and read as {again!r}")

    header = ",".join(sheet.header(questionnaire)).encode()
    good = ",".join(["2"] * len(questionnaire.items)).encode()
    seed = header + b"\r\n" + good + b",my-blog,2026-W12,de,,,,3\r\n"
    words = [b",", b";", b"\t", b'"', b"\r\n", b"'=1", b"NA", b"1.0", b"2020W53", b"\x00", good]
    seeds = [seed, seed.replace(b",", b";"), b"\xef\xbb\xbf" + seed, header + b'\n"']
    return Target("import", feed, seeds, words)


def addresses(folder: Path) -> Target:
    """No address of the site breaks it: what is asked for may not be there, but nothing is a 500.

    Space, then a Host, may stand behind the address.
    """
    settings = Settings.from_environment({"QUIZ_DATA_DIR": str(folder)}).prepare()
    store.migrate(settings.database_url)
    app = create_app(settings)
    app.testing = True  # what breaks is raised here, not told as a page

    def feed(data: bytes) -> None:
        asked, _, host = data.partition(b" ")
        path, _, query = asked.partition(b"?")
        environ = EnvironBuilder(method="GET").get_environ()
        environ |= {"PATH_INFO": path.decode("latin-1"), "QUERY_STRING": query.decode("latin-1")}
        environ["HTTP_HOST"] = host.decode("latin-1") or "quiz.example"
        status: list[str] = []

        def start(
            line: str, headers: list[tuple[str, str]], *_error: object
        ) -> Callable[..., None]:
            status.append(line)
            if any("\n" in part or "\r" in part for pair in headers for part in pair):
                raise AssertionError(f"a header with two lines: {headers}")
            return lambda _body: None

        b"".join(app.wsgi_app(environ, start))
        if status[0].startswith("5") and not status[0].startswith("501"):
            raise AssertionError(status[0])

    def close() -> None:
        with app.app_context():
            store.close()

    adapter = app.url_map.bind("quiz.example")
    code = result_address().seeds[0].decode()
    seeds = [
        adapter.build(rule.endpoint, _values(rule.arguments, code), method="GET").encode()
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ())
    ]
    seeds += [
        b"/oembed?url=http://quiz.example/style/x&format=xml",
        b"/embed/?theme=dark&accent=0a0",
    ]
    words = (
        b"../ %00 %0d%0a \r\n // \\ ? & = lang= theme= source= accent= url= next= [::1] : @ goal="
    )
    odd = [*words.split(b" "), b"\xff", b"\xc0\xae", b"width=9"]
    return Target("addresses", feed, seeds, odd, close=close)


def _values(names: set[str], code: str) -> dict[str, str]:
    known = {"code": code, "slug": "method", "kind": "csv", "colour": "006644", "name": "x"}
    return {name: known.get(name, "x") for name in names}


def every(folder: Path) -> list[Target]:
    """All targets; those that need files make them below `folder`."""
    for name in ("content", "site"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    return [
        result_address(),
        token(),
        form(),
        content(folder / "content"),
        answers_file(),
        addresses(folder / "site"),
    ]
