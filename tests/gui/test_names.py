"""Every control that can be seen has a name for assistive software, and one for tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton, QWidget

from tests.gui import whole_window
from tests.gui.cut_text import settle
from tests.gui.test_text_fits import dialogs
from tests.gui.unnamed import unnamed


@pytest.fixture
def scene(theme: Any, tmp_path: Any) -> Iterator[Any]:
    made = whole_window.build(theme, tmp_path, 1360, 860)
    yield made
    whole_window.close(made)


def test_a_control_without_names_is_found(qtbot: Any) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    button = QPushButton(window)
    window.show()
    assert unnamed(window) == [
        "QPushButton: QPushButton < QWidget has no accessible name",
        "QPushButton: QPushButton < QWidget has no objectName",
    ]
    button.setText("Send")  # the text of a button is its name
    button.setObjectName("send")
    assert unnamed(window) == []


@pytest.mark.parametrize("page", whole_window.PAGES)
def test_the_pages(scene: Any, page: str) -> None:
    scene.window.show_page(page)
    settle()
    assert unnamed(scene.window) == []


@pytest.mark.parametrize("page", whole_window.PAGES)
def test_the_pages_with_nothing_on_them(scene: Any, page: str) -> None:
    scene.compose.message.open_drafts.new_message()
    scene.compose.set_first_run(True)
    scene.schedule.set_schedules([])
    scene.schedule.set_as_of(whole_window.NOW)
    scene.activity.model.set_entries([])
    scene.feed.set_items([])
    scene.channels.set_channels([])
    scene.window.show_page(page)
    settle()
    assert unnamed(scene.window) == []


@pytest.mark.parametrize("status", ["error", "missed", "success", "unknown"])
def test_the_details_of_a_post(scene: Any, status: str) -> None:
    scene.window.show_page("schedule")
    scene.schedule.model.tick_all(True)
    row = next(schedule for schedule in whole_window._schedules() if schedule.status == status)
    scene.schedule.show_schedule(row.id)
    settle()
    assert unnamed(scene.window) == []


def test_notices(scene: Any) -> None:
    scene.window.show_notification("deleted", "4 posts deleted", "", "Undo", settle)
    settle()
    assert unnamed(scene.window) == []
    scene.window.toasts.clear()


def test_the_dialogs(theme: Any, tmp_path: Any) -> None:
    problems, shown = {}, []
    for name, dialog in dialogs(tmp_path / "settings.json"):
        dialog.show()
        settle()
        problems[name] = unnamed(dialog)
        shown.append(dialog)
    for dialog in shown:
        dialog.close()
        dialog.deleteLater()
    assert {name: lines for name, lines in problems.items() if lines} == {}
