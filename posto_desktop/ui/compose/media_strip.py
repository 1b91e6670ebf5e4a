"""The media strip: the message's files as tiles in their order, and the tile that adds more."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QWidget,
)

from posto_desktop.models.media import ROW_MIME, EditedPictureRole, MediaModel, RefRole
from posto_desktop.ui.compose.media_add import AddTile
from posto_desktop.ui.compose.media_grid import Grid
from posto_desktop.ui.compose.media_playing import HoverPlayer
from posto_desktop.ui.compose.pasted import files_of
from posto_desktop.ui.shared.media_tiles import MediaTileDelegate
from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from posto_desktop.workers.runner import JobRunner


MOST_LINES = 3


class MediaStrip(QListView):
    """Signals: ``addRequested()``, ``recentRequested()``, ``filesDropped(list, at)``,
    ``describeRequested(row)``, ``editRequested(row)``, ``removed(row, MediaRow)`` and
    ``moved(from, to)`` by dragging (for Undo); ``menuOpened(TileMenu, row)`` before it shows."""

    addRequested = Signal()
    recentRequested = Signal()
    filesDropped = Signal(object, int)
    describeRequested = Signal(int)
    editRequested = Signal(int)
    removed = Signal(int, object)
    moved = Signal(int, int)
    menuOpened = Signal(object, int)

    def __init__(self, model: MediaModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._media = model
        self._line = -1
        self._tiles = MediaTileDelegate(self)
        self._add = AddTile(self.viewport())
        self._add.clicked.connect(self.addRequested)
        self._add.recentRequested.connect(self.recentRequested)
        self._arrivals: list[QWidget] = []
        self._hover_player: HoverPlayer | None = None
        self.setItemDelegate(self._tiles)
        self.setAccessibleName(self.tr("Media"))
        self.setObjectName("media")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setMovement(QListView.Movement.Static)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionRectVisible(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self.setDragEnabled(True)
        self.viewport().setAcceptDrops(True)  # "Static" took it away
        self.setDropIndicatorShown(False)
        self.viewport().setAutoFillBackground(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.setModel(model)
        model.rowsInserted.connect(self._relayout)
        model.rowsRemoved.connect(self._relayout)
        model.modelReset.connect(self._relayout)
        self._apply_grid()
        self._relayout()

    # -- geometry --------------------------------------------------------------------------

    def media(self) -> MediaModel:
        return self._media

    def set_runner(self, runner: JobRunner) -> None:
        """What plays under the pointer needs jobs."""
        self._hover_player = HoverPlayer(runner, self)
        self._hover_player.frame.connect(self._show_frame)
        self._hover_player.stopped.connect(self._frames_over)

    def add_tile(self) -> AddTile:
        return self._add

    def set_arrivals(self, tiles: Sequence[QWidget]) -> None:
        """Tiles of what is on its way, behind the files. They lie over the list, not in it: what
        is inside a list's viewport does not exist for assistive software."""
        for tile in self._arrivals:
            if tile not in tiles:
                tile.hide()
        self._arrivals = list(tiles)
        for tile in self._arrivals:
            tile.setParent(self.parentWidget())
        self._relayout()

    def set_tall(self, tall: bool) -> None:
        if self._tiles.tall != tall:
            self._tiles.tall = tall
            self._apply_grid()

    def restyle(self) -> None:
        self._apply_grid()
        self.viewport().update()

    def _apply_grid(self) -> None:
        self.setGridSize(self._tiles.cell())
        self._relayout()

    def _grid(self) -> Grid:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return Grid(self._tiles.cell(), self.viewport().width(), mirrored)

    def _lines(self) -> int:
        return self._grid().lines(self._tiles_count())

    def _tiles_count(self) -> int:
        return self.media().rowCount() + len(self._arrivals)

    def sizeHint(self) -> QSize:
        cell = self._tiles.cell()
        return QSize(cell.width() * 4, cell.height() * min(MOST_LINES, self._lines()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tiles.cell().width(), self.sizeHint().height())

    def _relayout(self, *_args: object) -> None:
        # Without files there is nothing to stop at but the place to add some.
        stops = Qt.FocusPolicy.StrongFocus if self._media.rowCount() else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(stops)
        if self.hasFocus() and not self._media.rowCount():
            self._add.setFocus(Qt.FocusReason.OtherFocusReason)
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())
        self.scheduleDelayedItemsLayout()
        self._place_add()

    def _place_add(self) -> None:
        grid, cell = self._grid(), self._tiles.cell()
        files, home = self.media().rowCount(), self.parentWidget() or self
        above = QPoint(0, self.verticalScrollBar().value())
        for number, tile in enumerate(self._arrivals, files):
            place = grid.place(number) - above
            inside = 0 <= place.y() + cell.height() // 2 <= self.viewport().height()
            tile.setGeometry(QRect(self.viewport().mapTo(home, place), cell))
            tile.setVisible(inside)
            tile.raise_()
        self._add.setGeometry(QRect(grid.place(self._tiles_count()) - above, cell))
        self._add.caption = self.tr("Drag to reorder") if files > 1 else ""
        self._add.update()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        bar = self.verticalScrollBar()
        room = self._lines() * self._tiles.cell().height() - self.viewport().height()
        bar.setRange(0, max(0, room))
        bar.setPageStep(self.viewport().height())
        self._place_add()

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self._place_add()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._relayout()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._place_add()  # tiles of what arrives lie beside the list

    def _gap_at(self, position: QPoint) -> int:
        """Before which row a drop at this place goes."""
        down = QPoint(0, self.verticalScrollBar().value())
        return self._grid().gap_at(position + down, self.media().rowCount())

    # -- keys ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        key = event.key()
        if row >= 0 and alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            # Where it goes is what the arrow shows.
            later = Qt.Key.Key_Left if self.isRightToLeft() else Qt.Key.Key_Right
            self._move(row, row + (1 if key == later else -1))
        elif row >= 0 and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(row)
        elif row >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_E):
            self.editRequested.emit(row)
        elif row >= 0 and key == Qt.Key.Key_D and not event.modifiers():
            self.describeRequested.emit(row)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def _move(self, source: int, target: int) -> bool:
        model = self.media()
        if not model.move(source, target):
            return False
        self.setCurrentIndex(model.index(max(0, min(target, model.rowCount() - 1))))
        return True

    def _remove(self, number: int) -> None:
        row = self.media().remove(number)
        if row is not None:
            self._end_hover()
            self.removed.emit(number, row)
            if self.media().rowCount():
                last = self.media().rowCount() - 1
                self.setCurrentIndex(self.media().index(min(number, last)))

    # -- mouse -----------------------------------------------------------------------------

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(event.position().toPoint())
        super().mouseMoveEvent(event)

    def _hover(self, position: QPoint) -> None:
        index = self.indexAt(position)
        row = index.row()
        if row != self._tiles.hovered:
            self._tiles.hovered = row
            self.viewport().update()
            self._play(index)
        on_target = row >= 0 and (
            self._tiles.remove_rect(self.visualRect(index)).contains(position)
            or self._mark_at(index, position) in ("alt", "edit")
        )
        shape = Qt.CursorShape.PointingHandCursor if on_target else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def _mark_at(self, index: QModelIndex, position: QPoint) -> str:
        return self._tiles.mark_at(index.data(RefRole), self.visualRect(index), position)

    def _play(self, index: QModelIndex) -> None:
        player = self._hover_player
        if player is None:
            return
        ref = index.data(RefRole)
        if ref is None or ref.problem:
            player.stop()
            return
        # A tile shows the middle of the picture: it needs more than its own side.
        size = QSize(self._tiles.tile(), self._tiles.tile()) * 2
        player.hover(index.row(), ref.kind, ref.path, size, self.devicePixelRatioF())

    @Slot(int, QImage)
    def _show_frame(self, row: int, image: QImage) -> None:
        self._tiles.playing = (row, image)
        self.viewport().update(self.visualRect(self.media().index(row)))

    @Slot(int)
    def _frames_over(self, _row: int) -> None:
        self._tiles.playing = None
        self.viewport().update()

    def _end_hover(self) -> None:
        self._tiles.hovered = -1
        if self._hover_player is not None:
            self._hover_player.stop()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self._end_hover()
        super().leaveEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._end_hover()
        super().hideEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        index = self.indexAt(position)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if self._tiles.remove_rect(self.visualRect(index)).contains(position):
                self._remove(index.row())
                event.accept()
                return
            wanted = {"alt": self.describeRequested, "edit": self.editRequested}
            signal = wanted.get(self._mark_at(index, position))
            if signal is not None:
                self.setCurrentIndex(index)
                signal.emit(index.row())
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.editRequested.emit(index.row())

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if index.isValid():
            row = index.row()
            from posto_desktop.ui.compose.media_menu import TileMenu

            menu = TileMenu(row, self.media().rowCount(), self)
            menu.edit.triggered.connect(lambda: self.editRequested.emit(row))
            menu.describe.triggered.connect(lambda: self.describeRequested.emit(row))
            menu.earlier.triggered.connect(lambda: self._move(row, row - 1))
            menu.later.triggered.connect(lambda: self._move(row, row + 1))
            menu.remove.triggered.connect(lambda: self._remove(row))
            self.menuOpened.emit(menu, row)
            menu.popup(self.viewport().mapToGlobal(position))

    # -- dragging --------------------------------------------------------------------------

    def startDrag(self, _actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        drag = QDrag(self)
        drag.setMimeData(self.media().mimeData([index]))
        from posto_desktop.ui.compose.media_menu import drag_picture

        drag.setPixmap(drag_picture(index.data(EditedPictureRole)))
        drag.setHotSpot(QPoint(40, 40))
        # Never "move": a file manager would take the user's own file away.
        drag.exec(Qt.DropAction.CopyAction)
        self._set_line(-1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_over(event)

    def _drag_over(self, event: QDragMoveEvent) -> None:
        if not event.mimeData().hasFormat(ROW_MIME):
            event.ignore()  # files go to the window's drop sheet
            return
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self._set_line(self._gap_at(event.position().toPoint()))

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:
        self._set_line(-1)

    def dropEvent(self, event: QDropEvent) -> None:
        mime = event.mimeData()
        gap = self._gap_at(event.position().toPoint())
        self._set_line(-1)
        if mime.hasFormat(ROW_MIME):
            source = int(bytes(mime.data(ROW_MIME).data()).decode())
            target = gap - 1 if gap > source else gap
            if self._move(source, target):
                self.moved.emit(source, target)
            event.setDropAction(Qt.DropAction.CopyAction)
            event.accept()
            return
        files = files_of(mime)
        if files:
            self.filesDropped.emit(files, gap)
            event.acceptProposedAction()

    def _set_line(self, gap: int) -> None:
        if gap != self._line:
            self._line = gap
            self.viewport().update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._line < 0:
            return
        mark = self._grid().mark(self._line, self.media().rowCount())
        mark.setY(mark.y() - self.verticalScrollBar().value())
        painter = QPainter(self.viewport())
        size = QSize(2, self._tiles.tile())
        painter.fillRect(QRect(mark, size), Theme.instance().colour("accent"))
        painter.end()
