"""The edits of a file without a window: for all networks and for one, with undo and redo."""

from __future__ import annotations

from typing import Any

import pytest

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import Edit
from posto_desktop.viewmodels.media_edits import MediaEdits, MediaEditState


@pytest.fixture
def state(qapp: Any) -> MediaEditState:
    return MediaEditState(MediaRef("/a.jpg", "a.jpg", 1, edit=Edit(turns=1)))


def test_a_change_is_told_once_and_none_if_nothing_differs(state: MediaEditState) -> None:
    changes: list[tuple[MediaEdits, frozenset[str]]] = []
    state.changed.connect(lambda edits, fields: changes.append((edits, fields)))
    state.set(turns=2)
    state.set(turns=2)
    state.choose("instagram")
    state.choose("instagram")
    assert [fields for _edits, fields in changes] == [{"edits"}, {"slug"}]
    assert changes[-1][0].common == Edit(turns=2)


def test_a_network_has_its_own_edit_over_that_of_all(state: MediaEditState) -> None:
    state.choose("instagram")
    assert not state.can_reset
    state.turn(right=True)
    assert state.edit.turns == 2
    assert state.edits.common.turns == 1
    assert state.can_reset
    state.reset()
    assert state.edit.turns == 1
    state.choose("")
    assert state.can_reset


def test_what_is_dragged_is_one_step(state: MediaEditState) -> None:
    for width in (0.9, 0.8, 0.7):
        state.set_crop((0.0, 0.0, width, 1.0))
    state.end_step()
    state.set_crop((0.0, 0.0, 0.5, 1.0))
    state.undo()
    assert state.edit.crop == (0.0, 0.0, 0.7, 1.0)
    state.undo()
    assert state.edit.crop is None
    assert (state.can_undo, state.is_changed) == (False, False)
    state.redo()
    state.redo()
    assert state.edit.crop == (0.0, 0.0, 0.5, 1.0)
    assert not state.can_redo


def test_dragging_on_after_undo_is_another_step(state: MediaEditState) -> None:
    state.set_crop((0.0, 0.0, 0.9, 1.0))
    state.set(turns=2)
    state.undo()
    state.set_crop((0.0, 0.0, 0.8, 1.0))
    state.undo()
    assert state.edit.crop == (0.0, 0.0, 0.9, 1.0)
    assert state.can_redo


def test_a_cut_that_cuts_nothing_off_is_none(state: MediaEditState) -> None:
    state.set_crop((0.0, 0.0, 1.0, 1.0))
    assert not state.can_undo
