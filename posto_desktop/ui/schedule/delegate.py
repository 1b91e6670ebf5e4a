"""Paints the cells of the schedule: tick, time, pill, avatar, text, thumbnails, link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from posto_desktop.models.pictures import PictureBook
from posto_desktop.models.schedules import CHANNEL, LINK, MEDIA, STATUS, TEXT, TIME, SchedulesModel
from posto_desktop.sdk.records import Schedule
from posto_desktop.ui import icons
from posto_desktop.ui.schedule.columns import CHECK, MARGIN, PAD, THUMB_GAP
from posto_desktop.ui.schedule.thumbs import paint_picture, rounded_pixmap
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["ScheduleDelegate"]

Index = QModelIndex | QPersistentModelIndex


class ScheduleDelegate(QStyledItemDelegate):
    """One delegate for all columns. The view says which row is hovered, current, focused by key."""

    def __init__(self, pictures: PictureBook, parent: QObject):
        super().__init__(parent)
        self._pictures = pictures
        self.hovered = -1
        self.current = -1
        self.ring = False
        self.thumbs = 2
        self.turn = 0
        self._cells: dict[int, Callable[[QPainter, QRect, Index, Schedule], None]] = {
            TIME: self._time,
            STATUS: self._status,
            CHANNEL: self._channel,
            TEXT: self._text,
            MEDIA: self._media,
            LINK: self._link,
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, Theme.instance().px("row.table.comfortable"))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell = option.rect
        viewport = option.widget.viewport() if option.widget is not None else None
        whole = QRect(0, cell.top(), viewport.width() if viewport else cell.right(), cell.height())
        painter.save()
        painter.setClipRect(cell)
        schedule = index.data(SchedulesModel.RowRole)
        if schedule is None:
            self._head(painter, whole, index)
        else:
            self._background(painter, whole, index)
            self._cells[index.column()](painter, cell, index, schedule)
            if self.ring and index.row() == self.current:
                self._ring(painter, whole)
        painter.restore()

    # --- rows -------------------------------------------------------------------------------------

    def _background(self, painter: QPainter, whole: QRect, index: Index) -> None:
        theme = Theme.instance()
        ticked, current = self._is_ticked(index), index.row() == self.current
        painter.fillRect(whole, self._ground(index))
        if not ticked:
            line = QRect(whole.left(), whole.bottom(), whole.width(), 1)
            painter.fillRect(line, theme.colour("border"))
        if current:
            painter.fillRect(QRect(0, whole.top(), 3, whole.height()), theme.colour("focus"))

    def _is_ticked(self, index: Index) -> bool:
        first = index.siblingAtColumn(TIME)
        return Qt.CheckState(first.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked

    def _ground(self, index: Index) -> QColor:
        hovered = index.row() == self.hovered
        if self._is_ticked(index) or index.row() == self.current:
            role = "selected_hover" if hovered else "selected"
        else:
            role = "hover_row" if hovered else "surface"
        return Theme.instance().colour(role)

    def _ring(self, painter: QPainter, whole: QRect) -> None:
        painters.paint_row_focus(painter, whole.adjusted(0, 0, 0, -1), 5)

    def _head(self, painter: QPainter, whole: QRect, index: Index) -> None:
        theme = Theme.instance()
        painter.fillRect(whole, theme.colour("surface"))
        title, small, count = index.data(SchedulesModel.HeadRole)
        area = whole.adjusted(MARGIN, 1, -MARGIN, 1)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignLeft), title)
        left = area.left() + painter.fontMetrics().horizontalAdvance(title) + 10
        painter.setFont(theme.numbers("small"))
        painter.setPen(theme.colour("text_muted"))
        if small:
            rest = area.adjusted(left - area.left(), 0, 0, 0)
            painter.drawText(rest, int(middle | Qt.AlignmentFlag.AlignLeft), small)
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignRight), count)

    # --- cells ------------------------------------------------------------------------------------

    def _time(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        theme = Theme.instance()
        box = self.check_rect(cell)
        state = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
        painters.paint_checkbox(painter, box, state)
        repeated = bool(index.data(SchedulesModel.RepeatedRole))
        dateless = index.data(SchedulesModel.StatusRole) == "draft"
        faint = repeated or dateless
        painter.setFont(theme.numbers("body" if faint else "strong"))
        painter.setPen(theme.colour("text_faint" if faint else "text"))
        area = cell.adjusted(box.right() - cell.left() + 4, 0, -PAD, 0)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(area, int(align), index.data() or "")

    def check_rect(self, cell: QRect) -> QRect:
        return QRect(MARGIN, cell.top() + (cell.height() - CHECK) // 2, CHECK, CHECK)

    def _status(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        status = index.data(SchedulesModel.StatusRole)
        words = index.data() or ""
        height = Theme.instance().px("size.pill")
        place = QRect(cell.left() + PAD, cell.center().y() - height // 2 + 1, cell.width(), height)
        painters.paint_pill(
            painter, place, "draft" if status == "other" else status, words, turn=self.turn
        )

    def _channel(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        theme = Theme.instance()
        side = theme.px("size.avatar_table")
        place = QRect(cell.left() + PAD, cell.top() + (cell.height() - side) // 2, side, side)
        image = self._pictures.get(schedule.channel_picture)
        dpr = painters.device_ratio(painter)
        painters.paint_avatar(
            painter,
            place,
            rounded_pixmap(image, place.size(), side // 2, dpr) if image else None,
            schedule.channel_name,
            schedule.network,
            ground=self._ground(index),
        )
        area = cell.adjusted(PAD + side + 11, 0, -PAD, 0)
        self._words(painter, area, index.data() or "", "body", "text")

    def _text(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        words = index.data() or self.tr("No text")
        role = "text" if schedule.text else "text_faint"
        self._words(painter, cell.adjusted(PAD, 0, -PAD, 0), words, "body", role)

    def _words(self, painter: QPainter, area: QRect, text: str, font: str, role: str) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font(font))
        painter.setPen(theme.colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(area, int(align | Qt.TextFlag.TextSingleLine), shown)

    def _media(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        if not schedule.media or self.thumbs < 1:
            return
        side = Theme.instance().px("size.thumb_table")
        top = cell.top() + (cell.height() - side) // 2
        left = cell.left() + PAD
        count, room = len(schedule.media), self.thumbs
        for at, media in enumerate(schedule.media[:room]):
            place = QRect(left + at * (side + THUMB_GAP), top, side, side)
            video = media.type.startswith("video")
            image: QImage | None = None if video else self._pictures.get(media.url)
            paint_picture(painter, place, image, "play" if video else "image")
            if at == room - 1 and count > room:
                self._more(painter, place, count - room + 1 if room > 1 else count)

    def _more(self, painter: QPainter, place: QRect, count: int) -> None:
        theme = Theme.instance()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(QRectF(place), 5, 5)
        painter.setPen(theme.colour("media_badge_text"))
        painter.setFont(theme.numbers("control"))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), f"+{count}")
        painter.restore()

    def _link(self, painter: QPainter, cell: QRect, index: Index, schedule: Schedule) -> None:
        if not schedule.link:
            return
        colour = Theme.instance().colour("text_muted")
        picture = icons.pixmap("external-link", 16, colour, painter.device().devicePixelRatioF())
        painter.drawPixmap(cell.left() + PAD, cell.center().y() - 7, picture)

    def link_rect(self, cell: QRect) -> QRect:
        return QRect(cell.left() + PAD - 4, cell.center().y() - 12, 24, 24)
