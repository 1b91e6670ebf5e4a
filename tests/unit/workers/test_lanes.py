from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from posto_desktop.workers.lanes import NICE, Lane, Quiet


def test_jobs_run_in_order_and_a_failing_one_stops_nothing() -> None:
    failures: list[Exception] = []
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no")

    lane = Lane("test", failed=failures.append)
    lane.put(lambda: done.append(1))
    lane.put(fail)
    lane.put(lambda: done.append(2))
    lane.close()
    assert lane.join(time.monotonic() + 60)
    assert done == [1, 2]
    assert [str(error) for error in failures] == ["no"]


def test_after_closing_nothing_is_taken_but_what_waited_still_runs() -> None:
    gate, done = threading.Event(), list[int]()
    lane = Lane("test")
    lane.put(lambda: gate.wait(60) and None)
    lane.put(lambda: done.append(1))
    lane.close()
    assert not lane.put(lambda: done.append(2))
    assert not lane.join(time.monotonic() + 0.05)
    gate.set()
    assert lane.join(time.monotonic() + 60)
    assert done == [1]


def test_several_threads_work_at_once() -> None:
    barrier = threading.Barrier(3)
    lane = Lane("test", 3)
    for _ in range(3):
        lane.put(lambda: barrier.wait(60) and None)
    lane.close()
    assert lane.join(time.monotonic() + 60)
    assert not barrier.broken


def test_quiet_is_kept_until_the_last_who_asked_has_had_it() -> None:
    now, waits = 100.0, list[float]()
    quiet = Quiet(lambda: now, lambda seconds: wait(seconds))

    def wait(seconds: float) -> None:
        nonlocal now
        waits.append(seconds)
        now += seconds
        if len(waits) == 1:
            quiet.ask(0.5)  # somebody else, while it is kept

    quiet.keep()
    assert waits == []
    quiet.ask(2.0)
    quiet.ask(1.0)  # shorter: takes nothing from the first
    quiet.keep()
    assert waits == pytest.approx([2.0, 0.5])
    quiet.keep()
    assert len(waits) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a priority of single threads is Linux's")
def test_patient_threads_step_back_and_the_others_do_not() -> None:
    here, found = os.getpriority(os.PRIO_PROCESS, 0), dict[bool, int]()
    for patient in (True, False):
        lane = Lane("test", patient=patient)

        def look(patient: bool = patient) -> None:
            found[patient] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

        lane.put(look)
        lane.close()
        assert lane.join(time.monotonic() + 60)
    assert found == {True: max(here, NICE), False: here}
    assert os.getpriority(os.PRIO_PROCESS, 0) == here
