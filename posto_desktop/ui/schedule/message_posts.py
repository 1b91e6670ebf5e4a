"""Posts of a message in the inspector: network, channel, status and link of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models.schedule_rows import ScheduleRow, status_label
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import icons
from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.labels import StatusPill, hairline
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["MessagePosts"]

_BADGE = 18
_NAME = 130
"""Pixels for the name of a channel."""


class MessagePosts(QWidget):
    """A line for each post of a message; hidden without any.

    Signals: `postRequested(int id)` (go to the post), `openRequested(str url)`."""

    postRequested = Signal(int)
    openRequested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("message-posts")
        self.setAccessibleName(self.tr("Posts of this message"))
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(0)
        box.addWidget(hairline(self))
        box.addSpacing(14)
        box.addWidget(Paragraph(self.tr("Posts"), "strong", type_name="strong"))
        box.addSpacing(4)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(6)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        box.addLayout(self._grid)
        self._lines: list[_Line] = []
        self._posts: list[Schedule] = []
        self.hide()

    def posts(self) -> list[Schedule]:
        return list(self._posts)

    def set_posts(self, rows: Sequence[ScheduleRow]) -> None:
        """Show these posts; existing lines are reused."""
        self._posts = [row.schedule for row in rows]
        while len(self._lines) < len(rows):
            self._lines.append(_Line(self, self._grid))
        for at, line in enumerate(self._lines):
            line.show_post(rows[at] if at < len(rows) else None)
        self.setVisible(bool(rows))


class _Line:
    """Badge, name, status and link of one post in the grid."""

    def __init__(self, owner: MessagePosts, grid: QGridLayout) -> None:
        at = grid.rowCount()
        self._post: Schedule | None = None
        self._owner = owner
        self._badge = _Badge(owner)
        self._name = Button("", "quiet", small=True, parent=owner)
        self._name.clicked.connect(self._go)
        self._pill = StatusPill(parent=owner)
        words = owner.tr("Open the post")
        size = "size.icon_button_small"
        self._link = IconButton("external-link", words, size=size, icon_size=16, parent=owner)
        self._link.clicked.connect(self._open)
        middle = Qt.AlignmentFlag.AlignVCenter
        for column, part in enumerate((self._badge, self._name, self._pill, self._link)):
            side = Qt.AlignmentFlag.AlignLeft if column < 2 else Qt.AlignmentFlag.AlignRight
            grid.addWidget(part, at, column, middle | side)

    def show_post(self, row: ScheduleRow | None) -> None:
        post = self._post = row.schedule if row is not None else None
        for part in (self._badge, self._name, self._pill):
            part.setVisible(post is not None)
        self._link.setVisible(post is not None and bool(post.link))
        if row is None or post is None:
            return
        network, status = network_name(post.network), status_label(row.status, post.status)
        name = post.channel_name or network
        self._badge.set_network(post.network)
        shown = self._name.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, _NAME)
        self._name.setText(shown.replace("&", "&&"))
        self._name.setToolTip(f"{network} · {name}")
        self._name.setObjectName(f"post-{post.id}")
        self._name.setAccessibleName(f"{network}, {name}, {status}")
        self._pill.set_status("draft" if row.status == "other" else row.status, status)
        words = self._owner.tr("Open the post on {network}").format(network=network)
        self._link.setObjectName(f"open-post-{post.id}")
        self._link.setToolTip(words)
        self._link.setAccessibleName(words)

    def _go(self) -> None:
        if self._post is not None:
            self._owner.postRequested.emit(self._post.id)

    def _open(self) -> None:
        if self._post is not None:
            self._owner.openRequested.emit(self._post.link)


class _Badge(QWidget):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._network = ""
        self.setFixedSize(_BADGE, _BADGE)

    def set_network(self, network: str) -> None:
        self._network = network
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._network:
            badge = icons.network_badge(self._network, _BADGE, self.devicePixelRatioF())
            QPainter(self).drawPixmap(0, 0, badge)
