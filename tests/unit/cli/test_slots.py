"""Tests of `posto slots` on this computer's workspace."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from posto_desktop.cli.exits import Exit
from posto_desktop.core import slots
from posto_desktop.core.draft import Draft
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.unit.cli.conftest import Posto

DAYS = [datetime.now() + timedelta(days=number) for number in range(1, 8)]
"""The next days: none has the time that a test takes to cross it."""


@pytest.fixture(autouse=True)
def weekly(posto: Posto) -> None:
    """Every day at noon, and Bluesky in the evening, too."""
    every_day = [Slot(weekday, time(12, 0)) for weekday in range(7)]
    evening = [Slot(weekday, time(20, 0)) for weekday in range(7)]
    groups = [
        SlotGroup("Noon", "", (), tuple(every_day)),
        SlotGroup("Evening", "local", (2,), tuple(evening)),
    ]
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    settings = Settings(paths.settings)
    settings.set(slots.SETTING, slots.write(groups))


def free(posto: Posto, *options: str) -> list[datetime]:
    ended = posto("slots", "next", "--count", "9", "--json", *options)
    assert ended.code == Exit.DONE, ended.out
    return [datetime.fromisoformat(row["time"]).replace(tzinfo=None) for row in ended.data]


def noon(day: datetime) -> datetime:
    return day.replace(hour=12, minute=0, second=0, microsecond=0)


def test_next_leaves_out_what_is_taken(posto: Posto) -> None:
    assert noon(DAYS[1]) in free(posto, "--to", "1")
    when = f"{DAYS[1]:%Y-%m-%d} 12:03"
    assert posto("post", "Taken", "--to", "1", "--when", when, "--yes").code == Exit.DONE
    assert noon(DAYS[1]) not in free(posto, "--to", "1")
    assert noon(DAYS[1]) in free(posto, "--to", "3")  # another channel


def test_next_leaves_out_drafts_with_a_time(posto: Posto) -> None:
    draft = Draft(
        workspace="local", text="d", channel_ids=(4,), when_text=f"{DAYS[2]:%Y-%m-%d} 12:00"
    )
    db = posto.database()
    db.put_draft(draft.id, "local", draft.to_json())
    db.close()
    assert noon(DAYS[2]) not in free(posto, "--to", "4")
    assert noon(DAYS[2]) in free(posto, "--to", "3")


def test_next_line_is_a_time_for_post(posto: Posto) -> None:
    line = posto("slots", "next", "--to", "2").out.strip()
    assert "20:00" in line
    checked = posto("post", "At a slot", "--to", "2", "--when", line, "--dry-run", "--json")
    assert datetime.fromisoformat(checked.data["preview"]["when"]) > datetime.now(UTC)
    assert datetime.fromisoformat(checked.data["preview"]["when"]).hour == 20


def test_list_shows_the_week(posto: Posto) -> None:
    rows = posto("slots", "list", "--json").data
    assert [row["clock"] for row in rows].count("20:00") == 7
    assert "Mon 12:00  Noon" in posto("slots", "list").out


def test_without_slots_it_says_where_to_set_them(posto: Posto) -> None:
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    settings = Settings(paths.settings)
    settings.set(slots.SETTING, "")
    ended = posto("slots", "next")
    assert ended.code == Exit.NOT_FOUND
    assert "Settings, Publishing" in ended.err
