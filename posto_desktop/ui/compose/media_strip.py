"""Media strip: the message's files as tiles, and the tile that adds files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QMoveEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPixmap,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QFrame,
    QListView,
    QSizePolicy,
    QWidget,
)

from posto_desktop.models.media import ROW_MIME, EditedPictureRole, MediaModel, RefRole
from posto_desktop.ui import icons, keys
from posto_desktop.ui.compose.clipboard_content import files_of
from posto_desktop.ui.compose.file_menus import TileMenu
from posto_desktop.ui.compose.hover_player import HoverPlayer
from posto_desktop.ui.shared.media_tile_delegate import GAP, RING, MediaTileDelegate, caption_height
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets import painters
from posto_desktop.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from posto_desktop.workers.runner import JobRunner

MAX_LINES = 3
# Size in pixels of the dragged picture.
DRAGGED = 80


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
        self._downloads: list[QWidget] = []
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
        self.viewport().setAcceptDrops(True)  # "Static" movement disables it
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

    def set_runner(self, runner: JobRunner) -> None:
        self._hover_player = HoverPlayer(runner, self)
        self._hover_player.frame.connect(self._show_frame)
        self._hover_player.stopped.connect(self._frames_over)

    def add_tile(self) -> AddTile:
        return self._add

    def set_downloads(self, tiles: Sequence[QWidget]) -> None:
        """Show the tiles of downloads behind the files. They lie over the list, because assistive
        software cannot see inside a list's viewport."""
        for tile in self._downloads:
            if tile not in tiles:
                tile.hide()
        self._downloads = list(tiles)
        for tile in self._downloads:
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

    def _grid(self) -> TileGrid:
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        return TileGrid(self._tiles.cell(), self.viewport().width(), mirrored)

    def _lines(self) -> int:
        return self._grid().lines(self._tiles_count())

    def _tiles_count(self) -> int:
        return self._media.rowCount() + len(self._downloads)

    def sizeHint(self) -> QSize:
        cell = self._tiles.cell()
        return QSize(cell.width() * 4, cell.height() * min(MAX_LINES, self._lines()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tiles.cell().width(), self.sizeHint().height())

    def _relayout(self, *_args: object) -> None:
        # Without files only the tile that adds files gets the focus by Tab.
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
        files, home = self._media.rowCount(), self.parentWidget() or self
        above = QPoint(0, self.verticalScrollBar().value())
        for number, tile in enumerate(self._downloads, files):
            place = grid.place(number) - above
            inside = 0 <= place.y() + cell.height() // 2 <= self.viewport().height()
            tile.setGeometry(QRect(self.viewport().mapTo(home, place), cell))
            tile.setVisible(inside)
            tile.raise_()
        self._add.setGeometry(QRect(grid.place(self._tiles_count()) - above, cell))
        self._add.set_caption(self.tr("Drag to reorder") if files > 1 else "")

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
        self._place_add()  # download tiles lie beside the list

    def _gap_at(self, position: QPoint) -> int:
        """Return the row before which a drop at this position inserts."""
        down = QPoint(0, self.verticalScrollBar().value())
        return self._grid().gap_at(position + down, self._media.rowCount())

    # -- keys ------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.currentIndex().isValid():
            self.setCurrentIndex(self.currentIndex())  # Qt makes a file current, but selects none

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        key = event.key()
        if row >= 0 and alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            # The arrow key shows the direction, also from right to left.
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
        model = self._media
        if not model.move(source, target):
            return False
        self.setCurrentIndex(model.index(max(0, min(target, model.rowCount() - 1))))
        return True

    def _remove(self, number: int) -> None:
        row = self._media.remove(number)
        if row is not None:
            self._end_hover()
            self.removed.emit(number, row)
            if self._media.rowCount():
                last = self._media.rowCount() - 1
                self.setCurrentIndex(self._media.index(min(number, last)))

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
        # A tile shows the centre of the picture, so load more than its side.
        size = QSize(self._tiles.tile(), self._tiles.tile()) * 2
        player.hover(index.row(), ref.kind, ref.path, size, self.devicePixelRatioF())

    @Slot(int, QImage)
    def _show_frame(self, row: int, image: QImage) -> None:
        self._tiles.playing = (row, image)
        self.viewport().update(self.visualRect(self._media.index(row)))

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
            signals = {"alt": self.describeRequested, "edit": self.editRequested}
            signal = signals.get(self._mark_at(index, position))
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
            menu = TileMenu(row, self._media.rowCount(), self)
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
        drag.setMimeData(self._media.mimeData([index]))
        image, picture = index.data(EditedPictureRole), QPixmap(DRAGGED, DRAGGED)
        picture.fill(Theme.instance().colour("sunken"))
        if image is not None:
            picture = painters.rounded_pixmap(image, picture.size(), 0, self.devicePixelRatioF())
        drag.setPixmap(picture)
        drag.setHotSpot(QPoint(40, 40))
        # Never "move": a file manager would delete the user's file.
        drag.exec(Qt.DropAction.CopyAction)
        self._set_line(-1)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self.dragMoveEvent(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        if not event.mimeData().hasFormat(ROW_MIME):
            event.ignore()  # the window's drop sheet accepts files
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
        mark = self._grid().mark(self._line, self._media.rowCount())
        mark.setY(mark.y() - self.verticalScrollBar().value())
        painter = QPainter(self.viewport())
        size = QSize(2, self._tiles.tile())
        painter.fillRect(QRect(mark, size), Theme.instance().colour("accent"))
        painter.end()


@dataclass(frozen=True)
class TileGrid:
    """Grid of cells, line by line in the width of a viewport, from the right if `mirrored`.

    Positions are those of the content; the caller subtracts the scroll offset.
    """

    cell: QSize
    width: int
    mirrored: bool = False

    @property
    def columns(self) -> int:
        return max(1, self.width // self.cell.width())

    def lines(self, count: int) -> int:
        """Return the number of lines for so many files and the tile that adds files."""
        return count // self.columns + 1

    def place(self, number: int) -> QPoint:
        line, column = divmod(number, self.columns)
        return QPoint(self._x(column * self.cell.width()), line * self.cell.height())

    def gap_at(self, place: QPoint, count: int) -> int:
        """Return the row before which a drop here inserts, of `count` files."""
        line = max(0, place.y() // self.cell.height())
        x = self.width - place.x() if self.mirrored else place.x()
        column = max(0, min(self.columns, round(x / self.cell.width())))
        return int(min(count, line * self.columns + column))

    def mark(self, gap: int, count: int) -> QPoint:
        """Return the top of the 2 px line that marks a gap."""
        line, column = divmod(gap, self.columns)
        if column == 0 and gap == count and gap:
            line, column = line - 1, self.columns  # behind the last file, not on a new line
        x = column * self.cell.width()
        if self.mirrored:
            x = self.width - x
        return QPoint(max(0, x + RING - GAP // 2 - 1), line * self.cell.height() + RING)

    def _x(self, left: int) -> int:
        return self.width - left - self.cell.width() if self.mirrored else left


class AddTile(QAbstractButton):
    """The dashed tile, which opens the file dialog. Its arrow (or Alt+Down) opens the recent media.
    Signals: ``recentRequested()``."""

    recentRequested = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Add media"))
        self.setObjectName("add-media")
        self.set_caption("")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # The tile is smaller than the widget, which also holds the caption below.
        self.setProperty("noFocusRing", True)
        self.arrow = IconButton(
            "chevron-down",
            self.tr("Recently used media"),
            "recently-used-media",
            icon_size=14,
            parent=self,
        )
        self.arrow.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.arrow.clicked.connect(self.recentRequested)

    def set_caption(self, text: str) -> None:
        """Show a text below the tile; its tooltip has it, too, where there is little room."""
        self._caption = text
        tip = keys.tip(self.tr("Add pictures or videos"), keys.ADD_FILES)
        self.setToolTip("\n".join(part for part in (tip, text) if part))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = self.height() - caption_height() - RING
        self.arrow.move(
            RING + self.width() - GAP - self.arrow.width() - 2,
            RING + side - self.arrow.height() - 2,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Down and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.recentRequested.emit()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - caption_height() - RING
        rect = QRectF(RING + 0.5, RING + 0.5, self.width() - GAP - 1, side - 1)
        hot = self.underMouse() or self.hasFocus()
        painter.setBrush(theme.colour("hover_row") if hot else Qt.BrushStyle.NoBrush)
        pen = QPen(theme.colour("accent_line" if hot else "slot_line"), 1)
        pen.setDashPattern([4, 3])
        painter.setPen(pen)
        radius = theme.px("radius.card")
        painter.drawRoundedRect(rect, radius, radius)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.drawRoundedRect(rect.adjusted(-2, -2, 2, 2), radius + 2, radius + 2)
        colour = theme.colour("text_muted")
        mark = icons.pixmap("image-plus", 20, colour, self.devicePixelRatioF())
        middle = rect.center()
        painter.drawPixmap(QPoint(int(middle.x() - 10), int(middle.y() - 20)), mark)
        painter.setFont(theme.font("caption"))
        painter.setPen(colour)
        painter.drawText(
            QRectF(rect.left(), middle.y() + 2, rect.width(), 22),
            int(Qt.AlignmentFlag.AlignCenter),
            self.tr("Add or drop"),
        )
        if self._caption:
            painter.setPen(theme.colour("text_faint"))
            metrics = painter.fontMetrics()
            painter.drawText(
                QRectF(rect.left(), rect.bottom() + 3, rect.width(), caption_height() - 4),
                int(Qt.AlignmentFlag.AlignCenter),
                metrics.elidedText(self._caption, Qt.TextElideMode.ElideRight, int(rect.width())),
            )
        painter.end()
