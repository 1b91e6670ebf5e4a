"""List of old and new times in the reschedule dialog."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QAbstractListModel, QModelIndex, QSize, Qt
from PySide6.QtWidgets import QListView, QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.bulk_reschedule import TimeChange
from posto_desktop.models import dates
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    CellBackground,
    CellColumn,
    NetworkBadgesCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)

__all__ = ["ChangesList", "change_problem", "change_text"]

ROW = 44
ChangeRole = Qt.ItemDataRole.UserRole + 1


def change_text(change: TimeChange, now: datetime, zone: tzinfo) -> str:
    """Return "Today, 9:00 → Monday, 9:00"."""
    old = dates.short_when(change.row.send_at, now, zone) if change.row.send_at else "—"
    new = (
        dates.short_when(change.new, now, zone)
        if change.new
        else translate("RescheduleList", "no free time")
    )
    return f"{old} → {new}"


def change_problem(change: TimeChange) -> str:
    """Return what is wrong with the new time; "" if nothing."""
    if change.new is None:
        return translate("RescheduleList", "No free time left. The post keeps its time.")
    if change.past:
        return translate("RescheduleList", "That time has passed. The post keeps its time.")
    if change.beside is not None:
        text = " ".join(change.beside.text[:200].split()) or translate(
            "RescheduleList", "another post"
        )
        return translate("RescheduleList", "Same minute on this channel: {post}").format(post=text)
    if change.stays:
        return translate("RescheduleList", "The post has this time already.")
    return ""


class _ChangesModel(QAbstractListModel):
    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = zone
        self._rows: Sequence[TimeChange] = ()
        self._now = datetime.now(zone)

    def set_rows(self, rows: Sequence[TimeChange], now: datetime) -> None:
        self.beginResetModel()
        self._rows, self._now = rows, now
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        change = self._rows[index.row()]
        if role == ChangeRole:
            return change
        if role == Qt.ItemDataRole.DisplayRole:
            return change_text(change, self._now, self._zone)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (
                change.row.channel_name,
                change_text(change, self._now, self._zone),
                change_problem(change),
            )
            return ", ".join(part for part in parts if part)
        return None

    @property
    def now(self) -> datetime:
        return self._now


def _size(_index: Index) -> QSize:
    return QSize(100, round(ROW * Theme.instance().scale))


def _row(index: Index, state: RowState) -> RowContent:
    theme, change = Theme.instance(), index.data(ChangeRole)
    stays = change.new is None or change.past or change.stays
    post = (change.row.channel_name, " ".join(change.row.text[:200].split()))
    caption = change_problem(change) or " · ".join(part for part in post if part)
    colour = theme.colour("text_muted")
    if change.new is None or change.past:
        colour = theme.colour("danger_text")
    elif change.beside is not None:
        colour = theme.status("late").fg
    half = (state.size.height() - 8) // 2
    words = CellColumn(
        [
            TextCell(str(index.data()), "body", "text_muted" if stays else "text", fills=True),
            TextCell(caption, "small", colour, fills=True),
        ],
        [half, half],
        gap=10,
    )
    return RowContent(
        [NetworkBadgesCell([change.row.network], 18, 18), words],
        (10, 0, 10, 0),
        CellBackground("selected", 0) if state.selected else None,
        RowSeparator(),
        RowFocusRing() if state.focused else None,
    )


class ChangesList(QListView):
    """List view of the changes; it paints only visible rows, of ten thousand."""

    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("new-times")
        self.setAccessibleName(self.tr("New times"))
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._model = _ChangesModel(zone, self)
        self.setModel(self._model)
        self.setItemDelegate(RowDelegate(self, _row, _size))

    def show_changes(self, rows: Sequence[TimeChange], now: datetime) -> None:
        """Show these changes. An empty list takes no focus, since it could not show it."""
        self._model.set_rows(rows, now)
        policy = Qt.FocusPolicy.StrongFocus if rows else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
