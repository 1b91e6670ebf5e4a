from __future__ import annotations

import threading
import time

from posto_desktop.workers.lanes import Lane


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
    assert lane.join(time.monotonic() + 5)
    assert done == [1, 2]
    assert [str(error) for error in failures] == ["no"]


def test_after_closing_nothing_is_taken_but_what_waited_still_runs() -> None:
    gate, done = threading.Event(), list[int]()
    lane = Lane("test")
    lane.put(lambda: gate.wait(5) and None)
    lane.put(lambda: done.append(1))
    lane.close()
    assert not lane.put(lambda: done.append(2))
    assert not lane.join(time.monotonic() + 0.05)
    gate.set()
    assert lane.join(time.monotonic() + 5)
    assert done == [1]


def test_several_threads_work_at_once() -> None:
    barrier = threading.Barrier(3)
    lane = Lane("test", 3)
    for _ in range(3):
        lane.put(lambda: barrier.wait(5) and None)
    lane.close()
    assert lane.join(time.monotonic() + 5)
    assert not barrier.broken
