"""The action bar of the Styles page: whether the style is kept, and using it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.widgets.action_bar import ActionBar
from posto_desktop.ui.widgets.buttons import Button, name_control


class StylesFoot(ActionBar):
    """Signals: ``saveRequested()``, ``useRequested()``."""

    saveRequested = Signal()
    useRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("styles-action-bar", "style-state", parent)
        self.save = Button(self.tr("Save"), "quiet", parent=self)
        name_control(self.save, self.tr("Save style"))
        self.save.setToolTip(self.tr("Changes save themselves after a moment (Ctrl+S)"))
        self.save.clicked.connect(self.saveRequested)
        self.row.addWidget(self.save)
        self.use = Button(self.tr("Use for new message"), "primary", parent=self)
        name_control(self.use, self.tr("Use for new message"))
        self.use.setToolTip(self.tr("Begin a message with this style (Ctrl+Enter)"))
        self.use.clicked.connect(self.useRequested)
        self.row.addWidget(self.use)
