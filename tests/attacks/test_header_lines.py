"""A second header line smuggled in by whatever is repeated in a header."""

from flask import Flask

from tests.attacks.site import CODE, addresses

LINES = (
    "\r\nX-Evil: 1",
    "\nX-Evil: 1",
    "\rX-Evil: 1",
    "\u2028X-Evil: 1",
    "\x85X-Evil: 1",
    '"; x="',
)
NAMES = (
    "lang",
    "source",
    "goal",
    "setting",
    "work",
    "theme",
    "accent",
    "next",
    "url",
    "visit",
    "q",
)


def test_no_value_makes_a_second_line(app: Flask) -> None:
    client = app.test_client()
    for line in LINES:
        query = dict.fromkeys(NAMES, f"en{line}")
        for path, rule in addresses(app):
            if path.endswith((".png", ".svg")):
                continue
            answer = client.get(path, query_string=query)
            assert "X-Evil" not in answer.headers, path
            assert answer.status_code < 500 or answer.status_code == 501, path
            for name, value in answer.headers:
                assert value.isascii(), (path, name)
                assert value.isprintable(), (path, name)
            if not rule.rule.startswith("/admin"):
                assert "X-Evil" not in str(answer.headers), path


def test_the_name_of_a_file_to_save_is_ours_alone(app: Flask) -> None:
    client = app.test_client()
    for file in ("calendar.ics", "plan.md"):
        address = f"/result/{CODE}/{file}"
        plain = client.get(address).headers["Content-Disposition"]
        for line in LINES:
            asked = client.get(address, query_string=dict.fromkeys(NAMES, line))
            assert asked.headers["Content-Disposition"] == plain
            broken = client.get(f"/result/{CODE}{line}/{file}")
            assert broken.status_code == 404
            assert "Content-Disposition" not in broken.headers
