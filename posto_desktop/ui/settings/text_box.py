"""A box of several lines in the settings: an example, a licence, a report."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

MARGIN = 8


class TextBox(QPlainTextEdit):
    """Framed like a field. With `code` it is set in the fixed font, and as high as its lines are
    at every size of the text."""

    def __init__(self, name: str, *, code: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = code
        name_control(self, name)
        self.setProperty("role", "field")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setTabChangesFocus(True)
        self.document().setDocumentMargin(MARGIN)
        if code:
            self.textChanged.connect(self._fit)
            Theme.instance().changed.connect(self._fit)
            self._fit()

    @Slot()
    def _fit(self) -> None:
        font = Theme.instance().mono()
        if self.font() != font:
            self.setFont(font)
        lines = self.blockCount() + 1  # one may have to be broken
        self.setFixedHeight(QFontMetrics(font).lineSpacing() * lines + 2 * MARGIN + 2)
