"""Paints a row of the list of drafts: title, second line, labels, pictures, networks, age."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QApplication, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from posto_desktop.models import drafts as rows
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.label_chips import label_height, label_width, paint_label

Index = QModelIndex | QPersistentModelIndex

PAD = 12
THUMB = 36
_THUMB_GAP = 4
_BADGE = 16
_MORE = 32
_MOST_BADGES = 6
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class DraftsDelegate(QStyledItemDelegate):
    """Every row is as high as the next: a thousand of them are laid out at once."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ring = False
        """Whether the current row has the keyboard's ring."""
        # Scaled pictures by key and pixel ratio: painting must not scale.
        self._scaled: dict[tuple[int, float], object] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        theme = Theme.instance()
        return QSize(200, max(THUMB, theme.line("control") + theme.line("small")) + 18)

    @staticmethod
    def more_rect(rect: QRect, direction: Qt.LayoutDirection) -> QRect:
        """Where the dots of a row are."""
        left = rect.right() + 1 - _MORE
        if direction == Qt.LayoutDirection.RightToLeft:
            left = rect.left()
        return QRect(left, rect.y(), _MORE, rect.height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        theme = Theme.instance()
        state = option.state
        current = bool(state & QStyle.StateFlag.State_Selected)
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        rect = option.rect
        painter.save()
        painter.setLayoutDirection(option.direction)
        if current or state & QStyle.StateFlag.State_MouseOver:
            role = "selected" if current else "hover_row"
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour(role))
            painter.drawRoundedRect(rect, 7, 7)
        more = self.more_rect(rect, option.direction)
        painters.paint_icon(painter, more, "ellipsis", 16, theme.colour("text_muted"))
        inside = (_MORE, -PAD) if mirrored else (PAD, -_MORE)
        row = _Row(rect.adjusted(inside[0], 0, inside[1], 0), mirrored)
        self._side(painter, row, index)
        self._pictures(painter, row, index)
        self._words(painter, row, index)
        if self.ring and current:
            painters.paint_row_focus(painter, rect, 7)
        painter.restore()

    def _side(self, painter: QPainter, row: _Row, index: Index) -> None:
        """The age, and under it where the draft goes to."""
        theme = Theme.instance()
        age = str(index.data(rows.AgeRole))
        opened = index.data(rows.OpenRole)
        painter.setFont(theme.font("caption"))
        metrics = painter.fontMetrics()
        words = QApplication.translate("DraftsDelegate", "Open now") if opened else age
        slugs = list(index.data(rows.NetworksRole))
        more = len(slugs) - _MOST_BADGES
        badges = len(slugs) if more <= 0 else _MOST_BADGES - 1
        beyond = f"+{more + 1}" if more > 0 else ""
        beside = metrics.horizontalAdvance(beyond) + 4 if beyond else 0
        width = max(
            metrics.horizontalAdvance(words) + 2,
            badges * (_BADGE + 2) + beside,
            metrics.height() * 4,
        )
        top, bottom = row.lines(row.take_right(width, 12), two=bool(slugs))
        painter.setPen(theme.colour("accent_text" if opened else "text_faint"))
        painter.drawText(top, int(_RIGHT), words)
        ratio = painters.device_ratio(painter)
        end = _Row(bottom, row.mirrored)
        if beyond:
            painter.setPen(theme.colour("text_muted"))
            painter.drawText(end.take_right(beside, 0), int(_RIGHT), beyond)
        for slug in reversed(slugs[:badges]):
            place = end.take_right(_BADGE, 2)
            badge = icons.network_badge(slug, _BADGE, ratio)
            painter.drawPixmap(QPointF(place.x(), place.center().y() - _BADGE / 2 + 1), badge)

    def _pictures(self, painter: QPainter, row: _Row, index: Index) -> None:
        pictures = index.data(rows.PicturesRole)
        draft = index.data(rows.DraftRole)
        ratio = painters.device_ratio(painter)
        for number in reversed(range(len(pictures))):
            place = row.take_right(THUMB, _THUMB_GAP)
            place = QRect(place.x(), place.center().y() - THUMB // 2 + 1, THUMB, THUMB)
            image = pictures[number]
            if image is not None:
                key = (image.cacheKey(), ratio)
                pixmap = self._scaled.get(key)
                if pixmap is None:
                    if len(self._scaled) > 300:
                        self._scaled.clear()
                    pixmap = painters.rounded_pixmap(image, QSize(THUMB, THUMB), 5, ratio)
                    self._scaled[key] = pixmap
                painter.drawPixmap(place.topLeft(), pixmap)  # type: ignore[call-overload]
                continue
            theme = Theme.instance()
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("sunken"))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.drawRoundedRect(place, 5, 5)
            name = "play" if draft.media[number].kind == "video" else "image"
            painters.paint_icon(painter, place, name, 16, theme.colour("text_faint"))

    def _words(self, painter: QPainter, row: _Row, index: Index) -> None:
        theme = Theme.instance()
        labels, line = index.data(rows.DraftRole).labels, str(index.data(rows.LineRole))
        top, bottom = row.lines(row.rest, two=bool(labels or line))
        gap = 10
        top, bottom = (
            (top.adjusted(gap, 0, 0, 0), bottom.adjusted(gap, 0, 0, 0))
            if row.mirrored
            else (top.adjusted(0, 0, -gap, 0), bottom.adjusted(0, 0, -gap, 0))
        )
        _line(painter, top, str(index.data(rows.TitleRole)), "control", theme.colour("text"))
        below = _Row(bottom, row.mirrored)
        height = label_height(small=True)
        for number, label in enumerate(labels):
            width, room = label_width(label, small=True), below.rest.width()
            more = f"+{len(labels) - number}"
            if width > room * 0.6 and number:
                painter.setFont(theme.font("caption"))
                painter.setPen(QPen(theme.colour("text_muted")))
                place = below.take_left(painter.fontMetrics().horizontalAdvance(more) + 2, 6)
                painter.drawText(place, int(_LEFT), more)
                break
            place = below.take_left(min(width, room), 6)
            place = QRect(place.x(), place.center().y() - height // 2 + 1, place.width(), height)
            paint_label(painter, place, label, small=True)
        _line(painter, below.rest, line, "small", theme.colour("text_muted"))


class _Row:
    """What is left of a row's width; right to left its ends change places."""

    def __init__(self, rest: QRect, mirrored: bool) -> None:
        self.rest = rest
        self.mirrored = mirrored

    def take_right(self, width: int, gap: int = 0) -> QRect:
        return self._take(width, gap, self.mirrored)

    def take_left(self, width: int, gap: int = 0) -> QRect:
        return self._take(width, gap, not self.mirrored)

    def _take(self, width: int, gap: int, left: bool) -> QRect:
        rest = self.rest
        if left:
            taken = QRect(rest.x(), rest.y(), width, rest.height())
            self.rest = rest.adjusted(width + gap, 0, 0, 0)
        else:
            taken = QRect(rest.right() + 1 - width, rest.y(), width, rest.height())
            self.rest = rest.adjusted(0, 0, -width - gap, 0)
        return taken

    @staticmethod
    def lines(rect: QRect, *, two: bool) -> tuple[QRect, QRect]:
        """The places of two lines of text, one over the other in the middle; of one alone."""
        theme = Theme.instance()
        first, second = theme.line("control"), theme.line("small") if two else 0
        top = rect.y() + (rect.height() - first - second) // 2
        return (
            QRect(rect.x(), top, rect.width(), first),
            QRect(rect.x(), top + first, rect.width(), second),
        )


def _line(painter: QPainter, rect: QRect, text: str, font: str, colour: QColor) -> None:
    face = Theme.instance().font(font)
    painter.setFont(face)
    painter.setPen(colour)
    shown = QFontMetrics(face).elidedText(text, Qt.TextElideMode.ElideRight, max(0, rect.width()))
    painter.drawText(rect, int(_LEFT), shown)
