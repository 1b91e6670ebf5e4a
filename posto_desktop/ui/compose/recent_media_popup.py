"""Popup of recent media, under the button that adds files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPoint, QPointF, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import (
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPen,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.media import duration_text
from posto_desktop.models.recent_media import FileRole, PictureRole, RecentMediaModel
from posto_desktop.ui import icons
from posto_desktop.ui.shared import tile_badges
from posto_desktop.ui.shared.media_tile_delegate import GAP, RING, caption_height, cover_rect
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control
from posto_desktop.ui.widgets.fields import SearchField
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.painters import device_ratio
from posto_desktop.ui.widgets.popup import Popup
from posto_desktop.ui.widgets.row_cells import CustomCell
from posto_desktop.ui.widgets.row_delegate import Index, RowContent, RowDelegate, RowState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.keyed_jobs import KeyedJobs
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.recent_media import RecentFile, RecentMedia, list_recent

if TYPE_CHECKING:
    from posto_desktop.workers.images import ImageLoader
    from posto_desktop.workers.runner import JobRunner


COLUMNS, LINES = 4, 3
SEARCH_MS = 120


class RecentMediaPopup(Popup):
    """Signals: ``chosen(RecentFile)``. With Ctrl the popup stays open."""

    chosen = Signal(object)

    def __init__(
        self, library: RecentMedia, runner: JobRunner, images: ImageLoader, parent: QWidget
    ) -> None:
        super().__init__("recent-media", parent)
        self._library, self._runner, self._images = library, runner, images
        self._list_job = LatestJob(runner, self)
        self._list_job.done.connect(self._listed)
        self._loading = KeyedJobs(runner, self)
        self._loading.done.connect(self._picture_loaded)
        self._loading.failed.connect(self._picture_failed)
        self.setAccessibleName(self.tr("Recently used media"))
        self._model = RecentMediaModel(self)
        self._model.pictureWanted.connect(self._load_picture)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 10)
        column.setSpacing(8)
        self.search = SearchField(
            self.tr("Search recently used media"),
            "search-recently-used-media",
            self.tr("Name or description"),
            self,
        )
        self.search.textChanged.connect(self._search_soon)
        column.addWidget(self.search)
        self.grid = _Grid(self._model, self)
        self.grid.picked.connect(self._choose)
        self.grid.forgotten.connect(self._forget)
        column.addWidget(self.grid)
        self.words = label("", "small", object_name="recent-media-state", wrap=True)
        column.addWidget(self.words)
        self._soon = Debouncer(SEARCH_MS, self._ask, self)
        self._ask()

    def model(self) -> RecentMediaModel:
        return self._model

    def show_at(self, place: QPoint) -> None:
        super().show_at(place)
        self.search.setFocus(Qt.FocusReason.PopupFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        into = (enter or event.key() == Qt.Key.Key_Down) and self.search.hasFocus()
        if into and self._model.rowCount():
            self.grid.setFocus(Qt.FocusReason.TabFocusReason)
            self.grid.setCurrentIndex(self._model.index(0))
            if enter:
                self._choose(0, False)
            return
        super().keyPressEvent(event)

    @Slot()
    def _search_soon(self) -> None:
        self._soon.call()

    @Slot()
    def _ask(self) -> None:
        self._list_job.start(list_recent, self._library, self.search.text())

    @Slot(object)
    def _listed(self, files: list[RecentFile]) -> None:
        self._model.set_files(files)
        self._show_state()

    def _show_state(self) -> None:
        if self._model.rowCount():
            missing = sum(self._model.file(row).missing for row in range(self._model.rowCount()))
            words = ""
            if missing:
                words = self.tr("%n file(s) not found", "", missing)
        elif self.search.text().strip():
            words = self.tr("No file matches.")
        else:
            words = self.tr("Attached files appear here.")
        self.words.setText(words)
        self.words.setVisible(bool(words))

    @Slot(object)
    def _load_picture(self, path: str) -> None:
        ratio = self.devicePixelRatioF()
        self._loading.follow(path, self._images.thumbnail(path, QSize(200, 200), ratio, self))

    @Slot(object, object)
    def _picture_loaded(self, path: str, image: QImage) -> None:
        self._model.set_picture(path, image)

    @Slot(object, object)
    def _picture_failed(self, _path: str, _error: object) -> None:
        """Do nothing: its tile shows an empty frame."""

    @Slot(int, bool)
    def _choose(self, number: int, stay: bool) -> None:
        file = self._model.file(number)
        if file.missing:
            words = self.tr("{name} was not found. Press Delete to remove it from this list.")
            self.words.setText(words.format(name=file.ref.name.replace("\n", " ")))
            self.words.show()
            return
        self.chosen.emit(file)
        if not stay:
            self.close()

    @Slot(int)
    def _forget(self, number: int) -> None:
        file = self._model.remove_file(number)
        self._runner.submit(forget_recent, self._library, [file.ref.path], parent=self)
        self._show_state()


class _Grid(QListView):
    """Signals: ``picked(row, stay)``, ``forgotten(row)``."""

    picked = Signal(int, bool)
    forgotten = Signal(int)

    def __init__(self, model: RecentMediaModel, parent: QWidget) -> None:
        super().__init__(parent)
        name_control(self, self.tr("Recently used media"), "recently-used-media")
        self.setItemDelegate(RowDelegate(self, _tile, _size))
        self.setModel(model)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setDragEnabled(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        cell = _size(QModelIndex())
        self.setGridSize(cell)
        self.setFixedSize(cell.width() * COLUMNS + 14, cell.height() * LINES + 4)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row = self.currentIndex().row()
        stay = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if row >= 0 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.picked.emit(row, stay)
        elif row >= 0 and event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.forgotten.emit(row)
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            stay = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
            self.picked.emit(index.row(), stay)


def _size(_index: Index) -> QSize:
    side = Theme.instance().px("size.media_tile")
    return QSize(side + GAP, side + caption_height() + RING)


def _tile(index: Index, state: RowState) -> RowContent:
    file = index.data(FileRole)
    if file is None:
        return RowContent([])

    def draw(painter: QPainter, cell: QRect) -> None:
        _paint_tile(painter, cell, file, index.data(PictureRole), state)

    return RowContent([CustomCell(draw)])


def _paint_tile(
    painter: QPainter, cell: QRect, file: RecentFile, image: QImage | None, state: RowState
) -> None:
    theme = Theme.instance()
    side = theme.px("size.media_tile")
    rect = QRectF(cell.left() + RING, cell.top() + RING, side, side)
    ratio = device_ratio(painter)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    radius = theme.px("radius.card")
    shape = QPainterPath()
    shape.addRoundedRect(rect, radius, radius)
    if isinstance(image, QImage) and not image.isNull():
        painter.save()
        painter.setClipPath(shape)
        painter.drawImage(rect, image, cover_rect(image, rect))
        painter.restore()
    else:
        painter.fillPath(shape, theme.colour("sunken"))
        name = "image-off" if file.missing else "image"
        drawn = icons.pixmap(name, 22, theme.colour("text_faint"), ratio)
        painter.drawPixmap(QPointF(rect.center().x() - 11, rect.center().y() - 11), drawn)
    if file.missing or file.changed:
        tile_badges.paint_warning(painter, rect, ratio, "warning")
    words = duration_text(file.ref.duration or None) if file.ref.kind == "video" else ""
    if words:
        wide = tile_badges.badge_width(words, False)
        place = QRectF(rect.right() - wide - 4, rect.bottom() - 23, wide, tile_badges.HEIGHT)
        tile_badges.paint_badge(painter, place, "", words, ratio)
    if state.hovered or state.selected:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(theme.colour("focus" if state.selected else "accent_line"), 2))
        painter.drawRoundedRect(rect.adjusted(-1, -1, 1, 1), radius + 1, radius + 1)
    painter.setFont(theme.font("caption"))
    painter.setPen(theme.colour("text_faint" if file.missing else "text_muted"))
    below = QRectF(rect.left(), rect.bottom() + 3, rect.width(), caption_height() - 4)
    name = painter.fontMetrics().elidedText(
        file.ref.name.replace("\n", " "), Qt.TextElideMode.ElideMiddle, int(below.width())
    )
    painter.drawText(below, int(Qt.AlignmentFlag.AlignVCenter), name)


def forget_recent(_job: object, library: RecentMedia, paths: list[str]) -> None:
    """Job that removes files from the recent media."""
    library.forget(paths)
