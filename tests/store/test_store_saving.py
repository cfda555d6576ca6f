"""A submission is stored once and can be taken out again, whatever happens around it."""

import hashlib
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from quiz import store
from quiz.store import Outcome, Submission

CROWD = 32
Make = Callable[..., Submission]


def save_at_once(app: Flask, submissions: list[Submission]) -> Counter[Outcome]:
    """Save from as many threads as there are submissions, all released together."""
    gate = Barrier(len(submissions))

    def save(submission: Submission) -> Outcome:
        with app.app_context():
            gate.wait()
            return store.save(submission)

    with ThreadPoolExecutor(len(submissions)) as pool:
        return Counter(pool.map(save, submissions))


@pytest.mark.usefixtures("app")
def test_a_submission_is_stored_and_a_reload_adds_nothing(submission: Make) -> None:
    assert store.save(submission()) is Outcome.STORED
    assert store.save(submission()) is Outcome.ALREADY_STORED
    assert store.save(submission(answers=(1, 2, 3))) is Outcome.ALREADY_STORED
    assert store.count() == 1


@pytest.mark.usefixtures("app")
def test_a_row_holds_the_first_answers_packed_and_only_a_hash_of_the_receipt(
    submission: Make, place: Any
) -> None:
    store.save(submission(answers=(1, 5, 0, 3), flags=5, goal=None))
    store.save(submission(answers=(2, 2, 2, 2)))
    [row] = place.rows(
        "SELECT receipt, answers, flags, self_label, goal, setting, week, source, language,"
        " questionnaire_id, version, folded FROM result"
    )
    assert row == (
        hashlib.sha256(submission().receipt.encode()).digest()[:16],
        b"\x01\x05\x00\x03",
        5,
        "introvert",
        None,
        "online",
        202647,
        "direct",
        "en",
        "networking-style",
        1,
        False,
    )


def test_the_same_submission_from_a_crowd_of_threads_is_stored_once(
    app: Flask, submission: Make
) -> None:
    outcomes = save_at_once(app, [submission()] * CROWD)
    assert outcomes == {Outcome.STORED: 1, Outcome.ALREADY_STORED: CROWD - 1}
    assert store.count() == 1


def test_different_submissions_from_a_crowd_of_threads_are_all_stored(
    app: Flask, submission: Make
) -> None:
    outcomes = save_at_once(app, [submission(receipt=f"visit {n}") for n in range(CROWD)])
    assert outcomes == {Outcome.STORED: CROWD}
    assert store.count() == CROWD


@pytest.mark.usefixtures("app")
def test_a_withdrawal_takes_out_its_own_row_once(submission: Make) -> None:
    store.save(submission())
    store.save(submission(receipt="somebody else"))
    assert store.withdraw(submission().receipt) is True
    assert store.withdraw(submission().receipt) is False
    assert store.count() == 1


def test_a_withdrawal_from_a_crowd_of_threads_is_reported_once(
    app: Flask, submission: Make
) -> None:
    store.save(submission())
    gate = Barrier(8)

    def withdraw(_turn: int) -> bool:
        with app.app_context():
            gate.wait()
            return store.withdraw(submission().receipt)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(withdraw, range(8))) == [False] * 7 + [True]


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "junk", ["", "x", "\0", "\ud800", "' OR 1=1 --", "%", "é" * 100_000, "0" * 32]
)
def test_a_receipt_nobody_has_takes_out_nothing(submission: Make, junk: str) -> None:
    store.save(submission())
    assert store.withdraw(junk) is False
    assert store.count() == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"receipt": ""},
        {"questionnaire_id": ""},
        {"language": "e" * 65},
        {"source": "somebody@example.org"},
        {"source": "192.0.2.7"},
        {"self_label": "I am Ann"},
        {"goal": "learn\n"},
        {"setting": "on\0line"},
        {"week": 2026},
        {"week": 202654},
        {"answers": ()},
        {"answers": (1,) * 1001},
        {"answers": (1, 256)},
        {"answers": (1, -1)},
        {"flags": -1},
        {"version": 2**31},
    ],
)
def test_a_submission_that_no_form_can_send_is_refused_at_once(
    submission: Make, changes: dict[str, Any]
) -> None:
    [name] = changes
    with pytest.raises(ValueError, match=name.rstrip("s")):
        submission(**changes)
