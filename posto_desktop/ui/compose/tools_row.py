"""The row below the text: what is put into the message, and how much room each network has left."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from posto_desktop.ui.shared.counters import CounterRow
from posto_desktop.ui.widgets.buttons import IconButton


class ToolsRow(QWidget):
    """Small buttons from where a line begins, counters at its end."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        row = QHBoxLayout(self)
        row.setContentsMargins(18, 4, 24, 2)
        row.setSpacing(2)
        self.attach = IconButton("image-plus", self.tr("Attach files"), parent=self)
        # The tile in the strip has the same name, but what lies in a list's viewport does not exist
        # for assistive software.
        self.attach.setAccessibleName(self.tr("Add media"))
        self.recent = IconButton("history", self.tr("Recently used media"), parent=self)
        self.emoji = IconButton("smile", self.tr("Insert emoji"), parent=self)
        self.hash = IconButton("hash", self.tr("Insert hashtag sign"), parent=self)
        self.at = IconButton("at-sign", self.tr("Insert mention sign"), parent=self)
        self.snippet = IconButton("quote", self.tr("Insert snippet"), parent=self)
        for button in (self.attach, self.recent, self.emoji, self.hash, self.at, self.snippet):
            row.addWidget(button)
        self.counters = CounterRow(self)
        row.addWidget(self.counters, 1)
