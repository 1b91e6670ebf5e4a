"""Popup with all messages of a day or time that does not show them all."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.calendar import CalendarModel, CardRole
from posto_desktop.models.calendar_cards import CalendarCard
from posto_desktop.models.dates import day_words
from posto_desktop.ui.calendar.card_painter import CardPainter
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import CustomCell
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)
from posto_desktop.ui.widgets.tool_tips import wrap_tool_tip

__all__ = ["MorePopup"]

WIDTH = 280
_MOST_SHOWN = 9


class _Cards(QAbstractListModel):
    def __init__(
        self, cards: Sequence[CalendarCard], calendar: CalendarModel, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._cards, self._calendar = list(cards), calendar

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        card = self._cards[index.row()]
        if role == CardRole:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._calendar.accessible_text(card)
        if role == Qt.ItemDataRole.ToolTipRole:
            return wrap_tool_tip(self._calendar.tip(card))
        return None


def _size(_index: Index) -> QSize:
    theme = Theme.instance()
    return QSize(100, round(theme.token("pane.month_card") * theme.scale) + 4)


class _List(QListView):
    cardEntered = Signal(object)
    moveRequested = Signal(object, QRect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        card = index.data(CardRole) if index.isValid() else None
        if card is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.cardEntered.emit(card)
        elif card is not None and event.key() == Qt.Key.Key_S and card.movable:
            rect = self.visualRect(index)
            corner = self.viewport().mapToGlobal(rect.topLeft())
            self.moveRequested.emit(card, QRect(corner, rect.size()))
        else:
            super().keyPressEvent(event)


class MorePopup(Popup):
    """Signals: `openRequested(Card)`, `rescheduleRequested(Card, QRect global)`. Each closes the
    popup."""

    openRequested = Signal(object)
    rescheduleRequested = Signal(object, QRect)

    def __init__(
        self,
        cards: Sequence[CalendarCard],
        calendar: CalendarModel,
        card_painter: CardPainter,
        parent: QWidget,
    ) -> None:
        super().__init__("more-popup", parent)
        self._card_painter = card_painter
        day = day_words(cards[0].day, "dddd d MMMM")
        self.setAccessibleName(day)
        box = QVBoxLayout(self)
        box.setContentsMargins(6, 10, 6, 8)
        box.setSpacing(6)
        head = PlainLabel(day, self)
        head.setObjectName("more-day")
        head.setProperty("role", "strong")
        head.setContentsMargins(6, 0, 6, 0)
        box.addWidget(head)
        self.list = _List(self)
        self.list.setObjectName("more-messages")
        self.list.setAccessibleName(self.tr("Messages of this day"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setUniformItemSizes(True)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setModel(_Cards(cards, calendar, self))
        self.list.setItemDelegate(RowDelegate(self.list, self._row, _size))
        self.list.setCurrentIndex(self.list.model().index(0, 0))
        row = self.list.sizeHintForRow(0)
        self.list.setFixedHeight(row * min(_MOST_SHOWN, len(cards)) + 4)
        box.addWidget(self.list)
        self.setFixedWidth(round(WIDTH * Theme.instance().scale))
        self.list.clicked.connect(self._clicked)
        self.list.cardEntered.connect(self._open)
        self.list.moveRequested.connect(self._move)

    def _row(self, index: Index, state: RowState) -> RowContent:
        def draw(painter: QPainter, place: QRect) -> None:
            self._card_painter.card(painter, place, index.data(CardRole))

        ring = RowFocusRing((3, 1, 3, 1), 6) if state.selected else None
        return RowContent([CustomCell(draw)], (4, 2, 4, 2), ring=ring)

    @Slot(QModelIndex)
    def _clicked(self, index: QModelIndex) -> None:
        self._open(index.data(CardRole))

    @Slot(object)
    def _open(self, card: CalendarCard) -> None:
        self.close()
        self.openRequested.emit(card)

    @Slot(object, QRect)
    def _move(self, card: CalendarCard, rect: QRect) -> None:
        self.close()
        self.rescheduleRequested.emit(card, rect)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.close()
            return
        super().keyPressEvent(event)

    def open_over(self, place: QRect) -> None:
        """Show the popup over the clicked text (global position)."""
        self.show_at(QPoint(place.x() - 8, place.y() - 4))
        self.list.setFocus()
