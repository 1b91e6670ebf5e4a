"""A dialog with a headline, room for its matter, and what it does at the foot."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.dialog import Dialog
from posto_desktop.ui.widgets.given import layout_of
from posto_desktop.ui.widgets.paragraph import Paragraph
from posto_desktop.ui.widgets.placing import EDGE, keep_inside, most_height

__all__ = ["Sheet"]


class Sheet(Dialog):
    """Fill `body`, connect `act`. `keep` closes it. It deletes itself."""

    def __init__(
        self, name: str, title: str, action: str, *, width: int, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, title, parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._wanted = width
        self.body = QVBoxLayout()
        self.body.setContentsMargins(24, 22, 24, 20)
        self.body.setSpacing(12)
        self.title = Paragraph(title, "dialog", type_name="dialog", object_name=f"{name}-title")
        self.body.addWidget(self.title)
        self.box.addLayout(self.body, 1)
        self.foot = self.add_foot()
        self.foot.addStretch(1)
        self.keep = Button(self.tr("Cancel"), parent=self)
        name_control(self.keep, self.tr("Cancel"))
        self.keep.clicked.connect(self.reject)
        self.act = Button(action, "primary", parent=self)
        name_control(self.act, action)
        self.foot.addWidget(self.keep)
        self.foot.addWidget(self.act)
        self.act.setDefault(True)
        Theme.instance().changed.connect(self.fit)
        self.fit()

    def set_title(self, title: str) -> None:
        super().set_title(title)
        self.title.setText(title)

    def fit(self) -> None:
        """Take the width that the size of the text wants, and the height that is needed."""
        parent = self.parentWidget()
        width = round(self._wanted * Theme.instance().scale)
        if parent is not None and parent.window().width() > 400:
            width = min(width, parent.window().width() - EDGE)
        self.setFixedWidth(width)
        layout_of(self).activate()
        needed = layout_of(self).totalHeightForWidth(width)
        self.resize(width, min(needed, most_height(self)))

    def grow(self) -> None:
        """Become higher where more has to be said; what the user made larger stays so."""
        layout_of(self).activate()
        needed = layout_of(self).totalHeightForWidth(self.width())
        needed = min(needed, most_height(self))
        if needed > self.height():
            self.resize(self.width(), needed)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().height() > event.oldSize().height():
            keep_inside(self)

    def open(self) -> None:
        """Show it over the veiled window."""
        self.fit()
        super().open()
