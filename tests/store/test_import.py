"""`import` and `export --raw`: answers come in whole or not at all, and only once."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

HEADER = "E1,E2,E3,E4,E5"
Run = Callable[..., Result]


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    """Writes a file and gives its path."""

    def write(text: str | bytes, name: str = "answers.csv") -> str:
        file = tmp_path / name
        file.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(file)

    return write


def stored(place: Any) -> list[tuple[Any, ...]]:
    return sorted(
        place.rows(
            "SELECT questionnaire_id, version, week, source, language, answers, self_label, goal,"
            " setting, flags FROM result"
        )
    )


def test_what_is_in_the_file_is_stored(run: Run, place: Any, write: Callable[..., str]) -> None:
    run("sources", "add", "my-blog", "--name", "My blog")
    done = run(
        "import",
        write(
            f"{HEADER},week,source,self_label,goal,setting\n"
            "1,2,3,4,5,2026-W12,my-blog,reserved,friends,home\n"
            "6,6,6,6,6,2026-W13,,,,\n"
        ),
    )
    assert done.exit_code == 0, done.output
    assert done.stdout == "Added: 2. Already there: 0.\n"
    fields = ("bfi-extraversion", 1)
    assert stored(place) == [
        (
            *fields,
            202612,
            "my-blog",
            "en",
            bytes([1, 2, 3, 4, 5]),
            "reserved",
            "friends",
            "home",
            0,
        ),
        (*fields, 202613, "direct", "en", bytes([6] * 5), None, None, None, 1),
    ]


def test_the_same_file_again_adds_nothing(run: Run, place: Any, write: Callable[..., str]) -> None:
    # Two people who answered the same are two people.
    text = f"{HEADER}\n1,2,3,4,5\n1,2,3,4,5\n"
    assert run("import", write(text)).stdout == "Added: 2. Already there: 0.\n"
    assert run("import", write(text, "copy.csv")).stdout == "Added: 0. Already there: 2.\n"
    assert len(stored(place)) == 2


def test_a_file_with_bad_lines_is_not_imported_at_all(
    run: Run, place: Any, write: Callable[..., str]
) -> None:
    file = write(f"{HEADER},source\n1,2,3,4,5,\n1,2,3,4,7,\n1,2,3,4,5,elsewhere\n")
    refused = run("import", file)
    assert refused.exit_code == 1
    assert refused.output.splitlines()[1:3] == [
        "line 3, column E5: '7' is not one of the answers 1 to 6",
        "line 4, column source: there is no source 'elsewhere'",
    ]
    assert "Nothing was imported: 2 lines" in refused.output
    assert stored(place) == []
    skipping = run("import", file, "--skip-bad", "--sources-as-other")
    assert skipping.exit_code == 0
    assert skipping.output.endswith("Added: 2. Already there: 0.\n")
    assert [row[3] for row in stored(place)] == ["direct", "other"]


def test_a_long_list_of_faults_is_cut_short(run: Run, write: Callable[..., str]) -> None:
    refused = run("import", write(f"{HEADER}\n" + "1,2,3,4,9\n" * 5000))
    assert refused.exit_code == 1
    assert refused.output.count("column E5") == 100
    assert "... and 4,900 more faults." in refused.output
    assert "5,000 lines" in refused.output


def test_open_items_are_counted_apart(run: Run, write: Callable[..., str]) -> None:
    done = run("import", write(f"{HEADER}\n1,2,3,4,5\n1,NA,3,4,5\n"))
    assert "Added: 2." in done.output
    assert "so not in the figures: 1." in done.output


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (HEADER.encode(), "no answers"),
        (f"{HEADER}\n1,2,3,4,5\n".encode("utf-16"), "not UTF-8"),
        (f"{HEADER},goal\n1,2,3,4,5,caf\xe9\n".encode("latin-1"), "not UTF-8"),
        (bytes(range(256)) * 10, "not UTF-8"),
        (f"{HEADER},E1\n1,2,3,4,5,6\n".encode(), "twice"),
        (f"{HEADER}\n{'9' * 500_000},2,3,4,5\n".encode(), "line 2: this is not CSV"),
        (f"{HEADER}\n1,\x00,3,4,5\n".encode(), "line 2"),
        (b"\x00" * 100, "lacks the items"),
        (b"PK\x03\x04 a spreadsheet, not a CSV file", "lacks the items"),
    ],
)
def test_a_file_that_is_none_gets_a_sentence(
    run: Run, place: Any, write: Callable[..., str], content: bytes, says: str
) -> None:
    refused = run("import", write(content))
    assert refused.exit_code == 1
    assert says in refused.output
    assert len(refused.output) < 2000
    assert refused.exception is None or isinstance(refused.exception, SystemExit)
    assert stored(place) == []


def test_a_file_whose_rows_may_be_deleted_by_now_is_not_taken_twice(
    run: Run, write: Callable[..., str]
) -> None:
    file = write(f"{HEADER}\n1,2,3,4,5\n")
    assert run("import", file, QUIZ_RETENTION_WEEKS="4").exit_code == 0
    again = run("import", file, QUIZ_RETENTION_WEEKS="4")
    assert again.exit_code == 1
    assert "was imported in 20" in again.output


def test_raw_rows_go_out_without_receipts_and_come_in_again(
    run: Run, place: Any, write: Callable[..., str], tmp_path: Path
) -> None:
    run("sources", "add", "my-blog", "--name", "My blog")
    text = (
        f"{HEADER},week,source,self_label,flags\n"
        "1,2,3,4,5,2026-W12,my-blog,reserved,16\n6,6,6,6,6,2026-W13,direct,,\n1,,3,4,5,2026-W13,,,\n"
    )
    run("import", write(text))
    before = stored(place)
    out = tmp_path / "raw.csv"
    done = run("export", "--raw", "--yes", "--output", str(out))
    assert done.exit_code == 0, done.output
    assert "can find a person" in done.stderr
    with out.open(newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == 3
    assert set(lines[0]) == {
        *HEADER.split(","),
        *("source", "week", "language", "self_label", "goal", "setting", "flags"),
    }
    assert out.stat().st_mode & 0o077 == 0
    place.execute("DELETE FROM result")
    assert "Added: 3." in run("import", str(out)).output
    assert stored(place) == before


def test_raw_rows_need_a_clear_yes(run: Run, write: Callable[..., str]) -> None:
    run("import", write(f"{HEADER}\n1,2,3,4,5\n"))
    refused = run("export", "--raw")
    assert refused.exit_code == 2
    assert "--yes" in refused.output
    assert "1,2,3" not in refused.output
