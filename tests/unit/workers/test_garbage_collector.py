"""The collector runs on the GUI thread's timer and not by itself."""

from __future__ import annotations

import gc

import pytest
from PySide6.QtCore import QThread

from posto_desktop.workers import garbage_collector
from posto_desktop.workers.garbage_collector import GarbageGuard

MANY = 2_000


@pytest.fixture
def guard(qapp):
    gc.enable()
    guard = GarbageGuard()
    yield guard
    guard.stop()
    gc.disable()  # as the leak fixture had it


class Ring:
    """Part of a cycle; notes the thread that ends it."""

    ended: list[object] = []

    def __init__(self):
        self.me = self

    def __del__(self):
        Ring.ended.append(QThread.currentThread())


def test_it_takes_the_collector_over_and_gives_it_back(guard):
    guard.start()
    assert not gc.isenabled()
    guard.stop()
    assert gc.isenabled()


def test_cycles_are_collected_on_the_gui_thread(guard, qapp, qtbot):
    Ring.ended.clear()
    guard.start()
    for _ in range(gc.get_threshold()[0] + 200):
        Ring()
    assert Ring.ended == [], "nothing may be collected while the code runs"
    qtbot.waitUntil(lambda: len(Ring.ended) > 100)
    assert {thread == qapp.thread() for thread in Ring.ended} == {True}


def test_nothing_to_do_is_quick(guard):
    gc.disable()
    gc.collect()
    assert guard.collect() == -1


def test_settling_takes_what_lives_out_of_later_collections(guard):
    frozen, living = gc.get_freeze_count(), [[] for _ in range(MANY)]
    guard.settle()
    assert gc.get_freeze_count() >= frozen + len(living)


def test_a_collection_that_would_be_felt_is_not_repeated_over_the_same(guard, monkeypatch):
    gc.disable()
    frozen, living = gc.get_freeze_count(), [[] for _ in range(MANY)]
    while gc.get_count()[2] <= gc.get_threshold()[2]:
        gc.collect(1)
    monkeypatch.setattr(garbage_collector, "FELT", 1e9)
    assert guard.collect() == 2
    assert gc.get_freeze_count() == frozen
    while gc.get_count()[2] <= gc.get_threshold()[2]:
        gc.collect(1)
    monkeypatch.setattr(garbage_collector, "FELT", -1.0)
    assert guard.collect() == 2
    assert gc.get_freeze_count() >= frozen + len(living)
