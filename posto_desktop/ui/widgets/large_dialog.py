"""Dialog with a head, a large body and a status line at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.labels import ElidedLabel, label


class LargeDialog(Dialog):
    """Fill `body`. The foot has `state` (status line), `undo` and `close_button`; `add_button` adds
    more."""

    def __init__(
        self,
        name: str,
        title: str,
        about: str,
        width: int,
        height: int,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, title, parent)
        self._wanted_size = (width, height)
        head = self.head = QVBoxLayout()
        head.setContentsMargins(24, 22, 24, 12)
        head.setSpacing(2)
        head.addWidget(label(title, "dialog", object_name=f"{name}-title"))
        self.about = label(about, "muted", object_name=f"{name}-about", wrap=True)
        head.addWidget(self.about)
        self.box.addLayout(head)
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 0, 24, 14)
        self.body.setSpacing(10)
        self.box.addLayout(self.body, 1)
        row = self._foot = self.add_foot()
        self.state = ElidedLabel("", "small", parent=self)
        self.state.setObjectName(f"{name}-state")
        row.addWidget(self.state, 1)
        self.undo = Button(self.tr("Undo"), "link", parent=self)
        name_control(self.undo, self.tr("Undo the change"), "undo-the-change")
        self.undo.hide()
        row.addWidget(self.undo)
        self.close_button = Button(self.tr("Close"), parent=self)
        self.close_button.setObjectName("close")
        self.close_button.clicked.connect(self.reject)
        row.addWidget(self.close_button)

    def add_button(self, button: Button, *, first: bool = False) -> None:
        """Append a button, or put it before everything else in the foot."""
        self._foot.insertWidget(0 if first else self._foot.count(), button)

    def set_state_text(self, words: str) -> None:
        """Show a status text; the full text is also its tooltip and accessible name."""
        self.state.setText(words)
        self.state.setToolTip(words)

    def open(self) -> None:
        self.resize_inside(*self._wanted_size)
        super().open()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Enter in a field must not press a button.
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()
            return
        super().keyPressEvent(event)
