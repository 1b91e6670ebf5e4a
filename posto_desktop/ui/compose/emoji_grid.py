"""Table of the emoji picker: model, delegate and view."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from posto_desktop.core.emoji import Emoji
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

COLUMNS = 9
CELL = 36
HEAD = 28
SAFE_VERSION = 12.0  # earlier versions are in every current font

AnyIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class EmojiCell:
    """An emoji as it is inserted, and its name."""

    char: str
    name: str


def missing(emoji: Iterable[Emoji]) -> frozenset[str]:
    """Return the emoji that this system's fonts cannot draw as one glyph."""
    metrics = QFontMetrics(Theme.instance().font("page"))
    single = metrics.horizontalAdvance("\U0001f600")
    return frozenset(
        symbol.char
        for symbol in emoji
        if symbol.version > SAFE_VERSION
        and (
            metrics.horizontalAdvance(symbol.char) > 1.5 * single
            or not all(_in_font(metrics, char) for char in symbol.char)
        )
    )


def has_emoji_font() -> bool:
    return QFontMetrics(Theme.instance().font("page")).inFontUcs4(0x1F600)


def _in_font(metrics: QFontMetrics, char: str) -> bool:
    # Joiners, variation selectors and the letters inside a flag have no glyph of their own.
    return char in "\u200d\ufe0f" or ord(char) > 0xE0000 or metrics.inFontUcs4(ord(char))


class EmojiModel(QAbstractTableModel):
    """Rows of nine emoji, and rows with the title of a section."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[str | list[EmojiCell]] = []

    def set_sections(self, sections: Sequence[tuple[str, Sequence[EmojiCell]]]) -> dict[str, int]:
        """Show these sections (title, emoji); an empty title has no row. Return the first row of
        each."""
        self.beginResetModel()
        self._rows = []
        starts: dict[str, int] = {}
        for title, cells in sections:
            starts[title] = len(self._rows)
            if title:
                self._rows.append(title)
            for at in range(0, len(cells), COLUMNS):
                self._rows.append(list(cells[at : at + COLUMNS]))
        self.endResetModel()
        return starts

    def heads(self) -> list[int]:
        return [number for number, row in enumerate(self._rows) if isinstance(row, str)]

    def cell(self, index: AnyIndex) -> EmojiCell | None:
        row = self._rows[index.row()] if index.isValid() else ""
        return row[index.column()] if isinstance(row, list) and index.column() < len(row) else None

    def length(self, row: int) -> int:
        """Return the number of emoji in a row; 0 for a title."""
        cells = self._rows[row]
        return len(cells) if isinstance(cells, list) else 0

    def rowCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else COLUMNS

    def flags(self, index: AnyIndex) -> Qt.ItemFlag:
        if self.cell(index) is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        cell = self.cell(index)
        if cell is None:
            row = self._rows[index.row()] if index.isValid() else ""
            titled = isinstance(row, str) and index.column() == 0
            return row if titled and role == Qt.ItemDataRole.DisplayRole else None
        if role == Qt.ItemDataRole.DisplayRole:
            return cell.char
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return cell.name
        return None


class EmojiDelegate(QStyledItemDelegate):
    """Delegate that paints emoji and section titles."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme = Theme.instance()
        model = index.model()
        assert isinstance(model, EmojiModel)
        rect = QRectF(option.rect)
        state = option.state
        words = index.data()
        painter.save()
        if model.cell(index) is None:
            if words:
                painter.setFont(theme.font("small"))
                painter.setPen(theme.colour("text_muted"))
                flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading
                painter.drawText(rect.adjusted(4, 0, -4, 0), int(flags), words)
            painter.restore()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        inner = rect.adjusted(1.5, 1.5, -1.5, -1.5)
        current = bool(state & QStyle.StateFlag.State_Selected)
        if current or state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colour("selected" if current else "hover"))
            painter.drawRoundedRect(inner, 6, 6)
        if current and state & QStyle.StateFlag.State_HasFocus:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(inner, 6, 6)
        painter.setFont(theme.font("page"))
        painter.setPen(theme.colour("text"))
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), words)
        painter.restore()


