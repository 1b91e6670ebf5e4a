"""Painter of calendar cards: the block of a time grid, the card and the chip of a month."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QPainter, QPainterPath, QPen

from posto_desktop.models import dates
from posto_desktop.models.calendar_cards import CalendarCard, is_of_planner
from posto_desktop.models.calendar_waiting import WAITING
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.models.zone_words import beside
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.thumbnails import paint_picture

__all__ = ["CardPainter"]

BADGE = 16
SMALL_BADGE = 14
_BAR = 4
_TITLE_ROOM = 60  # of a month's card, beside the time in another zone


class CardPainter:
    """Paints cards in the current theme. Cards sent before `now` are painted pale."""

    BESIDE_TIME = _BAR + 5 + 4 + 14 + 3
    """Pixels beside the time on a narrow card: bar, status icon, gaps."""

    def __init__(self, pictures: ImageCache, zone: tzinfo) -> None:
        self._pictures = pictures
        self._zone = zone
        self.now: datetime | None = None
        self.turn = 0
        self.conflicts: set[str] = set()
        self.is_evergreen: Callable[[CalendarCard], bool] = lambda _card: False
        self.moving: set[str] = set()
        self.zone_forms: Callable[[CalendarCard], tuple[str, str, str]] = lambda _card: ("", "", "")
        """Returns the time of a card in the zone of its channels: long, short, and alone."""
        self._clocks: dict[datetime, str] = {}

    def clear_cache(self) -> None:
        self._clocks.clear()

    def clock(self, moment: datetime) -> str:
        text = self._clocks.get(moment)
        if text is None:
            if len(self._clocks) > 5_000:
                self._clocks.clear()
            text = self._clocks[moment] = dates.clock(moment, self._zone)
        return text

    def _is_past(self, card: CalendarCard) -> bool:
        return self.now is not None and card.moment < self.now and card.status == "sent"

    # -- a block of the week or the day --------------------------------------------------------

    def block(
        self, painter: QPainter, rect: QRect, card: CalendarCard, words: Sequence[str] = ()
    ) -> None:
        """Paint a card of a time grid. Its last line shows the first of the `words` that fits."""
        theme = Theme.instance()
        self._paint_background(painter, rect, card, bar=True)
        tight, narrow = rect.width() < 90, rect.width() < 120
        left = rect.x() + _BAR + (5 if tight else 7)
        right = rect.right() - (2 if tight else 3 if narrow else 6)
        top = rect.y() + 6
        line = QFontMetrics(theme.font("strong")).height()
        head = painters.placed(painter, QRect(left, top, right - left, line), rect)
        x = left + self._time_and_status(painter, head, card)
        small = QFontMetrics(theme.font("small"))
        body = QRect(left, top + line + 4, right - left, rect.bottom() - top - line - 8)
        used = side = SMALL_BADGE if narrow else BADGE
        if not tight:
            room = painters.placed(painter, QRect(x + 2, top, right - x - 2, line), rect)
            used = self.badges(painter, room, card, 1 if narrow else 3, side)
        shows = bool(card.picture) and not (narrow and not tight) and body.height() >= 30
        if shows:
            side = min(30, body.height())
            if tight:  # the thumbnail leaves room for the network badges
                side = min(side, right - left - self._width_of_badges(card, 1, BADGE) - 1)
            spot = painters.placed(painter, QRect(left, body.y(), side, side), rect)
            paint_picture(painter, spot, self.picture(card))
            if tight:
                low = body.y() if words else body.bottom() - BADGE
                room = QRect(left + side, low, right - left - side, BADGE)
                self.badges(painter, painters.placed(painter, room, rect), card, 1)
                if not words:
                    return
            body.setLeft(left + side + 7)
        elif tight:
            used = 0
        body = painters.placed(painter, body, rect)
        more = _first_fitting(words, small, body.width())
        lines = max(1, body.height() // small.lineSpacing())
        painter.setFont(theme.font("small"))
        if more:
            last = QRect(body.x(), rect.bottom() - small.lineSpacing() - 3, body.width(), 20)
            painter.setPen(theme.colour("accent_text"))
            painter.drawText(last, int(Qt.AlignmentFlag.AlignLeft), more)
            lines = max(1, lines - 1)
        if tight and shows:
            return
        lines -= self._paint_zone_words(painter, body, card, lines)
        painter.setPen(self._text_colour(card))
        less = 0
        if not used and (tight or not more):
            # No room beside the time: paint at the end of the last line.
            last = QRect(body.x(), body.y() + (lines - 1) * small.lineSpacing(), body.width(), side)
            less = self.badges(painter, last, card, 1, side) + 4
            painter.setFont(theme.font("small"))
            painter.setPen(self._text_colour(card))
        for number, words in enumerate(_wrapped(card.title, small, body.width(), lines, less)):
            y = body.y() + number * small.lineSpacing()
            x = body.x()
            if painters.is_mirrored(painter):
                x = body.right() + 1 - small.horizontalAdvance(words)
            words = painters.oriented(painter, words)
            painter.drawText(QPointF(x, y + small.ascent()), words)

    # -- a month -------------------------------------------------------------------------------

    def card(self, painter: QPainter, rect: QRect, card: CalendarCard) -> None:
        """Paint the card of a month day with few messages: two lines and a thumbnail."""
        theme = Theme.instance()
        self._paint_background(painter, rect, card, bar=False)
        left, right = rect.x() + 4, rect.right() - 5
        if card.picture:
            side = rect.height() - 6
            spot = painters.placed(painter, QRect(left, rect.y() + 3, side, side), rect)
            paint_picture(painter, spot, self.picture(card), radius=4)
            left += side + 6
        half = (rect.height() - 4) // 2
        top = QRect(left, rect.y() + 2, right - left, half)
        x = left + self._time_and_status(painter, painters.placed(painter, top, rect), card)
        room = painters.placed(painter, QRect(x + 4, top.y(), right - x - 4, half), rect)
        self.badges(painter, room, card, 3, SMALL_BADGE)
        small = QFontMetrics(theme.font("small"))
        painter.setFont(theme.font("small"))
        painter.setPen(
            theme.colour("text_muted") if self._is_past(card) else self._text_colour(card)
        )
        forms = [form for form in self.zone_forms(card)[:2] if form]
        elsewhere = _first_fitting(forms, small, right - left - _TITLE_ROOM)
        has_room = small.horizontalAdvance(elsewhere) <= right - left - _TITLE_ROOM
        title = beside(elsewhere, card.title) if elsewhere and has_room else card.title
        words = _elided(title, small, right - left)
        line = painters.placed(painter, QRect(left, top.bottom(), right - left, half), rect)
        words = painters.oriented(painter, words)
        painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter), words)

    def chip(self, painter: QPainter, rect: QRect, card: CalendarCard) -> None:
        """Paint a chip of one line: status, time, title and the first network."""
        theme = Theme.instance()
        self._paint_background(painter, rect, card, bar=False)
        left, right = rect.x() + 5, rect.right() - 4
        y, tall = rect.y(), rect.height()
        self._status(painter, painters.placed(painter, QRect(left, y, 14, tall), rect), card)
        left += 19
        font = theme.font("chip_on")
        painter.setFont(font)
        painter.setPen(self._text_colour(card))
        time = self.clock(card.moment)
        width = QFontMetrics(font).horizontalAdvance(time)
        spot = painters.placed(painter, QRect(left, y, width + 2, tall), rect)
        painter.drawText(spot, _MIDDLE, time)
        left += width + 6
        spot = painters.placed(painter, QRect(left, y, right - left, tall), rect)
        used = self.badges(painter, spot, card, 1, SMALL_BADGE)
        small = QFontMetrics(theme.font("small"))
        painter.setFont(theme.font("small"))
        painter.setPen(self._text_colour(card))
        room = right - left - used - 4
        if room > 12:
            words = _elided(card.title, small, room)
            spot = painters.placed(painter, QRect(left, y, room, tall), rect)
            painter.drawText(spot, _MIDDLE, painters.oriented(painter, words))

    # -- parts ---------------------------------------------------------------------------------

    def _paint_background(
        self, painter: QPainter, rect: QRect, card: CalendarCard, *, bar: bool
    ) -> None:
        theme = Theme.instance()
        past = self._is_past(card)
        loud = card.status in ("failed", "late", "needs_you")
        look = theme.status(card.status) if card.status != "other" else theme.status("draft")
        box = QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if loud:
            fill = theme.status("late").bg if card.status == "needs_you" else look.bg
            painter.setBrush(fill)
        elif past:
            if not bar:
                return  # past cards have no shadow
            painter.setBrush(theme.colour("surface_alt"))
            painter.setPen(QPen(theme.colour("border"), 1))
        else:
            painter.setBrush(theme.colour("raised"))
            painter.setPen(QPen(theme.colour("border_strong"), 1))
        if is_of_planner(card):
            # Outlined: nothing here can move it.
            painter.setBrush(theme.colour("surface"))
            painter.setPen(QPen(look.solid, 1, Qt.PenStyle.DashLine))
        radius = 7.0 if bar else 5.0
        painter.drawRoundedRect(box, radius, radius)
        if bar:
            painter.save()
            path = QPainterPath()
            path.addRoundedRect(QRectF(rect), radius, radius)
            painter.setClipPath(path, Qt.ClipOperation.IntersectClip)
            edge = QRect(rect.x(), rect.y(), _BAR, rect.height())
            painter.fillRect(painters.placed(painter, edge, rect), look.solid)
            painter.restore()

    def _paint_zone_words(
        self, painter: QPainter, body: QRect, card: CalendarCard, lines: int
    ) -> int:
        """Paint the time in the zone of the channels on the first of several lines, and take it
        from `body`. Return how many lines that took."""
        forms = self.zone_forms(card)
        if lines < 2 or not forms[0]:
            return 0
        small = QFontMetrics(painter.font())
        painter.setPen(Theme.instance().colour("text_muted"))
        words = _elided(_first_fitting(forms[:2], small, body.width()), small, body.width())
        if not words.startswith(forms[2]):
            words = _elided(forms[2], small, body.width())  # a time that is cut says nothing
        words = painters.oriented(painter, words)
        painter.drawText(body, int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop), words)
        body.setTop(body.top() + small.lineSpacing())
        return 1

    def _text_colour(self, card: CalendarCard) -> QColor:
        return Theme.instance().colour("text_muted" if self._is_past(card) else "text")

    def _time_and_status(self, painter: QPainter, room: QRect, card: CalendarCard) -> int:
        """Paint them at the start of `room`; return how far they reach."""
        theme = Theme.instance()
        font = theme.font("strong")
        painter.setFont(font)
        painter.setPen(theme.colour("text"))
        time = self.clock(card.moment)
        width = QFontMetrics(font).horizontalAdvance(time)
        painter.drawText(room, _MIDDLE, time)
        place = QRect(room.x() + width + 4, room.y(), 14, room.height())
        first = painters.placed(painter, place, room)
        reach = width + 19
        if card.key not in self.conflicts:
            self._status(painter, first, card)
        elif reach + 18 < room.width() - 1:
            self._status(painter, first, card)
            second = painters.placed(painter, place.translated(18, 0), room)
            self._paint_conflict(painter, second)
            reach += 17
        else:  # the bar shows the status as well
            self._paint_conflict(painter, first)
        if self.is_evergreen(card) and reach + 18 < room.width() - 1:
            third = painters.placed(painter, place.translated(reach - width - 1, 0), room)
            colour = theme.colour("text_muted")
            painters.paint_icon(painter, third, "evergreen", 14, colour)
            reach += 17
        return reach

    def _paint_conflict(self, painter: QPainter, place: QRect) -> None:
        colour = Theme.instance().status("late").solid
        painters.paint_icon(painter, place, "triangle-alert", 14, colour)

    def _status(self, painter: QPainter, place: QRect, card: CalendarCard) -> None:
        theme = Theme.instance()
        if card.key in self.moving:
            painters.paint_spinner(painter, place, 14, theme.colour("text_muted"), self.turn)
            return
        if card.status == "other":
            icon = "monitor" if card.rows[0].status == WAITING else "circle-help"
            painters.paint_icon(painter, place, icon, 14, theme.colour("text_faint"))
            return
        look = theme.status(card.status)
        if card.status == "sending":
            painters.paint_spinner(painter, place, 14, look.solid, self.turn)
        else:
            painters.paint_icon(painter, place, look.icon, 14, look.solid)

    def badges(
        self, painter: QPainter, room: QRect, card: CalendarCard, most: int, side: int = BADGE
    ) -> int:
        """Paint network badges at the end of `room`, as many as fit. Return their width."""
        theme = Theme.instance()
        networks = card.networks
        if not networks:
            return 0
        font = theme.font("caption")
        width = self._width_of_badges(card, most, side)
        while width > room.width():
            most -= 1
            if not most:
                return 0
            width = self._width_of_badges(card, most, side)
        shown = networks[:most]
        hidden_count = len(networks) - len(shown)
        x = room.right() + 1 - width
        dpr = painters.device_ratio(painter)
        for slug in shown:
            mark = icons.network_badge(slug, side, dpr)
            place = QRect(x, room.y() + (room.height() - side) // 2, side, side)
            painter.drawPixmap(painters.placed(painter, place, room).topLeft(), mark)
            x += side + 1
        if hidden_count:
            painter.setFont(font)
            painter.setPen(theme.colour("text_muted"))
            place = painters.placed(painter, QRect(x + 1, room.y(), 40, room.height()), room)
            words = painters.oriented(painter, f"+{hidden_count}")
            painter.drawText(place, _MIDDLE, words)
        return width

    @staticmethod
    def _width_of_badges(card: CalendarCard, most: int, side: int) -> int:
        """Return the width of `most` badges and of the number of hidden ones."""
        hidden_count = len(card.networks) - most
        width = min(most, len(card.networks)) * (side + 1)
        if hidden_count > 0:
            font = Theme.instance().font("caption")
            width += QFontMetrics(font).horizontalAdvance(f"+{hidden_count}") + 1
        return width

    def picture(self, card: CalendarCard) -> QImage | None:
        return self._pictures.get(card.picture) if card.picture else None


_MIDDLE = int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft)


def _first_fitting(words: Sequence[str], metrics: QFontMetrics, width: int) -> str:
    """Return the first text that fits, else the last; "" if there is none."""
    fitting = (word for word in words if metrics.horizontalAdvance(word) <= width)
    return next(fitting, words[-1] if words else "")


def _elided(text: str, metrics: QFontMetrics, width: int) -> str:
    """Return the text elided to `width`. Measures no more of it than could fit."""
    most = max(0, width) // 2 + 8
    if len(text) > most:
        text = text[:most] + "…"
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _wrapped(text: str, metrics: QFontMetrics, width: int, lines: int, less: int = 0) -> list[str]:
    """Return the text in at most `lines` lines, the last one elided and `less` pixels narrower."""
    wrapped_lines: list[str] = []
    words = text.split()
    while words and len(wrapped_lines) < lines:
        if len(wrapped_lines) == lines - 1:
            wrapped_lines.append(_elided(" ".join(words), metrics, width - less))
            break
        line = words.pop(0)
        while words and metrics.horizontalAdvance(f"{line} {words[0]}") <= width:
            line += f" {words.pop(0)}"
        wrapped_lines.append(_elided(line, metrics, width))
    return wrapped_lines
