"""`stats`: the published figures come out of an imported file, for a questionnaire not ours."""

import csv
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from tests import reference

BFI = Path(__file__).parents[1] / "content" / "bfi"
Run = Callable[..., Result]


@pytest.fixture
def bfi(run: Run, tmp_path: Path) -> None:
    """The reference sheets, imported in one file with weeks, so that they fall into many cells."""
    file = tmp_path / "bfi.csv"
    with file.open("w", newline="") as opened:
        lines = csv.writer(opened)
        lines.writerow(["week", "E1", "E2", "E3", "E4", "E5"])
        for number, sheet in enumerate(reference.sheets()):
            lines.writerow([202601 + number % 40, *sheet])
    done = run("import", str(file))
    assert done.stdout == "Added: 2,713. Already there: 0.\n"


def told(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.usefixtures("bfi")
def test_the_figures_are_those_that_r_gives(run: Run) -> None:
    exact = run("stats", "--json", "--exact", "--with-flagged")
    assert "never publish" in exact.stderr
    figures = told(exact)
    assert figures["n"] == 2713
    scale = figures["scales"][0]
    reliability = scale["reliability"]
    assert reliability["alpha"] == pytest.approx(0.7609326394695517, abs=1e-9)
    assert reliability["alpha_interval"]["low"] == pytest.approx(0.7464, abs=5e-5)
    assert reliability["alpha_interval"]["high"] == pytest.approx(0.7749, abs=5e-5)
    assert reliability["standardised_alpha"] == pytest.approx(0.760964, abs=5e-7)
    assert reliability["omega"] == pytest.approx(0.7670, abs=5e-5)
    assert scale["moments"]["mean"] == pytest.approx(62.893, abs=5e-4)
    assert scale["moments"]["sd"] == pytest.approx(21.208, abs=5e-4)
    fits = [item["fit"] for item in figures["items"]]
    assert [fit["item_total"] for fit in fits] == pytest.approx(
        [0.513497, 0.606407, 0.500842, 0.577890, 0.454633], abs=5e-7
    )
    assert [fit["alpha_if_deleted"] for fit in fits] == pytest.approx(
        [0.725428, 0.688382, 0.727914, 0.700589, 0.742361], abs=5e-7
    )


@pytest.mark.usefixtures("bfi")
def test_what_may_be_shown_is_the_same_rounded(run: Run) -> None:
    # A few people gave one answer to everything: too few to be counted in, or to be seen.
    summary = told(run("stats", "--json", "--with-flagged"))
    assert (summary["n"], summary["flagged"], summary["flagged_counted"]) == (2705, None, False)
    assert summary["scales"][0]["mean"] == 63
    assert summary["scales"][0]["sd"] == 21
    assert summary["reliability"][0]["alpha"] == 0.76
    assert [item["item_total"] for item in summary["items"]] == pytest.approx(
        [0.51, 0.61, 0.5, 0.58, 0.45], abs=0.011
    )


@pytest.mark.usefixtures("bfi")
def test_a_digest_for_people(run: Run) -> None:
    digest = run("stats")
    assert digest.exit_code == 0
    assert digest.stdout.startswith("bfi-extraversion, version 1\n")
    assert "scales.extraversion.mean" in digest.output
    assert "None" not in digest.output
    assert len(digest.output.splitlines()) < 50
    assert "figures that can be shown" in digest.output


@pytest.mark.usefixtures("bfi")
def test_sums_made_anew_are_the_same(run: Run, place: Any) -> None:
    assert run("stats", "fold").stdout == "Folded: 2,713.\n"
    assert run("stats", "fold").stdout == "Folded: 0.\n"
    rebuilt = run("stats", "rebuild")
    assert rebuilt.exit_code == 0
    assert "from 2,713 rows.\nThey are the same as before." in rebuilt.output
    place.execute("DELETE FROM tally WHERE first_week = 202607")
    mended = run("stats", "rebuild")
    assert mended.exit_code == 1
    assert "were wrong; they are right now" in mended.output
    assert run("stats", "rebuild").exit_code == 0


def test_an_empty_database_has_nothing_to_say(run: Run) -> None:
    empty = run("stats")
    assert empty.exit_code == 0
    assert "collecting" in empty.output
    assert told(run("stats", "--json"))["n"] is None
    assert told(run("stats", "--json", "--exact"))["n"] == 0
    export = run("export")
    assert export.exit_code == 1
    assert "nothing to export yet" in export.output


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--exact",), "goes with --json"),
        (("--version", "9"), "no version 9"),
        (("--source", "nobody"), "no results for 'nobody'"),
        (("--period", "last year"), "a year or a quarter"),
        (("--period", "2026", "--source", "direct"), "one of them"),
    ],
)
def test_a_wrong_choice_gets_a_sentence(run: Run, words: tuple[str, ...], says: str) -> None:
    refused = run("stats", *words)
    assert refused.exit_code == 2
    assert says in refused.output


@pytest.mark.usefixtures("bfi")
def test_the_published_figures_can_be_written_to_a_file(run: Run, tmp_path: Path) -> None:
    told = json.loads(run("export", "--format", "json").stdout)
    assert (told["snapshot"], told["n"] % 5) == (1, 0)
    assert told["n"] > 1000
    out = tmp_path / "figures.csv"
    assert run("export", "--output", str(out)).exit_code == 0
    with out.open(newline="") as file:
        lines = dict(csv.reader(file))
    assert lines["figure"] == "value"
    assert lines["n"] == str(told["n"])
    assert "0.760932" not in out.read_text(), "figures that leave the house are rounded"
