"""Behaviour of Tab, Enter and Shift+F10 in every window.

Qt's tab order is the order of creation, wrong as soon as a row is added later, and it handles focus
proxies badly. Windows, dialogs and popups therefore derive from `WindowKeysMixin`, which orders
controls by their current position.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from typing import cast

# `QtCore.Qt` is for when it is used: importing `Qt` makes its 100 enums, a tenth of the start.
from PySide6 import QtCore
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QRectF, Slot
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QCheckBox,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from posto_desktop.ui.widgets.require import require_parent

__all__ = ["EnterKeyFilter", "WindowKeysMixin", "scroll_to", "tab_stops"]

# Margin in px kept visible around a control that is scrolled to: focus ring and context.
_AROUND = 12
# Neighbours on one line may overlap vertically by this many pixels.
_SLACK = 3


def tab_stops(window: QWidget, at: QWidget | None = None) -> list[QWidget]:
    """Return the controls that Tab reaches, in reading order.

    Controls with the dynamic property `tabLate` come last within their parent. The focused control
    `at` is always included, even when it was just hidden or disabled: it marks where to go on.
    Disabled controls that say why are included, too: see `ReasonStop`.
    """
    from posto_desktop.ui.widgets.reason_stop import ReasonStop, reason_of  # after the first paint

    explained = at.control if isinstance(at, ReasonStop) else None
    focus_path: set[QWidget] = set()
    above = at
    while above is not None and above is not window:
        focus_path.add(above)
        above = above.parentWidget()
    policy = _policy_of_stops()

    def stops_in(widget: QWidget) -> list[QWidget]:
        mirrored = widget.isRightToLeft()
        parts: list[_Part] = []
        for child in widget.children():
            if not isinstance(child, QWidget) or child.isWindow():
                continue
            if child not in focus_path and child.isHidden():
                continue
            if child not in focus_path and not child.isEnabled():
                within = stops_in(child)
                if child is not explained and reason_of(child):
                    within.insert(0, child)
                if within:
                    parts.append((child, within))
                continue
            inside = stops_in(child)
            takes_it = (child.focusPolicy() & policy) == policy and child.focusProxy() is None
            if child is at or takes_it:
                inside.insert(0, child)
            if inside:
                parts.append((child, inside))
        if len(parts) > 1:
            parts = _as_read(parts, mirrored=mirrored)
            parts.sort(key=lambda part: bool(part[0].property("tabLate")))
        return [stop for _child, inside in parts for stop in inside]

    return stops_in(window)


def _policy_of_stops() -> QtCore.Qt.FocusPolicy:
    """Return the policy of tab stops; some systems limit Tab to fields and lists by default."""
    everything = QtCore.Qt.TabFocusBehavior.TabFocusAllControls
    behaviour = QGuiApplication.styleHints().tabFocusBehavior()
    return (
        QtCore.Qt.FocusPolicy.TabFocus
        if behaviour == everything
        else QtCore.Qt.FocusPolicy.StrongFocus
    )


# Windows turns these keys into a context menu event by itself; macOS has no such key.
_MENU_IS_OURS = sys.platform not in ("win32", "darwin")
_Part = tuple[QWidget, list[QWidget]]
"""A widget and the tab stops in it."""


def _as_read(parts: Sequence[_Part], *, mirrored: bool) -> list[_Part]:
    """Sort by lines from the top, and where lines overlap by columns."""

    def from_the_top(part: _Part) -> tuple[int, int]:
        place = part[0].geometry()
        return place.top(), place.bottom()

    def from_the_side(part: _Part) -> tuple[int, int]:
        place = part[0].geometry()
        return (-place.right(), -place.left()) if mirrored else (place.left(), place.right())

    for span in (from_the_top, from_the_side):
        pieces = _cut(parts, span)
        if len(pieces) > 1:
            return [widget for piece in pieces for widget in _as_read(piece, mirrored=mirrored)]
    return sorted(parts, key=lambda part: (from_the_top(part), from_the_side(part)))


def _cut(parts: Sequence[_Part], span: Callable[[_Part], tuple[int, int]]) -> list[list[_Part]]:
    """Split where a gap separates two neighbours."""
    pieces: list[list[_Part]] = []
    end = 0
    for part in sorted(parts, key=span):
        first, last = span(part)
        if pieces and first + _SLACK <= end:
            pieces[-1].append(part)
            end = max(end, last)
        else:
            pieces.append([part])
            end = last
    return pieces


def scroll_to(widget: QWidget) -> None:
    """Scroll all parents until the control and its ring are visible. (Qt's `ensureWidgetVisible`
    shows only the cursor of a field.)"""
    above = widget.parentWidget()
    while above is not None and not above.isWindow():
        inside = above.widget() if isinstance(above, QScrollArea) else None
        if isinstance(above, QScrollArea) and inside is not None:
            place = QRect(widget.mapTo(inside, QPoint()), widget.size())
            place.adjust(-_AROUND, -_AROUND, _AROUND, _AROUND)
            view = above.viewport()
            _reach(above.verticalScrollBar(), place.top(), place.bottom() + 1 - view.height())
            _reach(above.horizontalScrollBar(), place.left(), place.right() + 1 - view.width())
        above = above.parentWidget()


def _reach(bar: QScrollBar, begin: int, end: int) -> None:
    """Scroll the least distance that shows the range, or its beginning if it does not fit."""
    bar.setValue(min(begin, max(end, bar.value())))


class WindowKeysMixin:
    """Mixin of windows: Tab follows reading order, focus moves to a neighbour when its control is
    hidden or disabled, and Shift+F10 opens the context menu, as the Menu key does, which many
    keyboards lack."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        shift = event.modifiers() == QtCore.Qt.KeyboardModifier.ShiftModifier
        target = cast(QWidget, self).focusWidget()
        if event.key() == QtCore.Qt.Key.Key_F10 and shift and target is not None and _MENU_IS_OURS:
            _open_menu_of(target)
            return
        super().keyPressEvent(event)  # type: ignore[misc]

    def focusNextPrevChild(self, next: bool) -> bool:
        from posto_desktop.ui.widgets.reason_stop import reason_stop_of  # after the first paint

        window = cast(QWidget, self)
        at = window.focusWidget()
        stops = tab_stops(window, at)
        place = stops.index(at) if at in stops else -1
        if at is None or place < 0:
            ordered = stops if next else stops[::-1]
        elif at.isVisibleTo(window) and at.isEnabled():
            ordered = stops[place + 1 :] + stops[:place]
            ordered = ordered if next else ordered[::-1]
        else:
            ordered = [stop for stop in _neighbours(stops, place, window) if stop.isEnabled()]
        for stop in ordered:
            if stop.isVisibleTo(window) and not _is_covered(stop, window):
                target = stop if stop.isEnabled() else reason_stop_of(stop)
                reason = QtCore.Qt.FocusReason
                target.setFocus(reason.TabFocusReason if next else reason.BacktabFocusReason)
                scroll_to(target)
                return True
        return False


