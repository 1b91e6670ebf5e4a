"""The focus ring: one frame for the whole application, drawn around what the keyboard is on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QMoveEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QWidget,
)

from posto_desktop.ui.theme import Theme


class FocusRing(QFocusFrame):
    """Follows the keyboard focus. Buttons get a ring with a gap when the focus came by keyboard;
    text fields get a halo always. Item views and text areas draw their own.

    A widget may set the dynamic property `focusRadius` (its own corner radius in px).
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._halo = False
        self._radius = 7
        self._moving = False
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._focus_changed)
        Theme.instance().changed.connect(self.update)

    @property
    def reach(self) -> int:
        """How far the frame reaches beyond the widget."""
        theme = Theme.instance()
        if self._halo:
            return theme.px("focus.halo")
        return theme.px("focus.ring") + theme.px("focus.gap")

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        kind = self._kind_for(now)
        if kind is None or now is None:
            self.setWidget(None)  # type: ignore[arg-type]
            return
        self._halo = kind == "halo"
        self._radius = self._radius_of(now)
        self.setWidget(now)
        self._fit()
        self.raise_()
        self.update()

    @staticmethod
    def _kind_for(widget: QWidget | None) -> str | None:
        if widget is None or widget.property("noFocusRing"):
            return None
        if isinstance(widget, (QLineEdit, QAbstractSpinBox)):
            if widget.property("bare") or isinstance(widget.parent(), QComboBox):
                return None
            return "halo"
        if isinstance(widget, QComboBox):
            return "halo"
        by_mouse = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        by_keyboard = widget.window().testAttribute(Qt.WidgetAttribute.WA_KeyboardFocusChange)
        if isinstance(widget, QAbstractButton) or widget.property("focusRadius") is not None:
            return "ring" if by_keyboard and not by_mouse else None
        return None

    @staticmethod
    def _radius_of(widget: QWidget) -> int:
        theme = Theme.instance()
        own = widget.property("focusRadius")
        if own is not None:
            return int(own)
        if widget.property("variant") == "chip":
            return 13
        if widget.property("small"):
            return theme.px("radius.small_button")
        return theme.px("radius.control")

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """QFocusFrame takes its margins from the style; the ring needs its own."""
        widget = self.widget()
        parent = self.parentWidget()
        if self._moving or widget is None or parent is None:
            return
        self._moving = True
        top_left = widget.mapTo(parent, widget.rect().topLeft())
        reach = self.reach
        wanted = widget.rect().translated(top_left).adjusted(-reach, -reach, reach, reach)
        if self.geometry() != wanted:
            self.setGeometry(wanted)
        self._moving = False

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
