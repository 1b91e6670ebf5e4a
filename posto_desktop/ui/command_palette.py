"""Command palette (Ctrl+K): searches commands, channels, messages and posts."""

from __future__ import annotations

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPoint,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QCloseEvent, QKeyEvent
from PySide6.QtWidgets import QFrame, QListView, QVBoxLayout, QWidget

from posto_desktop.models.command_palette import (
    PaletteHeading,
    PaletteItem,
    PaletteItemRole,
    PaletteModel,
)
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import PlainLabel
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import (
    END,
    Cell,
    CellBackground,
    CellRow,
    IconCell,
    NetworkBadgesCell,
    TextCell,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowState,
)

WIDTH = 560
ROWS = 11
ROW = 34
HEAD = 28
SIDE = 12
_MOVES = {
    Qt.Key.Key_Down: 1,
    Qt.Key.Key_Up: -1,
}


class CommandPalette(Popup):
    """Search field above a list of results. Closes with Escape and after a choice.

    Signals: `searchRequested(str query)`: answer with `model.set_found` and `show_found`;
    `closed()`.
    """

    searchRequested = Signal(str)
    closed = Signal()

    def __init__(self, model: PaletteModel, parent: QWidget) -> None:
        super().__init__("search-everything-window", parent)
        self.setAccessibleName(self.tr("Search everything"))
        self.model = model
        model.setParent(self)
        self.setFixedWidth(WIDTH)
        box = QVBoxLayout(self)
        box.setContentsMargins(8, 8, 8, 8)
        box.setSpacing(6)
        self.search = SearchField(
            self.tr("Search everything"),
            "search-everything",
            self.tr("Find commands, channels, messages, posts…"),
            self,
        )
        self.search.installEventFilter(self)
        box.addWidget(self.search)
        self.list = QListView(self)
        name_control(self.list, self.tr("Found"), "found")
        self.list.setModel(model)
        self.list.setItemDelegate(palette_delegate(self.list))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.clicked.connect(self._choose)
        self.list.entered.connect(self._entered)
        box.addWidget(self.list)
        self.nothing = PlainLabel(self)
        self.nothing.setObjectName("nothing-found")
        self.nothing.setProperty("role", "muted")
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setFixedHeight(3 * ROW)
        self.nothing.hide()
        box.addWidget(self.nothing)
        self.setFocusProxy(self.search)
        self.search.textChanged.connect(self.searchRequested)

    def open_over(self, window: QWidget) -> None:
        """Show it in the upper middle of a window."""
        self.searchRequested.emit("")
        place = window.mapToGlobal(QPoint((window.width() - WIDTH) // 2, 64))
        self.show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    @Slot()
    def show_found(self) -> None:
        """Show the results of the model."""
        first = self.model.first()
        self._fit_height()
        self._go(first)
        self.list.setVisible(first >= 0)
        self.nothing.setVisible(first < 0)
        words = self.search.text().strip()
        self.nothing.setText(self.tr("Nothing matches “{words}”").format(words=words[:60]))
        if self.isVisible():
            self.adjustSize()

    def _fit_height(self) -> None:
        scale, count = Theme.instance().scale, self.model.rowCount()
        rows = [self.list.sizeHintForRow(number) for number in range(min(count, 2 * ROWS))]
        self.list.setFixedHeight(min(sum(rows), round(ROWS * ROW * scale)) + 2)

    def _go(self, row: int) -> None:
        index = self.model.index(row, 0) if row >= 0 else QModelIndex()
        self.list.setCurrentIndex(index)
        if row >= 0:
            if row == self.model.first():
                self.list.scrollToTop()  # together with its heading
            self.list.scrollTo(index)
            # The focus stays in the field, so screen readers hear the current row as its
            # description.
            self.search.setAccessibleDescription(str(index.data()))

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            watched is self.search
            and event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
        ):
            key = Qt.Key(event.key())
            if key in _MOVES:
                row = self.list.currentIndex().row()
                self._go(self.model.step(row, _MOVES[key]))
                return True
            if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                self._leap(1 if key == Qt.Key.Key_PageDown else -1)
                return True
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._choose(self.list.currentIndex())
                return True
            if key == Qt.Key.Key_Escape and not self.search.text():
                self.close()
                return True
        return super().eventFilter(watched, event)

    def _leap(self, by: int) -> None:
        row = self.list.currentIndex().row()
        for _ in range(ROWS - 2):
            following = self.model.step(row, by)
            if (following - row) * by <= 0:
                break
            row = following
        self._go(row)

    @Slot(QModelIndex)
    def _entered(self, index: QModelIndex) -> None:
        if isinstance(index.data(PaletteItemRole), PaletteItem):
            self.list.setCurrentIndex(index)

    @Slot(QModelIndex)
    def _choose(self, index: QModelIndex) -> None:
        item = index.data(PaletteItemRole) if index.isValid() else None
        if isinstance(item, PaletteItem):
            # Close first: the command may open its own window.
            self.close()
            item.run()


def palette_delegate(view: QListView) -> RowDelegate:
    """Delegate of the rows of a `PaletteModel`."""
    return RowDelegate(view, _row, _size)


def _size(index: Index) -> QSize:
    height = HEAD if isinstance(index.data(PaletteItemRole), PaletteHeading) else ROW
    return QSize(200, round(height * Theme.instance().scale))


def _row(index: Index, state: RowState) -> RowContent:
    item = index.data(PaletteItemRole)
    if isinstance(item, PaletteHeading):
        return RowContent([TextCell(item.title, "caption", "text_muted")], (SIDE, 4, SIDE, 0))
    # The field keeps the focus: always paint the current row as selected.
    background = CellBackground("selected", 6, (2, 1, 2, 1)) if state.current else None
    cells = _item_cells(item) if isinstance(item, PaletteItem) else []
    ring = RowFocusRing((2, 1, 2, 1), 6) if state.ringed else None
    return RowContent(cells, (SIDE, 0, SIDE, 0), background, ring=ring)


def _item_cells(item: PaletteItem) -> list[Cell]:
    cells: list[Cell] = []
    if item.network:
        cells.append(NetworkBadgesCell([item.network], step=16))
    elif item.icon:
        cells.append(IconCell(item.icon))
    words: list[Cell] = [TextCell(item.title, share=2 / 3 if item.detail else 1)]
    if item.detail:
        words.append(CellRow([TextCell(item.detail, "small", "text_muted", gap=10)]))
    cells.append(CellRow(words, gap=12 if cells else 0))
    if item.keys:
        cells.append(TextCell(item.keys, "small", "text_muted", END, yields=False, gap=12))
    return cells
