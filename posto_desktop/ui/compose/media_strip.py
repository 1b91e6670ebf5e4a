"""The media strip: the message's files as tiles in their order, and the tile that adds more."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QDrag,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
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
    QMenu,
    QSizePolicy,
    QWidget,
)

from posto_desktop.models.media import ROW_MIME, MediaModel, PictureRole, RefRole
from posto_desktop.ui import icons
from posto_desktop.ui.compose.editor import files_of
from posto_desktop.ui.compose.media_tiles import CAPTION, GAP, RING, MediaTileDelegate
from posto_desktop.ui.theme import Theme

MOST_LINES = 3


class AddTile(QAbstractButton):
    """The dashed tile behind the last file, which opens the file dialog."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Add media"))
        self.setObjectName("add-media")
        self.setToolTip(self.tr("Add pictures or videos (Ctrl+O)"))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        # The tile is smaller than the widget, which also holds the words below it.
        self.setProperty("noFocusRing", True)
        self.caption = ""

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - CAPTION - RING
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
        if self.caption:
            painter.setPen(theme.colour("text_faint"))
            painter.drawText(
                QRectF(rect.left(), rect.bottom() + 3, rect.width(), CAPTION - 4),
                int(Qt.AlignmentFlag.AlignCenter),
                self.caption,
            )
        painter.end()


