"""Strip above the message: what an editor of the team asks to be changed in the edited proposal."""

from __future__ import annotations

from datetime import datetime, tzinfo

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.models.dates import spoken_when
from posto_desktop.models.review_words import (
    files_of,
    headline_of,
    proposed_words,
    remark_words,
)
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.viewmodels.scheduled_edit import ScheduledEdit

__all__ = ["RequestStrip"]


class RequestStrip(QFrame):
    """Scrolls with the message, so that a long comment can be read whole."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("request-strip")
        self.setAccessibleName(self.tr("Requested changes"))
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 10, 24, 12)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout()
        column.setSpacing(2)
        self.title = Paragraph(role="strong", type_name="strong", object_name="request-title")
        self.times = Paragraph(role="caption", type_name="caption", object_name="request-times")
        self.words = Paragraph(object_name="request-words")
        column.addWidget(self.title)
        column.addWidget(self.times)
        column.addSpacing(4)
        column.addWidget(self.words)
        row.addLayout(column, 1)
        self.hide()
        Theme.instance().changed.connect(self._restyle)
        self._restyle()

    def show_edit(self, edit: ScheduledEdit, now: datetime, zone: tzinfo) -> None:
        """Show who asks what of the edited proposal, and when; hidden without a request."""
        title = times = words = ""
        review = edit.request.review if edit.request is not None else None
        if review is not None and review.remark is not None:
            title = headline_of(review)
            times = proposed_words(review, lambda moment: spoken_when(moment, now, zone))
            words = remark_words(review.remark, files_of(edit.posts))
        is_new = bool(words) and words != self.words.text()
        self.title.setText(title)
        self.times.setText(times)
        self.times.setVisible(bool(times))
        self.words.setText(words)
        self.setVisible(bool(words))
        if is_new and self.isVisible():
            announce(f"{title}. {words}", "request for changes")

    @Slot()
    def _restyle(self) -> None:
        theme = Theme.instance()
        colour = theme.status("returned").solid
        self._mark.setPixmap(icons.pixmap("message-square", 16, colour, self.devicePixelRatioF()))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("late_area"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
