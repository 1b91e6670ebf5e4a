from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from posto_desktop.workers.debouncer import Debouncer

HOUR = 3_600_000
Make = Callable[..., Debouncer]


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def make(qapp: object, done: list[str]) -> Iterator[Make]:
    home = QObject()
    yield lambda wait_ms, **options: Debouncer(wait_ms, lambda: done.append("x"), home, **options)
    home.deleteLater()


def test_many_calls_are_one_action(qtbot: QtBot, make: Make, done: list[str]) -> None:
    soon = make(0)
    for _ in range(3):
        soon.call()
    assert (soon.is_waiting, done) == (True, [])
    qtbot.waitUntil(lambda: bool(done))
    assert (soon.is_waiting, done) == (False, ["x"])


def test_each_call_puts_the_action_off(qtbot: QtBot, make: Make) -> None:
    soon = make(0)
    soon.call()
    soon.call(HOUR)
    assert soon._timer.remainingTime() > HOUR // 2
    soon.call()
    qtbot.waitUntil(lambda: not soon.is_waiting)


def test_the_first_call_decides_if_it_is_not_restarted(
    qtbot: QtBot, make: Make, done: list[str]
) -> None:
    soon = make(0, restart=False)
    soon.call()
    soon.call(HOUR)
    qtbot.waitUntil(lambda: bool(done))
    soon.call(HOUR)
    soon.call(0)
    assert soon._timer.remainingTime() > HOUR // 2


def test_what_waits_is_carried_out_at_once(make: Make, done: list[str]) -> None:
    soon = make(HOUR)
    soon.flush()
    assert done == []
    soon.call()
    soon.flush()
    assert (soon.is_waiting, done) == (False, ["x"])
    soon.flush()
    assert done == ["x"]


def test_what_waits_is_forgotten(make: Make, done: list[str]) -> None:
    soon = make(HOUR)
    soon.call()
    soon.cancel()
    assert not soon.is_waiting
    soon.flush()
    assert done == []
