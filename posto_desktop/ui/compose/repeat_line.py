"""The line under the When field that says how a message repeats."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control
from posto_desktop.ui.widgets.given import layout_of
from posto_desktop.ui.widgets.labels import PlainLabel


class RepeatLine(QWidget):
    """Signals: ``changeWanted()``, ``removeWanted()``."""

    changeWanted = Signal()
    removeWanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        self._mark = PlainLabel(self)
        self._mark.setFixedWidth(16)
        self.words = PlainLabel(self)
        self.words.setObjectName("repeat-reading")
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.change = Button(self.tr("Change…"), "link", small=True, parent=self)
        name_control(self.change, self.tr("Change repeat"))
        self.change.clicked.connect(self.changeWanted)
        self.remove = IconButton(
            "x", self.tr("Do not repeat"), size="size.control_small", icon_size=14, parent=self
        )
        self.remove.clicked.connect(self.removeWanted)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.words, 1)
        row.addWidget(self.change)
        row.addWidget(self.remove)
        self.hide()

    def show_words(self, words: str, tip: str) -> None:
        """Say this rule; the tooltip has the times."""
        if self.words.text() != words:
            self.words.setText(words)
        self.words.setToolTip(tip)
        self.setVisible(True)

    def set_indent(self, width: int) -> None:
        layout_of(self).setContentsMargins(width, 0, 0, 0)

    def restyle(self) -> None:
        colour = Theme.instance().colour("text_muted")
        ratio = self.devicePixelRatioF()
        self._mark.setPixmap(icons.pixmap("repeat-2", 16, colour, ratio))

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())
