"""Line that says who else has a post open; hidden while nobody has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.models import dates
from posto_desktop.models.presence_words import details_of, presence_words
from posto_desktop.sdk.presence import PresentPerson
from posto_desktop.ui import icons
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["PresenceLine"]


class PresenceLine(QWidget):
    """`is_edited_here`: the post is edited where the line stands."""

    def __init__(
        self,
        object_name: str,
        *,
        is_edited_here: bool = False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_edited_here, self._clock = is_edited_here, clock
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self._mark = PlainLabel(self)
        row.addWidget(self._mark, 0, Qt.AlignmentFlag.AlignTop)
        self.words = Paragraph("", "small", type_name="small", object_name=object_name, parent=self)
        row.addWidget(self.words, 1)
        Theme.instance().changed.connect(self._restyle)
        self._restyle()
        self.hide()

    def show_people(self, people: Sequence[PresentPerson]) -> None:
        """Show who else has the post open; nobody hides the line."""
        words = presence_words(people, is_edited_here=self._is_edited_here)
        now = self._clock()
        details = details_of(people, lambda moment: dates.dated_clock(moment, now))
        self.words.setText(words)
        self.words.setToolTip(details)
        self.words.setAccessibleDescription(details)
        self.setVisible(bool(words))

    def announce(self) -> None:
        """Have a screen reader say who is there: somebody has come."""
        if self.isVisible():
            announce(self.words.text(), "presence")

    @Slot()
    def _restyle(self) -> None:
        colour = Theme.instance().colour("text_muted")
        self._mark.setPixmap(icons.pixmap("user-round", 16, colour, self.devicePixelRatioF()))
