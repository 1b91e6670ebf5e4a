"""The action bar of the Styles page: whether the style is kept, and using it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import ElidedLabel


class StylesFoot(QFrame):
    """Signals: ``saveRequested()``, ``useRequested()``."""

    saveRequested = Signal()
    useRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("styles-action-bar")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(8)
        self._mark = QLabel(self)
        self._looks = ("circle-dashed", "text_faint")
        row.addWidget(self._mark)
        self.state = ElidedLabel("", "small", parent=self)
        self.state.setObjectName("style-state")
        row.addWidget(self.state, 1)
        self.save = Button(self.tr("Save"), "quiet", parent=self)
        name_control(self.save, self.tr("Save style"))
        self.save.setToolTip(self.tr("Changes save themselves after a moment (Ctrl+S)"))
        self.save.clicked.connect(self.saveRequested)
        row.addWidget(self.save)
        self.use = Button(self.tr("Use for new message"), "primary", parent=self)
        name_control(self.use, self.tr("Use for new message"))
        self.use.setToolTip(self.tr("Begin a message with this style (Ctrl+Enter)"))
        self.use.clicked.connect(self.useRequested)
        row.addWidget(self.use)
        self.restyle()

    def show_state(self, words: str, kind: str) -> None:
        """`kind`: "kept", "open" (to be kept soon), "bad" (could not be kept), "plain"."""
        self.state.setText(words)
        self.state.setToolTip(words)
        self._looks = {
            "kept": ("circle-check", "accent_text"),
            "bad": ("triangle-alert", "danger_text"),
            "plain": ("info", "text_faint"),
        }.get(kind, ("circle-dashed", "text_faint"))
        self._show_mark()

    def _show_mark(self) -> None:
        name, role = self._looks
        colour = Theme.instance().colour(role)
        if role == "accent_text":
            colour = Theme.instance().status("sent").fg
        self._mark.setPixmap(icons.pixmap(name, 16, colour, self.devicePixelRatioF()))

    def restyle(self) -> None:
        self.setFixedHeight(Theme.instance().px("size.action_bar"))
        self._show_mark()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, 0, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
        super().paintEvent(event)
