"""Mouse, drag and drop, and keys of the calendar."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QPoint,
    QPointF,
    QRect,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
)
from PySide6.QtWidgets import (
    QApplication,
    QWidget,
)

from posto_desktop.core.recurrence import wall_moment
from posto_desktop.models import dates
from posto_desktop.models.calendar import CalendarModel
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui.accessibility.announcer import announce_at_once
from posto_desktop.ui.calendar.card_drag import CardDrag
from posto_desktop.ui.calendar.renderer import CalendarDropTarget, CardItem, HitResult
from posto_desktop.ui.calendar.surface import CalendarSurface
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.drop_overlay import read_drag
from posto_desktop.ui.widgets.text_drag import drag_text, text_of

__all__ = ["DRAFT_MIME", "CalendarView"]

DRAFT_MIME = "application/x-posto-draft"
STEP, FINE_STEP = 15, 5
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_EDGE = 28
_FRAME_MS = 16
_EDGE_WAIT_MS = 300  # a drag that only crosses the edge does not scroll


class CalendarView(CalendarSurface):
    """Calendar view with all its input. Alt and an arrow lift a card, further arrows move it, Enter
    drops it, Escape cancels.

    Signals:
    - moveRequested(object Card, object datetime, bool ask): a card was moved; `ask` which of its
    posts to move.
    - detailsRequested(object Card, QRect global), editRequested(object Card), menuRequested(object
    Card, QPoint global), moreRequested(list[Card], QRect global).
    - placeRequested(object datetime, QRect global): a free place was clicked.
    - startRequested(object datetime): start a message for this time (aware UTC).
    - draftDropped(str id, object datetime), filesDropped(object list[str], object datetime).
    - dayRequested(object date): the title of a day was clicked.
    - pageRequested(int step, object date): keys moved beyond the shown days, to this day.
    """

    moveRequested = Signal(object, object, bool)
    detailsRequested = Signal(object, QRect)
    editRequested = Signal(object)
    placeRequested = Signal(object, QRect)
    menuRequested = Signal(object, QPoint)
    moreRequested = Signal(list, QRect)
    startRequested = Signal(object)
    draftDropped = Signal(str, object)
    filesDropped = Signal(object, object)
    dayRequested = Signal(object)
    pageRequested = Signal(int, object)

    def __init__(
        self, model: CalendarModel, pictures: ImageCache, parent: QWidget | None = None
    ) -> None:
        self.edge = QTimer()
        self._snap: QVariantAnimation | None = None
        self._pressed: tuple[QPoint, HitResult] | None = None
        self._is_offering = False
        self._dismissed = ""
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a shortcut of the page; returns True if it did."""
        super().__init__(model, pictures, parent)
        self.viewport().setAcceptDrops(True)
        self.setAcceptDrops(True)
        self.edge.setParent(self)
        self.edge.timeout.connect(self._scroll_at_edge)
        model.modelReset.connect(self._forget_pressed)

    @Slot()
    def _forget_pressed(self) -> None:
        self._pressed = None

    # -- the pointer ---------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        hit = self._hit(place)
        self.by_keys = False
        if self.drag is not None and self.drag.by_keys:
            self.cancel_drag()
        if hit.offscreen is None and (hit.card is not None or hit.day is not None):
            self.set_current(hit.day, hit.card.key if hit.card is not None else "")
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed = (place, hit)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self.drag is not None and not self.drag.by_keys:
            card, window = self.drag.card, self.window()
            if card is not None and not window.rect().contains(self.mapTo(window, place)):
                self._drag_text(card)
            else:
                self._drag_to(place, event.modifiers())
            return
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            start, hit = self._pressed
            far = (place - start).manhattanLength() >= QApplication.startDragDistance()
            if far and hit.card is not None and not hit.more:
                if not hit.card.movable or self.view == "agenda":
                    self._drag_text(hit.card)
                    return
                self._begin_drag(start, hit.card)
                if self.drag is not None:
                    self._drag_to(place, event.modifiers())
            return
        self._set_hover(self._hit(place))

    def _set_hover(self, hit: HitResult) -> None:
        before, self._hover = self._hover, hit
        if before.moment != hit.moment or before.rect != hit.rect:
            self.viewport().update(before.rect.translated(0, self.content_offset()))
            self.viewport().update(hit.rect.translated(0, self.content_offset()))
        pointing = bool(hit.moment or hit.card or hit.more or hit.offscreen or hit.title)
        self.viewport().setCursor(
            Qt.CursorShape.PointingHandCursor if pointing else Qt.CursorShape.ArrowCursor
        )

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self._is_offering:
            self._set_hover(HitResult())

    def set_offering(self, on: bool) -> None:
        """Keep the hovered place visible while a popup offers it."""
        self._is_offering = on
        if not on and not self.viewport().underMouse():
            self._set_hover(HitResult())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        pressed, self._pressed = self._pressed, None
        dismissed, self._dismissed = self._dismissed, ""
        if self.drag is not None and not self.drag.by_keys:
            self._drag_to(event.position().toPoint(), event.modifiers())
            self._drop(bool(event.modifiers() & Qt.KeyboardModifier.AltModifier))
            return
        if pressed is None:
            return
        start, hit = pressed
        moved = (event.position().toPoint() - start).manhattanLength()
        if hit.offscreen is not None:
            nearest = hit.offscreen.nearest
            self.set_current(nearest.day, nearest.key)
        elif hit.more:
            self.moreRequested.emit(hit.more, self.global_rect(hit.rect))
        elif moved >= QApplication.startDragDistance() or (
            hit.card is not None and hit.card.key == dismissed
        ):
            return
        elif hit.card is not None:
            self.detailsRequested.emit(hit.card, self.global_rect(hit.rect))
        elif hit.title:
            self.dayRequested.emit(hit.day)
        elif hit.slot is not None:
            self.startRequested.emit(hit.slot)
        elif hit.moment is not None:
            self.placeRequested.emit(hit.moment, self.global_rect(hit.rect))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        self._pressed = None
        self.double_click(event.position().toPoint())

    def press_card(self, place: QPoint, shown: str = "") -> None:
        """Press the card at a global position, if there is one: that press closed a popup. A click
        on the card whose details it closed, `shown`, does not open them again."""
        area, window = self.viewport(), self.window().windowHandle()
        at = area.mapFromGlobal(place)
        if window is None or not area.rect().contains(at) or self._hit(at).card is None:
            return
        button = Qt.MouseButton.LeftButton
        press = QMouseEvent(
            QEvent.Type.MouseButtonPress,
            QPointF(window.mapFromGlobal(place)),
            QPointF(place),
            button,
            button,
            Qt.KeyboardModifier.NoModifier,
        )
        # By way of the window, so that the release follows to the same widget.
        QApplication.postEvent(window, press)
        self._dismissed = shown

    def double_click(self, place: QPoint) -> None:
        """Edit the message at a point of the viewport, or start one there."""
        hit = self._hit(place)
        if hit.card is not None:
            self.editRequested.emit(hit.card)
        elif hit.moment is not None and hit.slot is None and not hit.more:
            self.startRequested.emit(hit.moment)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        card = self.current_card()
        if event.reason() == QContextMenuEvent.Reason.Mouse:
            card = self._hit(event.pos()).card
        if card is None:
            return
        place = event.globalPos()
        if event.reason() != QContextMenuEvent.Reason.Mouse:
            rect = self.visualRect(self.currentIndex())
            place = self.viewport().mapToGlobal(rect.center())
        self.menuRequested.emit(card, place)

    # -- dragging ------------------------------------------------------------------------------

    def _begin_drag(self, place: QPoint, card: CalendarCard) -> None:
        item = self.renderer.item_of(card.key)
        if item is None or self.view == "agenda":
            return
        content = self.to_content(place)
        grab = content - item.rect.topLeft()
        self.drag = CardDrag(item, grab, place, picture=self._picture_of(item))
        self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        self._set_hover(HitResult())
        self.viewport().update()

    def _drag_text(self, card: CalendarCard) -> None:
        """Drag the text of a card to other programs: it left the window, or cannot be moved."""
        self._pressed = None
        self.cancel_drag()
        self.viewport().unsetCursor()
        drag_text(self, text_of(row.whole_text for row in card.rows))

    def _drag_to(self, place: QPoint, keys: Qt.KeyboardModifier) -> None:
        drag = self.drag
        if drag is None:
            return
        self.lay_out_cards()
        room, zone = self.viewport().rect(), self.calendar.zone
        before = drag.area(room, self.content_offset(), zone)
        day = drag.target.day if drag.target is not None else None
        drag.place = place
        step = FINE_STEP if keys & Qt.KeyboardModifier.AltModifier else STEP
        drag.target = None
        if place.y() >= self.renderer.head and self.viewport().rect().contains(place):
            grab = drag.grab
            if drag.card is not None and self.view == "month":
                grab = QPoint()
            drag.target = self.renderer.target(self.to_content(place), grab, step, drag.card)
        self._show_new_time(drag)
        if (drag.target.day if drag.target is not None else None) != day:
            self.viewport().update()
        else:
            self.viewport().update(before.united(drag.area(room, self.content_offset(), zone)))
        near = min(place.y() - self.renderer.head, self.viewport().height() - place.y()) < _EDGE
        if near and not self.edge.isActive():
            self.edge.start(_EDGE_WAIT_MS)
        elif not near:
            self.edge.stop()

    def _show_new_time(self, drag: CardDrag) -> None:
        """Paint the new time on the dragged card."""
        if drag.item is None:
            return
        moment = drag.target.moment if drag.target is not None else drag.item.card.moment
        if moment != drag.shown:
            drag.shown = moment
            moved_card = replace(drag.item.card, moment=moment)
            drag.moving = self._picture_of(CardItem(moved_card, drag.item.rect, drag.item.kind))

    @Slot()
    def _scroll_at_edge(self) -> None:
        if self.drag is None:
            self.edge.stop()
            return
        self.edge.setInterval(_FRAME_MS)
        place = self.drag.place
        above = place.y() - self.renderer.head
        bar = self.verticalScrollBar()
        bar.setValue(bar.value() + (-10 if above < _EDGE else 10))
        self._drag_to(place, QApplication.keyboardModifiers())

    def _drop(self, ask: bool) -> None:
        drag = self.drag
        self.edge.stop()
        if drag is None or drag.card is None:
            self.cancel_drag()
            return
        target, card = drag.target, drag.card
        if target is None or target.moment == card.moment:
            self.cancel_drag()
            return

        def done() -> None:
            self.cancel_drag()
            self.moveRequested.emit(card, target.moment, ask)

        duration = int(Theme.instance().token("motion.drag_snap_ms"))
        if drag.by_keys or not duration:
            done()
        else:
            self._snap_to(drag, target, duration, done)

    def _snap_to(
        self, drag: CardDrag, target: CalendarDropTarget, duration: int, done: Callable[[], None]
    ) -> None:
        goal = target.rect.translated(0, self.content_offset()).topLeft() + drag.grab
        snap = QVariantAnimation(self)
        snap.setDuration(duration)
        snap.setStartValue(drag.place)
        snap.setEndValue(goal)
        snap.setEasingCurve(QEasingCurve.Type.OutCubic)

        def moved(place: object) -> None:
            if isinstance(place, QPoint):
                drag.place = place
                self.viewport().update()

        snap.valueChanged.connect(moved)
        snap.finished.connect(done)
        self._snap = snap
        snap.start(QVariantAnimation.DeletionPolicy.KeepWhenStopped)

    def move_by_keys(self, days: int, minutes: int) -> None:
        """Move the current card by keys, from its place or from where keys have moved it so far."""
        drag = self.drag if self.drag is not None and self.drag.by_keys else None
        if drag is None:
            card = self.current_card()
            item = self._item(card) if card is not None else None
            if card is None or item is None or not card.movable or self.view == "agenda":
                return
            dragged = CardItem(card, item.rect, item.kind)
            drag = CardDrag(dragged, picture=self._picture_of(dragged), by_keys=True)
            drag.target = CalendarDropTarget(card.day, card.moment, dragged.rect)
        target = drag.target
        if target is None or drag.card is None:
            return
        moment = self._shifted(target.moment, days, minutes)
        day = self.calendar.axis.place(moment)[0]
        if moment <= self.calendar.now():
            return
        self.drag = drag
        if day not in self.calendar.days:
            self.pageRequested.emit(1 if day > self.calendar.days[-1] else -1, day)
            if self.drag is not drag or day not in self.calendar.days:
                return  # no slot turned the page
        drag.target = CalendarDropTarget(day, moment, self.renderer.rect_of_target(day, moment))
        moved_card = replace(drag.card, moment=moment)
        kind = drag.item.kind if drag.item is not None else "block"
        drag.moving = self._picture_of(CardItem(moved_card, drag.target.rect, kind))
        self.viewport().update()
        announce_at_once(self, ", ".join(word for word in drag.words(self.calendar.zone) if word))

    # -- what comes from outside ---------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        mime = event.mimeData()
        is_draft = mime.hasFormat(DRAFT_MIME)
        dragged = None if is_draft else read_drag(mime)
        if self.view != "agenda" and (dragged is None or dragged.paths or dragged.is_late):
            self.drag = CardDrag(None, place=event.position().toPoint())
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_to(event.position().toPoint(), event.modifiers())
        if self.drag is not None and self.drag.target is not None:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.cancel_drag()
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        self._drag_to(event.position().toPoint(), event.modifiers())
        target = self.drag.target if self.drag is not None else None
        self.cancel_drag()
        if target is None:
            event.ignore()
            return
        mime = event.mimeData()
        event.acceptProposedAction()
        if mime.hasFormat(DRAFT_MIME):
            draft = bytes(mime.data(DRAFT_MIME).data()).decode("utf-8", "replace")
            self.draftDropped.emit(draft, target.moment)
        elif paths := read_drag(mime).paths:
            self.filesDropped.emit(list(paths), target.moment)

    def cancel_drag(self) -> None:
        """End the drag without a move."""
        self.edge.stop()
        if self._snap is not None:
            self._snap.stop()
            self._snap = None
        super().cancel_drag()

    # -- keys ----------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.by_keys = True
        if not self._handle_key(event):
            # Without this, the table's own keys would move through its unused rows and columns.
            event.ignore()

    def drop_lifted(self) -> bool:
        """Drop the card that keys have lifted; return False if there is none."""
        if self.drag is None or not self.drag.by_keys:
            return False
        self._drop(False)
        return True

    def _handle_key(self, event: QKeyEvent) -> bool:
        """Handle a key; return True if it has a meaning here."""
        key, keys = event.key(), event.modifiers()
        plain = keys & ~Qt.KeyboardModifier.KeypadModifier
        arrow = _ARROWS.get(Qt.Key(key)) if key in _ARROWS else None
        if arrow is not None and self.isRightToLeft():
            arrow = (-arrow[0], arrow[1])
        if arrow is not None and (plain == Qt.KeyboardModifier.AltModifier or self._is_lifted()):
            self.move_by_keys(
                arrow[0], arrow[1] * STEP if self.view != "month" else arrow[1] * 7 * 1440
            )
            return True
        if self._is_lifted() and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.move_by_keys(7 if key == Qt.Key.Key_PageDown else -7, 0)
            return True
        if plain not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return self.handle_key(event)
        if arrow is not None:
            self._move_current(*arrow)
        elif key == Qt.Key.Key_Escape:
            if self.drag is None:
                return False
            self.cancel_drag()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not self.drop_lifted():
                self._activate_current()
        elif key == Qt.Key.Key_Home:
            self._move_to_edge(0)
        elif key == Qt.Key.Key_End:
            self._move_to_edge(-1)
        else:
            return self.handle_key(event)
        return True

    def _is_lifted(self) -> bool:
        return self.drag is not None and self.drag.by_keys

    def _activate_current(self) -> None:
        card, day = self.current_card(), self.current_day()
        if card is not None:
            self.detailsRequested.emit(card, self.rect_of_card(card))
        elif day is not None:
            moment = self.start_time_of(day)
            if moment is not None:
                self.startRequested.emit(moment)

    def _move_current(self, across: int, along: int) -> None:
        day = self.current_day()
        if day is None:
            self.to_today()
        elif across and self.view != "agenda":
            self._move_to_day(day + timedelta(days=across), beside=True)
        elif across or along:
            self._move_within_day(day, along or across)

    def leave_unlisted_day(self) -> None:
        """Go to the first card if the agenda does not list the current day."""
        model, day = self.calendar, self.current_day()
        if day is None or day == self._today() or model.cards_on(day):
            return
        card = next((card for shown in model.days for card in model.cards_on(shown)), None)
        if card is not None:
            self.set_current(card.day, card.key)

    def _move_within_day(self, day: date, step: int) -> None:
        """Go up or down through the cards of the day, then to the next day."""
        model = self.calendar
        card = self.current_card()
        keys = [card.key for card in model.cards_on(day)]
        at = keys.index(card.key) if card is not None and card.key in keys else -1
        if -1 <= at + step < len(keys):
            self.set_current(day, keys[at + step] if at + step >= 0 else "")
            return
        if self.view in ("day", "week"):
            return
        if self.view == "agenda":
            shown = [
                listed for listed in model.days if model.cards_on(listed) or listed == self._today()
            ]
            position = shown.index(day) + step if day in shown else 0
            if not 0 <= position < len(shown):
                return
            target_day = shown[position]
        else:
            target_day = day + timedelta(days=7 * step)
        if target_day not in model.days:
            self.pageRequested.emit(step, target_day)
        elif step < 0 and model.cards_on(target_day):
            self.set_current(target_day, model.cards_on(target_day)[-1].key)
        else:
            self.set_current(target_day)

    def _move_to_day(self, day: date, *, beside: bool) -> None:
        """Go to the card of another day that is nearest in time, else to the day."""
        model = self.calendar
        card = self.current_card()
        if day not in model.days:
            self.pageRequested.emit(1 if day > model.days[-1] else -1, day)
            return
        cards = model.cards_on(day)
        if card is None or not cards or not beside:
            self.set_current(day)
            return
        minute = model.axis.place(card.moment)[1]
        nearest = min(
            cards, key=lambda candidate: abs(model.axis.place(candidate.moment)[1] - minute)
        )
        self.set_current(day, nearest.key)

    def _move_to_edge(self, which: int) -> None:
        days = self.calendar.days
        if days:
            self.set_current(days[which])

    def _today(self) -> date:
        model = self.calendar
        return dates.local(model.now(), model.zone).date()

    def to_today(self) -> None:
        """Make today current if shown, else the first day."""
        days = self.calendar.days
        if days:
            today = self._today()
            self.set_current(today if today in days else days[0])

    def _shifted(self, moment: datetime, days: int, minutes: int) -> datetime:
        """Return a moment shifted by days at the same time of day, or by minutes."""
        zone = self.calendar.zone
        if abs(minutes) >= 1440:
            days, minutes = days + minutes // 1440, 0
        if days:
            local_time = dates.local(moment, zone)
            clock = local_time.time().replace(tzinfo=None)
            return wall_moment(local_time.date() + timedelta(days=days), clock, zone)
        return moment + timedelta(minutes=minutes)
