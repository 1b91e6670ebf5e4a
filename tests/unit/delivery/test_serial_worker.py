from __future__ import annotations

import os
import sys
import threading
import time

import pytest

from posto_desktop.delivery.serial_worker import NICE, ComputePause, KeyedWorkers, SerialWorker


def test_jobs_run_in_order_and_a_failing_one_stops_nothing() -> None:
    failures: list[Exception] = []
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no")

    worker = SerialWorker("test", failed=failures.append)
    worker.put(lambda: done.append(1))
    worker.put(fail)
    worker.put(lambda: done.append(2))
    worker.close()
    assert worker.join(time.monotonic() + 60)
    assert done == [1, 2]
    assert [str(error) for error in failures] == ["no"]


def test_after_closing_nothing_is_taken_but_what_waited_still_runs() -> None:
    gate, done = threading.Event(), list[int]()
    worker = SerialWorker("test")
    worker.put(lambda: gate.wait(60) and None)
    worker.put(lambda: done.append(1))
    worker.close()
    assert not worker.put(lambda: done.append(2))
    assert not worker.join(time.monotonic() + 0.05)
    gate.set()
    assert worker.join(time.monotonic() + 60)
    assert done == [1]


def test_several_threads_work_at_once() -> None:
    barrier = threading.Barrier(3)
    worker = SerialWorker("test", 3)
    for _ in range(3):
        worker.put(lambda: barrier.wait(60) and None)
    worker.close()
    assert worker.join(time.monotonic() + 60)
    assert not barrier.broken


def test_quiet_is_kept_until_the_last_who_asked_has_had_it() -> None:
    now, waits = 100.0, list[float]()
    quiet = ComputePause(lambda: now, lambda seconds: wait(seconds))

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
    here, priorities = os.getpriority(os.PRIO_PROCESS, 0), dict[bool, int]()
    for patient in (True, False):
        worker = SerialWorker("test", patient=patient)

        def look(patient: bool = patient) -> None:
            priorities[patient] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

        worker.put(look)
        worker.close()
        assert worker.join(time.monotonic() + 60)
    assert priorities == {True: max(here, NICE), False: here}
    assert os.getpriority(os.PRIO_PROCESS, 0) == here


def test_each_key_has_a_lane_of_its_own() -> None:
    gate, done = threading.Event(), list[str]()
    lanes = KeyedWorkers("test")
    lanes.put("slow", lambda: gate.wait(60) and None)
    lanes.put("slow", lambda: done.append("slow"))
    quick = threading.Event()
    lanes.put("quick", quick.set)
    assert quick.wait(60)
    assert done == []
    lanes.close()
    assert not lanes.put("quick", quick.clear)
    assert not lanes.join(time.monotonic() + 0.05)
    gate.set()
    assert lanes.join(time.monotonic() + 60)
    assert done == ["slow"]


def test_the_jobs_of_a_key_run_in_order_and_a_failing_one_stops_nothing() -> None:
    failures: list[Exception] = []
    done: list[int] = []

    def fail() -> None:
        raise ValueError("no")

    lanes = KeyedWorkers("test", failures.append)
    for number in range(50):
        lanes.put("a", lambda number=number: done.append(number))  # type: ignore[misc]
    lanes.put("a", fail)
    lanes.put("a", lambda: done.append(50))
    assert lanes.join(time.monotonic() + 60)
    assert done == list(range(51))
    assert [str(error) for error in failures] == ["no"]


def test_lanes_end_when_their_work_is_done() -> None:
    before = threading.active_count()
    lanes = KeyedWorkers("test", each=2, spare=2)
    for number in range(20):
        lanes.put(str(number), lambda: None)
    assert lanes.join(time.monotonic() + 60)
    assert threading.active_count() == before
    again = threading.Event()
    lanes.put("3", again.set)
    assert again.wait(60)
    assert lanes.join(time.monotonic() + 60)


def test_there_are_no_more_threads_than_there_may_be() -> None:
    """Three keys have threads, and two of them a second one; what waits has its turn later."""
    gate, lock = threading.Event(), threading.Lock()
    running, most, done = 0, 0, list[str]()

    def work(key: str) -> None:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
            if running == 5:
                gate.set()
        gate.wait(60)
        with lock:
            running -= 1
            done.append(key)

    lanes = KeyedWorkers("test", each=2, spare=2, most=3)
    for key in "abcdefg":
        for _ in range(3):
            lanes.put(key, lambda key=key: work(key))  # type: ignore[misc]
    lanes.close()
    assert lanes.join(time.monotonic() + 60)
    assert most == 5
    assert sorted(done) == sorted("abcdefg" * 3)
