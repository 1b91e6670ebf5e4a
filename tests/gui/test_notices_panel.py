"""The panel under the bell: a notice leads to what it is about."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posto_desktop.models.notifications import LeadsTo, NotificationsModel
from posto_desktop.ui.widgets.notices_panel import NoticesPanel

POST = LeadsTo("show_schedule", "7", "local")


class Panel:
    def __init__(self, qtbot: Any) -> None:
        self.model = NotificationsModel()
        self.model.add("info", "Nothing to see")
        self.model.add("error", "Failed", "Why", POST)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.panel = NoticesPanel(self.model, self.window)
        self.chosen: list[LeadsTo] = []
        self.panel.chosen.connect(self.chosen.append)
        self.window.show()
        self.panel.open_under(self.window)
        self.list = self.panel.list

    def place(self, row: int) -> Any:
        return self.list.visualRect(self.model.index(row)).center()


@pytest.fixture
def panel(qtbot: Any, theme: Any) -> Panel:
    return Panel(qtbot)


def test_a_click_leads_to_what_a_notice_is_about(panel: Panel, qtbot: Any) -> None:
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=panel.place(0))
    assert panel.chosen == [POST]
    assert not panel.panel.isVisible()


def test_what_leads_nowhere_stays(panel: Panel, qtbot: Any) -> None:
    view = panel.list.viewport()
    qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=panel.place(1))
    assert panel.chosen == []
    assert panel.panel.isVisible()


def test_keys_lead_there_as_well(panel: Panel, qtbot: Any) -> None:
    assert panel.list.hasFocus()
    panel.list.setCurrentIndex(panel.model.index(1))
    qtbot.keyClick(panel.list, Qt.Key.Key_Up)
    qtbot.keyClick(panel.list, Qt.Key.Key_Return)
    assert panel.chosen == [POST]


def test_the_row_of_the_keyboard_and_of_the_pointer_show(panel: Panel, qtbot: Any) -> None:
    view = panel.list
    view.setCurrentIndex(panel.model.index(1))
    plain = view.viewport().grab().toImage()
    view.setCurrentIndex(panel.model.index(0))
    assert view.viewport().grab().toImage() != plain
