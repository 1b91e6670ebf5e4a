"""Strip below the message: who else has it open, and what they have saved of it.

It stands where nothing moves that somebody is typing in when it appears.
"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.shared.presence_line import PresenceLine
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["OthersStrip"]


class OthersStrip(QFrame):
    """Signal: `takeOverRequested()`: put what others saved into the own version."""

    takeOverRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("others-strip")
        self.setAccessibleName(self.tr("Others in this message"))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 8, 16, 9)
        column.setSpacing(4)
        self.presence = PresenceLine("presence", is_edited_here=True, parent=self)
        column.addWidget(self.presence)
        self._saved = QWidget(self)
        row = QHBoxLayout(self._saved)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self._saved)
        row.addWidget(self._mark)
        self.words = Paragraph(
            "", type_name="small", object_name="others-changes", parent=self._saved
        )
        row.addWidget(self.words, 1, Qt.AlignmentFlag.AlignVCenter)
        self.take_over = Button(
            self.tr("Take over the changes"), icon="download", small=True, parent=self._saved
        )
        self.take_over.setObjectName("take-over-the-changes")
        self.take_over.setToolTip(
            self.tr("What you have changed stays. Where both of you changed the same you choose.")
        )
        self.take_over.set_squeezable()
        self.take_over.clicked.connect(self.takeOverRequested)
        row.addWidget(self.take_over)
        column.addWidget(self._saved)
        self._saved.hide()
        self.hide()
        Theme.instance().changed.connect(self._restyle)
        self._restyle()

    def show_people(self, people: Sequence[PresentPerson]) -> None:
        """Show who else has the message open."""
        self.presence.show_people(people)
        self._look()

    def show_saved(self, words: str) -> None:
        """Show what others have saved, "" for nothing, and say it once."""
        is_new = bool(words) and words != self.words.text()
        self.words.setText(words)
        self._saved.setVisible(bool(words))
        self._look()
        if is_new and self.isVisible():
            announce(words, "others edit")

    def _look(self) -> None:
        self.setVisible(not self.presence.isHidden() or not self._saved.isHidden())

    @Slot()
    def _restyle(self) -> None:
        colour = Theme.instance().colour("accent")
        self._mark.setPixmap(icons.pixmap("pencil", 16, colour, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.fillRect(0, 0, self.width(), 1, theme.colour("border"))
        painter.end()
