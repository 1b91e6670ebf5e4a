"""Focus ring: one frame for the application, drawn around the focused widget."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Slot
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QProxyStyle,
    QStyle,
    QStyleHintReturn,
    QStyleOption,
    QWidget,
)

from posto_desktop.ui.theme import Theme

_KEY_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class _Margins(QProxyStyle):
    """Style that gives QFocusFrame its margin and puts it into the window or scroll area, because
    inner parents may clip it."""

    def __init__(self) -> None:
        super().__init__("Fusion")
        self.reach = 0

    def pixelMetric(
        self,
        metric: QStyle.PixelMetric,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
    ) -> int:
        if metric in (
            QStyle.PixelMetric.PM_FocusFrameHMargin,
            QStyle.PixelMetric.PM_FocusFrameVMargin,
        ):
            return self.reach
        return super().pixelMetric(metric, option, widget)

    def styleHint(
        self,
        hint: QStyle.StyleHint,
        option: QStyleOption | None = None,
        widget: QWidget | None = None,
        returnData: QStyleHintReturn | None = None,
    ) -> int:
        if hint == QStyle.StyleHint.SH_FocusFrame_AboveWidget:
            return 1
        if hint == QStyle.StyleHint.SH_FocusFrame_Mask:
            return 0  # a mask would cut off the round corners
        return super().styleHint(hint, option, widget, returnData)


class _Frame(QFocusFrame):
    """Paints the ring around the widget that it follows."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._halo = False
        self._radius = 7
        self._margins = _Margins()
        self._margins.setParent(self)
        self.setStyle(self._margins)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    @property
    def reach(self) -> int:
        """Return how far the frame extends beyond the widget, in px."""
        theme = Theme.instance()
        if self._halo:
            return theme.px("focus.halo")
        return theme.px("focus.ring") + theme.px("focus.gap")

    def follow(self, widget: QWidget, *, halo: bool, radius: int) -> None:
        """Move to another widget."""
        self._halo = halo
        self._radius = radius
        self._margins.reach = self.reach
        self.hide_ring()
        self.setWidget(widget)
        self.raise_()
        self.update()

    def hide_ring(self) -> None:
        self.setWidget(None)  # type: ignore[arg-type]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        result = super().eventFilter(watched, event)
        moved = event.type() in (QEvent.Type.Move, QEvent.Type.Resize)
        # Qt hides the frame when its widget is scrolled out of sight, but does not show it again.
        widget, place = self.widget(), self.parentWidget()
        if moved and self.isHidden() and widget is not None and place is not None:
            self.setVisible(widget.isVisible() and place.rect().intersects(self.geometry()))
            self.raise_()
        return result

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colour = theme.colour("focus")
        width = theme.px("focus.ring")
        outer = self._radius + self.reach
        if self._halo:
            colour.setAlphaF(theme.token("focus.halo_alpha"))
            width = theme.px("focus.halo")
        painter.setPen(QPen(colour, width))
        half = width / 2
        ring = QRectF(self.rect()).adjusted(half, half, -half, -half)
        painter.drawRoundedRect(ring, outer - half, outer - half)
        painter.end()


def came_by_keys(event: QFocusEvent) -> bool:
    """Return True if keys moved the focus here. A dialog, a popup or a page that gives it back
    counts if the last input was a key."""
    reason = event.reason()
    if reason in _KEY_REASONS:
        return True
    return reason != Qt.FocusReason.MouseFocusReason and FocusRing.by_keys


class FocusRing(QObject):
    """Follows the keyboard focus. Buttons get a ring with a gap after keyboard use, or in a window
    opened by a key; text fields always get a halo. Item views and text areas paint their own.

    A widget may set the dynamic property `focusRadius` (its corner radius in px).
    """

    by_keys: ClassVar[bool] = False
    """True if the last input came from the keyboard, not the mouse."""

    def __init__(self, home: QWidget) -> None:
        super().__init__(home)
        self._home = home
        self._frame: _Frame | None = None
        FocusRing.by_keys = False
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        Theme.instance().changed.connect(self._repaint)

    @property
    def frame(self) -> _Frame:
        """Return the frame, made anew after its parent (window or scroll area) was destroyed."""
        if self._frame is None:
            self._frame = _Frame(self._home)
            self._frame.destroyed.connect(self._frame_destroyed)
        return self._frame

    @Slot()
    def _frame_destroyed(self) -> None:
        self._frame = None

    @Slot()
    def _repaint(self) -> None:
        if self._frame is not None:
            self._frame.update()

    @Slot(QWidget, QWidget)
    def _focus_changed(self, old: QWidget | None, now: QWidget | None) -> None:
        # Watch only the focused widget: an event filter on the application costs more.
        if old is not None:
            old.removeEventFilter(self)
        if now is not None:
            now.installEventFilter(self)
        if QApplication.mouseButtons() != Qt.MouseButton.NoButton:
            FocusRing.by_keys = False
        kind = self._kind_for(now)
        if kind is None or now is None:
            if self._frame is not None:
                self._frame.hide_ring()
            return
        self.frame.follow(now, halo=kind == "halo", radius=self._radius_of(now))

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress):
            FocusRing.by_keys = event.type() == QEvent.Type.KeyPress
        return False

    def _kind_for(self, widget: QWidget | None) -> str | None:
        if widget is None or widget.property("noFocusRing"):
            return None
        if isinstance(widget, (QLineEdit, QAbstractSpinBox)):
            if widget.property("bare") or isinstance(widget.parent(), QComboBox):
                return None
            return "halo"
        if isinstance(widget, QComboBox):
            return "halo"
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        came_by_key = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        by_keyboard = came_by_key or self.by_keys
        if isinstance(widget, QAbstractButton) or widget.property("focusRadius") is not None:
            return "ring" if by_keyboard and not by_mouse else None
        return None

    @staticmethod
    def _radius_of(widget: QWidget) -> int:
        theme = Theme.instance()
        radius = widget.property("focusRadius")
        if radius is not None:
            return int(radius)
        if widget.property("variant") == "chip":
            return 13
        if widget.property("small"):
            return theme.px("radius.small_button")
        return theme.px("radius.control")