class EmojiGrid(QTableView):
    """Signals: ``chosen(str, bool)``: insert this emoji, True to keep the picker open (Shift);
    ``pointed(str)``: name of the current one; ``typed(QKeyEvent)``: a letter for the search;
    ``leftAbove()``: an arrow key left the grid at the top."""

    chosen = Signal(str, bool)
    pointed = Signal(str)
    typed = Signal(object)
    leftAbove = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Emoji"), "emoji")
        self._cells = EmojiModel(self)
        self.setModel(self._cells)
        self.setItemDelegate(EmojiDelegate(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        # The delegate paints the selection; the view would add a square behind it.
        self.setStyleSheet("QTableView { selection-background-color: transparent; }")
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        side = round(CELL * Theme.instance().scale)
        for header in (self.horizontalHeader(), self.verticalHeader()):
            header.hide()
            header.setMinimumSectionSize(8)
            header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
            header.setDefaultSectionSize(side)
        self.verticalScrollBar().setSingleStep(side)
        self.setFixedWidth(COLUMNS * side + 14)

    def cells(self) -> EmojiModel:
        return self._cells

    def set_sections(self, sections: Sequence[tuple[str, Sequence[EmojiCell]]]) -> dict[str, int]:
        """Set the sections of the model and make the first emoji current."""
        self.clearSpans()
        starts = self._cells.set_sections(sections)
        height = round(HEAD * Theme.instance().scale)
        for row in self._cells.heads():
            self.setSpan(row, 0, 1, COLUMNS)
            self.setRowHeight(row, height)
        self._choose(self._from(0, 0, 1))
        if self.current() is None:
            self.pointed.emit("")
        self.scrollToTop()
        return starts

    def show_row(self, row: int) -> None:
        """Scroll to a section's title and make its first emoji current."""
        self._choose(self._from(row, 0, 1))
        self.scrollTo(self._cells.index(row, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def row_at_top(self) -> int:
        return max(0, self.rowAt(1))

    def current(self) -> EmojiCell | None:
        return self._cells.cell(self.currentIndex())

    def _choose(self, index: QModelIndex) -> None:
        if index.isValid():
            flag = QItemSelectionModel.SelectionFlag.ClearAndSelect
            self.selectionModel().setCurrentIndex(index, flag)

    def currentChanged(self, current: AnyIndex, previous: AnyIndex) -> None:
        super().currentChanged(current, previous)
        cell = self._cells.cell(current)
        self.pointed.emit(cell.name if cell else "")

    @Slot(bool)
    def choose_current(self, more: bool = False) -> None:
        cell = self.current()
        if cell is not None:
            self.chosen.emit(cell.char, more)

    # -- keys ------------------------------------------------------------------------------

    def _from(self, row: int, column: int, step: int) -> QModelIndex:
        """Return the next cell in a direction, across titles and short rows."""
        rows = self._cells.rowCount()
        while 0 <= row < rows:
            length = self._cells.length(row)
            if length:
                return self._cells.index(row, min(column, length - 1))
            row += step
        return QModelIndex()

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, _modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        move, current = QAbstractItemView.CursorAction, self.currentIndex()
        if not current.isValid():
            return self._from(0, 0, 1)
        row, column = current.row(), current.column()
        forward = move.MoveRight if not self.isRightToLeft() else move.MoveLeft
        if action in (move.MoveLeft, move.MoveRight):
            column += 1 if action == forward else -1
            if column >= self._cells.length(row):
                index = self._from(row + 1, 0, 1)
            elif column < 0:
                index = self._from(row - 1, COLUMNS, -1)
            else:
                index = self._cells.index(row, column)
        elif action in (move.MoveUp, move.MoveDown, move.MovePageUp, move.MovePageDown):
            page = max(1, self.viewport().height() // self.verticalHeader().defaultSectionSize())
            by = page if action in (move.MovePageUp, move.MovePageDown) else 1
            step = 1 if action in (move.MoveDown, move.MovePageDown) else -1
            target_row = (
                min(max(0, row + by * step), self._cells.rowCount() - 1) if by > 1 else None
            )
            index = self._from(row + step if target_row is None else target_row, column, step)
            if not index.isValid() and by > 1:
                index = self._from(target_row or 0, column, -step)
        elif action == move.MoveHome:
            index = self._from(0, 0, 1)
        elif action == move.MoveEnd:
            index = self._from(self._cells.rowCount() - 1, COLUMNS, -1)
        else:
            index = current
        return index if index.isValid() else current

    def _row(self) -> int:
        return self.currentIndex().row()

    def isRightToLeft(self) -> bool:
        return self.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.choose_current(more)
        elif (
            key == Qt.Key.Key_Up and not self._from(self.currentIndex().row() - 1, 0, -1).isValid()
        ):
            self.leftAbove.emit()
        elif key == Qt.Key.Key_Escape:
            event.ignore()
        elif event.text().isprintable() and event.text() and not _commanding(event):
            self.typed.emit(event)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        cell = self._cells.cell(self.indexAt(event.position().toPoint()))
        if cell is not None:
            self.pointed.emit(cell.name)
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index == self.currentIndex():
            more = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.choose_current(more)


def _commanding(event: QKeyEvent) -> bool:
    keys = Qt.KeyboardModifier
    return bool(event.modifiers() & (keys.ControlModifier | keys.AltModifier | keys.MetaModifier))
