"""Focus ring of a whole list, for while none of its rows shows the focus."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.focus_ring import came_by_keys

__all__ = ["ViewRing"]


class ViewRing(QWidget):
    """Lies over a list and paints the ring along its edges while the keyboard has led to it and no
    row shows the focus: nothing is selected, or there are no rows."""

    def __init__(self, view: QAbstractItemView, shows_row: Callable[[], bool]) -> None:
        """`shows_row` returns whether a row shows the focus. It is asked again when another row is
        current or selected, and by `refresh`; `view` has its model already."""
        super().__init__(view)
        self._view, self._shows_row = view, shows_row
        self._by_keys = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        view.installEventFilter(self)
        selection = view.selectionModel()
        if selection is not None:
            selection.currentChanged.connect(self.refresh)
            selection.selectionChanged.connect(self.refresh)

    @Slot()
    def refresh(self) -> None:
        """Show or hide the ring, for what is selected now."""
        needed = self._by_keys and self._view.hasFocus() and not self._shows_row()
        if needed:
            self.setGeometry(self._view.viewport().geometry().adjusted(4, 0, -4, 0))
            self.raise_()
        self.setVisible(needed)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if watched is not self._view:
            return False
        if kind == QEvent.Type.FocusIn and isinstance(event, QFocusEvent):
            self._by_keys = came_by_keys(event)
            self.refresh()
        elif kind == QEvent.Type.FocusOut:
            self.hide()
        elif kind == QEvent.Type.Resize and not self.isHidden():
            self.refresh()
        return False

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painters.paint_row_focus(painter, self.rect())
        painter.end()
