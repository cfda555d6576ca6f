"""The admin's statistics: one Summary as a page and as JSON, and the last snapshot to take away."""

import json
import logging
from dataclasses import dataclass

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from quiz import store
from quiz.spreadsheet import as_csv
from quiz.statistics import (
    Cell,
    ImpossibleFilter,
    Shape,
    Summary,
    Visits,
    as_json,
    summarise,
)
from quiz.store.sources import DIRECT, OTHER, Source
from quiz.web.admin import narrowing
from quiz.web.admin.door import blueprint, signed_in
from quiz.web.admin.narrowing import Asked, Offered
from quiz.web.admin.telling import tell
from quiz.web.admin.told import Told
from quiz.web.counting import LOST
from quiz.web.languages import language, root
from quiz.web.site import site

log = logging.getLogger(__name__)

EVERYBODY = ""


@dataclass(frozen=True)
class Found:
    """What the address asks for, what there is to choose from, and what the figures are."""

    asked: Asked
    offered: Offered
    shape: Shape
    summary: Summary
    sources: tuple[Source, ...]
    unknown: int
    waiting: store.outbox.Records
    lost: int
    refused: bool


@blueprint.get("/")
@signed_in
def statistics() -> ResponseReturnValue:
    """The page."""
    found = _found()
    return render_template(
        "admin/statistics.html",
        asked=found.asked,
        offered=found.offered,
        unknown=found.unknown,
        waiting=found.waiting,
        lost=found.lost,
        refused=found.refused,
        told=_told(found),
        least=site().settings.min_group,
        root=root(),
    )


@blueprint.get("/statistics.json")
@signed_in
def statistics_json() -> ResponseReturnValue:
    """The same figures for a program."""
    return _download(_json(as_json(_found().summary)), "application/json", None)


@blueprint.get("/export.<any(csv, json):kind>")
@signed_in
def export(kind: str) -> ResponseReturnValue:
    """The figures of the last snapshot: what may leave this house."""
    version = narrowing.version_asked(request.args)
    shape = narrowing.shape_of(version)
    try:
        snapshot = store.snapshots.latest(EVERYBODY, shape.questionnaire_id, version)
    except store.StoreError:
        abort(503)
    if snapshot is None:
        return render_template("admin/not-yet.html", least=store.snapshots.LEAST_NEW), 404
    name = f"{shape.questionnaire_id}-{version}-{snapshot.number}.{kind}"
    if kind == "csv":
        # The mark tells spreadsheets that it is UTF-8.
        return _download("\ufeff" + as_csv(snapshot.body), "text/csv", name)
    return _download(_json(snapshot.body), "application/json", name)


def _found() -> Found:
    version = narrowing.version_asked(request.args)
    shape = narrowing.shape_of(version)
    try:
        refused = _is_fold_refused()
        cells, visits, sources, unknown = _read(shape)
        waiting = store.waiting_in_outbox()
    except store.StoreError:
        abort(503)
    k = site().settings.min_group
    offered = narrowing.offer(cells, sources, k)
    keys = {DIRECT, OTHER, *(source.key for source in sources)}
    asked = narrowing.read(request.args, offered, keys)
    try:
        summary = summarise(shape, cells, visits, asked.chosen, k)
    except ImpossibleFilter:
        asked = narrowing.without_results(asked)
        summary = summarise(shape, cells, visits, asked.chosen, k)
    lost = sum(visit.n for visit in visits if visit.event == LOST)
    return Found(asked, offered, shape, summary, sources, unknown, waiting, lost, refused)


def _is_fold_refused() -> bool:
    """Whether new results could not be counted now; the page says so and shows the others."""
    try:
        store.folding.fold(list(site().shapes.values()))
    except store.StoreError as error:
        log.error("The statistics are shown without what is new: %s", error)
        return True
    return False


def _read(shape: Shape) -> tuple[list[Cell], list[Visits], tuple[Source, ...], int]:
    """Cells, visits, sources, and how many results wait in vain."""
    shapes = list(site().shapes.values())
    return (
        store.folding.cells(shape),
        store.counts.visits(),
        store.sources.listed(),
        store.folding.waiting(shapes).unknown,
    )


def _told(found: Found) -> Told | None:
    """The figures in words; None before there are enough to begin with."""
    if found.summary.n is None and not found.asked.address:
        return None
    known = site().library.at(found.asked.version, language())
    if known is None:
        abort(404)
    sources = {source.key: source.name for source in found.sources}
    return tell(found.summary, known, sources, with_flagged=found.asked.with_flagged)


def _json(figures: object) -> str:
    return json.dumps(figures, ensure_ascii=False, allow_nan=False, indent=1)


def _download(body: str, kind: str, name: str | None) -> Response:
    response = Response(body, content_type=f"{kind}; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    if name:
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