def _open_menu_of(widget: QWidget) -> None:
    """Open the context menu where Qt does: at the cursor or the current row."""
    around = widget.inputMethodQuery(QtCore.Qt.InputMethodQuery.ImCursorRectangle)
    place = QRectF(around).toRect().center()  # QTextEdit gives it in fractions of pixels
    keyboard = QContextMenuEvent.Reason.Keyboard
    event = QContextMenuEvent(keyboard, place, widget.mapToGlobal(place))
    QApplication.sendEvent(widget, event)


def _neighbours(stops: list[QWidget], place: int, window: QWidget) -> list[QWidget]:
    """Return the other stops: nearest common parent first, following ones before preceding ones."""
    neighbours: list[QWidget] = []
    part = stops[place].parentWidget()
    while part is not None:
        inside = [part.isAncestorOf(stop) for stop in stops]
        for at in (*range(place + 1, len(stops)), *range(place - 1, -1, -1)):
            if inside[at] and stops[at] not in neighbours:
                neighbours.append(stops[at])
        part = part.parentWidget() if part is not window else None
    return neighbours


def _is_covered(stop: QWidget, window: QWidget) -> bool:
    """Return True if other widgets cover all of it, as a pane does in a narrow window. Toasts
    (dynamic property `passing`) do not count."""
    place, above = stop.rect(), stop
    while above is not window:
        place.translate(above.pos())
        above = require_parent(above)
        place &= above.rect()
    inner = place.adjusted(2, 2, -2, -2)
    points = (
        place.center(),
        inner.topLeft(),
        inner.topRight(),
        inner.bottomLeft(),
        inner.bottomRight(),
    )
    return inner.isValid() and all(_lies_over(window.childAt(point), stop) for point in points)


def _lies_over(widget: QWidget | None, stop: QWidget) -> bool:
    if widget is None or widget is stop or widget.isAncestorOf(stop) or stop.isAncestorOf(widget):
        return False
    above: QWidget | None = widget
    while above is not None and not above.property("passing"):
        above = above.parentWidget()
    return above is None


class EnterKeyFilter(QObject):
    """Makes Enter press the focused button, as Space does, in every window. Qt reserves Enter for
    the default button of dialogs.

    Dialogs keep that where nothing can be pressed: on check boxes and on the checked one of
    exclusive buttons.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        # Watch only the focused widget: an event filter on the application costs more.
        if old is not None:
            old.removeEventFilter(self)
        if isinstance(now, QAbstractButton) and not isinstance(now, (QCheckBox, QRadioButton)):
            now.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() not in (QtCore.Qt.Key.Key_Return, QtCore.Qt.Key.Key_Enter):
            return False
        if event.modifiers() & ~QtCore.Qt.KeyboardModifier.KeypadModifier:
            return False
        if not isinstance(watched, QAbstractButton) or _is_made_choice(watched):
            return False
        if not event.isAutoRepeat():
            watched.click()
        return True


def _is_made_choice(button: QAbstractButton) -> bool:
    group = button.group()
    of_several = group.exclusive() if group is not None else button.autoExclusive()
    return of_several and button.isChecked()
