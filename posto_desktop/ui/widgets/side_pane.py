"""Main area with a side pane at its right: beside it if there is room, else over it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal, Slot
from PySide6.QtGui import (
    QKeyEvent,
    QPaintEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QSplitter, QSplitterHandle, QWidget

from posto_desktop.ui.accessibility.announcer import announce_opened
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.edge_shadow import EdgeShadow

__all__ = ["PaneHost"]


class _Handle(QSplitterHandle):
    """Handle without painting: the border of the pane shows the line."""

    def paintEvent(self, event: QPaintEvent) -> None:
        pass


class _Splitter(QSplitter):
    def createHandle(self) -> QSplitterHandle:
        return _Handle(self.orientation(), self)


class PaneHost(QWidget):
    """Holds ``main`` and ``side``, which may be set later. Signals: `openChanged(bool)`.

    Below the window width of the design's breakpoint the pane becomes an overlay that Esc closes.
    """

    openChanged = Signal(bool)

    def __init__(
        self, main: QWidget, side: QWidget | None, width: int, parent: QWidget | None = None
    ):
        super().__init__(parent)
        self._side: QWidget | None = None
        self._width, self._roominess = width, Theme.instance().roominess
        self._open = False
        self._overlay: bool | None = None
        self._splitter = _Splitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        self._splitter.addWidget(main)
        box = QHBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.addWidget(self._splitter)
        self._shadow = EdgeShadow(self)
        if side is not None:
            self.set_side(side)
        Theme.instance().changed.connect(self._text_size_changed)

    def set_side(self, side: QWidget) -> None:
        """Set the pane; without one nothing opens."""
        self._side = side
        side.setParent(self)
        side.setMinimumWidth(min(self._width, 320))
        side.hide()
        side.installEventFilter(self)

    def set_width(self, width: int) -> None:
        """Set the preferred width; a width that the user dragged is kept until this changes."""
        self._roominess = Theme.instance().roominess
        if width == self._width:
            return
        self._width = width
        if self._side is not None and self._side.parent() is self._splitter:
            self._share()
        self._arrange(force=True)

    @Slot()
    def _text_size_changed(self) -> None:
        roominess = Theme.instance().roominess
        if roominess != self._roominess:
            width = round(self._width / self._roominess * roominess)
            self._roominess = roominess
            self.set_width(width)
            self._arrange()

    def _share(self) -> None:
        self._splitter.setSizes([max(1, self.width() - self._width), self._width])

    def is_open(self) -> bool:
        return self._open

    def is_overlay(self) -> bool:
        return bool(self._overlay)

    def set_open(self, on: bool) -> None:
        if on == self._open or self._side is None:
            return
        self._open = on
        focus = QApplication.focusWidget()
        if focus is not None and self.isAncestorOf(focus):
            announce_opened(self._side.accessibleName(), on)
        self._arrange(force=True)
        self.openChanged.emit(on)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()

    def _arrange(self, *, force: bool = False) -> None:
        side = self._side
        if side is None:
            return
        narrow = self.window().width() < Theme.instance().token(
            "breakpoint.side_panes_overlay_below"
        )
        if narrow != self._overlay or force:
            changed = narrow != self._overlay
            self._overlay = narrow
            if narrow:
                if changed or side.parent() is not self:
                    side.setParent(self)
            elif side.parent() is not self._splitter:
                self._splitter.addWidget(side)
                self._splitter.setStretchFactor(0, 1)
                self._splitter.setStretchFactor(1, 0)
                self._share()
            side.setVisible(self._open)
            self._shadow.setVisible(self._open and narrow)
        if narrow:
            left = max(0, self.width() - self._width)
            side.setGeometry(left, 0, self._width, self.height())
            self._shadow.place_beside(side)
            side.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and watched is self._side
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Escape
        ):
            self.set_open(False)
            return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._open and self.is_overlay():
            self.set_open(False)
            event.accept()
            return
        super().keyPressEvent(event)
