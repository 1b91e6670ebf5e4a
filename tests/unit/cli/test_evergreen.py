"""Tests of `posto evergreen` on this computer's workspace."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, time

import pytest

from posto_desktop.cli.exits import Exit
from posto_desktop.core import slots
from posto_desktop.core.slots import Slot, SlotGroup
from posto_desktop.storage.paths import find_paths
from posto_desktop.storage.settings import Settings
from tests.unit.cli.conftest import Posto


@pytest.fixture(autouse=True)
def weekly(posto: Posto) -> Iterator[None]:
    every_day = [Slot(weekday, time(12, 0)) for weekday in range(7)]
    paths = find_paths(posto.home)
    paths.config.mkdir(parents=True, exist_ok=True)
    settings = Settings(paths.settings)
    settings.set(slots.SETTING, slots.write([SlotGroup("Noon", "", (), tuple(every_day))]))
    settings.set("evergreen.days_ahead", 3)
    yield
    for row in posto("evergreen", "list", "--json").data:  # the home is that of all tests
        posto("evergreen", "delete", row["id"], "--yes")


def test_messages_are_added_listed_filled_and_taken_back(posto: Posto) -> None:
    added = posto(
        "evergreen", "add", "Buns are back", "--to", "3", "--variant", "Fresh buns", "--cooldown",
        "1", "--weight", "2", "--until", "2099-01-01", "--json",
    )  # fmt: skip
    assert added.code == Exit.DONE, added.out
    assert added.data["texts"] == ["Buns are back", "Fresh buns"]
    (row,) = posto("evergreen", "list", "--json").data
    assert (row["weight"], row["last_day"], row["runs"]) == (2, "2099-01-01", 0)

    ahead = posto("evergreen", "preview", "--count", "4", "--json").data
    assert [run["text"] for run in ahead[:3]] == ["Buns are back", "Fresh buns", "Buns are back"]
    assert [run["state"] for run in ahead] == ["coming"] * 4
    assert ahead[0]["reason"] == "Its turn: never sent here, weight 2."

    looked = posto("evergreen", "fill", "--dry-run", "--json").data
    assert looked["filling"] is None
    assert posto("evergreen", "list", "--json").data[0]["runs"] == 0
    filled = posto("evergreen", "fill", "--yes", "--json")
    assert filled.code == Exit.DONE, filled.out
    assert filled.data["posts"] == len(looked["coming"]) in (2, 3)
    listed = posto("schedule", "list", "--json").data
    assert sorted(post["text"] for post in listed) == sorted(
        r["text"] for r in ahead[: len(listed)]
    )
    assert len(listed) == filled.data["posts"]
    assert posto("evergreen", "fill", "--yes", "--json").data["filling"] is None

    undone = posto("evergreen", "undo", "--json")
    assert undone.code == Exit.DONE, undone.out
    assert (undone.data["taken_back"], undone.data["stays"]) == (len(listed), 0)
    assert posto("schedule", "list", "--json").data == []
    assert posto("evergreen", "undo").code == Exit.NOT_FOUND


def test_a_paused_message_is_taken_off_the_schedule(posto: Posto) -> None:
    posto("evergreen", "add", "Buns are back", "--to", "3", "--name", "Buns", "--cooldown", "0")
    posto("evergreen", "fill", "--yes")
    assert posto("schedule", "list", "--json").data
    assert posto("evergreen", "pause", "buns", "--json").data["paused"] is True
    assert posto("schedule", "list", "--json").data == []
    looked = posto("evergreen", "fill", "--dry-run")
    assert "All evergreen messages are paused." in looked.out
    assert posto("evergreen", "resume", "Buns", "--json").data["paused"] is False
    assert posto("evergreen", "fill", "--dry-run", "--json").data["coming"]
    assert posto("evergreen", "delete", "Buns", "--yes").code == Exit.DONE
    assert posto("evergreen", "list", "--json").data == []


def test_what_takes_a_slot_is_seen(posto: Posto) -> None:
    posto("evergreen", "add", "Buns are back", "--to", "3", "--cooldown", "0")
    (first, *_) = posto("evergreen", "preview", "--json").data
    when = f"{datetime.fromisoformat(first['time']).astimezone():%Y-%m-%d %H:%M}"
    posto("post", "By hand", "--to", "3", "--when", when, "--yes")
    assert first["time"] not in [
        run["time"] for run in posto("evergreen", "preview", "--json").data
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["Buns", "--to", "3", "--when", "tomorrow"], "has no time"),
        (["Buns"], "--to CHANNEL"),
        (
            ["Buns", "--to", "3", "--from", "2027-02-01", "--until", "2027-01-01"],
            "before the first",
        ),
    ],
)
def test_add_refuses_what_makes_no_sense(posto: Posto, arguments: list[str], words: str) -> None:
    ended = posto("evergreen", "add", *arguments)
    assert ended.code == Exit.USAGE
    assert words in ended.out + ended.err
