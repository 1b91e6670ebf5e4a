"""The days and cards of the calendar on the screen: how they are painted, and what is current."""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    QTimer,
    Slot,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleEvent,
    QFocusEvent,
    QHelpEvent,
    QHideEvent,
    QPainter,
    QPaintEvent,
    QPixmap,
)
from PySide6.QtWidgets import (
    QToolTip,
    QWidget,
)

from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import Card
from posto_desktop.models.pictures import PictureBook
from posto_desktop.ui.calendar import beyond, overlays
from posto_desktop.ui.calendar.dragging import Drag
from posto_desktop.ui.calendar.face import Hit, Spot
from posto_desktop.ui.calendar.grid import CalendarGrid
from posto_desktop.ui.calendar.month_face import MonthFace
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.tips import wrapped

__all__ = ["CalendarSurface"]

Index = QModelIndex | QPersistentModelIndex
_FAR_AWAY = 10_000
_BY_KEYS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class CalendarSurface(CalendarGrid):
    """Paints the days and cards itself, as its face draws them, and keeps what is current."""

    def __init__(
        self, model: CalendarModel, pictures: PictureBook, parent: QWidget | None = None
    ) -> None:
        self._canvas: QPixmap | None = None
        self.beyond: list[beyond.Beyond] = []
        """Messages out of sight that are told of at the edges, as they are painted."""
        self.drag: Drag | None = None
        self.by_keys = False
        """Whether what is current was chosen with keys: then it has the focus ring."""
        self._hover = Hit()
        self._current: tuple[date | None, str] = (None, "")
        super().__init__(model, pictures, parent)
        self._spin = QTimer(self)
        self._spin.setInterval(1000 // 12)
        self._spin.timeout.connect(self._turn)
        model.modelReset.connect(self._model_reset)
        pictures.arrived.connect(self.repaint_all)
        Theme.instance().changed.connect(self.restyle)

    def set_view(self, view: str) -> None:
        self.cancel_drag()
        super().set_view(view)

    # -- painting ------------------------------------------------------------------------------

    @Slot()
    def repaint_all(self, *_what: object) -> None:
        self._canvas = None
        super().repaint_all()

    def _painted(self) -> QPixmap:
        """All but what moves, painted once: dragging over it costs next to nothing."""
        if self._canvas is None:
            self.place_all()
            size, ratio = self.viewport().size(), self.devicePixelRatioF()
            canvas = QPixmap(size * ratio)
            canvas.setDevicePixelRatio(ratio)
            self.cards.now = self.calendar.now()
            painter = QPainter(canvas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(0, self.down())
            shown = QRect(
                0, self.verticalOffset(), size.width(), max(0, size.height() - self.face.head)
            )
            self.face.paint(painter, shown)
            self.beyond = self.face.beyond(shown)
            for one in self.beyond:
                beyond.paint(painter, one)
            painter.translate(0, -self.down())
            self.face.paint_head(painter)
            painter.end()
            self._canvas = canvas
            self._spin_if_sending()
        return self._canvas

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = self._painted()
        painter = QPainter(self.viewport())
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        below = QRect(0, self.face.head, self.viewport().width(), self.viewport().height())
        painter.setClipRect(below, Qt.ClipOperation.IntersectClip)
        if self.drag is not None:
            overlays.paint_drag(painter, self.drag, self.face, self.down(), self.calendar.zone)
        else:
            overlays.paint_hover(painter, self._hover, self.face, self.down())
            if self.hasFocus():
                self._paint_current(painter)
        painter.end()

    def _paint_current(self, painter: QPainter) -> None:
        index = self.currentIndex()
        rect = self.visualRect(index)
        if rect.isEmpty():
            return
        is_card = self.calendar.card_at(index) is not None
        if not is_card and self.view in ("day", "week"):  # the day from its head downwards
            rect.setTop(self.face.head)
            rect.setHeight(self.viewport().height() - self.face.head)
        overlays.paint_current(painter, rect, by_keys=self.by_keys, is_card=is_card)

    def _spin_if_sending(self) -> None:
        sending = bool(self.cards.moving) or any(
            spot.card.status == "sending" for spot in self.face.spots
        )
        if sending and self.isVisible() and not self._spin.isActive():
            self._spin.start()
        elif not sending:
            self._spin.stop()

    @Slot()
    def _turn(self) -> None:
        self.cards.turn = (self.cards.turn + 1) % 12
        self.repaint_all()

    # -- the current day or card ---------------------------------------------------------------

    def current_card(self) -> Card | None:
        return self.calendar.card_at(self.currentIndex())

    def current_day(self) -> date | None:
        return self.calendar.day_at(self.currentIndex())

    def set_current(self, day: date | None, key: str = "") -> None:
        """Make a card the current one, or a day; what is not shown is remembered."""
        self._current = (day, key)
        card = self.calendar.card(key) if key else None
        if card is not None:
            index = self.calendar.index_of_card(card)
        else:
            index = self.calendar.index_of_day(day) if day is not None else QModelIndex()
        self.setCurrentIndex(index)
        self.viewport().update()

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if not current.isValid():
            return
        card = self.calendar.card_at(current)
        self._current = (self.calendar.day_at(current), card.key if card is not None else "")
        self.scrollTo(current)
        self.viewport().update()
        if self.hasFocus() and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleEvent(self, QAccessible.Event.Focus))

    @Slot()
    def _model_reset(self) -> None:
        self._hover = Hit()
        day, key = self._current
        self.relayout()
        self.set_current(day, key)
        self._keep_drag()

    def _keep_drag(self) -> None:
        """What is being dragged stays in the hand, also on other days, unless it is not what it
        was any more."""
        drag = self.drag
        if drag is None or drag.spot is None:
            return
        self.place_all()
        before = drag.spot.card
        spot = self.face.spot_of(before.key)
        if spot is not None and (spot.card.movable, spot.card.moment) == (
            before.movable,
            before.moment,
        ):
            drag.spot = spot
        elif spot is None and before.day not in self.calendar.days:
            away = QRect(drag.spot.rect)
            away.moveRight(-_FAR_AWAY)
            drag.spot = Spot(before, away, drag.spot.kind)
        else:
            self.cancel_drag()
            return
        if drag.target is not None and drag.target.day not in self.calendar.days:
            drag.target = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _BY_KEYS:
            self.by_keys = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        self.viewport().update()

    # -- for those that act on it --------------------------------------------------------------

    def _hit(self, place: QPoint) -> Hit:
        if place.y() < self.face.head:
            return Hit()
        self.place_all()
        content = self.to_content(place)
        for one in self.beyond:
            if one.rect.contains(content):
                return Hit(one.nearest.day, rect=one.rect, beyond=one)
        return self.face.hit(content)

    def _picture_of(self, spot: Spot) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(spot.rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.face.paint_card(painter, QRect(QPoint(), spot.rect.size()), spot)
        painter.end()
        return picture

    def cancel_drag(self) -> None:
        """Everything is where it was."""
        if self.drag is not None:
            self.drag = None
            self.viewport().unsetCursor()
            self.viewport().update()

    def rect_of_card(self, card: Card) -> QRect:
        """Where a card is on the screen."""
        spot = self._spot(card)
        rect = spot.rect.translated(0, self.down()) if spot is not None else self.viewport().rect()
        return QRect(self.viewport().mapToGlobal(rect.topLeft()), rect.size())

    def start_of(self, day: date) -> datetime | None:
        """When a message goes out that is started on a day with the keyboard."""
        face = self._faces["month"]
        assert isinstance(face, MonthFace)
        return face.start_on(day)

    def time_passed(self) -> None:
        """The now line moves, and what is over turns pale."""
        self.repaint_all()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._spin.stop()
        self.cancel_drag()

    def tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """What a tool tip says at a point of the viewport, and for how much of it."""
        hit = self._hit(place)
        if self.drag is not None:
            return None
        rect = hit.rect.translated(0, self.down())
        if hit.beyond is not None:
            return hit.beyond.tip(), rect
        if hit.card is not None:
            return self.calendar.tip(hit.card), rect
        return self._holiday_at(place)

    def _holiday_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """Its whole name, where the name of a day is: there may be no room for all of it."""
        for day, name in self.calendar.holidays.items():
            if day not in self.calendar.days:
                continue
            title = self.face.title_rect(day)
            title.translate(0, 0 if self.view in ("day", "week") else self.down())
            if title.contains(place):
                return name, title
        return None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), wrapped(tip[0]), self, tip[1])
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)
