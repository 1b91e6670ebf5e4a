"""Recovery runs beside the workers: it never takes a post from the one who is at it, and never
goes by what was true before it looked.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Collection, Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.publishers.base import Account, Found, Part, Record, Result, Unclear
from posto_desktop.server.rows import Row

from .databases import DATABASES, opened
from .sending import Bench, Network, PowerCut, raise_at


@pytest.fixture(params=DATABASES)
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    with opened(request, tmp_path) as store:
        yield Bench(tmp_path, store)


class Worker:
    """A worker of the same process that sends a post, and stops where its files are handed over
    until `go_on`."""

    def __init__(self, bench: Bench, number: int) -> None:
        self._reached, self._goes_on = threading.Event(), threading.Event()
        self._trouble, self._sender, self._number = bench.network.trouble, bench.sender, number
        self._thread = threading.Thread(target=self._run, daemon=True)
        bench.network.trouble = self._stop_at_files

    def start(self) -> None:
        """Return when it has stopped."""
        self._thread.start()
        assert self._reached.wait(30)

    def go_on(self) -> None:
        """Return when it is done."""
        self._goes_on.set()
        self._thread.join(30)
        assert not self._thread.is_alive()

    def _stop_at_files(self, step: str) -> None:
        if step == "upload" and not self._reached.is_set():
            self._reached.set()
            assert self._goes_on.wait(30)
        self._trouble(step)

    def _run(self) -> None:
        try:
            self._sender.send(self._number)
        except PowerCut:
            """It left its post as it was."""


def around_looking_for_posts(
    monkeypatch: pytest.MonkeyPatch,
    store: ServerDatabase,
    *,
    before: Callable[[], None] = lambda: None,
    after: Callable[[], None] = lambda: None,
) -> None:
    """Do this right before or after recovery reads, for the first time, which posts are left."""
    real, is_first = store.rows, [True]

    def rows(sql: str, *values: Any) -> list[Row]:
        if not is_first[0] or "status = 'sending'" not in sql or not sql.startswith("SELECT *"):
            return real(sql, *values)
        is_first[0] = False
        before()
        left = real(sql, *values)
        after()
        return left

    monkeypatch.setattr(store, "rows", rows)


def test_a_post_that_is_claimed_while_recovery_looks_stays_with_its_worker(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bench.compose()
    worker = Worker(bench, number)
    around_looking_for_posts(monkeypatch, bench.store, before=worker.start)
    bench.sender.recover()
    assert bench.status(number) == "sending"
    worker.go_on()
    assert (bench.status(number), bench.network.published) == ("success", ["ref"])


def test_a_post_that_went_on_while_recovery_looked_is_looked_up(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("after", PowerCut(), times=1)
    worker = Worker(bench, number)
    around_looking_for_posts(monkeypatch, bench.store, before=worker.start, after=worker.go_on)
    bench.recover()
    for _ in range(3):
        bench.send(number)
        bench.recover()
    assert (bench.status(number), bench.network.published) == ("success", ["ref"])


def test_a_post_that_was_ended_and_claimed_anew_while_recovery_looked_is_left_alone(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = bench.compose()
    bench.network.trouble = raise_at("before", Unclear("No answer."), times=1)
    first = Worker(bench, number)
    second: list[Worker] = []

    def end_and_claim_anew() -> None:
        first.go_on()
        assert bench.status(number) == "not_sent"
        bench.now += 60
        second.append(Worker(bench, number))
        second[0].start()

    around_looking_for_posts(monkeypatch, bench.store, before=first.start, after=end_and_claim_anew)
    bench.sender.recover()
    assert bench.status(number) == "sending"
    second[0].go_on()
    assert (bench.status(number), bench.network.published) == ("success", ["ref"])


class LateNetwork(Network):
    """Loses the first request for the sender, and carries it out once it has answered the first
    question about it. Its answers take their time."""

    settle = 120.0

    def __init__(self, bench: Bench, loss: BaseException) -> None:
        super().__init__()
        self._bench, self._loss, self._late_key = bench, loss, ""
        self.answer_seconds = 0.0

    def send(self, account: Account, part: Part, record: Record) -> Result:
        if not self._late_key:
            self._late_key = part.post.key
            raise self._loss
        return super().send(account, part, record)

    def lookup(
        self, account: Account, part: Part, record: Record, taken: Collection[str]
    ) -> tuple[Found, Result | None]:
        answer = super().lookup(account, part, record, taken)
        self._bench.now += self.answer_seconds
        if self._late_key not in self.keys:
            self.keys.append(self._late_key)
            self.published.append(part.post.posto_ref)
        return answer


@pytest.mark.parametrize("loss", [Unclear("The connection was cut."), PowerCut()])
def test_an_answer_from_before_the_settling_time_does_not_count_after_it(
    bench: Bench, loss: BaseException
) -> None:
    bench.publisher = bench.network = network = LateNetwork(bench, loss)
    bench.sender = bench.new_sender()
    number = bench.compose()
    network.answer_seconds = 200.0  # the computer slept, or the process was stopped
    with contextlib.suppress(PowerCut):
        bench.send(number)
    bench.recover()
    network.answer_seconds = 0.0
    bench.now += 60
    bench.send(number)
    bench.recover()
    assert (bench.status(number), network.published) == ("success", ["ref"])
