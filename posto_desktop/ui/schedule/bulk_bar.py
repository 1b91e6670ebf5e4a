"""Bulk action bar: floats over the schedule table while rows are ticked."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from posto_desktop.models.numbers import grouped
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.require import require_layout, require_parent

__all__ = ["AvailableActions", "BulkBar"]

HEIGHT = 48


@dataclass(frozen=True)
class AvailableActions:
    """Number of rows that each bulk action applies to."""

    rows: int
    retry: int
    send_now: int
    reschedule: int
    duplicate: bool
    link: bool
    delete: int
    edit: bool = False
    movable: bool = False
    """True if at least one row is a scheduled post that can move."""
    of_planner: bool = False
    """True if planners of the site will make all rows."""
    own: bool = True
    """False if the signed-in person may change none of the rows."""
    approve: int = 0
    """Number of proposed messages that can be approved."""


class BulkButton(QPushButton):
    """Flat button with icon and text in inverse colours. With too little room it shows the icon
    alone and moves the text to the tooltip."""

    def __init__(self, icon: str, name: str, parent: QWidget, *, danger: bool = False):
        super().__init__(parent)
        self._icon = icon
        self._words = ""
        self._role = "danger_on_inverse" if danger else "text_inverse"
        self.setObjectName(name.lower().replace(" ", "-"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def set_words(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.set_icon_only(False)

    def set_icon_only(self, on: bool) -> None:
        self.setText("" if on else self._words)
        self.setToolTip(self._words if on else "")

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(Theme.instance().font("control"))
        words = metrics.horizontalAdvance(self.text()) + 7 if self.text() else 0
        return QSize(16 + words + 22, Theme.instance().px("size.control"))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        colour = theme.colour(self._role)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        elif self.underMouse() or self.isDown():
            wash = QColor(theme.colour("text_inverse"))
            wash.setAlphaF(0.2 if self.isDown() else 0.12)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(wash)
            painter.drawRoundedRect(QRectF(self.rect()), 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("inverse_accent"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        left = 11 if self.text() else (self.width() - 16) // 2
        place = QRect(left, (self.height() - 16) // 2, 16, 16)
        place = painters.placed(painter, place, self.rect())
        painters.paint_icon(painter, place, self._icon, 16, colour)
        painter.setPen(colour)
        painter.setFont(theme.font("control"))
        words = painters.placed(painter, self.rect().adjusted(left + 23, 0, 0, 0), self.rect())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.text())


class BulkBar(QWidget):
    """Shows the number of ticked rows and the buttons for them.

    `RowActions` connects the buttons. Signal: `closed()`."""

    closed = Signal()

    def __init__(self, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("bulk-bar")
        self._count = 0
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 8, 10, 8)
        row.setSpacing(2)
        self._space = QWidget(self)
        self._space.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        row.addWidget(self._space)
        self.approve = self._add("check", "Approve", self.tr("Approve"))
        self.retry = self._add("rotate-cw", "Retry", self.tr("Retry"))
        self.send_now = self._add("send", "Send now", self.tr("Send now"))
        self.reschedule = self._add("calendar-clock", "Reschedule", self.tr("Reschedule"))
        self.edit = self._add("pencil", "Edit", self.tr("Edit"))
        self.duplicate = self._add("copy", "Duplicate", self.tr("Duplicate"))
        self.open = self._add("external-link", "Open post", self.tr("Open post"))
        self._gap = QWidget(self)
        self._gap.setFixedWidth(21)
        row.addWidget(self._gap)
        self.delete = self._add("trash-2", "Delete", self.tr("Delete"), danger=True)
        self._close = self._add("x", "Clear selection", self.tr("Clear selection"))
        self._close.clicked.connect(self.closed)
        self._close.set_icon_only(True)
        Theme.instance().changed.connect(self._fit)
        self.hide()

    def _add(self, icon: str, name: str, shown: str, *, danger: bool = False) -> BulkButton:
        button = BulkButton(icon, name, self, danger=danger)
        button.set_words(shown)
        require_layout(self).addWidget(button)
        return button

    def show_available(self, available: AvailableActions) -> None:
        """Show a button for each available action; hide those with a count of 0."""
        rows = self._count = available.rows
        self.update()  # the bar's width can be the same with another number
        self._numbered(self.approve, self.tr("Approve"), available.approve, rows)
        self._numbered(self.retry, self.tr("Retry"), available.retry, rows)
        self._numbered(self.send_now, self.tr("Send now"), available.send_now, rows)
        self._numbered(self.reschedule, self.tr("Reschedule"), available.reschedule, rows)
        self._numbered(self.delete, self.tr("Delete"), available.delete, 1)
        self.delete.setVisible(available.own)
        self._gap.setVisible(available.own)
        self.edit.setVisible(available.edit)
        self.duplicate.setVisible(available.duplicate)
        self.open.setVisible(available.link)
        self._fit()

    def _numbered(self, button: BulkButton, word: str, number: int, of: int) -> None:
        button.setVisible(number > 0)
        button.set_words(word if number in (0, of) else f"{word} {grouped(number)}")

    def words(self, count: int) -> str:
        """Return "3 selected"."""
        return self.tr("%Ln selected", "", count)

    def _fit(self) -> None:
        metrics = QFontMetrics(Theme.instance().numbers("strong"))
        self._space.setFixedWidth(metrics.horizontalAdvance(self.words(self._count)) + 29)
        self.adjustSize()
        self.place()

    def sizeHint(self) -> QSize:
        return QSize(
            require_layout(self).sizeHint().width(),
            max(HEIGHT, require_layout(self).sizeHint().height()),
        )

    def place(self) -> None:
        """Centre the bar in its parent, 16 pixels above the bottom."""
        parent = require_parent(self)
        collapsible = (
            self.open,
            self.duplicate,
            self.edit,
            self.send_now,
            self.reschedule,
            self.retry,
            self.approve,
        )
        for button in collapsible:
            button.set_icon_only(False)
        for button in collapsible:
            if self.sizeHint().width() <= parent.width() - 16:
                break
            if not button.isHidden():
                button.set_icon_only(True)
                require_layout(self).invalidate()
        size = self.sizeHint()
        width = min(size.width(), parent.width() - 16)
        self.setGeometry(
            (parent.width() - width) // 2,
            parent.height() - size.height() - 16,
            width,
            size.height(),
        )

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(self.layoutDirection())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("inverse"))
        painter.drawRoundedRect(QRectF(self.rect()), 10, 10)
        painter.setPen(theme.colour("text_inverse"))
        painter.setFont(theme.numbers("strong"))
        words = painters.placed(painter, self.rect().adjusted(18, 0, 0, 0), self.rect())
        painter.drawText(words, int(Qt.AlignmentFlag.AlignVCenter), self.words(self._count))
        line = QColor(theme.colour("text_inverse"))
        line.setAlphaF(0.25)
        middle = self.height() // 2
        space = self._space.geometry()
        after = space.left() + 10 if self.isRightToLeft() else space.right() - 10
        for beside in (after, self._gap.geometry().center().x()):
            painter.fillRect(QRectF(beside, middle - 11, 1, 22), line)
