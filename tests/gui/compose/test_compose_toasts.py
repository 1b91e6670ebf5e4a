"""Tests of the position of toasts: never over the next field."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.ui.widgets.toast import Toast, ToastHost
from tests.gui import whole_window
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
    toast = host.show_notification(
        "ok", "5 posts scheduled: Mon 30 Nov, 12:00", "Undo", lambda: None
    )
    margin = (toast.height() - toast.body_height()) // 2
    body = toast.geometry().adjusted(margin, margin, -margin, -margin)
    page.layout().activate()
    parts = (page.when, page.fields, page.action_bar, page.attach_button, page.strip, page.checks)
    for part in parts:
        assert not body.intersects(place(page, part)), part.objectName()
    main = place(page, page.toast_main())
    assert abs(body.center().x() - main.center().x()) <= 1
    assert page.rect().contains(body)


def test_an_open_preview_takes_the_toast(desk: Desk, qtbot: QtBot) -> None:
    page = desk.page
    page.resize(1088, 808)
    page.leave_first_run()
    assert page.preview.isVisible()
    assert page.toast_main() is page.preview
    page.close_preview()
    assert page.toast_main() is not page.preview


def test_a_toast_leaves_a_closed_preview(qtbot: QtBot, theme: Any, tmp_path: Path) -> None:
    scene = whole_window.build(theme, tmp_path, 1360, 860)
    try:
        compose, window = scene.compose, scene.window
        qtbot.waitUntil(compose.preview.isVisible)
        window.show_notification(
            "ok", "5 posts scheduled", action_text="Undo", callback=lambda: None
        )
        toast = window.findChild(Toast)

        def over(part: QWidget) -> bool:
            left = part.mapTo(window, QPoint(0, 0)).x()
            middle = toast.mapTo(window, toast.rect().center()).x()
            return left <= middle < left + part.width()

        assert over(compose.preview)
        compose.close_preview()
        qtbot.waitUntil(lambda: abs(window.toasts._over.width() - 1360) < 400)
        assert window.toasts._main is compose.toast_main()
        assert over(compose._main)
    finally:
        whole_window.close(scene)


def test_fields_that_are_scrolled_away_do_not_count(desk: Desk, qtbot: QtBot) -> None:
    page = desk.page
    page.resize(764, 648)
    page.show()
    qtbot.waitExposed(page)
    page._tools.setVisible(False)
    assert page.toast_inset() == page.action_bar.height()
