"""Strip above the message that says which scheduled message is edited."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import ElidedLabel, PlainLabel, set_role

HEIGHT = 40


class EditingStrip(QFrame):
    """Signals: `discardRequested()`, `keepRequested()`: make a new message of it."""

    discardRequested = Signal()
    keepRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("editing-strip")
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 16, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark)
        self.words = ElidedLabel("", "small", parent=self)
        self.words.setObjectName("editing")
        self.words.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        row.addWidget(self.words, 1)
        self.keep = Button(self.tr("Keep as a new message"), "quiet", small=True, parent=self)
        self.keep.setObjectName("keep-as-a-new-message")
        self.keep.clicked.connect(self.keepRequested)
        row.addWidget(self.keep)
        self.discard = Button(self.tr("Discard changes"), "quiet", small=True, parent=self)
        self.discard.setObjectName("discard-changes")
        self.discard.clicked.connect(self.discardRequested)
        row.addWidget(self.discard)
        self._is_late = False
        self.hide()
        self.restyle()

    def show_edit(self, words: str, *, is_late: bool) -> None:
        """Show what is edited; "" hides the strip. `is_late`: it can no longer be saved, only kept
        as a new message."""
        self.words.setText(words)
        self.setAccessibleName(words)
        self._is_late = is_late
        self.keep.setVisible(is_late)
        self.setVisible(bool(words))
        self.restyle()

    @Slot()
    def restyle(self) -> None:
        theme = Theme.instance()
        self.setFixedHeight(round(HEIGHT * theme.roominess))
        colour = theme.status("late").solid if self._is_late else theme.colour("accent")
        name = "triangle-alert" if self._is_late else "pencil"
        self._mark.setPixmap(icons.pixmap(name, 16, colour, self.devicePixelRatioF()))
        set_role(self.words, "small")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
