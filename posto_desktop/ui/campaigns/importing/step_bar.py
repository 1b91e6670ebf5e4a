"""Step bar of the import: done, current and coming steps."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

_MARK = 18
_GAP = 8
_LINE = 22


class StepBar(QWidget):
    """Shows the steps; not interactive."""

    def __init__(self, steps: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("import-steps")
        self._steps = list(steps)
        self._current = 0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.set_current(0)

    def set_current(self, step: int) -> None:
        """Show the current step; steps before it are done."""
        self._current = step
        self.setAccessibleName(
            self.tr("Step {number} of {count}: {name}").format(
                number=step + 1, count=len(self._steps), name=self._steps[step]
            )
        )
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = sum(self._width(step) for step in range(len(self._steps)))
        width += (len(self._steps) - 1) * (_LINE + 2 * _GAP)
        return QSize(width, max(_MARK + 2, Theme.instance().line("strong")))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _font(self, step: int) -> str:
        return "strong" if step == self._current else "body"

    def _width(self, step: int) -> int:
        metrics = QFontMetrics(Theme.instance().font(self._font(step)))
        return _MARK + 6 + metrics.horizontalAdvance(self._steps[step]) + 1

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        x, height = 0, self.height()
        for step, name in enumerate(self._steps):
            width = self._width(step)
            place = QRect(self.width() - x - width if mirrored else x, 0, width, height)
            self._paint_step(painter, place, step, name, mirrored)
            x += width + _GAP
            if step < len(self._steps) - 1:
                start = self.width() - x - _LINE if mirrored else x
                painter.fillRect(QRect(start, height // 2, _LINE, 1), theme.colour("border_strong"))
                x += _LINE + _GAP
        painter.end()

    def _paint_step(
        self, painter: QPainter, place: QRect, step: int, name: str, mirrored: bool
    ) -> None:
        theme = Theme.instance()
        top = (place.height() - _MARK) // 2
        left = place.right() + 1 - _MARK if mirrored else place.left()
        mark = QRect(left, top, _MARK, _MARK)
        words = place.adjusted(0 if mirrored else _MARK + 6, 0, -_MARK - 6 if mirrored else 0, 0)
        done = step < self._current
        if done:
            painters.paint_icon(painter, mark, "check", 16, theme.status("sent").fg)
        else:
            current = step == self._current
            if current:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("accent"))
            else:
                painter.setPen(QPen(theme.colour("control_border"), 1))
                painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QRectF(mark).adjusted(0.5, 0.5, -0.5, -0.5))
            painter.setFont(theme.numbers("chip_on"))
            painter.setPen(theme.colour("text_on_accent" if current else "text_muted"))
            painter.drawText(mark, int(Qt.AlignmentFlag.AlignCenter), str(step + 1))
        painter.setFont(theme.font(self._font(step)))
        role = "text" if step == self._current else "text_muted"
        painter.setPen(theme.status("sent").fg if done else theme.colour(role))
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter | side), name)
