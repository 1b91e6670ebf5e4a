"""Scroll area with an overlay scroll bar, which never changes the layout."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QScrollBar, QWidget

_WIDTH = 12


class OverlayScrollArea(QScrollArea):
    """Scrolls vertically only."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setAutoFillBackground(False)
        self._over = QScrollBar(Qt.Orientation.Vertical, self)
        self._over.setCursor(Qt.CursorShape.ArrowCursor)
        self._over.hide()
        real = self.verticalScrollBar()
        real.rangeChanged.connect(self._range_changed)
        real.valueChanged.connect(self._over.setValue)
        self._over.valueChanged.connect(real.setValue)

    @Slot(int, int)
    def _range_changed(self, least: int, most: int) -> None:
        real = self.verticalScrollBar()
        self._over.setRange(least, most)
        self._over.setPageStep(real.pageStep())
        self._over.setSingleStep(real.singleStep())
        self._over.setValue(real.value())
        self._over.setVisible(most > least)
        self._over.raise_()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._over.setGeometry(self.width() - _WIDTH, 0, _WIDTH, self.height())
        self._over.raise_()

    def viewportEvent(self, event: QEvent) -> bool:
        handled = super().viewportEvent(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._over.setPageStep(self.verticalScrollBar().pageStep())
        return handled
