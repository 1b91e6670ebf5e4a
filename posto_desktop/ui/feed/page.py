"""Feed page: the posts that the sandbox has published, newest first, with a note that no network
has them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHelpEvent,
    QHideEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QFrame,
    QHBoxLayout,
    QListView,
    QToolTip,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.models.feed import FeedItem, FeedModel
from posto_desktop.models.image_cache import ImageCache
from posto_desktop.ui import keys
from posto_desktop.ui.feed.feed_rows import FeedRows
from posto_desktop.ui.page import AppPage
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.empty_state import EmptyState
from posto_desktop.ui.widgets.inline_icon import inline_icon_of
from posto_desktop.ui.widgets.labels import label
from posto_desktop.ui.widgets.row_delegate import RowDelegate
from posto_desktop.ui.widgets.text_drag import drag_text

__all__ = ["FeedPage"]

CLOCK_MS = 30_000


class FeedList(QListView):
    """List view of the feed. Enter opens the current post; a drag exports its text. Signal:
    `linkClicked(str url)`."""

    linkClicked = Signal(str)

    def __init__(self, model: FeedModel, pictures: ImageCache, parent: QWidget):
        super().__init__(parent)
        self.setObjectName("feed")
        self.setAccessibleName(self.tr("Feed"))
        self._model = model
        self._pressed: tuple[QPoint, str] | None = None
        self.rows = FeedRows(model, pictures)
        self._delegate = RowDelegate(self, self.rows.row, self.rows.size)
        self.setItemDelegate(self._delegate)
        self.setModel(model)
        model.modelReset.connect(self._show_focus)
        model.rowsInserted.connect(self._show_focus)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalScrollBar().setSingleStep(24)
        pictures.arrived.connect(self._repaint)
        Theme.instance().changed.connect(self._theme_changed)

    @Slot()
    def _show_focus(self) -> None:
        """Make the first post current if keys moved the focus here before there was one."""
        if self._delegate.shows_ring and self.hasFocus() and not self.currentIndex().isValid():
            self.setCurrentIndex(self._model.index(0))

    @Slot(object)
    def _repaint(self, _url: str) -> None:
        self.viewport().update()

    @Slot()
    def _theme_changed(self) -> None:
        self.rows.clear_cache()
        self.scheduleDelayedItemsLayout()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        # Centre the cards in the page, with or without a scroll bar.
        width = self.width()
        if width != self.rows.width:
            self.rows.width = width
            self.scheduleDelayedItemsLayout()
        super().resizeEvent(event)

    def _link_at(self, event: QMouseEvent) -> str:
        point = event.position().toPoint()
        item, key = self._model.item(self.indexAt(point).row()), self._delegate.target_at(point)
        if item is None or not key:
            return ""
        return item.link if key == "link" else item.url

    def keyPressEvent(self, event: QKeyEvent) -> None:
        item = self._model.item(self.currentIndex().row())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and item is not None:
            if address := item.url or item.link:
                self.linkClicked.emit(address)
            return
        super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and event.buttons() & Qt.MouseButton.LeftButton:
            start, text = self._pressed
            far = (event.position().toPoint() - start).manhattanLength()
            if far >= QApplication.startDragDistance():
                self._pressed = None
                drag_text(self, text)
                return
        super().mouseMoveEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        point = event.position().toPoint()
        item = self._model.item(self.indexAt(point).row())
        left = event.button() == Qt.MouseButton.LeftButton
        self._pressed = (point, item.text) if left and item is not None else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._pressed = None
        url = self._link_at(event)
        if url and event.button() == Qt.MouseButton.LeftButton:
            self.linkClicked.emit(url)
        super().mouseReleaseEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            index = self.indexAt(event.pos())
            item = self._model.item(index.row())
            point = event.pos() - self.visualRect(index).topLeft()
            if item is not None and (alt := self.rows.alt_at(item, point, self.isRightToLeft())):
                QToolTip.showText(event.globalPos(), alt, self)
                return True
        return super().viewportEvent(event)

    def is_near_end(self) -> bool:
        """Return True if less than two pages of posts are below those that show."""
        self.executeDelayedItemsLayout()  # else the scroll bar is that of the rows before
        bar = self.verticalScrollBar()
        return bar.value() >= bar.maximum() - 2 * self.height()

    def keyboardSearch(self, search: str) -> None:
        """Disable Qt's type-ahead search."""


