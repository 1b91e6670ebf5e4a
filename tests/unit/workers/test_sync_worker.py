"""Tests of the order in which cached and new data of a workspace arrive."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from posto_desktop.delivery.client_pool import WorkspaceTarget
from posto_desktop.sdk.records import Schedule
from posto_desktop.workers import sync_worker
from posto_desktop.workers.service_signals import ServiceSignals, SyncResults
from posto_desktop.workers.sync_worker import SyncWorker

ROW = Schedule(7, "g", 1, send_at=datetime(2026, 11, 28, 16, tzinfo=UTC))


class Opening:
    """A Net without threads: what it hands over, and whether it may ask the service."""

    def __init__(self, rows: list[Schedule]) -> None:
        self.handed: list[tuple[Callable[..., object], tuple[Any, ...]]] = []
        self.jobs: list[Callable[[], None]] = []
        self.results = SyncResults()
        known = SimpleNamespace(
            load=lambda _workspace, loaded: (
                loaded([], rows, 5.0, False),
                loaded(None, [], 5.0, True),
            )
        )
        self.sync_worker = SyncWorker(
            SimpleNamespace(),  # type: ignore[arg-type]
            SimpleNamespace(known=known),  # type: ignore[arg-type]
            call_on_gui=lambda _generation, handle, *values: self.handed.append((handle, values)),
            signals=ServiceSignals(),
            results=self.results,
            current=lambda: 1,
        )

    @property
    def may_ask(self) -> bool:
        return self.sync_worker._may_ask.is_set()

    def deliver(self) -> None:
        for handle, values in self.handed:
            handle(*values)
        self.handed.clear()


@pytest.fixture
def no_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    lanes = SimpleNamespace(put=lambda key, job: None, close=lambda: None)
    monkeypatch.setattr(sync_worker, "KeyedWorkers", lambda *_, **__: lanes)


@pytest.mark.usefixtures("qapp", "no_threads")
def test_the_service_is_asked_once_what_was_known_is_painted() -> None:
    opening = Opening([ROW])
    shown: list[Callable[[], None]] = []
    opening.results.cache_shown.connect(shown.append)
    flags: list[bool] = []
    opening.results.some_rows_read.connect(lambda *_: flags.append(opening.may_ask))
    opening.sync_worker.connect(1, WorkspaceTarget("site", "Site"))
    assert not opening.may_ask
    opening.deliver()
    assert flags == [False]
    assert not opening.may_ask  # the rows are with the page, which has them to paint
    shown[0]()
    assert opening.may_ask


@pytest.mark.usefixtures("qapp", "no_threads")
def test_an_empty_page_is_painted_first_too() -> None:
    opening = Opening([])
    shown: list[Callable[[], None]] = []
    opening.results.cache_shown.connect(shown.append)
    opening.sync_worker.connect(1, WorkspaceTarget("site", "Site"))
    opening.deliver()
    assert not opening.may_ask
    (may_ask,) = shown
    may_ask()
    assert opening.may_ask


@pytest.mark.usefixtures("qapp", "no_threads")
def test_nobody_waits_for_a_workspace_that_is_left() -> None:
    opening = Opening([ROW])
    opening.sync_worker.connect(1, WorkspaceTarget("site", "Site"))
    first = opening.sync_worker._may_ask
    opening.sync_worker.connect(1, WorkspaceTarget("other", "Other"))
    assert first.is_set()
    opening.sync_worker.close()
    assert opening.may_ask
