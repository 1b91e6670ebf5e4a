"""List of the steps of an outbox entry."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import tzinfo

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTextLayout, QTextOption
from PySide6.QtWidgets import QSizePolicy, QStyle, QWidget

from posto_desktop.core.entries import EntryStep
from posto_desktop.models import dates
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters

__all__ = ["StepList"]

MARK = 20
ROW_GAP = 10

_LOOKS = {
    "written": ("draft", "pencil-line"),
    "uploading": ("sending", "loader-circle"),
    "uploaded": ("sent", "check"),
    "reused": ("sent", "check"),
    "handing_over": ("sending", "send"),
    "sent": ("sent", "check"),
    "saving": ("sending", "send"),
    "saved": ("sent", "check"),
    "no_answer": ("late", "minus"),
    "looked": ("late", "minus"),
    "found": ("sent", "check"),
    "not_found": ("late", "minus"),
    "partly": ("late", "minus"),
    "complaint": ("late", "minus"),
    "waiting": ("draft", "clock"),
    "late": ("late", "clock-alert"),
    "missed": ("late", "clock-alert"),
    "refused": ("failed", "x"),
    "interrupted": ("late", "minus"),
    "needs_you": ("needs_you", "hand"),
    "retried": ("draft", "rotate-cw"),
    "said_there": ("sent", "check"),
    "send_again": ("draft", "send"),
    "cancelled": ("draft", "x"),
    "published": ("sent", "check"),
    "failed": ("failed", "x"),
    "deleted": ("draft", "trash-2"),
}


class StepList(QWidget):
    """Paints icon, text, detail and time of each step. Its accessible name is the whole list."""

    def __init__(self, parent: QWidget | None = None, *, zone: tzinfo | None = None):
        super().__init__(parent)
        self.setObjectName("steps")
        self._steps: Sequence[EntryStep] = ()
        self._zone = zone
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        Theme.instance().changed.connect(self._restyle)

    def set_steps(self, steps: Sequence[EntryStep]) -> None:
        if list(steps) == list(self._steps):
            return
        self._steps = list(steps)
        self.setAccessibleName(self.as_text())
        self.updateGeometry()
        self.update()

    def as_text(self) -> str:
        """Return the steps as lines of text, for the clipboard and for assistive software."""
        lines = []
        for step in self._steps:
            words = step.text
            detail = f": {step.detail}" if step.detail else ""
            lines.append(f"{dates.seconds_clock(step.at, self._zone)} {words}{detail}")
        return "\n".join(lines)

    @Slot()
    def _restyle(self) -> None:
        self.updateGeometry()
        self.update()

    def _detail_layout(self, step: EntryStep, width: int) -> QTextLayout:
        """Return the wrapped detail; words are broken only if they do not fit a line."""
        layout = QTextLayout(step.detail.replace("\n", "\u2028"), Theme.instance().font("small"))
        option = QTextOption()
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        if self._is_mirrored():
            option.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignAbsolute)
        layout.setTextOption(option)
        layout.beginLayout()
        y = 0.0
        while (line := layout.createLine()).isValid():
            line.setLineWidth(max(40, width - 28))
            line.setPosition(QPointF(0, y))
            y += line.height()
        layout.endLayout()
        return layout

    def _is_mirrored(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _mirror(self, place: QRect) -> QRect:
        """Mirror a rectangle for right-to-left layouts."""
        return QStyle.visualRect(self.layoutDirection(), self.rect(), place)

    def _row_height(self, step: EntryStep, width: int) -> int:
        detail = (
            round(self._detail_layout(step, width).boundingRect().height()) if step.detail else 0
        )
        return Theme.instance().line("body") + (detail + 1 if detail else 0) + ROW_GAP

    def heightForWidth(self, width: int) -> int:
        return sum(self._row_height(step, width) for step in self._steps)

    def sizeHint(self) -> QSize:
        width = self.width() or 280
        return QSize(width, self.heightForWidth(width))

    def minimumSizeHint(self) -> QSize:
        return QSize(1, 0)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = theme.line("body")
        top = 0
        for number, step in enumerate(self._steps):
            height = self._row_height(step, self.width())
            status, icon = _LOOKS.get(step.kind, ("draft", "minus"))
            look = theme.status(status)
            mark = self._mirror(QRect(0, top + (line - MARK) // 2 + 1, MARK, MARK))
            if number + 1 < len(self._steps):
                painter.setPen(QPen(theme.colour("border_strong"), 2))
                middle = mark.left() + MARK // 2
                painter.drawLine(middle, mark.bottom() + 3, middle, top + height - 1)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.bg)
            painter.drawEllipse(QRectF(mark).adjusted(1, 1, -1, -1))
            painters.paint_icon(painter, mark, icon, 12, look.fg)
            self._paint_words(painter, step, self._mirror(QRect(28, top, self.width() - 28, line)))
            top += height

    def _paint_words(self, painter: QPainter, step: EntryStep, row: QRect) -> None:
        theme = Theme.instance()
        when = dates.seconds_clock(step.at, self._zone)
        painter.setFont(theme.numbers("caption"))
        painter.setPen(theme.colour("text_muted"))
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
        painter.drawText(row, int(align), when)
        clock = painter.fontMetrics().horizontalAdvance(when) + 8
        painter.setFont(theme.font("control"))
        painter.setPen(theme.colour("text"))
        words = painter.fontMetrics().elidedText(
            step.text, Qt.TextElideMode.ElideRight, row.width() - clock
        )
        painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter), words)
        if step.detail:
            painter.setPen(theme.colour("text_muted"))
            self._detail_layout(step, self.width()).draw(
                painter, QPointF(row.left(), row.bottom() + 1)
            )