class MediaStrip(QListView):
    """Signals: ``addRequested()``, ``filesDropped(list, at)``, ``describeRequested(row)``,
    ``removed(row, MediaRow)`` and ``moved(from, to)`` by dragging (for Undo)."""

    addRequested = Signal()
    filesDropped = Signal(object, int)
    describeRequested = Signal(int)
    removed = Signal(int, object)
    moved = Signal(int, int)

    def __init__(self, model: MediaModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._media = model
        self._line = -1
        self._tiles = MediaTileDelegate(self)
        self._add = AddTile(self.viewport())
        self._add.clicked.connect(self.addRequested)
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
        self.setAcceptDrops(True)
        self.setDropIndicatorShown(False)
        self.viewport().setAutoFillBackground(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu)
        self.setModel(model)
        model.rowsInserted.connect(self._relayout)
        model.rowsRemoved.connect(self._relayout)
        model.modelReset.connect(self._relayout)
        self._apply_grid()

    # -- geometry --------------------------------------------------------------------------

    def media(self) -> MediaModel:
        return self._media

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

    def _columns(self) -> int:
        return max(1, self.viewport().width() // self._tiles.cell().width())

    def _lines(self) -> int:
        return self.media().rowCount() // self._columns() + 1

    def sizeHint(self) -> QSize:
        cell = self._tiles.cell()
        return QSize(cell.width() * 4, cell.height() * min(MOST_LINES, self._lines()))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._tiles.cell().width(), self.sizeHint().height())

    def _relayout(self, *_args: object) -> None:
        self.updateGeometry()
        self.setFixedHeight(self.sizeHint().height())
        self.scheduleDelayedItemsLayout()
        self._place_add()

    def _place_add(self) -> None:
        cell = self._tiles.cell()
        count, columns = self.media().rowCount(), self._columns()
        top = (count // columns) * cell.height() - self.verticalScrollBar().value()
        self._add.setGeometry(count % columns * cell.width(), top, cell.width(), cell.height())
        self._add.caption = self.tr("Drag to reorder") if count > 1 else ""
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

    def _cell(self, index: QModelIndex) -> QRect:
        return self.visualRect(index)

    def _gap_at(self, position: QPoint) -> int:
        """Before which row a drop at this place goes."""
        cell = self._tiles.cell()
        count, columns = self.media().rowCount(), self._columns()
        line = max(0, (position.y() + self.verticalScrollBar().value()) // cell.height())
        column = max(0, min(columns, round(position.x() / cell.width())))
        return int(min(count, line * columns + column))

    # -- keys ------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        alt = event.modifiers() & Qt.KeyboardModifier.AltModifier
        key = event.key()
        if row >= 0 and alt and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self._move(row, row + (1 if key == Qt.Key.Key_Right else -1))
        elif row >= 0 and key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._remove(row)
        elif row >= 0 and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
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
            self._tiles.hovered = -1
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
        on_target = row >= 0 and (
            self._tiles.remove_rect(self._cell(index)).contains(position)
            or self._tiles.alt_rect(self._cell(index)).contains(position)
        )
        shape = Qt.CursorShape.PointingHandCursor if on_target else Qt.CursorShape.ArrowCursor
        self.viewport().setCursor(shape)

    def leaveEvent(self, event: QEvent) -> None:
        self._tiles.hovered = -1
        self.viewport().update()
        super().leaveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        position = event.position().toPoint()
        index = self.indexAt(position)
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            if self._tiles.remove_rect(self._cell(index)).contains(position):
                self._remove(index.row())
                event.accept()
                return
            ref = index.data(RefRole)
            on_alt = self._tiles.alt_rect(self._cell(index)).contains(position)
            if on_alt and (ref.kind != "video" or ref.alt):
                self.setCurrentIndex(index)
                self.describeRequested.emit(index.row())
                event.accept()
                return
        super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        if index.isValid():
            self.describeRequested.emit(index.row())

    def _menu(self, position: QPoint) -> None:
        index = self.indexAt(position)
        if not index.isValid():
            return
        row, last = index.row(), self.media().rowCount() - 1
        menu = QMenu(self)
        describe = menu.addAction(
            icons.icon("text-cursor-input"), self.tr("Describe for people who cannot see it…")
        )
        earlier = menu.addAction(icons.icon("chevron-left"), self.tr("Move left"))
        earlier.setEnabled(row > 0)
        later = menu.addAction(icons.icon("chevron-right"), self.tr("Move right"))
        later.setEnabled(row < last)
        menu.addSeparator()
        remove = menu.addAction(icons.icon("trash-2"), self.tr("Remove from this message"))
        describe.triggered.connect(lambda: self.describeRequested.emit(row))
        earlier.triggered.connect(lambda: self._move(row, row - 1))
        later.triggered.connect(lambda: self._move(row, row + 1))
        remove.triggered.connect(lambda: self._remove(row))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.viewport().mapToGlobal(position))

    # -- dragging --------------------------------------------------------------------------

    def startDrag(self, _actions: Qt.DropAction) -> None:
        index = self.currentIndex()
        if not index.isValid():
            return
        drag = QDrag(self)
        drag.setMimeData(self.media().mimeData([index]))
        drag.setPixmap(self._drag_picture(index))
        drag.setHotSpot(QPoint(40, 40))
        drag.exec(Qt.DropAction.MoveAction)
        self._set_line(-1)

    def _drag_picture(self, index: QModelIndex) -> QPixmap:
        image = index.data(PictureRole)
        pixmap = QPixmap(80, 80)
        pixmap.fill(Theme.instance().colour("sunken"))
        if image is not None:
            pixmap = QPixmap.fromImage(image).scaled(
                80,
                80,
                Qt.AspectRatioMode.KeepAspectRatioByExpanding,
                Qt.TransformationMode.SmoothTransformation,
            )
            pixmap.setDevicePixelRatio(1.0)
            pixmap = pixmap.copy((pixmap.width() - 80) // 2, (pixmap.height() - 80) // 2, 80, 80)
        return pixmap

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._drag_over(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._drag_over(event)

    def _drag_over(self, event: QDragMoveEvent) -> None:
        if not event.mimeData().hasFormat(ROW_MIME):
            event.ignore()  # files go to the window's drop sheet
            return
        event.setDropAction(Qt.DropAction.MoveAction)
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
            event.setDropAction(Qt.DropAction.MoveAction)
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
        cell, columns = self._tiles.cell(), self._columns()
        line, column = divmod(self._line, columns)
        if column == 0 and self._line == self.media().rowCount() and self._line:
            line, column = line - 1, columns
        left = column * cell.width() + RING - GAP // 2
        top = line * cell.height() + RING - self.verticalScrollBar().value()
        painter = QPainter(self.viewport())
        painter.fillRect(
            max(0, left - 1), top, 2, self._tiles.tile(), Theme.instance().colour("accent")
        )
        painter.end()
