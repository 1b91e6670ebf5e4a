"""Row of a settings card: title and hint at the left, control at the right."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import label, set_role

HIGHLIGHT_MS = 6_000


class SettingRow(QWidget):
    """`title` also names the control. `shares` divides the spare width between text and control. A
    search result is highlighted for a while."""

    def __init__(
        self,
        title: str,
        hint: str,
        control: QWidget | None,
        parent: QWidget | None = None,
        *,
        shares: tuple[int, int] = (1, 0),
    ) -> None:
        super().__init__(parent)
        self.control = control
        self._fade = QTimer(self, singleShot=True, interval=HIGHLIGHT_MS)
        self._fade.timeout.connect(self.clear_highlight)
        line = QHBoxLayout(self)
        line.setContentsMargins(14, 6, 14, 6)
        line.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(1)
        words.addStretch(1)
        self.name = label(title, "lead", wrap=True)
        if control is not None:
            self.name.setBuddy(control)
        words.addWidget(self.name)
        self.hint = label(hint, "small", wrap=True)
        if not hint:
            self.hint.hide()  # showing it without a parent would open a window
        words.addWidget(self.hint)
        words.addStretch(1)
        line.addLayout(words, shares[0])
        if control is not None:
            line.addWidget(control, shares[1], Qt.AlignmentFlag.AlignVCenter)
        self._fit()
        Theme.instance().changed.connect(self._fit)

    @Slot()
    def _fit(self) -> None:
        self.setMinimumHeight(Theme.instance().px("row.settings"))

    def set_hint(self, text: str, role: str = "small") -> None:
        """Add a line under the title; `role` is "small" or "error-small"."""
        self.hint.setText(text)
        set_role(self.hint, role)
        self.hint.setVisible(bool(text))

    def highlight(self) -> None:
        """Highlight the row as a search result."""
        self._fade.start()
        self.update()

    @Slot()
    def clear_highlight(self) -> None:
        self._fade.stop()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._fade.isActive():
            theme = Theme.instance()
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(theme.colour("accent_line"), 1))
            painter.setBrush(theme.colour("selected"))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(2.5, 2.5, -2.5, -2.5), 6, 6)
            painter.end()
