"""The list of all keys."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from posto_desktop.models.command_palette import PaletteItem, PaletteItemRole
from posto_desktop.ui.dialogs.shortcuts_dialog import ShortcutsDialog
from tests.gui import whole_window

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")


@pytest.fixture
def dialog(theme: Any, tmp_path: Any) -> Iterator[Any]:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    scene.window.commands["shortcuts"].trigger()
    made = scene.window.findChild(ShortcutsDialog)
    yield made
    made.reject()
    whole_window.close(scene)


def listed(dialog: Any) -> list[tuple[str, str]]:
    model = dialog.model
    rows = [model.index(number, 0).data(PaletteItemRole) for number in range(model.rowCount())]
    return [(row.title, row.keys) for row in rows if isinstance(row, PaletteItem)]


def keys(dialog: Any) -> dict[str, str]:
    return dict(listed(dialog))


def test_keys_of_the_window_of_pages_and_of_lists_are_there(dialog: Any) -> None:
    shown = keys(dialog)
    assert shown["New message"] == "Ctrl+N"
    # The page; the button that posts may have the same word.
    assert ("Schedule", "Ctrl+2") in listed(dialog)
    assert shown["Drafts…"] == "Ctrl+Shift+O"
    assert shown["Retry"] == "R"
    assert shown["Send now"] == "Ctrl+Shift+Enter"  # as on the keyboard and in the menus
    assert all(shown.values())


def test_it_is_searched_by_what_a_key_does_and_by_the_key(dialog: Any) -> None:
    dialog.search.setText("new mess")
    assert "New message" in keys(dialog)
    assert "Schedule" not in keys(dialog)
    dialog.search.setText("ctrl+shift+o")
    assert list(keys(dialog)) == ["Drafts…"]
    assert dialog.state.text() == "1 shortcut"
    assert not dialog.nothing.isVisible()


def test_a_search_without_a_hit_says_so(dialog: Any) -> None:
    dialog.search.setText("zzzq")
    assert listed(dialog) == []
    assert dialog.nothing.isVisible()
    assert not dialog.list.isVisible()
    assert dialog.nothing.text() == "No shortcut matches “zzzq”"
    assert dialog.state.text() == "0 shortcuts"
    dialog.nothing.clear.click()
    assert dialog.list.isVisible()
    assert not dialog.nothing.isVisible()


def test_no_key_is_given_twice_in_the_window(dialog: Any) -> None:
    model = dialog.model
    taken: dict[str, str] = {}
    for number in range(model.rowCount()):
        row = model.index(number, 0).data(PaletteItemRole)
        if isinstance(row, PaletteItem) and row.kind == "Everywhere":
            assert taken.setdefault(row.keys, row.title) == row.title
