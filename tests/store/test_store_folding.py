"""Results are folded into sums exactly once, whoever folds, withdraws or dies meanwhile."""

import signal
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event

from quiz import store
from quiz.statistics import Shape
from quiz.store import StoreError, Submission
from quiz.store.cells import FOLDING_LOCK
from quiz.store.folding import Rebuilt, Waiting

People = Callable[..., list[Submission]]
Check = Callable[[], None]


@pytest.mark.usefixtures("app")
def test_every_result_is_counted_once_in_its_own_cell(
    people: People, shape: Shape, assert_sums_are_exact: Check
) -> None:
    store.results.pour(people(300))
    assert store.folding.waiting([shape]) == Waiting(300, 0)
    assert store.folding.fold([shape]) == 300
    assert_sums_are_exact()
    assert store.folding.fold([shape]) == 0
    store.results.pour(people(40, who="later"))
    assert store.folding.fold([shape]) == 40
    assert_sums_are_exact()


@pytest.mark.usefixtures("app")
def test_results_of_a_version_that_nobody_knows_here_wait(people: People, shape: Shape) -> None:
    store.results.pour(people(30))
    store.results.pour(people(20, who="future", version=shape.version + 1))
    assert store.folding.fold([shape]) == 30
    assert store.folding.waiting([shape]) == Waiting(0, 20)
    later = replace(shape, version=shape.version + 1)
    assert store.folding.fold([shape, later]) == 20
    assert store.folding.waiting([shape, later]) == Waiting(0, 0)
    assert sum(cell.tally.n for cell in store.folding.cells(later)) == 19
    assert store.folding.cells(replace(shape, version=shape.version + 2)) == []


