"""What a server does beside answering takes a small part of its time, however much there is."""

import pytest

from quiz.web.housekeeping import Resting


def test_what_took_long_rests_fifty_times_as_long() -> None:
    clock = [10.0]
    rhythm, done = Resting(clock=lambda: clock[0]), []

    def look() -> None:
        done.append(clock[0])
        clock[0] += 2

    def when_it_is(now: float) -> bool:
        """Whether it is still to be done after that."""
        clock[0] = now
        rhythm.due = True
        rhythm.after_a_rest(look)
        return rhythm.due

    assert [when_it_is(now) for now in (10.0, 111.9, 112.0)] == [False, True, False]
    assert done == [10.0, 112.0]
    clock[0] = 1000.0
    rhythm.after_a_rest(look)
    assert len(done) == 2, "nothing new, nothing to look at"


def test_what_failed_is_tried_again_after_as_long_a_rest() -> None:
    clock = [5.0]
    rhythm, done = Resting(clock=lambda: clock[0]), []

    def fail() -> None:
        clock[0] += 2
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        rhythm.after_a_rest(fail)
    for clock[0] in (106.9, 107.0):
        rhythm.after_a_rest(lambda: done.append(clock[0]))
    assert done == [107.0]
