"""Container that places controls in a row, or in a column where they do not fit."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QSizePolicy, QWidget

from posto_desktop.ui.widgets.buttons import Button


class RowOrColumn(QWidget):
    """Lays widgets out side by side, or below each other if large text or a long language leaves
    no room. It never clips and never widens its parent. With `fill` the widgets share the full
    width."""

    def __init__(self, *, gap: int = 6, fill: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._fill = fill
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        if not fill:
            self._box.addStretch(1)

    def add(self, widget: QWidget) -> None:
        """Append a widget. A button may elide where even a column is too narrow."""
        if self._fill:
            widget.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
            self._box.addWidget(widget)
            return
        if isinstance(widget, Button):
            widget.set_squeezable()
        self._box.insertWidget(self._box.count() - 1, widget, 0, Qt.AlignmentFlag.AlignLeft)

    def set_margins(self, left: int, top: int, right: int, bottom: int) -> None:
        self._box.setContentsMargins(left, top, right, bottom)

    def minimumSizeHint(self) -> QSize:
        margins = self._box.contentsMargins()
        widest = max((widget.minimumSizeHint().width() for widget in self._shown()), default=0)
        return QSize(widest + margins.left() + margins.right(), super().minimumSizeHint().height())

    def sizeHint(self) -> QSize:
        return QSize(self._needed(), super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a widget came, went or has other words
            self.fit()
        return handled

    @property
    def is_column(self) -> bool:
        """Whether the widgets lie below each other."""
        return self._box.direction() == QBoxLayout.Direction.TopToBottom

    def fit(self) -> None:
        """Choose row or column for what is shown."""
        beside = self._needed() <= self.width()
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        if direction != self._box.direction():
            self._box.setDirection(direction)
            self.updateGeometry()

    def _needed(self) -> int:
        margins, hints = self._box.contentsMargins(), self._hints()
        gaps = self._box.spacing() * max(0, len(hints) - 1)
        return margins.left() + margins.right() + gaps + sum(hint.width() for hint in hints)

    def _hints(self) -> list[QSize]:
        return [widget.sizeHint() for widget in self._shown()]

    def _shown(self) -> list[QWidget]:
        items = (self._box.itemAt(at) for at in range(self._box.count()))
        widgets = (item.widget() for item in items if item is not None)
        return [widget for widget in widgets if widget is not None and not widget.isHidden()]
