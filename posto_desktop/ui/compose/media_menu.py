"""What one can do with a tile, and what is seen of it while it is dragged."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QImage, QKeyEvent, QMouseEvent, QPixmap
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.limits import network_name
from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.menu import Menu

DRAGGED = 80


class TickMenu(Menu):
    """A menu of ticks that stays open while they are set."""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        action = self.actionAt(event.position().toPoint())
        if action is not None and action.isCheckable() and action.isEnabled():
            action.trigger()
            return
        super().mouseReleaseEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self.activeAction()
        keys = (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.key() in keys and action is not None and action.isCheckable():
            action.trigger()
            return
        super().keyPressEvent(event)


class TileMenu(Menu):
    """The menu of the file in a row; frees itself.

    Signal ``chosen(str slug, bool goes)``: whether the file goes to a network.
    """

    chosen = Signal(str, bool)

    def __init__(self, row: int, count: int, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.edit = self.add(self.tr("Edit…"), "crop")
        self.describe = self.add(
            self.tr("Describe for people who cannot see it…"), "text-cursor-input"
        )
        self.earlier = self.add(self.tr("Move left"), "chevron-left")
        self.earlier.setEnabled(row > 0)
        self.later = self.add(self.tr("Move right"), "chevron-right")
        self.later.setEnabled(row < count - 1)
        self._line = self.addSeparator()
        self.remove = self.add(self.tr("Remove from this message"), "trash-2")

    def offer_networks(self, ref: MediaRef, slugs: Sequence[str]) -> None:
        """A menu inside, with a tick for each network that gets the file."""
        places = TickMenu(self)
        places.setTitle(self.tr("Goes to"))
        places.setObjectName("goes-to")
        for slug in slugs:
            action = places.add(network_name(slug))
            action.setCheckable(True)
            action.setChecked(ref.goes_to(slug))
            action.setData(slug)
            action.triggered.connect(self._chosen)
        entry = self.insertMenu(self._line, places)
        entry.setIcon(icons.icon("share-2"))

    @Slot(bool)
    def _chosen(self, goes: bool) -> None:
        action = self.sender()
        if isinstance(action, QAction):
            self.chosen.emit(str(action.data()), goes)


def drag_picture(image: QImage | None) -> QPixmap:
    """The middle of a picture, small."""
    pixmap = QPixmap(DRAGGED, DRAGGED)
    pixmap.fill(Theme.instance().colour("sunken"))
    if image is None:
        return pixmap
    pixmap = QPixmap.fromImage(image).scaled(
        DRAGGED,
        DRAGGED,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    pixmap.setDevicePixelRatio(1.0)
    left, top = (pixmap.width() - DRAGGED) // 2, (pixmap.height() - DRAGGED) // 2
    return pixmap.copy(left, top, DRAGGED, DRAGGED)
