"""Banner over the pages: one sentence that stays until its cause is over."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.inline_icon import InlineIcon, inline_icon_of
from posto_desktop.ui.widgets.labels import label


def _amber_triangle(ratio: float) -> QPixmap:
    return icons.pixmap("triangle-alert", 16, Theme.instance().status("late").solid, ratio)


class Banner(QFrame):
    """Icon, sentence and one button. Unlike a toast it never closes by itself. A failure looks
    red, what is not `severe` amber.

    Signals:
        clicked(): the button was pressed.
    """

    clicked = Signal()

    def __init__(self, parent: QWidget | None = None, *, severe: bool = True) -> None:
        super().__init__(parent)
        self._is_severe = severe
        self.setObjectName("banner")
        self.setProperty("role", "failed-area" if severe else "late-area")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 10, 14, 10)
        row.setSpacing(10)
        icon = (
            inline_icon_of("circle-x", 16, "danger_text", self)
            if severe
            else InlineIcon(16, _amber_triangle, self)
        )
        row.addWidget(
            icon, 0, Qt.AlignmentFlag.AlignTop if severe else Qt.AlignmentFlag.AlignVCenter
        )
        self.words = label("", object_name="banner-text", wrap=True)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self.words, 1)
        self.button = Button("", small=True, parent=self)
        self.button.clicked.connect(self._pressed)
        row.addWidget(self.button)
        self.hide()

    def set_message(self, text: str, button: str) -> None:
        """Show a sentence and its button; "" hides the banner."""
        previous = self.words.text()
        self.words.setText(text)
        self.button.setText(button)
        self.button.setObjectName("banner-action")
        self.setVisible(bool(text))
        if text and text != previous:
            announce(text, "banner", assertive=self._is_severe)

    @Slot()
    def _pressed(self) -> None:
        self.clicked.emit()
