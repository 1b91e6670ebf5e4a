"""Switch at the head of the page: campaigns, or evergreen messages."""

from __future__ import annotations

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.choices import SegmentedControl

CAMPAIGNS, EVERGREEN = "campaigns", "evergreen"


class ViewSwitch(SegmentedControl):
    """Signal ``changed(str)``: `CAMPAIGNS` or `EVERGREEN`."""

    def __init__(self, value: str, parent: QWidget) -> None:
        super().__init__("", "campaigns-view", [(CAMPAIGNS, ""), (EVERGREEN, "")], parent)
        self.setAccessibleName(self.tr("View of campaigns"))
        texts = (self.tr("Campaigns"), self.tr("Evergreen"))
        for button, words in zip(self._group.buttons(), texts, strict=True):
            button.setText(words)
            button.setToolTip(keys.tip(words, keys.EVERGREEN))
        self.set_value(value)


class Head(QFrame):
    """Head of a view, with a line at its foot. Add controls to `row`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(24, 0, 16, 0)
        self.row.setSpacing(10)
        self.restyle()

    def restyle(self) -> None:
        self.setFixedHeight(round(64 * Theme.instance().scale))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(0, self.height() - 1, self.width(), 1, Theme.instance().colour("border"))
        painter.end()
