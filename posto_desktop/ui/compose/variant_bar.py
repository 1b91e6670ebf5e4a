"""The bar under the tabs that says whether a network has its own text."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, name_control
from posto_desktop.ui.widgets.labels import ElidedLabel


class VariantBar(QFrame):
    """Signal ``commonRequested()``: give the network the common text again."""

    commonRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("variant-bar")
        self.setFixedHeight(40)
        row = QHBoxLayout(self)
        row.setContentsMargins(24, 0, 24, 0)
        row.setSpacing(8)
        self._mark = QLabel(self)
        row.addWidget(self._mark)
        self.words = ElidedLabel("", "small", parent=self)
        self.words.setObjectName("variant-text")
        row.addWidget(self.words, 1)
        self.common = Button(self.tr("Use the common text"), icon="undo-2", small=True, parent=self)
        name_control(self.common, self.tr("Use the common text"))
        self.common.clicked.connect(self.commonRequested)
        row.addWidget(self.common)

    def show_network(self, slug: str, name: str, own: bool) -> None:
        self._mark.setPixmap(icons.network_badge(slug, 18, self.devicePixelRatioF()))
        words = (
            self.tr("{name} has its own text. Changes in All networks do not reach it.")
            if own
            else self.tr("{name} uses the common text. Typing here gives it its own.")
        )
        self.words.setText(words.format(name=name))
        self.common.setVisible(own)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = Theme.instance()
        painter = QPainter(self)
        painter.fillRect(event.rect(), theme.colour("surface_alt"))
        painter.fillRect(0, self.height() - 1, self.width(), 1, theme.colour("border"))
        painter.end()
