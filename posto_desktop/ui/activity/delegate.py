"""Paints the rows of the outbox: picture, title, what is happening, progress, one button."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import (
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from posto_desktop.core.entries import HELD, Entry
from posto_desktop.models.outbox import MOVING, Line, OutboxModel, SectionHead
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.thumbs import paint_picture

__all__ = ["Action", "OutboxDelegate"]

_LONGEST = 400  # letters of a title: as many as the widest window shows

Index = QModelIndex | QPersistentModelIndex
EDGE = 16
INNER = 8
BAR_ROOM = 20


@dataclass(frozen=True)
class Action:
    """A button in a row: its words (empty: only the icon) and where it is."""

    kind: str
    icon: str
    words: str
    place: QRect


class OutboxDelegate(QStyledItemDelegate):
    """The page says which row is hovered and current, and turns ``phase`` for moving bars."""

    def __init__(self, model: OutboxModel, pictures: PictureBook, parent: QObject):
        super().__init__(parent)
        self._model = model
        self._pictures = pictures
        self.hovered: str | None = None
        self.pointer = QPoint(-1, -1)
        self.current: str | None = None
        self.ring = False
        self.phase = 0.0

    def _way(self) -> Qt.LayoutDirection:
        """Where the list begins: at the left, or at the right."""
        view = self.parent()
        if isinstance(view, QWidget):
            return view.layoutDirection()
        return Qt.LayoutDirection.LeftToRight

    def _mirror(self, within: QRect, place: QRect) -> QRect:
        """Where a place lies that is reckoned from the left."""
        return QStyle.visualRect(self._way(), within, place)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        theme = Theme.instance()
        if self._model.head_at(index.row()) is not None:
            return QSize(100, theme.px("row.channel.comfortable") - 6)
        height = theme.px("row.activity")
        entry = self._model.entry_at(index.row())
        if entry is not None and self._model.line(entry).fraction is not None:
            height += BAR_ROOM
        return QSize(100, height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        head = index.data(OutboxModel.HeadRole)
        if head is not None:
            self._head(painter, option.rect, head)
        else:
            entry = index.data(OutboxModel.EntryRole)
            follows = self._model.entry_at(index.row() + 1) is not None
            self._entry(painter, option.rect, entry, self._model.line(entry), follows)
        painter.restore()

    # --- section heads ----------------------------------------------------------------------------

    def _head(self, painter: QPainter, rect: QRect, head: SectionHead) -> None:
        theme = Theme.instance()
        area = rect.adjusted(EDGE + INNER, 2, -EDGE - INNER, 0)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.setFont(theme.font("strong"))
        painter.setPen(theme.colour("text"))
        painter.drawText(area, int(middle), head.title)
        left = painter.fontMetrics().horizontalAdvance(head.title) + 8
        painter.setFont(theme.numbers("body"))
        painter.setPen(theme.colour("text_faint"))
        words = " · ".join(word for word in (str(head.count), head.other_words) if word)
        painter.drawText(self._mirror(area, area.adjusted(left, 0, 0, 0)), int(middle), words)
        if head.section == "done":
            self._done_link(painter, area)

    def _done_link(self, painter: QPainter, area: QRect) -> None:
        theme = Theme.instance()
        colour = theme.colour("accent_text")
        icon = "chevron-up" if self._model.show_done else "chevron-down"
        place = QRect(area.right() - 15, area.top(), 16, area.height())
        painters.paint_icon(painter, self._mirror(area, place), icon, 14, colour)
        painter.setFont(theme.font("control"))
        painter.setPen(colour)
        words = self.tr("Hide") if self._model.show_done else self.tr("Show")
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(self._mirror(area, area.adjusted(0, 0, -20, 0)), int(align), words)

    # --- entries ----------------------------------------------------------------------------------

    def _entry(
        self, painter: QPainter, rect: QRect, entry: Entry, line: Line, follows: bool
    ) -> None:
        theme = Theme.instance()
        row = rect.adjusted(EDGE, 0, -EDGE, 0)
        current, hovered = entry.id == self.current, entry.id == self.hovered
        if current or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if current else "hover_row"))
            painter.drawRoundedRect(QRectF(row), 8, 8)
        elif follows:
            left = row.left() + INNER + theme.px("size.thumb_list") + 12
            below = QRect(left, row.bottom(), row.right() - INNER - left, 1)
            painter.fillRect(self._mirror(row, below), theme.colour("border"))
        inner = row.adjusted(INNER, 0, -INNER, 0)
        actions = self._actions(rect, entry)
        right = (actions[0].place.left() - 12) if actions else inner.right()
        side = theme.px("size.thumb_list")
        thumb = QRect(inner.left(), row.top() + (row.height() - side) // 2, side, side)
        self._thumb(painter, self._mirror(rect, thumb), entry)
        words = QRect(thumb.right() + 13, row.top(), right - thumb.right() - 13, row.height())
        base = theme.px("row.activity")
        title = QRect(words.left(), row.top() + 9, words.width(), 22)
        status = QRect(words.left(), row.top() + base - 34, words.width(), 26)
        self._title(painter, self._mirror(rect, title), entry)
        self._status(painter, rect, status, entry, line)
        if line.fraction is not None:
            bar = QRect(words.left(), row.top() + base - 1, words.width(), 6)
            self._bar(painter, self._mirror(rect, bar), line)
        for action in self.actions(rect, entry):
            self._button(painter, action, hovered)
        if current and self.ring:
            painters.paint_row_focus(painter, row, 8)

    def _thumb(self, painter: QPainter, place: QRect, entry: Entry) -> None:
        media = entry.media
        if media:
            image = self._pictures.get(media[0].path)
            icon = "play" if media[0].kind == "video" else "image"
        else:
            image, icon = None, "pen-line"
        paint_picture(painter, place, image, icon, 7)

    def _title(self, painter: QPainter, place: QRect, entry: Entry) -> None:
        theme = Theme.instance()
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text"))
        text = painter.fontMetrics().elidedText(
            entry.title_of(_LONGEST), Qt.TextElideMode.ElideRight, place.width()
        )
        align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(place, int(align), text)

    def _status(
        self, painter: QPainter, row: QRect, place: QRect, entry: Entry, line: Line
    ) -> None:
        theme = Theme.instance()
        left = place.left()
        dpr = painters.device_ratio(painter)
        for slug in entry.networks[:6]:
            badge = icons.network_badge(slug, 16, dpr)
            at = QRect(left, place.top() + (place.height() - 16) // 2, 16, 16)
            painter.drawPixmap(self._mirror(row, at).topLeft(), badge)
            left += 18
        left += 8 if entry.networks else 0
        if line.pill:
            pill = QRect(left, place.top(), 0, place.height())
            left += self._pill(painter, row, pill, line) + 8
        else:
            painter.setFont(theme.font("control"))
            painter.setPen(theme.colour("text"))
            width = painter.fontMetrics().horizontalAdvance(line.strong)
            area = QRect(left, place.top(), width + 2, place.height())
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(self._mirror(row, area), middle, line.strong)
            left += width + 8
        painter.setFont(theme.numbers("body"))
        painter.setPen(theme.colour("text_muted"))
        area = QRect(left, place.top(), place.right() - left, place.height())
        detail = " ".join(line.detail.split())
        shown = painter.fontMetrics().elidedText(detail, Qt.TextElideMode.ElideRight, area.width())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.drawText(self._mirror(row, area), int(align), shown)

    def _pill(self, painter: QPainter, row: QRect, place: QRect, line: Line) -> int:
        """Paint the pill and return its width."""
        theme = Theme.instance()
        if line.pill != "neutral":
            size = painters.pill_size(line.pill, line.strong)
            place.setWidth(size.width())
            painters.paint_pill(painter, self._mirror(row, place), line.pill, line.strong)
            return size.width()
        font = theme.font("small")
        width = QFontMetrics(font).horizontalAdvance(line.strong) + 36
        height = theme.px("size.pill")
        pill = QRect(place.left(), place.top() + (place.height() - height) // 2, width, height)
        pill = self._mirror(row, pill)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("sunken"))
        painter.drawRoundedRect(QRectF(pill), height / 2, height / 2)
        colour = theme.colour("text_muted")
        icon = self._mirror(pill, QRect(pill.left() + 8, pill.top(), 14, height))
        painters.paint_icon(painter, icon, line.icon or "clock", 14, colour)
        painter.setFont(font)
        painter.setPen(colour)
        words = self._mirror(pill, pill.adjusted(26, 0, 0, 0))
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), line.strong)
        return width

    def _bar(self, painter: QPainter, place: QRect, line: Line) -> None:
        theme = Theme.instance()
        fraction = line.fraction if line.fraction is not None else 0.0
        font = theme.numbers("body")
        wide = QFontMetrics(font).horizontalAdvance("100 %") + 1
        if fraction >= 0:
            line_height = theme.line("body")
            top = place.center().y() - line_height // 2
            percent = QRect(place.right() + 1 - wide, top, wide, line_height)
            painter.setFont(font)
            painter.setPen(theme.colour("text"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            words = f"\u2066{int(fraction * 100)} %\u2069"  # stays as it is written
            painter.drawText(self._mirror(place, percent), int(align), words)
        bar = self._mirror(place, place.adjusted(0, 0, -wide - 16, 0))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("track"))
        painter.drawRoundedRect(QRectF(bar), 3, 3)
        painter.setBrush(theme.colour("accent"))
        length, left = 0.0, 0.0
        if fraction == MOVING:
            length = bar.width() * 0.26
            left = (bar.width() - length) * self.phase
        elif fraction > 0:
            length = max(6.0, bar.width() * fraction)
        if length:
            if self._way() == Qt.LayoutDirection.RightToLeft:
                left = bar.width() - length - left
            painter.drawRoundedRect(
                QRectF(bar.left() + left, bar.top(), length, bar.height()), 3, 3
            )

    # --- the buttons in a row ---------------------------------------------------------------------

    def _wanted(self, entry: Entry) -> list[tuple[str, str, str]]:
        """The buttons of a row: what they do, their icons and their words."""
        kind = self._model.fate(entry).kind
        if entry.state == "unclear" or kind == "needs_you":
            return [("open", "", self.tr("Look into it"))]
        if entry.state == "refused":
            return [("retry", "rotate-cw", self.tr("Retry")), ("open", "ellipsis", "")]
        if kind == "failed":
            words = self._model.retry_words(entry)
            return [("retry", "rotate-cw", words), ("open", "ellipsis", "")]
        if kind == "late":
            return [("open", "", self.tr("Look into it"))]
        cancel = ("cancel", "x", "")
        if entry.state == "uploading":
            return [("hold", "pause", ""), cancel]
        if self._model.is_held(entry):
            return [("hold", "play", ""), cancel]
        if self._model.is_in_line(entry):
            return [("hurry", "arrow-up-to-line", ""), cancel]
        if entry.state == "waiting":
            if (entry.next_try is not None or entry.code) and not self._model.paused:
                words = self.tr("Send now") if entry.code == HELD else self.tr("Try now")
                return [("retry", "", words), cancel]
            return [cancel]
        return [cancel] if entry.can_cancel else []

    def actions(self, rect: QRect, entry: Entry) -> list[Action]:
        """Return the buttons of a row in their order, for painting and for clicks."""
        return [
            replace(one, place=self._mirror(rect, one.place)) for one in self._actions(rect, entry)
        ]

    def _actions(self, rect: QRect, entry: Entry) -> list[Action]:
        """The same, reckoned from the left."""
        theme = Theme.instance()
        wanted = self._wanted(entry)
        height = theme.px("size.control_small")
        top = rect.top() + (theme.px("row.activity") - height) // 2
        if self._model.line(entry).fraction is not None:
            top += BAR_ROOM // 2
        metrics = QFontMetrics(theme.font("control"))
        right = rect.right() - EDGE - INNER + 1
        found: list[Action] = []
        for kind, icon, words in reversed(wanted):
            width = 28
            if words:
                width = metrics.horizontalAdvance(words) + 20 + (19 if icon else 0)
            found.insert(0, Action(kind, icon, words, QRect(right - width, top, width, height)))
            right -= width + 6
        return found

    def _button(self, painter: QPainter, action: Action, row_hovered: bool) -> None:
        theme = Theme.instance()
        place = action.place
        over = row_hovered and place.contains(self.pointer)
        if action.words:
            painter.setPen(QPen(theme.colour("control_border" if over else "border_strong"), 1))
            painter.setBrush(theme.colour("hover" if over else "raised"))
            painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        elif over:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("pressed"))
            painter.drawRoundedRect(QRectF(place), 6, 6)
        colour: QColor = theme.colour("text" if action.words else "text_muted")
        left = place.left() + (10 if action.words else 0)
        if action.icon:
            size = 14 if action.words else 16
            box = QRect(left, place.top(), size if action.words else place.width(), place.height())
            painters.paint_icon(painter, self._mirror(place, box), action.icon, size, colour)
            left += size + 5
        if action.words:
            painter.setFont(theme.font("control"))
            painter.setPen(colour)
            area = QRect(left, place.top(), place.right() - left, place.height())
            middle = int(Qt.AlignmentFlag.AlignVCenter)
            painter.drawText(self._mirror(place, area), middle, action.words)
