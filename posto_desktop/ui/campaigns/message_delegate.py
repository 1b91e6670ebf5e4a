"""Paints a message of a campaign: grip, number, picture, text, networks, what is wrong, time."""

from __future__ import annotations

from PySide6.QtCore import (
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from posto_desktop.models.campaign_messages import PILLS, MessagesModel, kind_words
from posto_desktop.ui import icons
from posto_desktop.ui.campaigns.plain_table import LEFT, PlainTable, draw_line, mirror
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.thumbs import paint_picture

Index = QModelIndex | QPersistentModelIndex

SIDE = 24
INSET = 12
THUMB = 48
_GRIP = 36  # as far as the grip reaches
_NUMBER = (34, 30)  # where the number is, and how wide
_THUMB_AT = 65
_TEXT_AT = 125
_MORE = 44
_BADGE = 14
_BADGE_STEP = 17
_MOST_BADGES = 8
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)


class MessageDelegate(QStyledItemDelegate):
    """Asks the model itself: `data()` by way of Qt costs ten times as much."""

    def __init__(
        self, model: MessagesModel, view: PlainTable, pictures: DraftPictures, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._model, self._view, self._pictures = model, view, pictures
        self.turn = 0
        """The step of the ring of what is being sent."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(300, Theme.instance().px("row.campaign"))

    # -- where things are ----------------------------------------------------------------------

    @staticmethod
    def grip_rect(row: QRect, mirrored: bool) -> QRect:
        return mirror(QRect(row.x(), row.y(), _GRIP, row.height()), row, mirrored)

    @staticmethod
    def more_rect(row: QRect, mirrored: bool) -> QRect:
        place = QRect(row.right() + 1 - SIDE - 16 - 14, row.y(), _MORE, row.height())
        return mirror(place, row, mirrored)

    # -- painting ------------------------------------------------------------------------------

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        number, row = index.row(), option.rect
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        painter.save()
        painter.setLayoutDirection(option.direction)
        self._ground(painter, row, number)
        self._marks(painter, row, number, mirrored)
        when = self._when(painter, row, number, mirrored)
        left = row.x() + _TEXT_AT
        middle = QRect(left, row.y(), row.right() - when - 12 - left, row.height())
        middle = mirror(middle, row, mirrored)
        first, second = _lines(middle)
        self._title(painter, first, number)
        self._below(painter, second, number, mirrored)
        painter.restore()

    def _ground(self, painter: QPainter, row: QRect, number: int) -> None:
        theme, view = Theme.instance(), self._view
        selected = view.selectionModel().isRowSelected(number)
        hovered = number == view.hovered
        card = row.adjusted(INSET, 0, -INSET, -1)
        if selected or hovered:
            role = "selected" if selected else "hover_row"
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            painter.drawRoundedRect(QRectF(card), 8, 8)
        line = row.adjusted(SIDE, row.height() - 1, -SIDE, 0)
        if number + 1 < self._model.rowCount():
            painter.fillRect(line, theme.colour("border"))
        if view.ring and number == view.current_row():
            painters.paint_row_focus(painter, card, 8)

    def _marks(self, painter: QPainter, row: QRect, number: int, mirrored: bool) -> None:
        """Grip, number and picture."""
        theme = Theme.instance()
        result = self._model.result_at(number)
        if result is None or result.is_stopped:
            grip = mirror(QRect(row.x() + 15, row.y(), 16, row.height()), row, mirrored)
            painters.paint_icon(painter, grip, "grip-vertical", 16, theme.colour("text_faint"))
        painter.setFont(theme.numbers("body"))
        painter.setPen(theme.colour("text_muted"))
        start, width = _NUMBER
        room = mirror(QRect(row.x() + start, row.y(), width, row.height()), row, mirrored)
        words = f"{number + 1}"
        if QFontMetrics(painter.font()).horizontalAdvance(words) > room.width():
            painter.setFont(theme.numbers("caption"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignCenter), words)
        message = self._model.message_at(number)
        top = row.y() + (row.height() - THUMB) // 2
        place = mirror(QRect(row.x() + _THUMB_AT, top, THUMB, THUMB), row, mirrored)
        if message is None or not message.media:
            _paint_no_picture(painter, place)
            return
        first = message.media[0]
        paint_picture(
            painter,
            place,
            self._pictures.get(first.path),
            "play" if first.kind == "video" else "image",
        )
        badge = ""
        if first.kind == "video" and first.duration >= 1:
            badge = f"{int(first.duration) // 60}:{int(first.duration) % 60:02d}"
        elif len(message.media) > 1:
            badge = f"+{len(message.media) - 1}"
        if badge:
            _paint_badge(painter, place, badge)

    def _when(self, painter: QPainter, row: QRect, number: int, mirrored: bool) -> int:
        """Time and dots at the end of the row; how far from its end the text must stay."""
        theme = Theme.instance()
        dots = mirror(QRect(row.right() + 1 - SIDE - 16, row.y(), 16, row.height()), row, mirrored)
        painters.paint_icon(painter, dots, "ellipsis", 16, theme.colour("text_muted"))
        day, at = self._model.when_words(number)
        planned, result = self._model.planned_at(number), self._model.result_at(number)
        bold, plain = theme.numbers("strong"), theme.numbers("body")
        width = max(
            QFontMetrics(bold).horizontalAdvance(day), QFontMetrics(plain).horizontalAdvance(at), 60
        )
        end = SIDE + 16 + 16
        place = QRect(row.right() + 1 - end - width - 2, row.y(), width + 2, row.height())
        first, second = _lines(mirror(place, row, mirrored), small=False)
        open_one = result is None or result.is_stopped
        bad = open_one and planned is not None and bool(planned.problem)
        align = LEFT if mirrored else _RIGHT
        if not at:
            first = mirror(place, row, mirrored)
        painter.setFont(bold)
        painter.setPen(theme.colour("danger_text" if bad else "text"))
        painter.drawText(first, align, day)
        own = open_one and planned is not None and planned.own and not bad
        painter.setFont(plain)
        role = "danger_text" if bad else "accent_text" if own else "text_muted"
        painter.setPen(theme.colour(role))
        painter.drawText(second, align, at)
        return end + width

    def _title(self, painter: QPainter, line: QRect, number: int) -> None:
        theme = Theme.instance()
        words = self._model.title_at(number, 400)  # as many as the widest window shows
        painter.setFont(theme.font("body"))
        painter.setPen(theme.colour("text" if words else "text_faint"))
        words = words or QCoreApplication.translate("MessageDelegate", "Nothing written yet")
        draw_line(painter, line, words)

    def _below(self, painter: QPainter, line: QRect, number: int, mirrored: bool) -> None:
        """Pill, networks, own texts, and what is worth knowing."""
        theme = Theme.instance()
        result = self._model.result_at(number)
        if result is not None:
            words = kind_words(result.kind)
            if result.counts and len(result.counts) > 1:
                words = f"{words} {result.counts.get(result.kind, 0)}/{sum(result.counts.values())}"
            size = painters.pill_size(PILLS[result.kind], words)
            place = _take(line, size.width(), mirrored)
            painters.paint_pill(painter, place, PILLS[result.kind], words, turn=self.turn)
            line = _rest(line, size.width() + 8, mirrored)
        slugs = self._model.networks_at(number)
        ratio = painters.device_ratio(painter)
        for slug in slugs[:_MOST_BADGES]:
            place = _take(line, _BADGE, mirrored)
            mark = icons.network_badge(slug, _BADGE, ratio)
            painter.drawPixmap(QPointF(place.x(), place.center().y() - _BADGE / 2 + 1), mark)
            line = _rest(line, _BADGE_STEP, mirrored)
        painter.setFont(theme.font("small"))
        if len(slugs) > _MOST_BADGES:
            words = f"+{len(slugs) - _MOST_BADGES}"
            painter.setPen(theme.colour("text_muted"))
            painter.drawText(line, LEFT, words)
            line = _rest(line, painter.fontMetrics().horizontalAdvance(words) + 6, mirrored)
        line = _rest(line, 9, mirrored)
        own, (note, bad) = self._model.own_words(number), self._model.note_at(number)
        if own:
            dot = _take(line, 6, mirrored)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("accent_text"))
            painter.drawEllipse(QRectF(dot.x(), dot.center().y() - 2.5 + 0.5, 6, 6))
            line = _rest(line, 11, mirrored)
            painter.setFont(theme.font("caption"))
            painter.setPen(theme.colour("accent_text"))
            draw_line(painter, line, own)
            used = painter.fontMetrics().horizontalAdvance(own) + 12
            line = _rest(line, used, mirrored)
        if note and line.width() > 40:
            colour = theme.colour("danger_text") if bad == "error" else theme.status("late").fg
            name = "circle-x" if bad == "error" else "triangle-alert"
            painters.paint_icon(painter, _take(line, 14, mirrored), name, 14, colour)
            line = _rest(line, 18, mirrored)
            painter.setFont(theme.font("small"))
            painter.setPen(colour)
            draw_line(painter, line, note)


def _paint_no_picture(painter: QPainter, place: QRect) -> None:
    """A quiet place where a picture may be dropped."""
    theme = Theme.instance()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("sunken"))
    painter.drawRoundedRect(QRectF(place), 5, 5)
    painters.paint_icon(painter, place, "image-plus", 16, theme.colour("text_faint"))


def _paint_badge(painter: QPainter, place: QRect, words: str) -> None:
    theme = Theme.instance()
    painter.setFont(theme.numbers("caption"))
    metrics = painter.fontMetrics()
    width, height = metrics.horizontalAdvance(words) + 10, metrics.height() + 2
    badge = QRectF(place.right() - width - 2, place.bottom() - height - 2, width, height)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.colour("media_badge"))
    painter.drawRoundedRect(badge, 4, 4)
    painter.setPen(theme.colour("media_badge_text"))
    painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, words)


def _lines(place: QRect, *, small: bool = True) -> tuple[QRect, QRect]:
    """Two lines of text, one over the other in the middle."""
    theme = Theme.instance()
    first = theme.line("body")
    second = max(theme.line("small"), theme.px("size.pill")) if small else theme.line("body") - 2
    top = place.y() + (place.height() - first - second) // 2
    return (
        QRect(place.x(), top, place.width(), first),
        QRect(place.x(), top + first, place.width(), second),
    )


def _take(line: QRect, width: int, mirrored: bool) -> QRect:
    left = line.right() + 1 - width if mirrored else line.x()
    return QRect(left, line.y(), width, line.height())


def _rest(line: QRect, width: int, mirrored: bool) -> QRect:
    return line.adjusted(0, 0, -width, 0) if mirrored else line.adjusted(width, 0, 0, 0)
