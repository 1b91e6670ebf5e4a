"""Bar at the foot of a page: save state at the left, buttons at the right."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, set_role

_OPEN = ("circle-dashed", "text_faint")
_LOOKS = {
    "kept": ("circle-check", ""),
    "bad": ("triangle-alert", "danger_text"),
    "plain": ("info", "text_faint"),
}


class ActionBar(QFrame):
    """Icon and status text at the left; add buttons to `row`."""

    def __init__(self, name: str, state_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(24, 0, 16, 0)
        self.row.setSpacing(8)
        self._mark = PlainLabel(self)
        self._looks = _OPEN
        self.row.addWidget(self._mark)
        self.state = ElidedLabel("", "small", parent=self)
        self.state.setObjectName(state_name)
        self.row.addWidget(self.state, 1)
        self.restyle()

    def show_state(self, words: str, kind: str, tip: str = "") -> None:
        """Show a status; `kind` is "kept" (saved), "open" (unsaved), "bad" (not saved) or
        "plain"."""
        self.state.setText(words)
        self.state.setToolTip(tip or words)
        set_role(self.state, "error-small" if kind == "bad" else "small")
        self._looks = _LOOKS.get(kind, _OPEN)
        self._show_mark()

    def _show_mark(self) -> None:
        theme = Theme.instance()
        name, role = self._looks
        colour = theme.colour(role) if role else theme.status("sent").fg
        self._mark.setPixmap(icons.pixmap(name, 16, colour, self.devicePixelRatioF()))

    def restyle(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.action_bar"))
        self._show_mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
        super().paintEvent(event)
