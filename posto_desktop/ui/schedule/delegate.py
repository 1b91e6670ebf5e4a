"""Delegate that paints the cells of the schedule table: checkbox, chevron, time, status, channel,
text, thumbnails, link."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    QSizeF,
    Qt,
)
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.schedule_messages import MessageRow
from posto_desktop.models.schedule_rows import ScheduleRow
from posto_desktop.models.schedules import CHANNEL, LINK, MEDIA, STATUS, TEXT, TIME, SchedulesModel
from posto_desktop.ui import icons
from posto_desktop.ui.schedule.column_layout import (
    CHEVRON,
    MARGIN,
    PAD,
    THUMB_GAP,
    checkbox_size,
)
from posto_desktop.ui.schedule.network_marks import paint_networks
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.paint_cache import PaintCache
from posto_desktop.ui.widgets.painters import placed, rounded_pixmap
from posto_desktop.ui.widgets.row_cells import mirrored_in
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["ScheduleDelegate"]

Index = QModelIndex | QPersistentModelIndex
_RIGHT = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight)
_RIM = 5
"""Pixels by which an avatar's network badge extends beyond it."""
_MARK = 14
"""Side of the mark of an evergreen message's run."""
_SINGLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft) | int(
    Qt.TextFlag.TextSingleLine
)


