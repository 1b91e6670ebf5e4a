"""Stack of widgets of which one shows, without a name of its own for assistive software."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedLayout, QWidget

__all__ = ["WidgetStack"]


class WidgetStack(QFrame):
    """A QStackedWidget that screen readers pass over: they speak Qt's as "layered pane, 0 items"
    with each control in it.

    Signal ``currentChanged(int)``.
    """

    currentChanged = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout = QStackedLayout(self)
        self._layout.currentChanged.connect(self.currentChanged)

    def addWidget(self, widget: QWidget) -> int:
        return self._layout.addWidget(widget)

    def insertWidget(self, at: int, widget: QWidget) -> int:
        return self._layout.insertWidget(at, widget)

    def removeWidget(self, widget: QWidget) -> None:
        self._layout.removeWidget(widget)

    def count(self) -> int:
        return self._layout.count()

    def indexOf(self, widget: QWidget) -> int:
        return self._layout.indexOf(widget)

    def widget(self, number: int) -> QWidget | None:
        return self._layout.widget(number)

    def currentIndex(self) -> int:
        return self._layout.currentIndex()

    def currentWidget(self) -> QWidget | None:
        return self._layout.currentWidget()

    def setCurrentIndex(self, number: int) -> None:
        self._layout.setCurrentIndex(number)

    def setCurrentWidget(self, widget: QWidget) -> None:
        self._layout.setCurrentWidget(widget)
