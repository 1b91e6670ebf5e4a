"""View of a campaign's messages: keys, reordering by drag, drops of files and texts."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import (
    QItemSelectionModel,
    QPoint,
    QRect,
    QRectF,
    Qt,
    QTimer,
    Signal,
    Slot,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from posto_desktop.core.thread import joined
from posto_desktop.models.campaign_messages import MessagesModel
from posto_desktop.ui.campaigns.message_rows import INSET, MessageRows
from posto_desktop.ui.campaigns.plain_table import PlainTable
from posto_desktop.ui.shared.draft_pictures import DraftPictures
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.row_delegate import RowDelegate
from posto_desktop.workers.file_info import has_files, local_paths

_EDGE = 14
"""Closer than this to the edge of a row, a drop goes between two messages instead of onto one."""
_SCROLL_MS = 40


class MessagesView(PlainTable):
    """Signals, with the ids of messages:
    openRequested(str, str part): edit it; `part` is "text".
    menuRequested(str, QPoint): its menu button or a right click (global position).
    moveRequested(list, int before row).
    filesDropped(list paths, str onto, int at): onto a message, or "" and before row `at`.
    textDropped(str, int at)."""

    openRequested = Signal(str, str)
    menuRequested = Signal(str, QPoint)
    moveRequested = Signal(list, int)
    filesDropped = Signal(list, str, int)
    textDropped = Signal(str, int)

    def __init__(
        self, model: MessagesModel, pictures: DraftPictures, parent: QWidget | None = None
    ) -> None:
        super().__init__(self.tr("Messages"), "messages", parent)
        self.messages = model
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setModel(model)
        rows = MessageRows(model, pictures)
        self._rows = RowDelegate(self, rows.row, rows.size)
        self.setItemDelegate(self._rows)
        pictures.arrived.connect(self.viewport().update)
        self.setAcceptDrops(True)
        self.viewport().setAcceptDrops(True)
        self.handle_key: Callable[[QKeyEvent], bool] = lambda _event: False
        """Handles a shortcut for the selected messages; returns True if it did."""
        self._pressed: QPoint | None = None
        self._keeps_selection = False
        self._dragging = False
        self._target: tuple[str, int] | None = None
        """Drop target: ("onto", row) or ("between", row)."""
        self._scroll = QTimer(self)
        self._scroll.setInterval(_SCROLL_MS)
        self._scroll.timeout.connect(self._auto_scroll)
        self._selected: tuple[str, list[str]] = ("", [])
        """The campaign and its selection, kept over a model reset."""
        model.modelAboutToBeReset.connect(self._store_selection)
        model.modelReset.connect(self._restore_selection)
        self.restyle()

    def restyle(self) -> None:
        self.set_row_height(Theme.instance().px("row.campaign"))

    # -- which -----------------------------------------------------------------------------------

    def selected_ids(self) -> list[str]:
        """Return the ids of the selected messages, in order; without a selection that of the
        current one."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        if not rows and self.current_row() >= 0:
            rows = [self.current_row()]
        selected = (self.messages.message_at(row) for row in rows)
        return [message.id for message in selected if message is not None]

    def select_ids(self, ids: list[str], *, scroll: bool = True) -> None:
        """Select these messages and make the first one current."""
        rows = [row for row in map(self.messages.row_of, ids) if row >= 0]
        if not rows:
            return
        selection, flag = self.selectionModel(), QItemSelectionModel.SelectionFlag
        selection.setCurrentIndex(self.messages.index(rows[0], 0), flag.ClearAndSelect | flag.Rows)
        for row in rows[1:]:
            selection.select(self.messages.index(row, 0), flag.Select | flag.Rows)
        if scroll:
            self.scrollTo(self.messages.index(rows[0], 0))

    @Slot()
    def _store_selection(self) -> None:
        self._selected = (self.messages.campaign_id, self.selected_ids())

    @Slot()
    def _restore_selection(self) -> None:
        campaign_id, ids = self._selected
        if campaign_id == self.messages.campaign_id:
            self.select_ids(ids, scroll=False)

    def current_id(self) -> str:
        """Return the id of the current message; "" for none."""
        return self._id_at(self.current_row())

    def _id_at(self, row: int) -> str:
        message = self.messages.message_at(row)
        return message.id if message is not None else ""

    def _is_locked(self, row: int) -> bool:
        result = self.messages.result_at(row)
        return result is not None and not result.is_stopped

    def row_rect(self, row: int) -> QRect:
        return self.visualRect(self.messages.index(row, 0))

    # -- keys ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, ids = event.key(), self.selected_ids()
        if key == Qt.Key.Key_Escape and self._dragging:
            self._end_drag()
        elif event.matches(QKeySequence.StandardKey.Paste):
            event.ignore()  # the page handles it
            return
        elif event.matches(QKeySequence.StandardKey.Copy) and ids:
            self._copy(ids)
        elif key == Qt.Key.Key_Menu and ids:
            place = self.row_rect(self.current_row()).bottomLeft() + QPoint(60, -20)
            self.menuRequested.emit(ids[0], self.viewport().mapToGlobal(place))
        elif not self.handle_key(event):
            super().keyPressEvent(event)
            return
        event.accept()

    def _copy(self, ids: list[str]) -> None:
        messages = [self.messages.message_at(self.messages.row_of(key)) for key in ids]
        words = "\n\n".join(joined(message.parts) for message in messages if message is not None)
        QApplication.clipboard().setText(words)

    def step(self, ids: list[str], by: int) -> None:
        """Request to move these messages up (`by` -1) or down (1) by one."""
        rows = [self.messages.row_of(key) for key in ids]
        to = min(rows) - 1 if by < 0 else max(rows) + 2
        if 0 <= to <= self.messages.rowCount():
            self.moveRequested.emit(ids, to)

    # -- the mouse -------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        index = self.indexAt(place)
        self._keeps_selection = False
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            super().mousePressEvent(event)
            return
        if self._rows.target_at(place) == "more":
            self.go_to(index.row())
            self.menuRequested.emit(self._id_at(index.row()), self.viewport().mapToGlobal(place))
            return
        if not event.modifiers():
            self._pressed = place
            if self.selectionModel().isRowSelected(index.row()):
                self._keeps_selection = True  # a drag of the whole selection may follow
                return
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            far = (place - self._pressed).manhattanLength() >= QApplication.startDragDistance()
            if not self._dragging and far and self._can_drag():
                self._dragging = True
                self.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
                self._scroll.start()
            if self._dragging:
                self._show_target(("between", self._between(place.y())))
            return  # a drag never extends the selection
        super().mouseMoveEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        target, dragging, keeps_selection = self._target, self._dragging, self._keeps_selection
        self._end_drag()
        if dragging:
            if target is not None:
                self.moveRequested.emit(self.selected_ids(), target[1])
            return
        if keeps_selection:
            index = self.indexAt(event.position().toPoint())
            if index.isValid():
                self.select_ids([self._id_at(index.row())], scroll=False)
        super().mouseReleaseEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        self._pressed = None
        if index.isValid():
            self.openRequested.emit(self._id_at(index.row()), "text")

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        index = self.indexAt(event.pos())
        if index.isValid():
            if not self.selectionModel().isRowSelected(index.row()):
                self.select_ids([self._id_at(index.row())], scroll=False)
            self.menuRequested.emit(self._id_at(index.row()), event.globalPos())

    def _can_drag(self) -> bool:
        rows = [self.messages.row_of(key) for key in self.selected_ids()]
        return bool(rows) and not any(self._is_locked(row) for row in rows)

    def _between(self, y: int) -> int:
        """Return the row before which a drop at this height goes."""
        row = self.rowAt(y)
        if row < 0:
            return 0 if y < 0 else self.messages.rowCount()
        return row + (y > self.row_rect(row).center().y())

    def _show_target(self, target: tuple[str, int] | None) -> None:
        if target != self._target:
            self._target = target
            self.viewport().update()

    def _end_drag(self) -> None:
        self._pressed, self._dragging, self._keeps_selection = None, False, False
        self._scroll.stop()
        self.viewport().unsetCursor()
        self._show_target(None)

    @Slot()
    def _auto_scroll(self) -> None:
        """Scroll while a drag is at the edge of the list."""
        y = self.viewport().mapFromGlobal(self.cursor().pos()).y()
        by = -16 if y < 24 else 16 if y > self.viewport().height() - 24 else 0
        if by:
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + by)
            self._show_target(("between", self._between(y)))

    # -- dropped from elsewhere --------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if has_files(event.mimeData()) or event.mimeData().hasText():
            event.acceptProposedAction()
        else:
            event.ignore()

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        files = has_files(event.mimeData())
        self._show_target(self._drop_target(event.position().toPoint().y(), files=files))
        event.acceptProposedAction()

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._show_target(None)

    def dropEvent(self, event: QDropEvent) -> None:
        paths = local_paths(event.mimeData())
        target = self._drop_target(event.position().toPoint().y(), files=bool(paths))
        self._show_target(None)
        event.acceptProposedAction()
        if paths:
            onto = self._id_at(target[1]) if target[0] == "onto" else ""
            self.filesDropped.emit(paths, onto, target[1])
        elif event.mimeData().hasText():
            self.textDropped.emit(event.mimeData().text(), target[1])

    def _drop_target(self, y: int, *, files: bool) -> tuple[str, int]:
        row = self.rowAt(y)
        if files and row >= 0 and not self._is_locked(row):
            rect = self.row_rect(row)
            if rect.top() + _EDGE <= y <= rect.bottom() - _EDGE:
                return "onto", row
        return "between", self._between(y)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._target is None:
            return
        kind, row = self._target
        theme = Theme.instance()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        width = self.viewport().width()
        if kind == "onto":
            painter.setPen(QPen(theme.colour("accent_line"), 2, Qt.PenStyle.DashLine))
            painter.drawRoundedRect(QRectF(self.row_rect(row).adjusted(INSET, 1, -INSET, -2)), 8, 8)
        else:
            count = self.messages.rowCount()
            y = self.row_rect(row).top() if row < count else self.row_rect(count - 1).bottom()
            painter.fillRect(
                QRect(INSET, max(0, y - 1), width - 2 * INSET, 2), theme.colour("accent")
            )
        painter.end()
