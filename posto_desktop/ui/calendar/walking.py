"""The keys of the calendar: from card to card and from day to day, and moving what is current."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent

from posto_desktop.core.recurrence import wall_moment
from posto_desktop.models import dates

if TYPE_CHECKING:
    from posto_desktop.ui.calendar.view import CalendarView

__all__ = ["Walk"]

_STEP = 15
_ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


class Walk:
    """Answers the keys of one view. A lifted card (Alt+arrow) goes where the arrows say until
    Enter puts it down or Escape brings it back."""

    def __init__(self, view: CalendarView) -> None:
        self._view = view

    def key(self, event: QKeyEvent) -> bool:
        """Whether the key meant something here."""
        view, key, keys = self._view, event.key(), event.modifiers()
        plain = keys & ~Qt.KeyboardModifier.KeypadModifier
        arrow = _ARROWS.get(Qt.Key(key)) if key in _ARROWS else None
        if arrow is not None and view.isRightToLeft():
            arrow = (-arrow[0], arrow[1])
        if arrow is not None and (plain == Qt.KeyboardModifier.AltModifier or self._lifted()):
            view.lift(arrow[0], arrow[1] * _STEP if view.view != "month" else arrow[1] * 7 * 1440)
            return True
        if self._lifted() and key in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            view.lift(7 if key == Qt.Key.Key_PageDown else -7, 0)
            return True
        if plain not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            return False
        if arrow is not None:
            self._go(*arrow)
        elif key == Qt.Key.Key_Escape:
            if view.drag is None:
                return False
            view.cancel_drag()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if not view.drop_lifted():
                self._enter()
        elif key == Qt.Key.Key_S:
            card = view.current_card()
            if card is not None and card.movable:
                view.rescheduleRequested.emit(card, view.rect_of_card(card))
        elif key == Qt.Key.Key_Home:
            self._to_edge(0)
        elif key == Qt.Key.Key_End:
            self._to_edge(-1)
        elif key == Qt.Key.Key_PageUp:
            view.pageRequested.emit(-1, None)
        elif key == Qt.Key.Key_PageDown:
            view.pageRequested.emit(1, None)
        elif key == Qt.Key.Key_Delete:
            view.keyTyped.emit("Delete")
        elif event.text().upper() in ("T", "W", "M", "D", "A", "R") and not keys:
            view.keyTyped.emit(event.text().upper())
        else:
            return False
        return True

    def _lifted(self) -> bool:
        return self._view.drag is not None and self._view.drag.by_keys

    def _enter(self) -> None:
        view = self._view
        card, day = view.current_card(), view.current_day()
        if card is not None:
            view.openRequested.emit(card)
        elif day is not None:
            moment = view.start_of(day)
            if moment is not None:
                view.startRequested.emit(moment)

    def _go(self, across: int, along: int) -> None:
        view = self._view
        day = view.current_day()
        if day is None:
            self.to_today()
        elif across and view.view != "agenda":
            self._to_day(day + timedelta(days=across), beside=True)
        elif across or along:
            self._along(day, along or across)

    def _along(self, day: date, step: int) -> None:
        """Up and down: through the cards of the day, then on to the next."""
        view, model = self._view, self._view.calendar
        card = view.current_card()
        keys = [one.key for one in model.cards_on(day)]
        at = keys.index(card.key) if card is not None and card.key in keys else -1
        if -1 <= at + step < len(keys):
            view.set_current(day, keys[at + step] if at + step >= 0 else "")
            return
        if view.view in ("day", "week"):
            return
        if view.view == "agenda":
            shown = [one for one in model.days if model.cards_on(one) or one == self._today()]
            there = shown.index(day) + step if day in shown else 0
            if not 0 <= there < len(shown):
                return
            other = shown[there]
        else:
            other = day + timedelta(days=7 * step)
        if other not in model.days:
            view.pageRequested.emit(step, other)
        elif step < 0 and model.cards_on(other):
            view.set_current(other, model.cards_on(other)[-1].key)
        else:
            view.set_current(other)

    def _to_day(self, day: date, *, beside: bool) -> None:
        """To the card of another day that is nearest in time, else to the day itself."""
        view, model = self._view, self._view.calendar
        card = view.current_card()
        if day not in model.days:
            view.pageRequested.emit(1 if day > model.days[-1] else -1, day)
            return
        cards = model.cards_on(day)
        if card is None or not cards or not beside:
            view.set_current(day)
            return
        mine = model.axis.place(card.moment)[1]
        nearest = min(cards, key=lambda one: abs(model.axis.place(one.moment)[1] - mine))
        view.set_current(day, nearest.key)

    def _to_edge(self, which: int) -> None:
        days = self._view.calendar.days
        if days:
            self._view.set_current(days[which])

    def _today(self) -> date:
        model = self._view.calendar
        return dates.local(model.now(), model.zone).date()

    def to_today(self) -> None:
        """Today is the current day where it is shown, else the first day."""
        days = self._view.calendar.days
        if days:
            today = self._today()
            self._view.set_current(today if today in days else days[0])

    def shifted(self, moment: datetime, days: int, minutes: int) -> datetime:
        """A moment some days on at the same time of the clock, or some minutes on."""
        zone = self._view.calendar.zone
        if abs(minutes) >= 1440:
            days, minutes = days + minutes // 1440, 0
        if days:
            there = dates.local(moment, zone)
            clock = there.time().replace(tzinfo=None)
            return wall_moment(there.date() + timedelta(days=days), clock, zone)
        return moment + timedelta(minutes=minutes)

    def announce(self, words: str) -> None:
        """Have a screen reader say something that no cell says."""
        if words and QAccessible.isActive():
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._view, words))
