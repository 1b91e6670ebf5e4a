"""The focus ring: one frame for the whole application, drawn around what the keyboard is on."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QFocusFrame,
    QLineEdit,
    QProxyStyle,
    QStyle,
    QStyleOption,
    QWidget,
)

from posto_desktop.ui.theme import Theme


class _Margins(QProxyStyle):
    """QFocusFrame asks its style how far it reaches beyond the widget."""

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


class FocusRing(QFocusFrame):
    """Follows the keyboard focus. Buttons get a ring with a gap when the focus came by keyboard;
    text fields get a halo always. Item views and text areas draw their own.

    A widget may set the dynamic property `focusRadius` (its own corner radius in px).
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._halo = False
        self._radius = 7
        self._margins = _Margins()
        self._margins.setParent(self)
        self.setStyle(self._margins)
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
        self._margins.reach = self.reach
        self.setWidget(None)  # type: ignore[arg-type]
        self.setWidget(now)
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