class ScheduleDelegate(QStyledItemDelegate):
    """One delegate for all columns. The view sets the hovered, current and keyboard-focused row.

    It reads rows from the model directly: `data()` through Qt is ten times slower, and one screen
    needs hundreds of values."""

    def __init__(self, model: SchedulesModel, pictures: ImageCache, parent: QObject):
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self._paint_cache = PaintCache(self)
        self._number = -1  # cache of the row being painted, and its background
        self._row: ScheduleRow | None = None
        self._row_colour = QColor()
        self.hovered = -1
        self.current = -1
        self.ring = False
        self.thumbs = 2
        self.turn = 0
        self._cells: dict[int, Callable[[QPainter, QRect, int, ScheduleRow], None]] = {
            TIME: self._paint_time,
            STATUS: self._paint_status,
            CHANNEL: self._paint_channel,
            TEXT: self._paint_text,
            MEDIA: self._paint_media,
            LINK: self._paint_link,
        }

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(80, Theme.instance().px("row.table.comfortable"))

    def begin(self) -> None:
        """Clear the cached row at the start of a paint event: rows may have changed since the last
        one."""
        self._number = -1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        cell, number = option.rect, index.row()
        view = option.widget
        viewport = view.viewport() if isinstance(view, QAbstractItemView) else None
        whole = QRect(0, cell.top(), viewport.width() if viewport else cell.right(), cell.height())
        if number != self._number:
            self._number, self._row = number, self._model.row_at(number)
            self._row_colour = self._row_colour_of(number, self._row) if self._row else QColor()
        row = self._row
        painter.save()
        painter.setClipRect(cell)
        directions = Qt.LayoutDirection
        painter.setLayoutDirection(
            directions.RightToLeft if self._is_mirrored() else directions.LeftToRight
        )
        if row is None:
            self._paint_head(painter, whole, index)
            if self.ring and number == self.current:
                self._paint_ring(painter, whole)
        else:
            self._paint_background(painter, cell, whole, number, row)
            self._cells[index.column()](painter, cell, number, row)
            if self.ring and number == self.current:
                self._paint_ring(painter, whole)
        painter.restore()

    # --- rows -------------------------------------------------------------------------------------

    def _is_mirrored(self) -> bool:
        view = self.parent()
        return isinstance(view, QWidget) and view.isRightToLeft()

    def _paint_background(
        self, painter: QPainter, cell: QRect, whole: QRect, number: int, row: ScheduleRow
    ) -> None:
        theme = Theme.instance()
        painter.fillRect(cell, self._row_colour)
        if not self._is_ticked(row):
            line = QRect(cell.left(), cell.bottom(), cell.width(), 1)
            painter.fillRect(line, theme.colour("border"))
        if number == self.current:  # the clip leaves it to the first cell
            bar = placed(painter, QRect(0, cell.top(), 3, cell.height()), whole)
            painter.fillRect(bar, theme.colour("focus"))

    def _row_colour_of(self, number: int, row: ScheduleRow) -> QColor:
        hovered = number == self.hovered
        if number == self.current or self._is_ticked(row):
            role = "selected_hover" if hovered else "selected"
        else:
            role = "hover_row" if hovered else "surface"
        return Theme.instance().colour(role)

    def _is_ticked(self, row: ScheduleRow) -> bool:
        return self._model.check_state(row) == Qt.CheckState.Checked

    def _paint_ring(self, painter: QPainter, whole: QRect) -> None:
        painters.paint_row_focus(painter, whole.adjusted(0, 0, 0, -1), 5)

    def _paint_head(self, painter: QPainter, whole: QRect, index: Index) -> None:
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
            small_area = placed(painter, area.adjusted(left - area.left(), 0, 0, 0), area)
            painter.drawText(small_area, int(middle | Qt.AlignmentFlag.AlignLeft), small)
        painter.drawText(area, int(middle | Qt.AlignmentFlag.AlignRight), count)

    # --- cells ------------------------------------------------------------------------------------

    def _paint_time(self, painter: QPainter, cell: QRect, number: int, row: ScheduleRow) -> None:
        theme = Theme.instance()
        box = self.check_rect(cell, number)
        state = self._model.check_state(row)
        self._paint_cache.draw(
            painter, QPointF(box.topLeft()), QSizeF(box.size()), state, _checkbox_painter(state)
        )
        if isinstance(row, MessageRow):
            icon = "chevron-down" if row.is_open else "chevron-end"
            colour = theme.colour("text_muted")
            painters.paint_icon(painter, self.chevron_rect(cell), icon, 16, colour)
        faint = row.status == "draft" or self._model.is_repeated(number)
        painter.setFont(theme.numbers("body" if faint else "strong"))
        painter.setPen(theme.colour("text_faint" if faint else "text"))
        beside = MARGIN + box.width() + (CHEVRON if self._model.is_below_message(number) else 0) + 3
        area = placed(painter, cell.adjusted(beside, 0, -PAD, 0), cell)
        painter.drawText(area, _RIGHT, self._model.words(row, TIME))

    def check_rect(self, cell: QRect, number: int = -1) -> QRect:
        """Return the place of a row's checkbox; posts below their message are indented."""
        side = checkbox_size()
        left = cell.left() + MARGIN + (CHEVRON if self._model.is_below_message(number) else 0)
        box = QRect(left, cell.top() + (cell.height() - side) // 2, side, side)
        return mirrored_in(box, cell, self._is_mirrored())

    def chevron_rect(self, cell: QRect) -> QRect:
        left = cell.left() + MARGIN + checkbox_size() + 3
        place = QRect(left, cell.top() + (cell.height() - CHEVRON) // 2, CHEVRON, CHEVRON)
        return mirrored_in(place, cell, self._is_mirrored())

    def _paint_status(self, painter: QPainter, cell: QRect, _number: int, row: ScheduleRow) -> None:
        words = self._model.words(row, STATUS)
        height = Theme.instance().px("size.pill")
        room = cell.width() - PAD, height
        place = QRect(cell.left() + PAD, cell.center().y() - height // 2 + 1, *room)
        place, direction = placed(painter, place, cell), painter.layoutDirection()
        status = "draft" if row.status == "other" else row.status
        background, turn = self._row_colour, self.turn
        if status == "sending":
            painters.paint_pill(painter, place, status, words, turn=turn, background=background)
            return

        def paint(stamp: QPainter) -> None:
            stamp.setLayoutDirection(direction)
            painters.paint_pill(stamp, QRect(0, 0, *room), status, words, background=background)

        look = (status, words, background.rgba(), direction)
        self._paint_cache.draw(painter, QPointF(place.topLeft()), QSizeF(*room), look, paint)

    def _paint_channel(
        self, painter: QPainter, cell: QRect, _number: int, row: ScheduleRow
    ) -> None:
        if isinstance(row, MessageRow):
            place = placed(painter, cell.adjusted(PAD, 0, -PAD, 0), cell)
            paint_networks(painter, place, row.networks(), len(row.posts))
            return
        theme, schedule = Theme.instance(), row.schedule
        side = theme.px("size.avatar_table")
        place = QRect(cell.left() + PAD, cell.top() + (cell.height() - side) // 2, side, side)
        place = placed(painter, place, cell)
        image = self._pictures.get(schedule.channel_picture)
        name, network, background = schedule.channel_name, schedule.network, self._row_colour

        def paint(stamp: QPainter) -> None:
            dpr = painters.device_ratio(stamp)
            picture = rounded_pixmap(image, place.size(), side // 2, dpr) if image else None
            disc = QRect(0, 0, side, side)
            painters.paint_avatar(stamp, disc, picture, name, network, background=background)

        look = (name, network, background.rgba(), image.cacheKey() if image else 0)
        room = QSizeF(side + _RIM, side + _RIM)
        self._paint_cache.draw(painter, QPointF(place.topLeft()), room, look, paint)
        area = placed(painter, cell.adjusted(PAD + side + 11, 0, -PAD, 0), cell)
        self._paint_words(painter, area, self._model.words(row, CHANNEL), "body", "text")

    def _paint_text(self, painter: QPainter, cell: QRect, number: int, row: ScheduleRow) -> None:
        words = self._model.words(row, TEXT) or self.tr("No text")
        role = "text" if row.schedule.text else "text_faint"
        if self._model.is_below_message(number):
            message = self._model.message_of(row.id)
            if message is not None and message.schedule.text == row.schedule.text:
                role = "text_faint"  # only what differs stands out
        left = PAD
        if self._model.is_evergreen(row.schedule):
            place = QRect(cell.left() + PAD, cell.top(), _MARK, cell.height())
            colour = Theme.instance().colour("text_muted")
            spot = placed(painter, place, cell)
            painters.paint_icon(painter, spot, "evergreen", _MARK, colour)
            left += _MARK + 6
        area = placed(painter, cell.adjusted(left, 0, -PAD, 0), cell)
        self._paint_words(painter, area, words, "body", role)

    def _paint_words(self, painter: QPainter, area: QRect, text: str, font: str, role: str) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font(font))
        painter.setPen(theme.colour(role))
        shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, area.width())
        painter.drawText(area, _SINGLE, painters.oriented(painter, shown))

    def _paint_media(self, painter: QPainter, cell: QRect, _number: int, row: ScheduleRow) -> None:
        files = row.media
        if not files or self.thumbs < 1:
            return
        # In compact rows the avatars are smaller, so that those of adjacent rows do not touch.
        side = min(Theme.instance().px("size.thumb_table"), cell.height() - 2 * THUMB_GAP)
        top = cell.top() + (cell.height() - side) // 2
        left = cell.left() + PAD
        count, room = len(files), self.thumbs
        for at, media in enumerate(files[:room]):
            place = QRect(left + at * (side + THUMB_GAP), top, side, side)
            place = placed(painter, place, cell)
            video = media.type.startswith("video")
            image: QImage | None = None if video else self._pictures.get(media.preview)
            paint_picture(painter, place, image, "play" if video else "image")
            if at == room - 1 and count > room:
                self._paint_more(painter, place, count - room)

    def _paint_more(self, painter: QPainter, place: QRect, count: int) -> None:
        """Paint the number of further files in a corner of a picture, which stays visible."""
        theme = Theme.instance()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(theme.numbers("caption"))
        metrics, words = painter.fontMetrics(), f"+{count}"
        size = QSize(metrics.horizontalAdvance(words) + 6, metrics.height())
        badge = QRect(place.bottomRight() - QPoint(size.width(), size.height()), size)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("media_badge"))
        painter.drawRoundedRect(QRectF(badge), 4, 4)
        painter.setPen(theme.colour("media_badge_text"))
        shown = painters.oriented(painter, words)
        painter.drawText(badge, int(Qt.AlignmentFlag.AlignCenter), shown)
        painter.restore()

    def _paint_link(self, painter: QPainter, cell: QRect, _number: int, row: ScheduleRow) -> None:
        if not row.link:
            return
        colour = Theme.instance().colour("text_muted")
        picture = icons.pixmap("external-link", 16, colour, painter.device().devicePixelRatioF())
        place = QRect(cell.left() + PAD, cell.center().y() - 7, 16, 16)
        painter.drawPixmap(placed(painter, place, cell).topLeft(), picture)

    def link_rect(self, cell: QRect) -> QRect:
        place = QRect(cell.left() + PAD - 4, cell.center().y() - 12, 24, 24)
        return mirrored_in(place, cell, self._is_mirrored())


def _checkbox_painter(state: Qt.CheckState) -> Callable[[QPainter], None]:
    side = checkbox_size()
    return lambda stamp: painters.paint_checkbox(stamp, QRect(0, 0, side, side), state)