@pytest.mark.usefixtures("app")
def test_a_transaction_folds_no_more_than_a_batch(
    people: People, shape: Shape, assert_sums_are_exact: Check
) -> None:
    store.results.pour(people(25))
    marked: list[int] = []

    @event.listens_for(store.db.engine, "after_cursor_execute")
    def count(_connection: Any, cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.startswith("UPDATE result"):
            marked.append(cursor.rowcount)

    assert store.folding.fold([shape], batch=10) == 25
    assert marked == [10, 10, 5]
    assert_sums_are_exact()


def test_postgres_finds_the_few_that_wait_after_a_long_backlog(
    postgres_place: Any, open_app: Callable[..., Flask], people: People, shape: Shape
) -> None:
    store.migrate(postgres_place.url)
    with open_app(postgres_place.url).app_context():
        store.results.pour(people(store.folding.MANY))
        postgres_place.execute("ANALYZE result")  # it believes now that all of them wait
        store.folding.fold([shape])
    plan = postgres_place.rows("EXPLAIN SELECT receipt FROM result WHERE NOT folded LIMIT 2000")
    assert "result_waiting" in plan[0][0] + plan[1][0]


def test_who_is_in_no_hurry_leaves_folding_to_another_process(
    postgres_place: Any, open_app: Callable[..., Flask], people: People, shape: Shape
) -> None:
    store.migrate(postgres_place.url)
    with open_app(postgres_place.url).app_context(), postgres_place.connect() as another:
        store.results.pour(people(30))
        another.execute(f"SELECT pg_advisory_lock({FOLDING_LOCK})")
        assert store.folding.fold([shape], patiently=False) == 0
        another.execute(f"SELECT pg_advisory_unlock({FOLDING_LOCK})")
        assert store.folding.fold([shape], patiently=False) == 30


@pytest.mark.usefixtures("app")
def test_a_withdrawal_takes_the_answers_out_of_the_sums_too(
    people: People, shape: Shape, place: Any, assert_sums_are_exact: Check
) -> None:
    crowd = people(40)
    store.results.pour(crowd)
    store.folding.fold([shape])
    for person in crowd[:25]:
        assert store.withdraw(person.receipt, [shape]) is True
        assert store.withdraw(person.receipt, [shape]) is False
    assert_sums_are_exact()
    for person in crowd[25:]:
        assert store.withdraw(person.receipt, [shape]) is True
    assert place.rows("SELECT * FROM tally") == []


@pytest.mark.usefixtures("app")
def test_a_withdrawal_from_a_version_that_is_gone_takes_its_whole_cell_out_of_the_sums(
    people: People, shape: Shape, assert_sums_are_exact: Check
) -> None:
    crowd = people(60)
    store.results.pour(crowd)
    store.folding.fold([shape])
    other = replace(shape, version=shape.version + 1)
    assert store.withdraw(crowd[0].receipt, [other]) is True
    assert store.withdraw(crowd[0].receipt, [other]) is False
    assert store.count() == 59
    # The others of that cell wait until the version is back, and are then counted once.
    waiting = store.folding.waiting([shape]).known
    assert 0 < waiting < 59
    assert store.folding.fold([shape]) == waiting
    assert_sums_are_exact()


AT_WORK = """
from flask import Flask
from quiz import library, store
from quiz.statistics import Shape
from quiz.web.settings import CONTENT

shape = Shape.of(library.load(CONTENT).current("en"))
app = Flask("bare")
store.init_app(app, url, patience=60)
print("here", flush=True)
who = sys.stdin.readline().strip()
with app.app_context():
    done = 0
    if who == "fold":
        while store.folding.waiting([shape]).known:
            done += store.folding.fold([shape], batch=7)
    else:
        for seat in range(int(who), 300, 4):
            done += store.withdraw(f"person {seat}", [shape])
    print(done)
    store.close()
"""


@pytest.mark.usefixtures("app")
def test_servers_that_fold_together_while_people_withdraw_count_everybody_once(
    place: Any, people: People, shape: Shape, assert_sums_are_exact: Check
) -> None:
    store.results.pour(people(600))
    # Both withdraw seats 2, 6, 10 ...: each of these people is taken out by one of them.
    work = ["fold", "fold", "fold", "0", "2", "2"]
    with ExitStack() as stack:
        processes = [stack.enter_context(place.start(AT_WORK)) for _ in work]
        assert [process.stdout.readline() for process in processes] == ["here\n"] * len(work)
        for process, who in zip(processes, work, strict=True):
            process.stdin.write(f"{who}\n")
            process.stdin.flush()
        outputs = [process.communicate() for process in processes]
    assert [errors for _, errors in outputs] == [""] * len(work)
    done = [int(said) for said, _ in outputs]
    assert done[3] == 75
    assert done[4] + done[5] == 75
    assert store.count() == 450
    assert 450 <= sum(done[:3]) <= 600
    store.folding.fold([shape])
    assert_sums_are_exact()
    assert store.folding.rebuild([shape]).differences == 0


FOLD_UNTIL_KILLED = """
from flask import Flask
from sqlalchemy import event
from quiz import library, store
from quiz.statistics import Shape
from quiz.web.settings import CONTENT

shape = Shape.of(library.load(CONTENT).current("en"))
app = Flask("bare")
store.init_app(app, url)
with app.app_context():
    @event.listens_for(store.db.engine, "before_cursor_execute")
    def say(_connection, _cursor, statement, *_rest):
        print(statement.split()[0], flush=True)
    store.folding.fold([shape], batch=5)
"""


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("statements", [3, 10, 40, 90])
def test_a_kill_in_the_middle_of_folding_loses_and_doubles_nothing(
    place: Any, people: People, shape: Shape, assert_sums_are_exact: Check, statements: int
) -> None:
    store.results.pour(people(200))
    with place.start(FOLD_UNTIL_KILLED) as process:
        for _ in range(statements):
            assert process.stdout.readline()
        process.kill()
        process.communicate()
    assert process.returncode == -signal.SIGKILL
    before = store.folding.waiting([shape]).known
    assert before > 0
    assert store.folding.rebuild([shape]).differences == 0
    assert store.folding.fold([shape]) == before
    assert_sums_are_exact()


@pytest.mark.usefixtures("app")
def test_a_rebuild_finds_the_same_and_mends_what_was_spoiled(
    place: Any, people: People, shape: Shape, assert_sums_are_exact: Check
) -> None:
    store.results.pour(people(200))
    store.folding.fold([shape])
    cells = len(store.folding.cells(shape))
    assert store.folding.rebuild([shape]) == Rebuilt(rows=200, cells=cells, differences=0)
    place.execute("DELETE FROM tally WHERE source = 'my-blog' AND language = 'de'")
    place.execute("UPDATE tally SET first_week = 202601, last_week = 202601 WHERE NOT flagged")
    assert store.folding.rebuild([shape]).differences > 3
    assert_sums_are_exact()
    assert store.folding.rebuild([shape]).differences == 0


@pytest.mark.usefixtures("app")
def test_content_that_changed_without_a_new_version_is_named_and_can_be_rebuilt(
    people: People, shape: Shape
) -> None:
    store.results.pour(people(20))
    store.folding.fold([shape])
    changed = replace(shape, goals=(*shape.goals, "another"))
    with pytest.raises(StoreError, match="stats rebuild"):
        store.folding.cells(changed)
    assert store.folding.rebuild([changed]).differences > 0
    assert sum(cell.tally.n for cell in store.folding.cells(changed)) == 19


def test_statistics_are_read_from_the_replica_and_a_lost_replica_is_named(
    place: Any, people: People, shape: Shape, tmp_path: Any
) -> None:
    replica = f"sqlite:///{tmp_path}/replica.sqlite3"
    store.migrate(place.url)
    store.migrate(replica)
    for read_url, cells in ((None, True), (replica, False)):
        app = Flask("bare")
        store.init_app(app, place.url, read_url=read_url)
        with app.app_context():
            store.results.pour(people(20))
            store.folding.fold([shape])
            assert bool(store.folding.cells(shape)) is cells
            assert store.folding.cells(shape, read=False)
            store.close()
    app = Flask("bare")
    store.init_app(app, place.url, read_url=f"sqlite:///{tmp_path}/lost.sqlite3")
    with app.app_context():
        for ask in (lambda: store.folding.cells(shape), store.counts.visits):
            with pytest.raises(StoreError, match="QUIZ_READ_DATABASE_URL"):
                ask()
        store.close()
    with pytest.raises(StoreError, match="QUIZ_READ_DATABASE_URL is not an address"):
        store.init_app(Flask("bare"), place.url, read_url="nowhere")


@pytest.mark.usefixtures("app")
def test_a_database_without_tables_is_said_plainly(place: Any, shape: Shape) -> None:
    place.execute("DROP TABLE tally")
    place.execute("DROP TABLE result")
    for ask in (
        lambda: store.folding.fold([shape]),
        lambda: store.folding.waiting([shape]),
        lambda: store.folding.cells(shape),
        lambda: store.folding.rebuild([shape]),
        lambda: store.folding.retain([shape], 10, 202640),
    ):
        with pytest.raises(StoreError):
            ask()
