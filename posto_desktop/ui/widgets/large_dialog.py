"""A dialog with a head, a large body and a foot, never larger than the window that it lies over."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.keyboard import WindowKeys
from posto_desktop.ui.widgets.labels import ElidedLabel, label
from posto_desktop.ui.widgets.placing import EDGE
from posto_desktop.ui.widgets.scrim import Scrim


class LargeDialog(WindowKeys, QDialog):
    """Fill `body`. The foot has `state` (a line that says how things are), `undo` and
    `close_button`; more buttons go in with `add_button`."""

    def __init__(
        self,
        name: str,
        title: str,
        about: str,
        width: int,
        height: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setWindowTitle(title)
        self.setModal(True)
        self._wanted = (width, height)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        head = self.head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(2)
        head.addWidget(label(title, "dialog", object_name=f"{name}-title"))
        self.about = label(about, "muted", object_name=f"{name}-about", wrap=True)
        head.addWidget(self.about)
        box.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 0, 24, 14)
        self.body.setSpacing(10)
        box.addLayout(self.body, 1)
        foot = QFrame(self)
        foot.setProperty("role", "side-foot")
        row = self._foot = QHBoxLayout(foot)
        row.setContentsMargins(24, 13, 20, 13)
        row.setSpacing(8)
        self.state = ElidedLabel("", "small", parent=foot)
        self.state.setObjectName(f"{name}-state")
        row.addWidget(self.state, 1)
        self.undo = Button(self.tr("Undo"), "link", parent=foot)
        name_control(self.undo, self.tr("Undo the change"))
        self.undo.hide()
        row.addWidget(self.undo)
        self.close_button = Button(self.tr("Close"), parent=foot)
        name_control(self.close_button, self.tr("Close"))
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)
        box.addWidget(foot)

    def add_button(self, button: Button, *, first: bool = False) -> None:
        """Put a button behind all others, or before everything else of the foot."""
        self._foot.insertWidget(0 if first else self._foot.count(), button)

    def say(self, words: str) -> None:
        """Show how things are; whole in the tool tip, and to those who listen."""
        self.state.setText(words)
        self.state.setToolTip(words)

    def fit(self) -> None:
        """As large as wished, inside the window."""
        width, height = (round(one * Theme.instance().scale) for one in self._wanted)
        parent = self.parentWidget()
        if parent is not None:
            window = parent.window()
            width = min(width, window.width() - EDGE)
            height = min(height, window.height() - EDGE)
        self.resize(width, height)

    def open(self) -> None:
        """Show it in the middle of the veiled window."""
        self.fit()
        super().open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # From within a field Enter presses no button.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not event.spontaneous() and self.parentWidget() is not None:
            Scrim.for_dialog(self)
