"""Figures of posts: asked when somebody looks, at most once a minute, within the budget."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from posto_desktop.server.errors import PluginError
from posto_desktop.server.insights import Insights
from posto_desktop.server.publishers import http
from posto_desktop.server.publishers.base import Account, Refused, TryLater
from posto_desktop.server.publishers.http import HttpAnswer

from .test_parts import Own, Threads


class Counted(Threads):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.error: Exception | None = None

    def insights(self, account: Account, remote_id: str) -> list[dict[str, Any]]:
        self.asked.append(remote_id)
        if self.error is not None:
            raise self.error
        return [{"label": "Likes", "value": len(self.asked)}]


class Figures(Own):
    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.threads = self.counted = Counted()
        self.publisher = self.counted
        self.sender = self.new_sender()
        self.is_paused = False
        self.insights = Insights(
            self.schedules,
            self.channels,
            self.accounts,
            self.publishers(),
            lambda: self.is_paused,
            lambda: self.now,
            clock=lambda: 1_000_000 + self.now,
        )

    def published(self) -> int:
        number = self.post("One")
        assert self.send(number) == "success"
        return number


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Figures]:
    http.forget_budgets()
    bench = Figures(tmp_path)
    yield bench
    bench.store.close()
    http.forget_budgets()


def test_a_network_is_asked_once_a_minute(bench: Figures) -> None:
    number = bench.published()
    assert bench.insights.of(number) == [{"label": "Likes", "value": 1}]
    bench.now += 59
    assert bench.insights.of(number) == [{"label": "Likes", "value": 1}]
    assert bench.counted.asked == ["1"]
    bench.now += 1
    assert bench.insights.of(number) == [{"label": "Likes", "value": 2}]


def test_what_is_known_stays_while_the_network_is_away(bench: Figures) -> None:
    number = bench.published()
    bench.insights.of(number)
    bench.now += 60
    bench.counted.error = TryLater("Away.", 5)
    assert bench.insights.of(number) == [{"label": "Likes", "value": 1}]
    bench.now += 10
    bench.insights.of(number)
    assert len(bench.counted.asked) == 2, "a refusal is not asked for again at once"


def test_nothing_is_made_up(bench: Figures) -> None:
    number = bench.published()
    bench.counted.error = Refused("You may not.")
    with pytest.raises(PluginError, match="You may not"):
        bench.insights.of(number)
    waiting = bench.post("Two", at=bench.now + 9000)
    assert bench.insights.of(waiting) == []


def test_nothing_is_asked_while_sending_is_paused(bench: Figures) -> None:
    number = bench.published()
    bench.is_paused = True
    assert bench.insights.of(number) == []
    assert bench.counted.asked == []


def test_the_last_requests_of_a_budget_are_for_posts(bench: Figures) -> None:
    number = bench.published()
    account = bench.accounts.of_channel(bench.channels.get(bench.own))
    headers = {"X-RateLimit-Remaining": "19", "X-RateLimit-Reset": "300"}
    http._budgets.note(http._budget_of(account), HttpAnswer("n", 200, headers, b"{}"))
    assert bench.insights.of(number) == []
    http._budgets.note(
        http._budget_of(account),
        HttpAnswer("n", 200, {**headers, "X-RateLimit-Remaining": "20"}, b""),
    )
    bench.now += 60
    assert bench.insights.of(number) == [{"label": "Likes", "value": 1}]


def test_it_says_when_the_network_was_asked(bench: Figures) -> None:
    number = bench.published()
    bench.is_paused = True
    assert bench.insights.read(number).read_at is None
    bench.is_paused = False
    bench.now += 60
    asked_at = bench.insights.read(number).read_at
    assert asked_at == 1_000_000 + bench.now
    bench.now += 60
    bench.is_paused = True
    assert bench.insights.read(number).read_at == asked_at
