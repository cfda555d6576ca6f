"""Sums merge by addition, whatever the batches, and agree with the scores people see."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quiz.library import load
from quiz.questionnaire import Questionnaire
from quiz.scoring import score
from quiz.statistics import Chosen, ImpossibleFilter, Row, Shape, Tally

ROOT = Path(__file__).parents[2]
OURS = load(ROOT / "quiz" / "content").current("en")
TINY = load(ROOT / "tests" / "content" / "tiny").current("en")
BOTH = pytest.mark.parametrize("questionnaire", [OURS, TINY], ids=["ours", "tiny"])
SHAPE = Shape.of(OURS)


def rows_of(questionnaire: Questionnaire) -> st.SearchStrategy[list[Row]]:
    def ids(options: object) -> st.SearchStrategy[str | None]:
        return st.sampled_from([None, *(option.id for option in options)])  # type: ignore[attr-defined]

    answers = st.lists(
        st.integers(1, questionnaire.points),
        min_size=len(questionnaire.items),
        max_size=len(questionnaire.items),
    )
    row = st.builds(
        Row,
        answers.map(bytes),
        ids(questionnaire.self_labels),
        ids(questionnaire.goals),
        ids(questionnaire.settings),
        st.integers(0, 63),
    )
    return st.lists(row, max_size=12)


@BOTH
@settings(deadline=None)
@given(data=st.data())
def test_the_order_and_the_batches_never_matter(
    questionnaire: Questionnaire, data: st.DataObject
) -> None:
    shape = Shape.of(questionnaire)
    parts = data.draw(st.lists(rows_of(questionnaire), max_size=4))
    tallies = [Tally.of(shape, rows) for rows in parts]
    everybody = Tally.of(shape, [row for rows in reversed(parts) for row in rows])
    assert Tally.total(shape, tallies) == everybody
    one = Tally.empty(shape)
    for tally in tallies:
        one = tally + one
    assert one == everybody
    for tally in tallies:
        one = one - tally
    assert not one
    assert Tally.from_bytes(shape, everybody.to_bytes()) == everybody


@BOTH
@settings(deadline=None)
@given(data=st.data())
def test_everybody_stands_where_their_score_is(
    questionnaire: Questionnaire, data: st.DataObject
) -> None:
    shape = Shape.of(questionnaire)
    for row in data.draw(rows_of(questionnaire)):
        tally = Tally.of(shape, [row])
        scored = score(questionnaire, tuple(row.answers))
        for kind, measures in (("scale", shape.scales), ("facet", shape.facets)):
            for measure in measures:
                (at,) = tally[f"{kind} {measure.id}"].nonzero()[0]
                assert shape.scores(measure)[at] == pytest.approx(scored.of(measure.id))
        for scale in shape.scales:
            (at,) = tally[f"scale {scale.id}"].nonzero()[0]
            assert scale.bands[shape.band_places(scale)[at]].id == scored.bands[scale.id]
        (style,) = tally["styles"].nonzero()[0]
        assert shape.style_ids[style] == scored.style
        (label, _) = (int(place[0]) for place in tally["labels"].nonzero())
        assert shape.labels[label] == (row.self_label or "")


def test_answers_and_products_are_those_of_the_rows() -> None:
    rows = [Row(bytes([1, 2, 3, 4, 5, 1] * 4)), Row(bytes([5, 5, 1, 1, 2, 3] * 4), flags=17)]
    tally = Tally.of(SHAPE, rows)
    assert (tally.n, tally.n_detail, tally.n_incomplete) == (2, 2, 0)
    assert tally["answers"][0].tolist() == [1, 0, 0, 0, 1]
    assert tally["products"][:3].tolist() == [1 + 25, 2 + 25, 4 + 25]
    assert tally["flags"].tolist() == [1, 0, 0, 0, 1, 0, 0]


def test_a_row_that_is_not_whole_counts_as_such_and_nowhere_else() -> None:
    open_line = bytes([0] + [3] * 23)
    tally = Tally.of(SHAPE, [Row(open_line), Row(b"\1\2"), Row(bytes([6] * 24))])
    assert (tally.n, tally.n_incomplete) == (0, 3)
    assert int(tally.sums.sum()) == 3


def test_a_small_group_keeps_no_details() -> None:
    tally = Tally.of(SHAPE, [Row(bytes([1, 2, 3, 4, 5, 1] * 4))]).thin()
    assert (tally.n, tally.n_detail) == (1, 0)
    assert not any(tally[part].any() for part in tally.shape.parts if part.startswith("facet"))
    assert not tally["answers"].any()
    assert not tally["products"].any()
    assert tally["scale ie"].sum() == tally["styles"].sum() == 1


def test_tallies_of_two_questionnaires_do_not_add_up() -> None:
    with pytest.raises(ValueError, match="two questionnaires"):
        Tally.empty(SHAPE) + Tally.empty(Shape.of(TINY))
    with pytest.raises(ValueError, match="width"):
        Tally.from_bytes(SHAPE, b"\0" * 80)


def test_one_dimension_at_a_time() -> None:
    assert Chosen(period="2026").period == "2026"
    with pytest.raises(ImpossibleFilter, match="one of them"):
        Chosen(source="blog", language="en")
