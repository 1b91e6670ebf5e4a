"""Button of a long task in the settings, with progress and Cancel while it runs."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button, IconButton
from posto_desktop.ui.widgets.progress_bar import ProgressBar

__all__ = ["StorageTask"]


class StorageTask(QWidget):
    """`name` names the progress, `stop` the button that ends it."""

    def __init__(self, text: str, name: str, stop: str, object_name: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        self.bar = ProgressBar(name, f"{object_name}-progress", self)
        self.bar.setRange(0, 1000)
        self.bar.setFixedWidth(120)
        self.button = Button(text, small=True)
        self.button.setObjectName(object_name)
        self.button.setAccessibleDescription(name)
        self.stop = IconButton("x", stop, f"stop-{object_name}", parent=self)
        for part in (self.bar, self.stop, self.button):
            row.addWidget(part)
        self.set_running(False)

    def set_running(self, on: bool) -> None:
        self.bar.setVisible(on)
        self.stop.setVisible(on)
        self.button.setVisible(not on)
