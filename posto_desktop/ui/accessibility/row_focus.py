"""Tells screen readers which row of a list has the keyboard when the keyboard comes to the list.

Qt tells of the list alone then, and of rows when another one becomes current: a key would act on a
row that was not spoken.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget
from shiboken6 import isValid

__all__ = ["RowFocus"]


class RowFocus(QObject):
    """Works for every list, tree and table, as long as it lives."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if isinstance(now, QAbstractItemView) and QAccessible.isActive():
            # After the view has chosen its row, and after Qt has told of the view.
            QTimer.singleShot(0, self, partial(_announce, now))


def _announce(view: QAbstractItemView) -> None:
    if not isValid(view) or not view.hasFocus() or not view.currentIndex().isValid():
        return
    interface = QAccessible.queryAccessibleInterface(view)
    row = interface.focusChild() if interface is not None else None
    number = interface.indexOfChild(row) if interface is not None and row is not None else -1
    if number >= 0:
        event = QAccessibleEvent(view, QAccessible.Event.Focus)
        event.setChild(number)
        QAccessible.updateAccessibility(event)
