"""Toasts: results of actions, with Undo where possible, at the bottom of the main pane."""

from __future__ import annotations

import math
from collections.abc import Callable
from time import monotonic

from PySide6.QtCore import (
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPropertyAnimation,
    QRectF,
    QSize,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
)
from PySide6.QtWidgets import QApplication, QHBoxLayout, QToolButton, QWidget
from shiboken6 import isValid

from posto_desktop.ui import icons, keys
from posto_desktop.ui.accessibility.announcer import announce
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.double_click import arm_double_click_guard
from posto_desktop.ui.widgets.inline_icon import inline_icon_of
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.require import require_layout

MAX_TOASTS = 3
_WIDTH, _GAP, _HEIGHT = 472, 8, 42
_TICK_MS = 50

_LOOKS = {
    "ok": ("check", "inverse_ok"),
    "error": ("circle-x", "danger_on_inverse"),
    "warning": ("triangle-alert", "inverse_warn"),
    "offline": ("wifi-off", "inverse_warn"),
    "deleted": ("trash-2", "text_inverse"),
    "info": ("info", "text_inverse"),
}


def usual_stay_ms(has_action: bool) -> int:
    """Return how long a toast stays unless the user chose another time."""
    stay = "motion.toast_undo_stay_ms" if has_action else "motion.toast_stay_ms"
    return int(Theme.instance().token(stay))


