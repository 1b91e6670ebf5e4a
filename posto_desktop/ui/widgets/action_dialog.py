"""Dialog with a headline, a body and an action button."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.dialog_placement import EDGE, keep_inside_window, max_dialog_height
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.require import require_layout

__all__ = ["ActionDialog"]


class ActionDialog(Dialog):
    """Fill `body` and connect `action_button`; `cancel_button` closes the dialog, which deletes
    itself."""

    def __init__(
        self, name: str, title: str, action: str, *, width: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._wanted_width = width
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 22, 24, 20)
        self.body.setSpacing(12)
        self.title = Paragraph(title, "dialog", type_name="dialog", object_name=f"{name}-title")
        self.body.addWidget(self.title)
        self.box.addLayout(self.body, 1)
        self.foot = self.add_foot()
        self.foot.addStretch(1)
        self.cancel_button = Button(self.tr("Cancel"), parent=self)
        self.cancel_button.setObjectName("cancel")
        self.cancel_button.clicked.connect(self.reject)
        self.action_button = Button(action, "primary", parent=self)
        self.action_button.setObjectName(f"{name}-action")
        self.foot.addWidget(self.cancel_button)
        self.foot.addWidget(self.action_button)
        self.action_button.setDefault(True)
        Theme.instance().changed.connect(self.fit)
        self.fit()

    def set_title(self, title: str) -> None:
        super().set_title(title)
        self.title.setText(title)

    def fit(self) -> None:
        """Set the width by the text size and the height by the content, both within the window."""
        parent = self.parentWidget()
        width = round(self._wanted_width * Theme.instance().scale)
        if parent is not None and parent.window().width() > 400:
            width = min(width, parent.window().width() - EDGE)
        self.setFixedWidth(width)
        require_layout(self).activate()
        needed = require_layout(self).totalHeightForWidth(width)
        self.resize(width, min(needed, max_dialog_height(self)))

    def grow(self) -> None:
        """Grow to fit longer content; never shrink below the size that the user chose."""
        require_layout(self).activate()
        needed = require_layout(self).totalHeightForWidth(self.width())
        needed = min(needed, max_dialog_height(self))
        if needed > self.height():
            self.resize(self.width(), needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            keep_inside_window(self)

    def open(self) -> None:
        self.fit()
        super().open()
