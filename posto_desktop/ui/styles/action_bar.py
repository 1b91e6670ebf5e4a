"""Action bar of the Styles page: saved state, Save, Use for new message."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from posto_desktop.ui.widgets.action_bar import ActionBar
from posto_desktop.ui.widgets.buttons import Button, name_control


class StylesActionBar(ActionBar):
    """`StylesActions` binds the buttons to its commands."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("styles-action-bar", "style-state", parent)
        self.save = Button(self.tr("Save"), "quiet", parent=self)
        name_control(self.save, self.tr("Save style"), "save-style")
        self.row.addWidget(self.save)
        self.use = Button(self.tr("Use for new message"), "primary", parent=self)
        self.use.setObjectName("use-for-new-message")
        self.row.addWidget(self.use)
