"""List of the posts of a message: network, channel, time, status and link of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

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
from PySide6.QtWidgets import QFrame, QListView, QScrollArea, QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.models.schedule_rows import ScheduleRow, status_label
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    ButtonCell,
    Cell,
    NetworkBadgesCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import RowContent, RowDelegate, RowFocusRing, RowState

__all__ = ["PostList"]

Index = QModelIndex | QPersistentModelIndex
RowRole = Qt.ItemDataRole.UserRole + 1
TimeRole = RowRole + 1
HasLinksRole = RowRole + 2
LINK = "link"
_HEIGHT = 32
_OPEN_KEYS = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class _PostsModel(QAbstractListModel):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._rows: Sequence[ScheduleRow] = ()
        self._time_of: Callable[[Schedule], str] = _no_time
        self._has_links = False

    def set_rows(self, rows: Sequence[ScheduleRow], time_of: Callable[[Schedule], str]) -> None:
        self.beginResetModel()
        self._rows, self._time_of = rows, time_of
        self._has_links = any(row.schedule.link for row in rows)
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
        if role == TimeRole:
            return self._time_of(post)
        if role == HasLinksRole:
            return self._has_links
        network = network_name(post.network)
        if role == Qt.ItemDataRole.DisplayRole:
            return post.channel_name or network
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{network} · {post.channel_name}" if post.channel_name else network
        if role == Qt.ItemDataRole.AccessibleTextRole:
            status = status_label(row.status, post.status)
            parts = (network, post.channel_name, self._time_of(post), status)
            return ", ".join(part for part in parts if part)
        return None


def _no_time(_post: Schedule) -> str:
    return ""


def _size(_index: Index) -> QSize:
    return QSize(100, round(_HEIGHT * Theme.instance().scale))


def _content(index: Index, state: RowState) -> RowContent:
    row = index.data(RowRole)
    post = row.schedule
    status = "draft" if row.status == "other" else row.status
    time = str(index.data(TimeRole))
    cells: list[Cell] = [
        NetworkBadgesCell([post.network], 18, 18),
        TextCell(str(index.data()), gap=10, fills=True),
    ]
    if time:
        cells.append(TextCell(time, "small", "text_muted", numbers=True, yields=False, gap=8))
    cells.append(StatusPillCell(status, status_label(row.status, post.status), gap=8))
    if post.link:
        cells.append(ButtonCell("external-link", gap=4, key=LINK))
    elif index.data(HasLinksRole):
        cells.append(SpacerCell(28, gap=4))
    return RowContent(
        cells,
        (6, 0, 0, 0),
        state.background(selected="hover_row", radius=6),
        ring=RowFocusRing() if state.ringed else None,
        cursor=Qt.CursorShape.PointingHandCursor,
    )


class PostList(QListView):
    """All posts at their full height: what is around scrolls. A click or Enter goes to a post, a
    click on the icon opens it in the browser."""

    postRequested = Signal(int)
    openRequested = Signal(str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("posts-of-message")
        self.setAccessibleName(self.tr("Posts of this message"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self._posts = _PostsModel(self)
        self.setModel(self._posts)
        self._delegate = RowDelegate(self, _content, _size)
        self.setItemDelegate(self._delegate)
        Theme.instance().changed.connect(self._fit)

    def set_rows(
        self, rows: Sequence[ScheduleRow], time_of: Callable[[Schedule], str] = _no_time
    ) -> None:
        """Replace the rows and keep the current one; `time_of` adds a time to a row, or ""."""
        current = self.currentIndex().row()
        self._posts.set_rows(rows, time_of)
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
        """Scroll to the row."""
        super().currentChanged(current, previous)
        area: QWidget | None = self.parentWidget()
        while area is not None and not isinstance(area, QScrollArea):
            area = area.parentWidget()
        inner = area.widget() if isinstance(area, QScrollArea) else None
        if isinstance(area, QScrollArea) and inner is not None and self.hasFocus():
            top = self.mapTo(inner, self.visualRect(current).topLeft())
            area.ensureVisible(0, top.y() + _HEIGHT // 2, 0, _HEIGHT)
