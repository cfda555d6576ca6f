"""What a server does beside answering takes a small part of its time, however much there is."""

import pytest

from quiz.web.housekeeping import Resting


def test_what_took_long_rests_fifty_times_as_long() -> None:
    now, done = 0.0, []
    rhythm = Resting(clock=lambda: now)

    def look() -> None:
        nonlocal now
        now += 2
        done.append(now)

    for now, looked in ((10.0, 1), (111.9, 1), (112.0, 2)):
        rhythm.due = True
        rhythm.after_a_rest(look)
        assert len(done) == looked
        assert rhythm.due == (now == 111.9)
    now = 1000.0
    rhythm.after_a_rest(look)
    assert len(done) == 2, "nothing new, nothing to look at"


def test_what_failed_is_tried_again_in_the_next_round() -> None:
    rhythm, done = Resting(clock=lambda: 5.0), []
    with pytest.raises(ZeroDivisionError):
        rhythm.after_a_rest(lambda: done.append(1 / 0))
    rhythm.after_a_rest(lambda: done.append(1.0))
    assert done == [1.0]
