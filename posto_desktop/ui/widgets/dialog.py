"""Base of all dialogs: modal, inside the dimmed window, with buttons at the foot."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.dialog_placement import EDGE, centre_dialog, max_dialog_height
from posto_desktop.ui.widgets.keyboard import WindowKeysMixin
from posto_desktop.ui.widgets.scrim import Scrim

__all__ = ["Dialog"]

APP_NAME = "Posto Desktop"


class Dialog(WindowKeysMixin, QDialog):
    """Add content to `box`; show it with `open()`, which does not block.

    `name` is its objectName, `title` its accessible name, which its content shows as a heading. The
    title bar, where the system shows one, has the name of the app: the same words twice would stand
    above each other.
    """

    def __init__(self, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setModal(True)
        self.setWindowTitle(APP_NAME)
        Dialog.set_title(self, title)
        self.box = QVBoxLayout(self)
        self.box.setContentsMargins(0, 0, 0, 0)
        self.box.setSpacing(0)

    def set_title(self, title: str) -> None:
        """Set the accessible name."""
        self.setAccessibleName(title)

    def add_foot(self, left: int = 24) -> QHBoxLayout:
        """Return the button row at the lower edge; `left` is the space before the buttons."""
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        row = QHBoxLayout(foot)
        row.setContentsMargins(left, 13, 20, 13)
        row.setSpacing(8)
        self.box.addWidget(foot)
        return row

    def resize_inside(self, width: int, height: int) -> None:
        """Resize to a size given at 100 % text size, at most to that of the window."""
        scale = Theme.instance().scale
        size = QSize(round(width * scale), round(height * scale))
        parent = self.parentWidget()
        if parent is not None:
            size = size.boundedTo(parent.window().size() - QSize(EDGE, EDGE))
        self.resize(size)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.parentWidget() is not None and not event.spontaneous():
            Scrim.for_dialog(self)
            if self.height() > max_dialog_height(self):
                self.resize(self.width(), max_dialog_height(self))
                centre_dialog(self)