class Toast(QWidget):
    """One toast. It stays while the pointer or the focus is on it, unless it counts down: then it
    closes when its action is over. With `is_held` only the user closes it.

    Signals:
        closed(): it was closed by timeout, cross or action.
        actionTriggered(): the user chose its action.
        furtherTriggered(): the user chose its other button.
    """

    closed = Signal()
    actionTriggered = Signal()
    furtherTriggered = Signal()

    def __init__(
        self,
        kind: str,
        text: str,
        action: str = "",
        parent: QWidget | None = None,
        *,
        stay_ms: int = 0,
        countdown: str = "",
        is_held: bool = False,
        further: str = "",
    ) -> None:
        super().__init__(parent)
        self._margin = painters.SHADOW_MARGIN
        self._stay = self._left = stay_ms or usual_stay_ms(bool(action))
        self._is_held = is_held
        self._action, self._has_action = action, bool(action)
        self._shows_time = bool(action) and kind in ("ok", "deleted") and not is_held
        self._countdown = countdown
        self._ends = monotonic() + self._stay / 1000
        self._finished = False
        self.came_from: QWidget | None = None
        """Widget that had the focus before F8 or Tab moved it here; it gets it back."""
        self.kind = kind
        self.offers = ""
        self.setAccessibleName(text)
        self.setObjectName("toast")
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setProperty("focusRadius", 10)
        self.setProperty("noFocusRing", True)
        self.setProperty("passing", True)
        row = QHBoxLayout(self)
        edge = self._margin
        row.setContentsMargins(edge + 14, edge, edge + 8, edge)
        row.setSpacing(11)
        mark, role = _LOOKS.get(kind, _LOOKS["info"])
        picture = inline_icon_of(mark, 17, role, self)
        words = PlainLabel(text, self)
        words.setTextFormat(Qt.TextFormat.PlainText)
        words.setProperty("role", "inverse")
        words.setWordWrap(True)
        words.setMinimumHeight(_HEIGHT)
        words.setContentsMargins(0, 8, 0, 8)  # only matters with several lines
        if countdown:
            words.setAccessibleName(text)  # else each second would be announced
        row.addWidget(picture)
        row.addWidget(words, 1)
        self._further: Button | None = None
        if further:
            self._further = Button(further, "toast", parent=self)
            self._further.setObjectName("toast-further-action")
            self._further.clicked.connect(self._trigger_further)
            row.addWidget(self._further)
        if action:
            button = Button(action, "toast", parent=self)
            button.setObjectName("toast-action")
            button.clicked.connect(self.trigger_action)
            row.addWidget(button)
            #: {action}: text of a button, such as Undo.
            hint = self.tr("Enter: {action}. Esc closes this.").format(action=action)
            self.setAccessibleDescription(hint)
        cross = QToolButton(self)
        name_control(cross, self.tr("Dismiss"), "dismiss")
        cross.setIcon(icons.icon("x", 16, "text_inverse"))
        cross.setIconSize(QSize(16, 16))
        cross.setFixedSize(26, 26)
        cross.setProperty("inverse", True)
        cross.clicked.connect(self.close_now)
        row.addWidget(cross)
        self._cross = cross
        self._words = words
        self._timer = QTimer(self)
        self._timer.setInterval(_TICK_MS if action else 250)
        self._timer.timeout.connect(self._tick)
        self.set_width(_WIDTH)

    def spoken(self) -> str:
        """Return what a screen reader says of it: also how its action is reached."""
        text = self.accessibleName()
        if not self._action:
            return text
        sentence = text if text.endswith((".", "?", "!")) else f"{text}."
        #: {action}: text of a button, such as Undo. {key}: the key that leads to it.
        words = self.tr("{sentence} {action}: {key}, then Enter.")
        key = keys.words(keys.NEWEST_NOTICE)
        return words.format(sentence=sentence, action=self._action, key=key)

    def start(self) -> None:
        """Start the timeout."""
        if not self._is_held:
            self._timer.start()

    def set_width(self, width: int) -> None:
        """Set the width (without shadow); the height follows the text."""
        full = width + 2 * self._margin
        self.setFixedWidth(full)
        require_layout(self).activate()
        height = max(_HEIGHT, require_layout(self).heightForWidth(full) - 2 * self._margin)
        self.setFixedHeight(height + 2 * self._margin)

    def body_height(self) -> int:
        """Return the height without shadow."""
        return self.height() - 2 * self._margin

    @Slot()
    def close_now(self) -> None:
        if self._finished:
            return
        self._finished = True
        self._timer.stop()
        inside = self.hasFocus() or any(part.hasFocus() for part in self.findChildren(QWidget))
        self.hide()
        if inside and self.came_from is not None and isValid(self.came_from):
            self.came_from.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.closed.emit()

    @Slot()
    def trigger_action(self) -> None:
        """Do the action, as a click on its button does."""
        if not self._finished:
            arm_double_click_guard()  # what lies below it, or the next toast, is no target
            self.actionTriggered.emit()
        self.close_now()

    @Slot()
    def _trigger_further(self) -> None:
        if not self._finished:
            arm_double_click_guard()
            self.furtherTriggered.emit()
        self.close_now()

    def _count_down(self) -> None:
        """Show the seconds that are left; close when there are none."""
        self._left = round((self._ends - monotonic()) * 1000)
        if self._left <= 0:
            self.close_now()
            return
        words = self._countdown.format(seconds=math.ceil(self._left / 1000))
        if words != self._words.text():
            self._words.setText(words)
        self.update()

    @Slot()
    def _tick(self) -> None:
        if self._countdown:
            self._count_down()
            return
        inside = self.focusWidget() is not None and self.isAncestorOf(self.focusWidget())
        if self.underMouse() or self.hasFocus() or (inside and self.focusWidget().hasFocus()):
            return
        self._left -= self._timer.interval()
        if self._left <= 0:
            self.close_now()
        elif self._shows_time:
            self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Escape:
            self.close_now()
            return
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            # Buttons handle Space themselves; on the toast itself both keys trigger its action.
            if self._further is not None and self._further.hasFocus():
                self._trigger_further()
            elif self._has_action and not self._cross.hasFocus():
                self.trigger_action()
            else:
                self.close_now()
            return
        super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        if self._countdown:
            # A screen reader says the name when it comes here.
            self.setAccessibleName(self._words.text())
        super().focusInEvent(event)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        edge = self._margin
        body = self.rect().adjusted(edge, edge, -edge, -edge)
        painters.paint_shadow(painter, body, 9)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("inverse"))
        painter.drawRoundedRect(QRectF(body), 9, 9)
        if self._shows_time and self._left < self._stay:
            shape = QPainterPath()
            shape.addRoundedRect(QRectF(body), 9, 9)
            painter.setClipPath(shape)
            painter.setBrush(theme.colour("inverse_accent"))
            width = body.width() * self._left / self._stay
            painter.drawRect(QRectF(body.x(), body.bottom() - 1, width, 2))
            painter.setClipping(False)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(theme.colour("inverse_accent"))
            painter.drawRoundedRect(QRectF(body).adjusted(2.5, 2.5, -2.5, -2.5), 7, 7)
        painter.end()


