"""List of suggestions at the caret, which never takes the focus."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QListView, QToolTip, QVBoxLayout, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.popup import RADIUS
from posto_desktop.ui.widgets.row_cells import (
    Cell,
    IconCell,
    NetworkBadgesCell,
    SpacerCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate, RowState

ROWS = 6
"""Rows that are seen at once."""
LEAST, MOST = 220, 460
BAR = 14
"""Width of the scroll bar."""
PAD = 4
# Of a row: margins, icon, the space before each cell, and the cross at its end.
AROUND = 10 + 16 + 8 + 16 + 8 + 16 + 8
ROW_HEIGHT = 32
REMOVE = "remove"
ISOLATE, END_ISOLATE = "\u2068", "\u2069"
"""Around a word: its sign stands before it in every layout."""


@dataclass(frozen=True)
class SuggestionRow:
    """What a row shows: `text`, whose it is, and how often it was used; `name` is for assistive
    software."""

    text: str
    note: str
    name: str
    network: str = ""
    icon: str = ""
    is_removable: bool = False


class SuggestionsModel(QAbstractListModel):
    """Rows in the given order."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[SuggestionRow] = []

    def set_rows(self, rows: Sequence[SuggestionRow]) -> bool:
        """Set the rows; return whether they differ."""
        if list(rows) == self._rows:
            return False
        self.beginResetModel()
        self._rows = list(rows)
        self.endResetModel()
        return True

    def row(self, number: int) -> SuggestionRow:
        return self._rows[number]

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def data(
        self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.text
        return row.name if role == Qt.ItemDataRole.AccessibleTextRole else None


class SuggestionPopup(QFrame):
    """Shows suggestions over the window, below a line of text or above it. The field keeps the
    focus; its keys come by `step`.

    Signals: ``chosen(int)``, ``removeRequested(int)``: by the pointer, of a row.
    """

    chosen = Signal(int)
    removeRequested = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setObjectName("suggestions")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list = _SuggestionsView(self)
        self.list.chosen.connect(self.chosen)
        self.list.removeRequested.connect(self.removeRequested)
        column = QVBoxLayout(self)
        column.setContentsMargins(PAD, PAD, PAD, PAD)
        column.addWidget(self.list)
        self.hide()

    def set_rows(self, rows: Sequence[SuggestionRow]) -> bool:
        """Show these rows, none of them chosen; return False if they are shown already."""
        return self.list.rows.set_rows(rows)

    def current(self) -> int:
        """Return the chosen row; -1 for none."""
        return self.list.currentIndex().row()

    def step(self, by: int) -> None:
        """Choose the next or previous row, wrapping around."""
        count, now = self.list.rows.rowCount(), self.current()
        if count:
            self.choose((now + by) % count if now >= 0 else (0 if by > 0 else count - 1))

    def choose(self, row: int) -> None:
        self.list.setCurrentIndex(self.list.rows.index(row))
        if row < 0:
            self.list.scrollToTop()

    def show_at(self, line: QRect) -> None:
        """Show below a line of text (a rectangle of the window), or above it, beginning where the
        line does."""
        window = self.parentWidget()
        if window is None:
            return
        width, height = self._size()
        room = window.rect().adjusted(8, 8, -8, -8)
        left = line.left() - PAD - 10
        if self.isRightToLeft():
            left = line.right() + PAD + 10 - width
        left = max(room.left(), min(left, room.right() - width))
        top = line.bottom() + 5
        if top + height > room.bottom():
            top = max(room.top(), line.top() - 5 - height)
        self.setGeometry(left, top, min(width, room.width()), height)
        self.show()
        self.raise_()

    def _size(self) -> tuple[int, int]:
        rows = [self.list.rows.row(number) for number in range(self.list.rows.rowCount())]
        words = (text_width(row.text) + text_width(row.note, "caption") for row in rows)
        scale = Theme.instance().scale
        wanted = max(words, default=0) + AROUND + (BAR if len(rows) > ROWS else 0)
        width = max(round(LEAST * scale), min(wanted, round(MOST * scale)))
        return width + 2 * PAD, min(ROWS, len(rows)) * _row_height() + 2 * PAD

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(theme.colour("raised"))
        painter.setPen(QPen(theme.colour("border_strong"), 1))
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(frame, RADIUS, RADIUS)
        painter.end()


def _row_height() -> int:
    return round(ROW_HEIGHT * Theme.instance().scale)


def _row_size(_index: Index) -> QSize:
    return QSize(120, _row_height())


class _SuggestionsView(QListView):
    """Signals: ``chosen(int)``, ``removeRequested(int)``: a click on a row, on its cross."""

    chosen = Signal(int)
    removeRequested = Signal(int)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Suggestions"), "suggestions")
        self.setObjectName("suggestions-list")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.rows = SuggestionsModel(self)
        self.setModel(self.rows)
        self._delegate = RowDelegate(self, self._row, _row_size)
        self.setItemDelegate(self._delegate)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setUniformItemSizes(True)

    def _row(self, index: Index, state: RowState) -> RowContent:
        row = self.rows.row(index.row())
        cells: list[Cell] = []
        if row.network:
            cells.append(NetworkBadgesCell([row.network]))
        elif row.icon:
            cells.append(IconCell(row.icon))
        cells += [
            TextCell(f"{ISOLATE}{row.text}{END_ISOLATE}", gap=8 if cells else 0),
            SpacerCell(),
            TextCell(row.note, "caption", "text_muted", gap=16, yields=False),
        ]
        if row.is_removable:
            shown = state.hovered or state.current
            cells.append(
                IconCell("x", "text_muted", size=14, side=16, gap=8, key=REMOVE, reach=(4, 8))
                if shown
                else SpacerCell(16, gap=8)
            )
        return RowContent(cells, (10, 0, 8, 0), state.background(radius=6))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        event.accept()  # no drag, no selection: what counts is where the button is released

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if not index.isValid() or event.button() != Qt.MouseButton.LeftButton:
            return
        on_cross = self._delegate.target_at(event.position().toPoint()) == REMOVE
        (self.removeRequested if on_cross else self.chosen).emit(index.row())

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place: QPoint = event.pos()
            words = ""
            if self._delegate.target_at(place) == REMOVE:
                words = keys.tip(self.tr("Do not suggest any more"), keys.NOT_SUGGESTED)
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().viewportEvent(event)
