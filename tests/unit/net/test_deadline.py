"""Tests of the one clock of an operation."""

from __future__ import annotations

import threading

import pytest

from posto_desktop.net.deadline import (
    SLOWEST,
    Deadline,
    DeadlineExceeded,
    has_time,
    lengthened,
    operation,
    with_deadline,
)


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_what_is_made_within_an_operation_ends_with_it() -> None:
    clock = Clock()
    with Deadline(5, clock=clock).applied():
        clock.now += 2
        assert Deadline(60, clock=clock).left == 3
        assert Deadline(1, clock=clock).left == 1
        assert Deadline(60, silence=2, clock=clock).silence == 2
        clock.now += 10
        late = Deadline(60, clock=clock)
        assert late.left == 0
        with pytest.raises(DeadlineExceeded):
            late.step()
    assert Deadline(60, clock=clock).left == 60


def test_a_limit_of_silence_holds_within_it() -> None:
    with Deadline(60, silence=2).applied():
        assert Deadline(60, silence=30).silence == 2


def test_what_writes_leaves_time_for_a_look() -> None:
    clock = Clock()
    with Deadline(10, reserve=2, clock=clock).applied():
        assert Deadline(60, writes=True, clock=clock).left == 8
        assert Deadline(60, clock=clock).left == 10


def test_files_have_time_of_their_own_and_give_back_what_they_do_not_need() -> None:
    clock = Clock()
    deadline = Deadline(10, clock=clock)
    with deadline.applied():
        with lengthened(100):
            assert deadline.left == 110
            clock.now += 30
        assert deadline.left == 10
        with lengthened(100):
            clock.now += 105
        assert deadline.left == 5
    with lengthened(100):  # outside of an operation it does nothing
        assert deadline.left == 5


def test_a_long_operation_of_many_parts_begins_anew() -> None:
    clock = Clock()
    deadline = Deadline(10, clock=clock)
    clock.now += 9
    deadline.renew()
    assert deadline.left == 10


def test_other_threads_of_an_operation_end_with_it() -> None:
    lefts: list[float] = []

    def look() -> None:
        lefts.append(Deadline(60).left)

    with Deadline(5).applied():
        threads = [threading.Thread(target=with_deadline(look)), threading.Thread(target=look)]
        for thread in threads:
            thread.start()
            thread.join()
    assert lefts[0] <= 5 < lefts[1]


def test_a_pause_has_to_fit() -> None:
    clock = Clock()
    assert has_time(1e9)
    with Deadline(5, clock=clock).applied():
        assert has_time(4)
        assert not has_time(5)


def test_the_time_of_an_operation() -> None:
    assert operation((2, 3)).seconds == 5
    assert (operation((2, 3)).reserve, operation((10, 60)).reserve) == (1, 10)
    assert operation((10, 60), 10 * SLOWEST).seconds == 80
