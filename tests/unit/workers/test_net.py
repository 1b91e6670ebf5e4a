"""In which order what is known and what is new of a workspace come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from posto_desktop.sdk.records import Schedule
from posto_desktop.workers import net
from posto_desktop.workers.links import Target
from posto_desktop.workers.net import Net
from posto_desktop.workers.service_signals import PlanResults, ServiceSignals

ROW = Schedule(7, "g", 1, send_at=datetime(2026, 11, 28, 16, tzinfo=UTC))


class Opening:
    """A Net without threads: what it hands over, and whether it may ask the service."""

    def __init__(self, rows: list[Schedule]) -> None:
        self.handed: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self.jobs: list[Callable[[], None]] = []
        self.results = PlanResults()
        known = SimpleNamespace(
            load=lambda _workspace, loaded: (
                loaded([], rows, 5.0, False),
                loaded(None, [], 5.0, True),
            )
        )
        self.net = Net(
            SimpleNamespace(),  # type: ignore[arg-type]
            SimpleNamespace(known=known),  # type: ignore[arg-type]
            hand_over=lambda _generation, take, *values: self.handed.append((take, values)),
            signals=ServiceSignals(),
            results=self.results,
            current=lambda: 1,
        )

    @property
    def may_ask(self) -> bool:
        return self.net._may_ask.is_set()

    def deliver(self) -> None:
        for take, values in self.handed:
            take(*values)
        self.handed.clear()


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = SimpleNamespace(put=lambda key, job: None, close=lambda: None)
    monkeypatch.setattr(net, "KeyedLanes", lambda *_, **__: lanes)


@pytest.mark.usefixtures("qapp", "no_threads")
def test_the_service_is_asked_once_what_was_known_is_painted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    timers: list[Callable[[], None]] = []
    monkeypatch.setattr(
        net, "QTimer", SimpleNamespace(singleShot=lambda _ms, then: timers.append(then))
    )
    opening = Opening([ROW])
    told: list[bool] = []
    opening.results.some_rows_read.connect(lambda *_: told.append(opening.may_ask))
    opening.net.connect(1, Target("site", "Site"))
    assert not opening.may_ask
    opening.deliver()
    assert told == [False]
    assert not opening.may_ask  # the rows are with the page, which has them to paint
    timers[0]()
    assert opening.may_ask


@pytest.mark.usefixtures("qapp", "no_threads")
def test_an_empty_page_is_painted_first_too(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[Callable[[], None]] = []
    monkeypatch.setattr(
        net, "QTimer", SimpleNamespace(singleShot=lambda _ms, then: timers.append(then))
    )
    opening = Opening([])
    opening.net.connect(1, Target("site", "Site"))
    opening.deliver()
    assert not opening.may_ask
    (may_ask,) = timers
    may_ask()
    assert opening.may_ask


@pytest.mark.usefixtures("qapp", "no_threads")
def test_nobody_waits_for_a_workspace_that_is_left() -> None:
    opening = Opening([ROW])
    opening.net.connect(1, Target("site", "Site"))
    first = opening.net._may_ask
    opening.net.connect(1, Target("other", "Other"))
    assert first.is_set()
    opening.net.close()
    assert opening.may_ask
