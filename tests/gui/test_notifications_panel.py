"""The panel under the bell: a notice leads to what it is about."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posto_desktop.models.notifications import NotificationsModel, NotificationTarget
from posto_desktop.ui.widgets.notifications_panel import NotificationsPanel, _laid_out

POST = NotificationTarget("show_schedule", "7", "local")


class Panel:
    def __init__(self, qtbot: Any) -> None:
        self.model = NotificationsModel()
        self.model.add("info", "Nothing to see")
        self.model.add("error", "Failed", "Why", POST)
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.panel = NotificationsPanel(self.model, self.window)
        self.chosen: list[NotificationTarget] = []
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


def test_the_row_of_the_keyboard_shows_once_keys_are_used(panel: Panel, qtbot: Any) -> None:
    view = panel.list
    view.setCurrentIndex(panel.model.index(0))
    plain = view.viewport().grab().toImage()
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.viewport().grab().toImage() != plain


def test_a_long_path_stays_inside(panel: Panel) -> None:
    panel.model.add("ok", "Written", "/home/" + "x" * 300)
    view = panel.list
    assert (
        view.visualRect(panel.model.index(0)).height()
        > 2 * view.visualRect(panel.model.index(2)).height()
    )
    edge = view.viewport().grab().toImage()
    ratio = edge.devicePixelRatio()
    column = round((view.viewport().width() - 4) * ratio)
    top = view.visualRect(panel.model.index(0))
    shades = {edge.pixel(column, round(y * ratio)) for y in range(top.y() + 2, top.bottom())}
    assert len(shades) == 1  # no letter reaches the edge


def test_from_right_to_left_the_arrow_is_at_the_left(panel: Panel) -> None:
    def ink(left: int, right: int) -> int:
        image = panel.list.viewport().grab().toImage()
        row = panel.list.visualRect(panel.model.index(0))
        back = image.pixel(2, row.y() + 4)
        return sum(
            image.pixel(x, y) != back
            for x in range(left, right)
            for y in range(row.y() + 5, row.y() + 30)
        )

    wide = panel.list.viewport().width()
    assert ink(0, 12) == 0
    panel.list.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert ink(5, 30) > 0
    assert ink(wide - 40, wide - 10) > 0  # and the mark of its kind at the right


def test_words_stay_whole(theme: Any) -> None:
    text = "“Buns” may already be on the network X. Open it and choose what to do. " * 3
    layout = _laid_out("body", text)
    starts = [layout.lineAt(at).textStart() for at in range(layout.lineCount())]
    assert len(starts) > 3
    assert all(text[start - 1] == " " for start in starts[1:])
