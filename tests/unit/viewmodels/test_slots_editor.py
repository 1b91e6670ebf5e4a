"""Weekly slots without their page: whose they are, what is stored, and the way back."""

from __future__ import annotations

from datetime import time
from typing import Any

import pytest

from posto_desktop.core.slots import MAX_GROUPS, Slot, SlotGroup, read, write
from posto_desktop.viewmodels.slots_editor import SlotsEditor

MINE = SlotGroup("Mine", "local", (1,), (Slot(0, time(9)),))
THEIRS = SlotGroup("Theirs", "acc", (), (Slot(1, time(10)),))


class Scene:
    def __init__(self, *groups: SlotGroup) -> None:
        self.editor = SlotsEditor(write(groups), "local")
        self.saved: list[list[SlotGroup]] = []
        self.changes: list[set[str]] = []
        self.editor.saveRequested.connect(lambda value: self.saved.append(read(value)))
        self.editor.changed.connect(lambda _slots, fields: self.changes.append(set(fields)))


@pytest.fixture
def scene(qapp: Any) -> Scene:
    return Scene(MINE, THEIRS)


def test_groups_of_other_workspaces_stay_as_they_are(scene: Scene) -> None:
    (group,) = scene.editor.slots.groups
    assert group.name == "Mine"
    scene.editor.set_group(0, None, "Mine removed")
    assert scene.saved == [[THEIRS]]
    assert scene.changes == [{"groups"}]


def test_each_change_goes_back_and_says_what_it_was(scene: Scene) -> None:
    (group,) = scene.editor.slots.groups
    line = group.lines[0].with_time(time(18))
    scene.editor.set_group(0, group.with_line(0, line), "18:00 added")
    scene.editor.set_group(0, None, "Mine removed")
    assert scene.editor.last_change == "Mine removed"
    scene.editor.undo()
    assert scene.editor.last_change == "18:00 added"
    scene.editor.undo()
    assert scene.saved[-1] == [MINE, THEIRS]
    assert scene.editor.last_change == ""
    scene.editor.undo()
    assert len(scene.saved) == 4


def test_the_first_group_is_for_all_workspaces_the_next_for_this_one(qapp: Any) -> None:
    scene = Scene()
    scene.editor.add_group("Slots added")
    scene.editor.add_group("Slots added")
    assert [group.workspace for group in scene.saved[-1]] == ["", "local"]


def test_there_is_an_end_to_groups(qapp: Any) -> None:
    full = Scene(*[MINE] * (MAX_GROUPS - 1), THEIRS)
    assert full.editor.slots.is_full
    full.editor.set_group(0, None, "Mine removed")
    assert not full.editor.slots.is_full
