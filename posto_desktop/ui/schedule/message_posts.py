"""Posts of a message in the inspector: network, channel, status and link of each."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QListView, QScrollArea, QVBoxLayout, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models.schedule_rows import ScheduleRow, status_label
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import hairline
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.row_cells import (
    ButtonCell,
    NetworkBadgesCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import RowContent, RowDelegate, RowFocusRing, RowState

__all__ = ["MessagePosts"]

Index = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole + 1
LINK = "link"
_HEIGHT = 32
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


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
        """Show these posts."""
        self._rows = rows
        self.list.set_rows(rows)
        self.setVisible(bool(rows))


class _PostsModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[ScheduleRow] = ()

    def set_rows(self, rows: Sequence[ScheduleRow]) -> None:
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        post = row.schedule
        if role == RowRole:
            return row
        network = network_name(post.network)
        if role == Qt.ItemDataRole.DisplayRole:
            return post.channel_name or network
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{network} · {post.channel_name}" if post.channel_name else network
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = (network, post.channel_name, status_label(row.status, post.status))
            return ", ".join(part for part in parts if part)
        return None


def _size(_index: Index) -> QSize:
    return QSize(100, round(_HEIGHT * Theme.instance().scale))


def _content(index: Index, state: RowState) -> RowContent:
    row = index.data(RowRole)
    post = row.schedule
    status = "draft" if row.status == "other" else row.status
    has_link = bool(post.link)
    return RowContent(
        [
            NetworkBadgesCell([post.network], 18, 18),
            TextCell(str(index.data()), gap=10, fills=True),
            StatusPillCell(status, status_label(row.status, post.status), gap=8),
            ButtonCell("external-link", gap=4, key=LINK) if has_link else SpacerCell(28, gap=4),
        ],
        (6, 0, 0, 0),
        state.background(selected="hover_row", radius=6),
        ring=RowFocusRing() if state.ringed else None,
        cursor=Qt.CursorShape.PointingHandCursor,
    )


class PostList(QListView):
    """All posts at their full height: the inspector scrolls. A click or Enter goes to a post, a
    click on the icon opens it in the browser."""

    postRequested = Signal(int)
    openRequested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("posts-of-message")
        self.setAccessibleName(self.tr("Posts of this message"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        for set_policy in (self.setVerticalScrollBarPolicy, self.setHorizontalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._posts = _PostsModel(self)
        self.setModel(self._posts)
        self._delegate = RowDelegate(self, _content, _size)
        self.setItemDelegate(self._delegate)
        Theme.instance().changed.connect(self._fit)

    def set_rows(self, rows: Sequence[ScheduleRow]) -> None:
        current = self.currentIndex().row()
        self._posts.set_rows(rows)
        if 0 <= current < len(rows):
            self.setCurrentIndex(self._posts.index(current))
        self._fit()

    @Slot()
    def _fit(self) -> None:
        self.setFixedHeight(self._posts.rowCount() * _size(QModelIndex()).height())

    def _post(self, index: Index) -> Schedule | None:
        row = index.data(RowRole)
        return row.schedule if isinstance(row, ScheduleRow) else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        point = event.position().toPoint()
        post = self._post(self.indexAt(point))
        if post is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self._delegate.target_at(point) == LINK:
            self.openRequested.emit(post.link)
        else:
            self.postRequested.emit(post.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        post = self._post(self.currentIndex())
        if post is not None and event.key() in _OPEN_KEYS:
            self.postRequested.emit(post.id)
            event.accept()
            return
        super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Scroll the inspector to the row."""
        super().currentChanged(current, previous)
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        inner = area.widget() if isinstance(area, QScrollArea) else None
        if isinstance(area, QScrollArea) and inner is not None and self.hasFocus():
            top = self.mapTo(inner, self.visualRect(current).topLeft())
            area.ensureVisible(0, top.y() + _HEIGHT // 2, 0, _HEIGHT)
