"""Published figures as a table for spreadsheets: one figure a line."""

import csv
import io
from collections.abc import Mapping
from typing import Any

from quiz.sheet import plain
from quiz.statistics import flat


def as_csv(figures: Mapping[str, Any]) -> str:
    """Every figure with the path to it, in the order of the JSON."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["figure", "value"])
    for path, value in flat(figures):
        writer.writerow([safe(path), safe(value)])
    return out.getvalue()


def safe(value: object) -> object:
    """A cell that no spreadsheet takes for a formula: numbers as they are, such texts quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return value
    return plain(str(value))
