"""Tabs of the open messages above the network tabs, shown for two or more."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters, tab_arrows
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.focus_ring import came_by_keys
from posto_desktop.ui.widgets.quiet_tabs import QuietTabBar

HEIGHT = 34
_WIDEST, _LEAST = 176, 104
_PAD = 12


class _Close(IconButton):
    """Close button of a tab. Signal ``moved()``: the tab bar placed it by the style."""

    moved = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(
            "x", "", "close-message", size="size.icon_button_small", icon_size=12, parent=parent
        )
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self.moved.emit()


class DraftTabs(QuietTabBar):
    """Signals ``chosen(str)``, ``closeRequested(str)``: the id of a message; ``arranged(list)``:
    the ids in their new order after a drag."""

    chosen = Signal(str)
    closeRequested = Signal(str)
    arranged = Signal(list)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._silent = False
        self._room = 0
        self._ring = False
        self.setAccessibleName(self.tr("Open messages"))
        self.setObjectName("open-messages")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(True)
        self.setElideMode(Qt.TextElideMode.ElideRight)
        self.setMovable(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover, True)
        self.currentChanged.connect(self._changed)
        self.tabMoved.connect(self._moved)

    def set_messages(self, messages: Sequence[tuple[str, str]], active: str) -> None:
        """Show ``(id, title)`` of each open message; ``active`` is the id of the current one."""
        self._silent = True
        try:
            with self.without_words():
                while self.count() > len(messages):
                    self.removeTab(self.count() - 1)
                for number, (draft_id, title) in enumerate(messages):
                    shown = title.replace("&", "&&")
                    if number >= self.count():
                        self.addTab(shown)
                        close = _Close(self)
                        close.moved.connect(self._place_buttons)
                        close.clicked.connect(self._close_clicked)
                        self.setTabButton(number, QTabBar.ButtonPosition.RightSide, close)
                    elif self.tabText(number) != shown:
                        self.setTabText(number, shown)
                    self.setTabData(number, draft_id)
                    self.setTabToolTip(number, title)
                    button = self.tabButton(number, QTabBar.ButtonPosition.RightSide)
                    words = self.tr("Close “{title}”; it stays in Drafts").format(title=title)
                    button.setAccessibleName(words)
                    button.setToolTip(words)
                    button.setObjectName("close-message")
                    if draft_id == active:
                        self.setCurrentIndex(number)
        finally:
            self._silent = False
        self.update()

    def ids(self) -> list[str]:
        return [str(self.tabData(number)) for number in range(self.count())]

    def tabLayoutChange(self) -> None:
        super().tabLayoutChange()
        tab_arrows.style_arrows(self)
        self._place_buttons()

    @Slot()
    def _place_buttons(self) -> None:
        """Centre the close buttons; the style raises that of the current tab."""
        for number in range(self.count()):
            button = self.tabButton(number, QTabBar.ButtonPosition.RightSide)
            if button is None:
                continue
            rect = self.tabRect(number)
            mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
            x = rect.x() + 6 if mirrored else rect.right() - 6 - button.width()
            button.move(x, rect.center().y() + 3 - button.height() // 2)
            arrows = tab_arrows.arrow_rects(self)
            button.setVisible(not any(arrow.intersects(button.geometry()) for arrow in arrows))

    @Slot(int)
    def _changed(self, number: int) -> None:
        self._place_buttons()
        if not self._silent and number >= 0:
            self.chosen.emit(str(self.tabData(number)))

    @Slot(int, int)
    def _moved(self, _start: int, _end: int) -> None:
        if not self._silent:
            self.arranged.emit(self.ids())

    @Slot()
    def _close_clicked(self) -> None:
        for number in range(self.count()):
            if self.tabButton(number, QTabBar.ButtonPosition.RightSide) is self.sender():
                self.closeRequested.emit(str(self.tabData(number)))
                return

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        number = self.tabAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.MiddleButton and number >= 0:
            self.closeRequested.emit(str(self.tabData(number)))
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Delete and self.currentIndex() >= 0:
            self.closeRequested.emit(str(self.tabData(self.currentIndex())))
            return
        super().keyPressEvent(event)

    # -- appearance ------------------------------------------------------------------------

    def set_room(self, room: int) -> None:
        """Set the width for all tabs, which shrink before they scroll."""
        if room != self._room:
            self._room = room
            # Setting a text makes Qt ask for sizes again.
            for number in range(self.count()):
                self.setTabText(number, self.tabText(number))
            self.updateGeometry()

    def tabSizeHint(self, number: int) -> QSize:
        widths = [self._full_width(number) for number in range(self.count())]
        width, left = widths[number], self._room
        if left and sum(widths) > left:
            # Short titles keep their width; long ones share the rest.
            for shared, tab_width in enumerate(sorted(widths)):
                share = left // (len(widths) - shared)
                if tab_width > share:
                    width = min(width, share)
                    break
                left -= tab_width
        scale = Theme.instance().scale
        return QSize(max(round(_LEAST * scale), width), round(HEIGHT * scale))

    def _full_width(self, number: int) -> int:
        """Return the width of a tab with its whole title, up to a limit."""
        theme = Theme.instance()
        title = self.tabText(number).replace("&&", "&")
        words = QFontMetrics(theme.font("strong")).horizontalAdvance(title) + 4
        close = theme.px("size.icon_button_small") + 8
        most = round(_WIDEST * theme.scale)
        return max(round(_LEAST * theme.scale), _PAD + min(words, most) + close)

    def minimumTabSizeHint(self, number: int) -> QSize:
        return self.tabSizeHint(number)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, round(HEIGHT * Theme.instance().scale))

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = self.tabAt(self.mapFromGlobal(self.cursor().pos())) if self.underMouse() else -1
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        close = theme.px("size.icon_button_small") + 6
        for number in range(self.count()):
            rect = self.tabRect(number)
            current = number == self.currentIndex()
            if current or number == hovered:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("surface" if current else "hover"))
                painter.drawRoundedRect(QRectF(rect).adjusted(1, 4, -1, 8), 7, 7)
            if current:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.setPen(QPen(theme.colour("border"), 1))
                painter.drawRoundedRect(QRectF(rect).adjusted(0.5, 3.5, -0.5, 8), 7, 7)
            painter.setFont(theme.font("strong" if current else "control"))
            painter.setPen(theme.colour("text" if current else "text_muted"))
            words = rect.adjusted(close if mirrored else _PAD, 4, -_PAD if mirrored else -close, 0)
            title = self.tabText(number).replace("&&", "&")
            shown = painter.fontMetrics().elidedText(
                title, Qt.TextElideMode.ElideRight, words.width()
            )
            flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
            painter.setLayoutDirection(self.layoutDirection())
            painter.drawText(words, int(flags), shown)
            if current and self.hasFocus() and self._ring:
                painters.paint_row_focus(painter, rect.adjusted(2, 5, -2, -2), 6)
        for place in tab_arrows.arrow_rects(self):
            painter.fillRect(place, theme.colour("window"))
        painter.end()

    def event(self, event: QEvent) -> bool:
        kind = event.type()
        if kind in (QEvent.Type.HoverMove, QEvent.Type.HoverLeave, QEvent.Type.HoverEnter):
            self.update()
        elif kind == QEvent.Type.FocusIn:
            self._ring = isinstance(event, QFocusEvent) and came_by_keys(event)
        return super().event(event)


class DraftTabsRow(QWidget):
    """The tabs and the button behind them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("open-messages-row")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 10, 3)
        row.setSpacing(4)
        self.tabs = DraftTabs(self)
        row.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignBottom)
        self.new_button = IconButton(
            "plus",
            self.tr("New message beside these"),
            "new-message-beside-these",
            size="size.icon_button_small",
            icon_size=14,
        )
        row.addWidget(self.new_button, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.tabs.set_room(self.width() - 16 - 10 - 4 - self.new_button.width())

    def restyle(self) -> None:
        self.setFixedHeight(round((HEIGHT + 2) * Theme.instance().scale))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("window"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
