"""Places a widget over a row of a table."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Slot
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication, QTableView, QWidget

from posto_desktop.ui.widgets.require import require_parent


class RowOverlay(QWidget):
    """Shows `content` over a row and follows it, as `QAbstractItemView.setIndexWidget` does. That
    one would leave it out of the accessibility tree, where a table has nothing but cells."""

    def __init__(self, view: QTableView, content: QWidget, row: int) -> None:
        super().__init__(require_parent(view))
        self.setObjectName("row-overlay")
        self._view, self._content, self._row = view, content, row
        content.setParent(self)
        view.verticalScrollBar().valueChanged.connect(self.place)
        view.verticalHeader().sectionResized.connect(self.place)
        view.installEventFilter(self)
        view.viewport().installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        self.place()

    def follow(self, row: int) -> None:
        """Go to another row."""
        self._row = row
        self.place()

    def end(self) -> None:
        """Go, with the content."""
        self._view.verticalScrollBar().valueChanged.disconnect(self.place)
        self._view.verticalHeader().sectionResized.disconnect(self.place)
        self._view.removeEventFilter(self)
        self._view.viewport().removeEventFilter(self)
        self.hide()
        self.deleteLater()

    @Slot()
    def place(self) -> None:
        """Cover what is seen of the row."""
        model, viewport = self._view.model(), self._view.viewport()
        if model is None or self._view.isHidden():
            self.hide()
            return
        whole = self._view.visualRect(model.index(self._row, 0))
        seen = whole & viewport.rect()
        if not seen.isValid():  # scrolled away; it keeps the focus
            seen = QRect(whole.left(), 0, whole.width(), 0)
        parent = require_parent(self)
        self.setGeometry(QRect(viewport.mapTo(parent, seen.topLeft()), seen.size()))
        self._content.setGeometry(whole.translated(-seen.topLeft()))
        self.show()
        self.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kinds = (QEvent.Type.Resize, QEvent.Type.Move, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds:
            self.place()
        return super().eventFilter(watched, event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll the table with what no field needs."""
        self._view.wheelEvent(event)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        """Scroll to the field that got the focus."""
        if now is None or not self.isAncestorOf(now):
            return
        viewport = self._view.viewport()
        top = viewport.mapFromGlobal(now.mapToGlobal(QPoint())).y()
        bar = self._view.verticalScrollBar()
        if top < 0:
            bar.setValue(bar.value() + top)
        elif top + now.height() > viewport.height():
            bar.setValue(bar.value() + min(top, top + now.height() - viewport.height()))
