"""Tooltips for the keyboard: the focus shows after a moment what a resting pointer shows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QMenu,
    QTabBar,
    QToolTip,
    QWidget,
)
from shiboken6 import isValid

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip

__all__ = ["DELAY_MS", "KeyboardTips", "hide_tip", "show_tip_below", "show_tip_beside"]

DELAY_MS = 700
_FOR_LONG_MS = 3_600_000
_GAP = 6
# Qt places a tip this far from the pointer.
_QT_OFFSET = QPoint(2, 16)
_MOVES = frozenset(
    {
        Qt.Key.Key_Tab,
        Qt.Key.Key_Backtab,
        Qt.Key.Key_F6,
        Qt.Key.Key_F8,
        Qt.Key.Key_Left,
        Qt.Key.Key_Right,
        Qt.Key.Key_Up,
        Qt.Key.Key_Down,
        Qt.Key.Key_Home,
        Qt.Key.Key_End,
        Qt.Key.Key_PageUp,
        Qt.Key.Key_PageDown,
    }
)
_MODIFIERS = frozenset(
    {Qt.Key.Key_Shift, Qt.Key.Key_Control, Qt.Key.Key_Alt, Qt.Key.Key_Meta, Qt.Key.Key_AltGr}
)


class KeyboardTips(QObject):
    """Shows the tooltip of the control, tab or row to which a key has moved the focus. It stays
    until Escape, another key or a click.

    A widget with parts that are no rows has a method `key_tip`, which returns the text for the part
    that has the keyboard, and its place.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._has_moved = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.show_tip)
        self._owner: QWidget | None = None
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    @property
    def is_waiting(self) -> bool:
        """Return True if a tip is about to be shown."""
        return self._timer.isActive()

    @Slot()
    def show_tip(self) -> None:
        """Show the tip of what has the keyboard, if it has one."""
        self._timer.stop()
        widget = QApplication.focusWidget()
        if widget is None or not widget.isVisible():
            return
        text, place, anchor = _tip_of(widget)
        if text:
            show_tip_below(anchor, place, text)
            self._owner = widget

    @Slot(QWidget, QWidget)
    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        # Watch only the focused widget: an event filter on the application costs more.
        if old is not None:
            old.removeEventFilter(self)
        self._owner = None
        self._timer.stop()
        if now is None:
            return
        now.installEventFilter(self)
        if self._has_moved:
            self._timer.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.MouseButtonPress:
            self._has_moved = False
            self._timer.stop()
        elif isinstance(event, QKeyEvent) and kind in (
            QEvent.Type.KeyPress,
            QEvent.Type.ShortcutOverride,
        ):
            return self._key_pressed(watched, event)
        return False

    def _key_pressed(self, watched: QObject, event: QKeyEvent) -> bool:
        key = event.key()
        if key in _MODIFIERS:
            return False
        is_shown = self._owner is watched and QToolTip.isVisible()
        if key == Qt.Key.Key_Escape and is_shown:
            if event.type() == QEvent.Type.ShortcutOverride:
                event.accept()  # the key closes the tip, and nothing else
                return True
            self._hide()
            return True
        self._has_moved = key in _MOVES
        if event.type() == QEvent.Type.ShortcutOverride:
            return False
        if is_shown:
            self._hide()
        self._timer.stop()
        has_parts = isinstance(watched, (QAbstractItemView, QTabBar)) or hasattr(watched, "key_tip")
        if self._has_moved and has_parts:
            self._timer.start()  # from row to row the focus stays
        return False

    def _hide(self) -> None:
        self._owner = None
        hide_tip()


def hide_tip() -> None:
    """Hide the tooltip at once; Qt alone waits a moment."""
    for window in QApplication.topLevelWidgets():
        if isValid(window) and window.inherits("QTipLabel"):
            window.hide()
    QToolTip.hideText()


def show_tip_below(widget: QWidget, place: QRect, text: str) -> None:
    """Show a tooltip below a part of the widget, or above it where the screen ends."""
    words = wrap_tool_tip(text)
    corner = widget.mapToGlobal(place.bottomLeft()) + QPoint(0, _GAP)
    line = QFontMetrics(Theme.instance().font("small")).lineSpacing()
    height = line * (words.count("\n") + 1) + 10
    if corner.y() + height > widget.screen().availableGeometry().bottom():
        corner = widget.mapToGlobal(place.topLeft()) - QPoint(0, _GAP + height)
    QToolTip.showText(corner - _QT_OFFSET, words, widget, QRect(), _FOR_LONG_MS)


def show_tip_beside(widget: QWidget, place: QRect, text: str) -> None:
    """Show a tooltip at the right of a row, so that it covers no other row."""
    corner = widget.mapToGlobal(place.topRight()) + QPoint(_GAP, 0)
    QToolTip.showText(corner - _QT_OFFSET, wrap_tool_tip(text), widget, QRect(), _FOR_LONG_MS)


def _tip_of(widget: QWidget) -> tuple[str, QRect, QWidget]:
    """Return the tip, the part of a widget that it belongs to, and that widget."""
    key_tip = getattr(widget, "key_tip", None)
    if key_tip is not None:
        text, place = key_tip()
        return text, place, widget
    if isinstance(widget, QAbstractItemView):
        index, viewport = widget.currentIndex(), widget.viewport()
        place = widget.visualRect(index) & viewport.rect()
        if index.isValid() and not place.isEmpty():
            return str(index.data(Qt.ItemDataRole.ToolTipRole) or ""), place, viewport
        return widget.toolTip(), viewport.rect(), viewport
    if isinstance(widget, QTabBar):
        at = widget.currentIndex()
        return widget.tabToolTip(at) or widget.toolTip(), widget.tabRect(at), widget
    if isinstance(widget, QMenu):
        return "", QRect(), widget
    text = widget.toolTip()
    if isinstance(widget, QAbstractButton) and text == widget.text().replace("&", ""):
        text = ""  # it is read on the button
    return text, widget.rect(), widget
