"""Where toasts stand over the page: never over the field that is wanted next."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.ui.widgets.toast import ToastHost
from tests.gui.compose.conftest import Desk


def place(page: QWidget, part: QWidget) -> QRect:
    return QRect(part.mapTo(page, QPoint(0, 0)), part.size())


@pytest.mark.parametrize(("width", "height"), [(764, 648), (1088, 808), (1648, 1028)])
def test_right_after_scheduling_a_toast_covers_no_field(
    desk: Desk, qtbot: QtBot, width: int, height: int
) -> None:
    page = desk.page
    page.resize(width, height)
    page.leave_first_run()
    page.show()
    qtbot.waitExposed(page)
    host = ToastHost(page)
    host.set_bottom_inset(page.toast_inset())
    host.set_middle_of(page.toast_main())
    toast = host.show_notice("ok", "5 posts scheduled: Mon 30 Nov, 12:00", "Undo", lambda: None)
    margin = (toast.height() - toast.body_height()) // 2
    body = toast.geometry().adjusted(margin, margin, -margin, -margin)
    for part in (page.when, page.fields, page.action_bar, page.attach_button):
        assert not body.intersects(place(page, part)), part.objectName()
    main = place(page, page.toast_main())
    assert abs(body.center().x() - main.center().x()) <= 1
    assert page.rect().contains(body)


def test_fields_that_are_scrolled_away_do_not_count(desk: Desk, qtbot: QtBot) -> None:
    page = desk.page
    page.resize(764, 648)
    page.show()
    qtbot.waitExposed(page)
    page._rest.setVisible(False)
    assert page.toast_inset() == page.action_bar.height()
