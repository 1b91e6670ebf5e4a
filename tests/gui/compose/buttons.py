"""Buttons of the Compose page, pressed with the mouse."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton


def button(desk: Any) -> QPushButton:
    return desk.page.findChild(QPushButton, "post")  # type: ignore[no-any-return]


def press(qtbot: Any, widget: Any) -> None:
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def press_post(qtbot: Any, desk: Any) -> None:
    desk.settle()
    press(qtbot, button(desk))
