"""Paints the rows of the channel list."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QImage, QPainter, QPixmap
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

Index = QModelIndex | QPersistentModelIndex

CHEVRON_RIGHT = 22
"""Up to here a click on a group folds it, beyond it ticks it."""

_BOX_LEFT = 22
_AFTER_BOX = 9
_EDGE = 6
_RIGHT = 17


class ChannelDelegate(QStyledItemDelegate):
    """Groups of 30 px with their count; channels of 40 px with avatar, badge and second line."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._pictures: dict[tuple[int, int, float], QPixmap] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = Theme.instance()
        is_group = not index.parent().isValid()
        return QSize(100, theme.px("row.channel_group" if is_group else "row.channel.comfortable"))

    def editorEvent(self, *_event: object) -> bool:
        """Ticking is the view's work: the base class would tick where no box is drawn."""
        return False

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        # Names are painted where their places are worked out, which no direction mirrors.
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        # Rows span the whole width: the view's own indentation is not used.
        # Beside a scroll bar they end as far from the pane's edge as without one.
        view = option.widget
        bar = view.verticalScrollBar() if isinstance(view, QAbstractItemView) else None
        beside = bar.width() if bar is not None and bar.isVisible() else 0
        row = QRect(0, option.rect.y(), option.rect.right() + 1, option.rect.height())
        row.adjust(0, 0, min(beside, _EDGE), 0)
        hover = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if index.parent().isValid():
            self._paint_channel(painter, row, index, hover)
        else:
            opened = bool(option.state & QStyle.StateFlag.State_Open)
            self._paint_group(painter, row, index, opened, hover)
        current = isinstance(view, QAbstractItemView) and view.currentIndex() == index
        if current and view.hasFocus() and view.property("keyboardFocus"):
            painters.paint_row_focus(painter, row.adjusted(_EDGE, 0, -_EDGE, 0))
        painter.restore()

    def _paint_group(
        self, painter: QPainter, row: QRect, index: Index, opened: bool, hover: bool
    ) -> None:
        theme = Theme.instance()
        muted = theme.colour("text_muted")
        chevron = "chevron-down" if opened else "chevron-right"
        painters.paint_icon(painter, QRect(6, row.y(), 14, row.height()), chevron, 14, muted)
        left = _paint_box(painter, row, index, hover)
        count = str(index.data(ChannelsModel.CountRole))
        small = theme.numbers("small")
        width = QFontMetrics(small).horizontalAdvance(count)
        right = row.adjusted(0, 0, -_RIGHT, 0)
        painter.setFont(small)
        painter.setPen(muted)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(right, flags, count)
        strong = theme.font("strong")
        painter.setFont(strong)
        painter.setPen(theme.colour("text"))
        room = row.adjusted(left, 0, -_RIGHT - width - 8, 0)
        name = _elided(str(index.data()), QFontMetrics(strong), room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, name)

    def _paint_channel(self, painter: QPainter, row: QRect, index: Index, hover: bool) -> None:
        theme = Theme.instance()
        channel = index.data(ChannelsModel.ChannelRole)
        ground = theme.colour("window")
        if hover:
            ground = theme.colour("hover")
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(ground)
            painter.drawRoundedRect(QRectF(row.adjusted(_EDGE, 0, -_EDGE, 0)), 7, 7)
        side = theme.px("size.avatar_channel")
        left = _paint_box(painter, row, index, hover)
        place = QRect(left, row.y() + (row.height() - side) // 2, side, side)
        picture = self._picture(channel.id, index.data(ChannelsModel.PictureRole), side, painter)
        badge = theme.px("size.avatar_badge")
        painters.paint_avatar(
            painter, place, picture, channel.name, channel.network, badge=badge, ground=ground
        )
        room = row.adjusted(left + side + 9, 0, -_RIGHT, 0)
        if not channel.active:
            warn = QRect(room.right() - 14, row.y(), 16, row.height())
            colour = theme.status("late").solid
            painters.paint_icon(painter, warn, "triangle-alert", 16, colour)
            room.adjust(0, 0, -22, 0)
        self._paint_texts(painter, room, index, channel.active)

    @staticmethod
    def _paint_texts(painter: QPainter, room: QRect, index: Index, active: bool) -> None:
        theme = Theme.instance()
        # Where nothing can be chosen no name stands back.
        state = index.data(Qt.ItemDataRole.CheckStateRole)
        ticked = state is None or Qt.CheckState(state) == Qt.CheckState.Checked
        upper, lower = theme.line("body"), theme.line("caption")
        top = room.y() + (room.height() - upper - lower) // 2
        name_font = theme.font("control" if ticked else "body")
        painter.setFont(name_font)
        painter.setPen(theme.colour("text" if ticked else "text_muted"))
        name = _elided(str(index.data()), QFontMetrics(name_font), room.width())
        line = QRect(room.x(), top, room.width(), upper)
        painter.drawText(line, Qt.AlignmentFlag.AlignVCenter, name)
        small = theme.font("caption")
        painter.setFont(small)
        painter.setPen(theme.colour("text_faint") if active else theme.status("late").fg)
        words = str(index.data(ChannelsModel.SecondLineRole))
        second = QRect(room.x(), top + upper - 1, room.width(), lower)
        painter.drawText(
            second,
            Qt.AlignmentFlag.AlignVCenter,
            _elided(words, QFontMetrics(small), room.width()),
        )

    def _picture(
        self, channel_id: int, image: QImage | None, side: int, painter: QPainter
    ) -> QPixmap | None:
        if image is None:
            return None
        key = (image.cacheKey(), side, painters.device_ratio(painter))
        found = self._pictures.get(key)
        if found is None:
            if len(self._pictures) > 500:
                self._pictures.clear()
            found = painters.rounded_pixmap(image, QSize(side, side), side / 2, key[2])
            self._pictures[key] = found
        return found


def _paint_box(painter: QPainter, row: QRect, index: Index, hover: bool) -> int:
    """Paint the box of a row that has a state; where the row goes on behind it."""
    state = index.data(Qt.ItemDataRole.CheckStateRole)
    if state is None:
        return _BOX_LEFT
    box = QRect(_BOX_LEFT, row.y(), Theme.instance().px("size.checkbox"), row.height())
    can = bool(index.flags() & Qt.ItemFlag.ItemIsUserCheckable)
    painters.paint_checkbox(painter, box, Qt.CheckState(state), hover=hover and can, enabled=can)
    return _BOX_LEFT + box.width() + _AFTER_BOX


def _elided(text: str, metrics: QFontMetrics, width: int) -> str:
    return metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, width)
