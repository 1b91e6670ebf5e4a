"""Posts of a message in the inspector: network, channel, status and link of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.shared.post_list import PostList
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["MessagePosts"]


class MessagePosts(QWidget):
    """A row for each post of a message; hidden without any.

    Signals: `postRequested(int id)` (go to the post), `openRequested(str url)`."""

    postRequested = Signal(int)
    openRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message-posts")
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline(self))
        box.addSpacing(14)
        box.addWidget(Paragraph(self.tr("Posts"), "strong", type_name="strong"))
        box.addSpacing(4)
        self._rows: Sequence[ScheduleRow] = ()
        self.list = PostList(self)
        self.list.postRequested.connect(self.postRequested)
        self.list.openRequested.connect(self.openRequested)
        box.addWidget(self.list)
        self.hide()

    def posts(self) -> list[Schedule]:
        return [row.schedule for row in self._rows]

    def set_posts(self, rows: Sequence[ScheduleRow]) -> None:
        self._rows = rows
        self.list.set_rows(rows)
        self.setVisible(bool(rows))
