"""Tests of reporting finished posts: each once, none at the first reading."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from posto_desktop.sdk.records import Schedule
from posto_desktop.workers.post_outcomes import HOLD_SECONDS, PostOutcomeWatch, is_awaited
from posto_desktop.workers.schedule import KnownSchedule
from tests.unit.workers.read_schedule import read

NOW = datetime.now(UTC)


def row(number: int, status: str = "not_sent", minutes: float = 60, **more: Any) -> Schedule:
    fields: dict[str, Any] = {"group_id": f"g{number}", "channel_id": 1, **more}
    return Schedule(number, send_at=NOW + timedelta(minutes=minutes), status=status, **fields)


class Reader:
    """The service's list, as `KnownSchedule` reads it."""

    def __init__(self) -> None:
        self.rows: dict[int, Schedule] = {}

    def put(self, *rows: Schedule) -> None:
        self.rows.update((row.id, row) for row in rows)

    def iter(self, **_: Any) -> Any:
        return iter(list(self.rows.values()))

    def page(self, *_: Any, **__: Any) -> Any:
        from posto_desktop.sdk.schedules import SchedulePage

        return SchedulePage(tuple(self.rows.values()), len(self.rows))


class World:
    def __init__(self) -> None:
        self.reader, self.seconds = Reader(), 0.0
        self.schedule = KnownSchedule()
        self.watch = PostOutcomeWatch(lambda: self.seconds)

    def read(self, *rows: Schedule, now: datetime = NOW) -> list[int]:
        """Let these rows be so, read the plan, and return whose end is told."""
        self.reader.put(*rows)
        change = read(self.schedule, self.reader)
        return sorted(item.id for item in self.watch.check(change, self.schedule, now))


@pytest.fixture
def world() -> World:
    return World()


def test_the_first_reading_is_no_news(world: World) -> None:
    assert world.read(row(1, "success", -1), row(2, "error", -1), row(3)) == []
    assert world.read() == []


def test_what_went_well_while_the_app_was_closed_is_no_news(world: World) -> None:
    world.schedule = KnownSchedule([row(1)])  # as the last run knew it
    assert world.read(row(1, "success", -1)) == []


@pytest.mark.parametrize("status", ["error", "missed", "unknown"])
def test_what_went_wrong_while_the_app_was_closed_is_told(world: World, status: str) -> None:
    world.schedule = KnownSchedule([row(1), row(2, status, -9), row(3, "sending", -9)])
    assert world.read(row(1, status, -1), row(2, status, -9), row(3, status, -9)) == [1, 3]
    assert world.read() == []


def test_what_was_not_known_before_is_no_news_at_the_start(world: World) -> None:
    world.schedule = KnownSchedule([row(1)])
    assert world.read(row(1), row(2, "error", -1)) == []


@pytest.mark.parametrize("status", ["success", "error", "missed", "unknown"])
def test_an_end_is_told_once(world: World, status: str) -> None:
    world.read(row(1))
    assert world.read(row(1, "sending")) == []
    assert world.read(row(1, status, 0)) == [1]
    assert world.read() == []
    assert world.read(row(1, status, 0, text="edited by somebody")) == []


def test_what_fails_again_is_told_again(world: World) -> None:
    world.read(row(1, "error", -9))
    assert world.read(row(1, "not_sent", -9), now=NOW) == []
    assert world.read(row(1, "error", -1)) == [1]
    assert world.read(row(1, "error", 0)) == [1]  # tried between two readings


def test_rows_that_were_hidden_while_they_were_sent(world: World) -> None:
    world.read(row(1, minutes=-1), row(2, "success", -600))
    hidden = world.reader.rows.pop(1)
    assert world.read() == []
    assert world.read(replace(hidden, status="success")) == [1]
    world.reader.rows.pop(2)
    assert world.read() == []
    assert world.read(row(2, "success", -600)) == []  # it was told long ago


def test_rows_that_were_never_seen_before(world: World) -> None:
    world.read()
    assert world.read(row(1, "success", 1), row(2, "success", -600)) == [1]


def test_a_message_is_held_until_all_its_channels_ended(world: World) -> None:
    first, second = row(1, group_id="g"), row(2, group_id="g")
    later = row(3, minutes=600, group_id="g")  # its own time: nobody waits for it
    world.read(first, second, later)
    sent = replace(first, status="success", send_at=NOW)
    assert world.read(sent, replace(second, status="sending")) == []
    assert world.read(replace(second, status="error")) == [1, 2]


def test_nothing_is_held_for_ever(world: World) -> None:
    first, second = row(1, group_id="g"), row(2, group_id="g", minutes=-1)
    world.read(first, second)
    assert world.read(replace(first, status="success", send_at=NOW)) == []
    world.seconds = HOLD_SECONDS + 1
    assert world.read() == [1]


def test_what_the_user_said_is_no_news(world: World) -> None:
    world.read(row(1, "unknown", -1), row(2, "unknown", -1))
    world.watch.settle([1])
    assert world.read(row(1, "success", -1), row(2, "success", -1)) == [2]


@pytest.mark.parametrize(
    ("given", "awaited"),
    [
        (lambda: row(1, "sending", -600), True),
        (lambda: row(1, "not_sent", 0.2), True),
        (lambda: row(1, "not_sent", -5), True),
        (lambda: row(1, "not_sent", 5), False),
        (lambda: row(1, "not_sent", -24 * 60), False),
        (lambda: row(1, "success", 0), False),
    ],
)
def test_what_is_worth_looking_after(given: Callable[[], Schedule], awaited: bool) -> None:
    assert is_awaited(given(), NOW, timedelta(seconds=15)) is awaited
