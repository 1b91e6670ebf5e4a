"""Old and new times of posts, one line each, before anything is moved."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from posto_desktop.core.spread import Change
from posto_desktop.models import dates
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["ChangesList", "change_note", "change_words"]

ROW = 44
Index = QModelIndex | QPersistentModelIndex
ChangeRole = Qt.ItemDataRole.UserRole + 1


def _tr(text: str) -> str:
    return QCoreApplication.translate("RescheduleList", text)


def change_words(change: Change, now: datetime, zone: tzinfo) -> str:
    """ "Today, 9:00 → Monday, 9:00"."""
    old = dates.short_when(change.row.send_at, now, zone) if change.row.send_at else "—"
    new = dates.short_when(change.new, now, zone) if change.new else _tr("no time left")
    return f"{old} → {new}"


def change_note(change: Change) -> str:
    """What is wrong with the new time; "" when nothing is."""
    if change.new is None:
        return _tr("No time is left for it. It stays where it is.")
    if change.past:
        return _tr("That time has passed. It stays where it is.")
    if change.beside is not None:
        text = " ".join(change.beside.text[:200].split()) or _tr("another post")
        return _tr("In the same minute on this channel: {post}").format(post=text)
    if change.stays:
        return _tr("That is its time already.")
    return ""


class _Changes(QAbstractListModel):
    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = zone
        self._rows: Sequence[Change] = ()
        self._now = datetime.now(zone)

    def set_rows(self, rows: Sequence[Change], now: datetime) -> None:
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
            return change_words(change, self._now, self._zone)
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (
                change.row.channel_name,
                change_words(change, self._now, self._zone),
                change_note(change),
            )
            return ", ".join(part for part in parts if part)
        return None

    @property
    def now(self) -> datetime:
        return self._now


class _Lines(QStyledItemDelegate):
    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self._zone = zone

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, round(ROW * Theme.instance().scale))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme, change = Theme.instance(), index.data(ChangeRole)
        place = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, theme.colour("selected"))
        painter.fillRect(QRect(place.x(), place.bottom(), place.width(), 1), theme.colour("border"))
        badge = icons.network_badge(change.row.network, 18, painter.device().devicePixelRatioF())
        way = option.direction
        mark = QRect(place.x() + 10, place.center().y() - 9, 18, 18)
        painter.drawPixmap(QStyle.visualRect(way, place, mark).topLeft(), badge)
        words = QStyle.visualRect(way, place, place.adjusted(38, 4, -10, -4))
        half = words.height() // 2
        top = QRect(words.x(), words.y(), words.width(), half)
        low = top.translated(0, half)
        note = change_note(change)
        stays = change.new is None or change.past or change.stays
        _line(painter, top, index.data(), "body", theme.colour("text_muted" if stays else "text"))
        under = note or " · ".join(
            part
            for part in (change.row.channel_name, " ".join(change.row.text[:200].split()))
            if part
        )
        colour = theme.colour("text_muted")
        if change.new is None or change.past:
            colour = theme.colour("danger_text")
        elif change.beside is not None:
            colour = theme.status("late").fg
        _line(painter, low, under, "small", colour)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painters.paint_row_focus(painter, place)


def _line(painter: QPainter, place: QRect, text: str, font: str, colour: QColor) -> None:
    painter.setFont(Theme.instance().font(font))
    painter.setPen(colour)
    metrics = QFontMetrics(painter.font())
    shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, int(Qt.AlignmentFlag.AlignVCenter), shown)


class ChangesList(QListView):
    """The lines; of ten thousand only those in sight are painted."""

    def __init__(self, zone: tzinfo, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("new-times")
        self.setAccessibleName(self.tr("New times"))
        self.setUniformItemSizes(True)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self._model = _Changes(zone, self)
        self.setModel(self._model)
        self.setItemDelegate(_Lines(zone, self))

    def show_changes(self, rows: Sequence[Change], now: datetime) -> None:
        """Show these instead. The keyboard does not stop at a list without lines, where nothing
        would show that it does."""
        self._model.set_rows(rows, now)
        policy = Qt.FocusPolicy.StrongFocus if rows else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
