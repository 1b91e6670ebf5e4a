"""Painting, current item and tooltips of the calendar."""

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
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.calendar import offscreen, overlays
from posto_desktop.ui.calendar.card_drag import CardDrag
from posto_desktop.ui.calendar.grid import CalendarGrid
from posto_desktop.ui.calendar.month_renderer import MonthRenderer
from posto_desktop.ui.calendar.renderer import CardItem, HitResult
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip

__all__ = ["CalendarSurface"]

Index = QModelIndex | QPersistentModelIndex
_FAR_AWAY = 10_000


class CalendarSurface(CalendarGrid):
    """Paints the renderer's content from a cached pixmap and keeps the current day or card."""

    def __init__(
        self, model: CalendarModel, pictures: ImageCache, parent: QWidget | None = None
    ) -> None:
        self._canvas: QPixmap | None = None
        self.offscreen: list[offscreen.OffscreenIndicator] = []
        """The indicators at the edges, as painted."""
        self.drag: CardDrag | None = None
        self.by_keys = False
        """True if keys chose the current item: it then has the focus ring."""
        self._hover = HitResult()
        self._current: tuple[date | None, str] = (None, "")
        super().__init__(model, pictures, parent)
        self._spin = QTimer(self)
        self._spin.setInterval(1000 // 12)
        self._spin.timeout.connect(self._advance_spinner)
        model.modelReset.connect(self._model_reset)
        pictures.arrived.connect(self.repaint_all)
        Theme.instance().changed.connect(self.restyle)

    def set_view(self, view: str) -> None:
        self.cancel_drag()
        super().set_view(view)

    # -- painting ------------------------------------------------------------------------------

    @Slot()
    def repaint_all(self, *_args: object) -> None:
        self._canvas = None
        super().repaint_all()

    def _render(self) -> QPixmap:
        """Return the cached picture of everything but drag, hover and focus, so that dragging is
        cheap."""
        if self._canvas is None:
            self.lay_out_cards()
            size, ratio = self.viewport().size(), self.devicePixelRatioF()
            canvas = QPixmap(size * ratio)
            canvas.setDevicePixelRatio(ratio)
            self.cards.now = self.calendar.now()
            painter = QPainter(canvas)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.setLayoutDirection(self.layoutDirection())
            painter.translate(0, self.content_offset())
            shown = QRect(
                0, self.verticalOffset(), size.width(), max(0, size.height() - self.renderer.head)
            )
            self.renderer.paint(painter, shown)
            self.offscreen = self.renderer.offscreen(shown)
            for indicator in self.offscreen:
                offscreen.paint_indicator(painter, indicator)
            painter.translate(0, -self.content_offset())
            self.renderer.paint_head(painter)
            painter.end()
            self._canvas = canvas
            self._spin_if_sending()
        return self._canvas

    def paintEvent(self, event: QPaintEvent) -> None:
        canvas = self._render()
        painter = QPainter(self.viewport())
        painter.setLayoutDirection(self.layoutDirection())
        painter.setClipRegion(event.region())
        painter.drawPixmap(0, 0, canvas)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        below = QRect(0, self.renderer.head, self.viewport().width(), self.viewport().height())
        painter.setClipRect(below, Qt.ClipOperation.IntersectClip)
        if self.drag is not None:
            overlays.paint_drag(
                painter, self.drag, self.renderer, self.content_offset(), self.calendar.zone
            )
        else:
            overlays.paint_hover(painter, self._hover, self.renderer, self.content_offset())
            if self.hasFocus():
                self._paint_offer(painter)
                self._paint_current(painter)
        painter.end()

    def _paint_offer(self, painter: QPainter) -> None:
        """Paint the message that Enter would start on the current day."""
        day = self.current_day()
        if not self.by_keys or day is None or self.current_card() is not None:
            return
        moment = self.start_time_of(day)
        if moment is not None:
            place = self.renderer.place_rect(day, moment)
            overlays.paint_offer(painter, place, moment, self.renderer, self.content_offset())

    def _paint_current(self, painter: QPainter) -> None:
        index = self.currentIndex()
        rect = self.visualRect(index)
        if rect.isEmpty():
            return
        is_card = self.calendar.card_at(index) is not None
        if not is_card and self.view in ("day", "week"):  # the day with its head
            rect.setTop(self.renderer.head)
            rect.setHeight(self.viewport().height() - self.renderer.head)
        overlays.paint_current(painter, rect, by_keys=self.by_keys, is_card=is_card)

    def _spin_if_sending(self) -> None:
        sending = bool(self.cards.moving) or any(
            item.card.status == "sending" for item in self.renderer.items
        )
        sending = sending and not Theme.instance().less_motion
        if sending and self.isVisible() and not self._spin.isActive():
            self._spin.start()
        elif not sending:
            self._spin.stop()

    @Slot()
    def _advance_spinner(self) -> None:
        self.cards.turn = (self.cards.turn + 1) % 12
        if Theme.instance().less_motion:
            self._spin.stop()
        self.repaint_all()

    # -- the current day or card ---------------------------------------------------------------

    def current_card(self) -> CalendarCard | None:
        return self.calendar.card_at(self.currentIndex())

    def current_day(self) -> date | None:
        return self.calendar.day_at(self.currentIndex())

    def set_current(self, day: date | None, key: str = "") -> None:
        """Make a card or a day current; remember it even if it is not shown now."""
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
        self._hover = HitResult()
        day, key = self._current
        self.relayout()
        self.set_current(day, key)
        self._keep_drag()

    def _keep_drag(self) -> None:
        """Keep a drag after a model reset, also on other days; cancel it if its card has
        changed."""
        drag = self.drag
        if drag is None or drag.item is None:
            return
        self.lay_out_cards()
        before = drag.item.card
        item = self.renderer.item_of(before.key)
        if item is not None and (item.card.movable, item.card.moment) == (
            before.movable,
            before.moment,
        ):
            drag.item = item
        elif item is None and before.day not in self.calendar.days:
            away = QRect(drag.item.rect)
            away.moveRight(-_FAR_AWAY)
            drag.item = CardItem(before, away, drag.item.kind)
        else:
            self.cancel_drag()
            return
        if drag.target is not None and drag.target.day not in self.calendar.days:
            drag.target = None

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if came_by_keys(event):
            self.by_keys = True
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        self.viewport().update()

    # -- for those that act on it --------------------------------------------------------------

    def _hit(self, place: QPoint) -> HitResult:
        if place.y() < self.renderer.head:
            return self._hit_head(place)
        self.lay_out_cards()
        content = self.to_content(place)
        for indicator in self.offscreen:
            if indicator.rect.contains(content):
                return HitResult(indicator.nearest.day, rect=indicator.rect, offscreen=indicator)
        return self.renderer.hit(content)

    def _hit_head(self, place: QPoint) -> HitResult:
        for day in self.calendar.days if self.view == "week" else ():
            title = self.renderer.title_rect(day)
            if title.contains(place):
                rect = title.translated(0, -self.content_offset())
                return HitResult(day, rect=rect, title=True)
        return HitResult()

    def _picture_of(self, item: CardItem) -> QPixmap:
        ratio = self.devicePixelRatioF()
        picture = QPixmap(item.rect.size() * ratio)
        picture.setDevicePixelRatio(ratio)
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        self.renderer.paint_card(painter, QRect(QPoint(), item.rect.size()), item)
        painter.end()
        return picture

    def cancel_drag(self) -> None:
        """End the drag without a move."""
        if self.drag is not None:
            self.drag = None
            self.viewport().unsetCursor()
            self.viewport().update()

    def global_rect(self, rect: QRect) -> QRect:
        """Return where a rectangle of the content is on the screen."""
        corner = rect.topLeft() + QPoint(0, self.content_offset())
        return QRect(self.viewport().mapToGlobal(corner), rect.size())

    def rect_of_card(self, card: CalendarCard) -> QRect:
        """Return the global rectangle of a card."""
        self.lay_out_cards()
        item = self._item(card)
        if item is not None:
            return self.global_rect(item.rect)
        area = self.viewport().rect()
        return QRect(self.viewport().mapToGlobal(area.topLeft()), area.size())

    def start_time_of(self, day: date) -> datetime | None:
        """Return the time for a message that a key starts on a day."""
        renderer = self._renderers["month"]
        assert isinstance(renderer, MonthRenderer)
        return renderer.start_time_on(day)

    def time_passed(self) -> None:
        """Move the now line and fade past cards."""
        self.repaint_all()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._spin.stop()
        self.cancel_drag()

    def tip_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """Return the tooltip at a point of the viewport, and the area that it applies to."""
        hit = self._hit(place)
        if self.drag is not None:
            return None
        rect = hit.rect.translated(0, self.content_offset())
        if hit.offscreen is not None:
            return hit.offscreen.tip(), rect
        if hit.card is not None:
            return self.calendar.tip(hit.card), rect
        holiday = self._holiday_at(place)
        if holiday is None and hit.title:
            return self.tr("Show this day"), rect
        return holiday

    def _holiday_at(self, place: QPoint) -> tuple[str, QRect] | None:
        """Return the holiday at a day's title, whose text may be cut."""
        for day, name in self.calendar.holidays.items():
            if day not in self.calendar.days:
                continue
            title = self.renderer.title_rect(day)
            title.translate(0, 0 if self.view in ("day", "week") else self.content_offset())
            if title.contains(place):
                return name, title
        return None

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = self.tip_at(event.pos())
            if tip is not None:
                QToolTip.showText(event.globalPos(), wrap_tool_tip(tip[0]), self, tip[1])
            else:
                QToolTip.hideText()
            return True
        return super().viewportEvent(event)