class ToastHost(QObject):
    """Shows toasts over a widget: bottom centre, at most three, the newest lowest.

    Signals:
        unsettled(): the widget below was resized or hidden; toasts may belong elsewhere.
    """

    unsettled = Signal()

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._inset = 0
        self._least_ms: int | None = 0
        self._main: QWidget | None = None
        self._toasts: list[Toast] = []
        self._callbacks: dict[Toast, Callable[[], object]] = {}
        self._passed: dict[Toast, Callable[[], object]] = {}
        over.installEventFilter(self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)

    @Slot(int)
    def set_stay(self, seconds: int) -> None:
        """Set how long toasts stay at least; 0: until they are closed. Those with a time of their
        own, or with something that happens at their end, keep it."""
        self._least_ms = seconds * 1000 if seconds else None

    def show_notification(
        self,
        kind: str,
        text: str,
        action_text: str | None = None,
        callback: Callable[[], object] | None = None,
        offers: str = "",
        passed: Callable[[], object] | None = None,
        stay_ms: int = 0,
        countdown: str = "",
        further: tuple[str, Callable[[], object]] | None = None,
    ) -> Toast:
        """Show a toast. `kind`: ok, error, warning, offline, deleted or info. The callback runs
        when the action is chosen, `passed` when the toast closes without that. An error replaces a
        shown one that begins its text. `offers` names the action for `withdraw`. `stay_ms`: another
        time than usual. `countdown`: the text with {seconds} for those that are left of it.
        `further`: text and callback of another button."""
        for shown in list(self._toasts):
            same = f"{text} ".startswith(f"{shown.accessibleName()} ")
            if shown.kind == kind == "error" and same and shown not in self._callbacks:
                shown.close_now()
        while len(self._toasts) >= MAX_TOASTS:
            self._toasts[0].close_now()
        has_own_time = bool(stay_ms) or passed is not None
        if not has_own_time and self._least_ms is not None:
            stay_ms = max(self._least_ms, usual_stay_ms(bool(action_text)))
        toast = Toast(
            kind,
            text,
            action_text or "",
            self._over,
            stay_ms=stay_ms,
            countdown=countdown,
            is_held=not has_own_time and self._least_ms is None,
            further=further[0] if further is not None else "",
        )
        if further is not None:
            toast.furtherTriggered.connect(further[1])
        if callback is not None:
            self._callbacks[toast] = callback
        if passed is not None:
            self._passed[toast] = passed
        toast.offers = offers
        toast.actionTriggered.connect(self._run_callback)
        toast.closed.connect(self._closed)
        self._toasts.append(toast)
        self._place(animate_newest=True)
        toast.show()
        toast.raise_()
        toast.start()
        announce(toast.spoken(), assertive=kind == "error")
        return toast

    def withdraw(self, offers: str) -> None:
        """Close the toasts of an action that was done elsewhere; no callback runs."""
        for toast in [toast for toast in self._toasts if offers and toast.offers == offers]:
            self._passed.pop(toast, None)
            toast.close_now()

    def trigger(self, offers: str) -> bool:
        """Do the action of the newest toast that offers it; return False if none does."""
        toast = next((toast for toast in reversed(self._toasts) if toast.offers == offers), None)
        if toast is not None:
            toast.trigger_action()
        return toast is not None

    def show_once(self, kind: str, text: str) -> Toast:
        """Show a toast, replacing one with the same text."""
        for shown in list(self._toasts):
            if shown.kind == kind and shown.accessibleName() == text:
                shown.close_now()
        return self.show_notification(kind, text)

    def set_bottom_inset(self, pixels: int) -> None:
        """Set the height of a bar at the bottom that toasts stay above."""
        self._inset = pixels
        self._place()

    def set_middle_of(self, part: QWidget | None) -> None:
        """Centre the toasts over a part of the widget; None for all of it."""
        if part is self._main:
            return
        if self._main is not None:
            self._main.removeEventFilter(self)
        self._main = part
        if part is not None:
            part.installEventFilter(self)
        self._place()

    def _span(self) -> tuple[int, int]:
        """Return left and width of the area of the toasts."""
        part = self._main
        if part is None or not self._over.isAncestorOf(part):
            return 0, self._over.width()
        return part.mapTo(self._over, QPoint(0, 0)).x(), part.width()

    def focus_newest(self) -> bool:
        """Focus the newest toast; return False if there is none."""
        if not self._toasts:
            return False
        self._toasts[-1].setFocus(Qt.FocusReason.ShortcutFocusReason)
        return True

    @Slot(QWidget, QWidget)
    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        if old is None or now is None or self._toast_of(old) is not None:
            return
        toast = self._toast_of(now)
        if toast is not None:
            toast.came_from = old

    def _toast_of(self, widget: QWidget) -> Toast | None:
        for toast in self._toasts:
            if toast is widget or toast.isAncestorOf(widget):
                return toast
        return None

    def count(self) -> int:
        return len(self._toasts)

    def clear(self) -> None:
        """Close all toasts; no action is carried out."""
        for toast in list(self._toasts):
            toast.close_now()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        moved = event.type() in (QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if moved and self._toasts and watched in (self._over, self._main):
            self._settle()
            if event.type() == QEvent.Type.Hide:
                # The widget shown instead is known only after this event.
                QTimer.singleShot(0, self, self._settle)
        return False

    @Slot()
    def _settle(self) -> None:
        self.unsettled.emit()
        self._place()

    @Slot()
    def _run_callback(self) -> None:
        self._passed.pop(self.sender(), None)  # type: ignore[call-overload]
        callback = self._callbacks.pop(self.sender(), None)  # type: ignore[call-overload]
        if callback is not None:
            callback()

    @Slot()
    def _closed(self) -> None:
        toast = self.sender()
        if toast in self._toasts:
            self._toasts.remove(toast)
        self._callbacks.pop(toast, None)  # type: ignore[call-overload]
        passed = self._passed.pop(toast, None)  # type: ignore[call-overload]
        toast.deleteLater()
        self._place()
        if passed is not None:
            passed()

    def _place(self, *, animate_newest: bool = False) -> None:
        theme = Theme.instance()
        margin = painters.SHADOW_MARGIN
        left, room = self._span()
        width = min(_WIDTH, room - 32)
        bottom = self._over.height() - self._inset - 16
        for number, toast in enumerate(reversed(self._toasts)):
            toast.set_width(max(200, width))
            top = bottom - toast.body_height()
            place = QPoint(left + (room - toast.width()) // 2, top - margin)
            bottom = top - _GAP
            duration = int(theme.token("motion.toast_ms"))
            if animate_newest and number == 0 and self._over.isVisible():
                rise = QPropertyAnimation(toast, b"pos", toast)
                rise.setDuration(duration)
                rise.setStartValue(place + QPoint(0, 12))
                rise.setEndValue(place)
                rise.setEasingCurve(QEasingCurve.Type.OutCubic)
                toast.move(place + QPoint(0, 12))
                rise.start(QPropertyAnimation.DeletionPolicy.DeleteWhenStopped)
            else:
                for running in toast.findChildren(QPropertyAnimation):
                    running.stop()
                toast.move(place)
