"""Hint over the calendar while its days have no message: why, and where there are some."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.models.calendar_empty import EmptyDays
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import PlainLabel

__all__ = ["EmptyHint"]

_MOST_BUTTONS = 2
_ABOVE_END = 20


class EmptyHint(QFrame):
    """Lies at the end of `view` and leaves its places free to click.

    Signal: `chosen(str action)`, an `EmptyAction`."""

    chosen = Signal(str)

    def __init__(self, view: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("calendar-empty")
        self._view = view
        self._actions: list[str] = []
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        self.words = PlainLabel("", self)
        self.words.setObjectName("calendar-empty-text")
        row.addWidget(self.words)
        row.addSpacing(4)
        self.buttons = [Button("", small=True, parent=self) for _ in range(_MOST_BUTTONS)]
        for number, button in enumerate(self.buttons):
            row.addWidget(button)
            button.clicked.connect(lambda _=False, at=number: self.chosen.emit(self._actions[at]))
        view.installEventFilter(self)
        self.hide()

    def show_empty(self, empty: EmptyDays | None) -> None:
        """Show why there is nothing; None hides the hint."""
        if empty is None:
            self.hide()
            return
        sentence = empty.text if empty.actions[0][0] == "clear" else empty.title
        self.words.setText(sentence)
        self._actions = [action for action, _ in empty.actions]
        for number, button in enumerate(self.buttons):
            button.setVisible(number < len(empty.actions))
            if number < len(empty.actions):
                words = empty.actions[number][1]
                button.setText(words)
                button.setObjectName(f"calendar-empty-{self._actions[number].replace('_', '-')}")
        self._place()
        self.show()
        self.raise_()

    def inset(self) -> int:
        """Return the height that it takes from the end of the view; 0 while it is hidden."""
        return self.height() + _ABOVE_END if self.isVisible() else 0

    def _place(self) -> None:
        self.adjustSize()
        area = self._view.geometry()
        left = area.left() + max(0, (area.width() - self.width()) // 2)
        self.move(left, area.bottom() - self.height() - _ABOVE_END)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Move) and not self.isHidden():
            self._place()
        return super().eventFilter(watched, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("raised"))
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, 9, 9)
        painter.end()
