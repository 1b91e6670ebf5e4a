"""List of the evergreen messages: rows, keys, menu."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QItemSelectionModel, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QWidget

from posto_desktop.core.evergreen import EvergreenMessage
from posto_desktop.models.evergreen import EvergreenMessagesModel, title_of
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_cells import (
    END,
    Cell,
    CellColumn,
    CellRow,
    IconCell,
    LabelsCell,
    NetworkBadgesCell,
    PictureCell,
    SpacerCell,
    StatusPillCell,
    TextCell,
    text_width,
)
from posto_desktop.ui.widgets.row_delegate import (
    Index,
    RowContent,
    RowDelegate,
    RowFocusRing,
    RowSeparator,
    RowState,
)

SIDE = 24
THUMB = 44
_CARD = (12, 0, 12, 1)
_MOST_BADGES = 8


class EvergreenMessagesView(PlainTable):
    """Signals: ``openRequested(str id)``; ``menuRequested(QPoint)`` for the selected messages."""

    openRequested = Signal(str)
    menuRequested = Signal(QPoint)

    def __init__(
        self, model: EvergreenMessagesModel, pictures: DraftPictures, parent: QWidget
    ) -> None:
        super().__init__(self.tr("Evergreen messages"), "evergreen-messages", parent)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setModel(model)
        self.messages, self._pictures = model, pictures
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a shortcut for the selected messages; returns True if it did."""
        self.by_mouse = False
        """True while the mouse caused the request."""
        self._rows = RowDelegate(self, self._row, self._size)
        self.setItemDelegate(self._rows)
        pictures.arrived.connect(self.viewport().update)
        self._selected: list[str] = []
        model.modelAboutToBeReset.connect(self._store_selection)
        model.modelReset.connect(self._restore_selection)
        self.restyle()

    def restyle(self) -> None:
        self.set_row_height(Theme.instance().px("row.campaign"))

    # -- which -----------------------------------------------------------------------------------

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected messages in order, else that of the current one."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows and self.current_row() >= 0:
            rows = [self.current_row()]
        selected = (self.messages.message_at(row) for row in rows)
        return [message.id for message in selected if message is not None]

    def select(self, message_id: str) -> None:
        """Make a message current, if it is shown."""
        row = self.messages.row_of(message_id)
        if row >= 0:
            self.go_to(row)

    def go_to(self, row: int) -> None:
        """Make a row current and select it alone, whatever key is down."""
        index, flag = self.messages.index(row, 0), QItemSelectionModel.SelectionFlag
        self.selectionModel().setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)
        self.scrollTo(index)

    def _store_selection(self) -> None:
        self._selected = self.selected_ids()

    def _restore_selection(self) -> None:
        rows = [row for row in map(self.messages.row_of, self._selected) if row >= 0]
        if not rows and self.messages.rowCount():
            rows = [0]
        selection, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        for number, row in enumerate(rows):
            index = self.messages.index(row, 0)
            if number:
                selection.select(index, flag.Select | flag.Rows)
            else:
                selection.setCurrentIndex(index, flag.ClearAndSelect | flag.Rows)

    def current_id(self) -> str:
        message = self.messages.message_at(self.current_row())
        return message.id if message is not None else ""

    # -- rows ------------------------------------------------------------------------------------

    @staticmethod
    def _size(_index: Index) -> QSize:
        return QSize(300, Theme.instance().px("row.campaign"))

    def _row(self, index: Index, state: RowState) -> RowContent:
        """Return the cells: picture, text and state, rules, next run."""
        theme, model = Theme.instance(), self.messages
        message = model.message_at(index.row())
        if message is None:
            return RowContent([])
        title = title_of(message)
        words = title or self.tr("Nothing written yet")
        share = 0.78 if message.labels else 1.0
        colour = "text" if title else "text_faint"
        first: list[Cell] = [TextCell(words, "strong", colour, share=share)]
        status, state_words = model.state_of(message)
        if status:
            first.append(StatusPillCell(status, state_words, gap=10))
        if message.labels:
            first.append(LabelsCell(message.labels, gap=10))
        heights = [theme.line("body") + 2, max(theme.line("small"), 16)]
        cells: list[Cell] = [
            self._picture(message),
            CellColumn([CellRow(first), CellRow(self._second_line(message))], heights, gap=14),
            *self._next_run(message),
            IconCell("ellipsis", gap=16, key="more", reach=(14, 14)),
        ]
        last = index.row() + 1 == model.rowCount()
        return RowContent(
            cells,
            (SIDE, 0, SIDE, 0),
            state.background(radius=8, inset=_CARD),
            None if last else RowSeparator(SIDE, SIDE),
            RowFocusRing(_CARD, 8) if state.ringed else None,
        )

    def _picture(self, message: EvergreenMessage) -> Cell:
        media = message.draft.media
        if not media:
            return PictureCell(None, THUMB, "evergreen")
        icon = "play" if media[0].kind == "video" else "image"
        badge = f"+{len(media) - 1}" if len(media) > 1 else ""
        return PictureCell(self._pictures.get(media[0].path), THUMB, icon, badge=badge)

    def _second_line(self, message: EvergreenMessage) -> list[Cell]:
        slugs = self.messages.networks_of(message)
        cells: list[Cell] = []
        if slugs:
            cells.append(NetworkBadgesCell(slugs[:_MOST_BADGES], 14, 17))
        if len(slugs) > _MOST_BADGES:
            more = f"+{len(slugs) - _MOST_BADGES}"
            cells.append(TextCell(more, "small", "text_muted", yields=False, gap=3))
        line = self.messages.line_of(message)
        gap = 9 if cells else 0
        cells.append(TextCell(line, "small", "text_muted", numbers=True, fills=True, gap=gap))
        return cells

    def _next_run(self, message: EvergreenMessage) -> list[Cell]:
        day, at = self.messages.next_words(message)
        if not day:
            return [SpacerCell(0)]
        theme = Theme.instance()
        wide = max(text_width(day, "strong", numbers=True), text_width(at, "body", numbers=True))
        lines: list[Cell] = [
            TextCell(day, "strong", "text", END, numbers=True, fills=True),
            TextCell(at, "body", "text_muted", END, numbers=True, fills=True),
        ]
        height = theme.line("body")
        return [CellColumn(lines, [height, height - 2], fixed=wide + 2, gap=14)]

    # -- keys and mouse --------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Menu and self.current_row() >= 0:
            place = self.visualRect(self.currentIndex()).bottomLeft() + QPoint(60, -20)
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
        elif not self.handle_key(event):
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        is_left = event.button() == Qt.MouseButton.LeftButton
        if is_left and index.isValid() and self._rows.target_at(place) == "more":
            if not self.selectionModel().isRowSelected(index.row()):
                self.go_to(index.row())
            self.menuRequested.emit(self.viewport().mapToGlobal(place))
            return
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        place = event.position().toPoint()
        is_left = event.button() == Qt.MouseButton.LeftButton and not event.modifiers()
        if is_left and self.indexAt(place).isValid() and self._rows.target_at(place) != "more":
            self.by_mouse = True
            self.openRequested.emit(self.current_id())
            self.by_mouse = False

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid() and not self.selectionModel().isRowSelected(index.row()):
            self.go_to(index.row())
        if self.current_row() >= 0:
            self.menuRequested.emit(event.globalPos())