class FeedPage(AppPage):
    """Shows a `FeedModel`.

    Signals: `refreshRequested()`, `pictureRequested(str url)` (answer with `set_picture`),
    `openRequested(str url)`, `newMessageRequested()`, `olderRequested(int before)` (answer with
    `add_older`), `allChannelsRequested()`."""

    refreshRequested = Signal()
    pictureRequested = Signal(object)
    openRequested = Signal(str)
    newMessageRequested = Signal()
    olderRequested = Signal(int)
    allChannelsRequested = Signal()

    def __init__(self, model: FeedModel | None = None, parent: QWidget | None = None):
        super().__init__(parent)
        self.setObjectName("feed-page")
        self.model = model or FeedModel(self)
        self.pictures = ImageCache(self, longest_side=720, limit_bytes=96 * 1024 * 1024)
        self.pictures.requested.connect(self.pictureRequested)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 14, 0, 0)
        box.setSpacing(0)
        box.addLayout(self._make_head())
        box.addSpacing(10)
        box.addLayout(self._make_banner())
        box.addSpacing(14)
        self.list = FeedList(self.model, self.pictures, self)
        box.addWidget(self.list, 1)
        self._empty = EmptyState(
            "newspaper",
            self.tr("Nothing published yet"),
            self.tr("Posts appear here when the sandbox has sent them."),
            self.tr("New message"),
            instead_of=self.list,
            parent=self,
        )
        self._empty.hide()
        self._empty.clicked.connect(self._empty_pressed)
        self._asked_before: int | None = None
        bar = self.list.verticalScrollBar()
        bar.valueChanged.connect(self._ask_older)
        bar.rangeChanged.connect(self._ask_older)
        self.list.linkClicked.connect(self.openRequested)
        self.refresh.clicked.connect(self.refreshRequested)
        self._clock = QTimer(self)
        self._clock.setInterval(CLOCK_MS)
        self._clock.timeout.connect(self.model.refresh_clock)

    def _make_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 16, 0)
        title = label(self.tr("Feed"), "page", object_name="feed-title")
        title.setMinimumHeight(Theme.instance().px("size.control"))
        row.addWidget(title)
        row.addStretch(1)
        self.refresh = IconButton(
            "rotate-cw",
            self.tr("Refresh"),
            "refresh",
            tooltip=keys.tip(self.tr("Refresh"), keys.RELOAD),
            parent=self,
        )
        row.addWidget(self.refresh)
        return row

    def _make_banner(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(24, 0, 24, 0)
        banner = QFrame(self)
        banner.setObjectName("feed-note")
        banner.setProperty("role", "card-alt")
        inside = QHBoxLayout(banner)
        inside.setContentsMargins(14, 10, 14, 10)
        inside.setSpacing(11)
        inside.addWidget(inline_icon_of("monitor", 17, "accent_text", banner))
        note = label(
            self.tr(
                "This is the sandbox. These posts stayed on this computer; nothing was published "
                "on any network."
            ),
            "muted",
            object_name="sandbox-note",
            wrap=True,
        )
        inside.addWidget(note, 1)
        banner.setMaximumWidth(600)
        row.addStretch(1)
        row.addWidget(banner, 100)
        row.addStretch(1)
        return row

    # --- what the controllers report --------------------------------------------------------------

    @Slot(object)
    def set_items(self, items: Iterable[FeedItem | Mapping[str, Any]]) -> None:
        """Show these posts (rows of the feed route, or `FeedItem`s)."""
        self.pictures.retry_missing()
        self._asked_before = None
        self.model.set_items(items)
        self._update_empty()

    @Slot(object, QImage)
    def set_picture(self, url: str, image: QImage) -> None:
        """Answer `pictureRequested`; a null image if there is none."""
        self.pictures.put(url, image)

    def clear(self) -> None:
        """Reset for another workspace."""
        self.pictures.clear()
        self.model.clear()
        self._asked_before = None
        self._update_empty()

    @Slot(object)
    def add_older(self, items: Iterable[FeedItem | Mapping[str, Any]]) -> None:
        """Answer `olderRequested`."""
        self.model.add_older(items)
        self._update_empty()

    def set_channel_filter(self, ids: frozenset[int] | None) -> None:
        """Show only posts of these channels; None shows all."""
        self.model.set_channel_filter(ids)
        self._update_empty()

    def _update_empty(self) -> None:
        self._ask_older()
        is_empty = self.model.is_loaded and self.model.rowCount() == 0
        if is_empty and self.model.total:
            self._empty.set_texts(
                self.tr("No post of these channels"),
                self.tr("Hidden channels contain %Ln post(s).", "", self.model.total),
                "search-x",
            )
            self._empty.set_button(self.tr("Show hidden channels"))
        elif is_empty:
            self._empty.set_texts(
                self.tr("Nothing published yet"),
                self.tr("Posts appear here when the sandbox has sent them."),
                "newspaper",
            )
            self._empty.set_button(self.tr("New message"))
        self._empty.setVisible(is_empty)
        self._place_empty()

    @Slot()
    def _empty_pressed(self) -> None:
        if self.model.total:
            self.allChannelsRequested.emit()
        else:
            self.newMessageRequested.emit()

    @Slot()
    def _ask_older(self) -> None:
        """Ask for older posts near the end of the list, also of one that is not full."""
        oldest = self.model.oldest
        if oldest is None or not self.isVisible() or not self.list.is_near_end():
            return
        if oldest != self._asked_before:
            self._asked_before = oldest
            self.olderRequested.emit(oldest)

    def _place_empty(self) -> None:
        area = self.list.geometry()
        hint = QSize(420, self._empty.sizeHint().height())
        self._empty.setGeometry(
            area.center().x() - hint.width() // 2,
            area.top() + max(16, (area.height() - hint.height()) * 2 // 5),
            hint.width(),
            hint.height(),
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_empty()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.model.refresh_clock()
        self._clock.start()
        self._place_empty()
        self._ask_older()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._clock.stop()
