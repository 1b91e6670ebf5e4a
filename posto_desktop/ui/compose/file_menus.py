"""Menus of the files of a message: of one file, and check boxes that stay open."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.limits import network_name
from posto_desktop.core.media_ref import MediaRef
from posto_desktop.ui import icons
from posto_desktop.ui.widgets.menu import Menu


class TickMenu(Menu):
    """A menu with check boxes that stays open while they are toggled."""

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
    """Context menu of a file; deletes itself.

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

    def add_way(self, words: str, run: Callable[[], None]) -> None:
        """Add another place where the file can go."""
        action = QAction(words, self)
        action.triggered.connect(run)
        self.insertAction(self._line, action)

    def offer_networks(self, ref: MediaRef, slugs: Sequence[str]) -> None:
        """Add a submenu with a check box for each network."""
        places = TickMenu(self)
        places.setTitle(self.tr("Send to"))
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
