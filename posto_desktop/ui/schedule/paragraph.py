"""Wrapped text with the design's line height, for words that come from elsewhere."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from posto_desktop.ui.theme import Theme

__all__ = ["Paragraph"]


class Paragraph(QLabel):
    """A label that wraps anywhere it must, never widens its place, and takes plain text only.

    A `QLabel` has no line height of its own, so the text is shown as one escaped HTML paragraph;
    `plain_text()` gives the words back.
    """

    def __init__(
        self,
        text: str = "",
        role: str = "",
        *,
        type_name: str = "body",
        object_name: str = "",
        parent: QWidget | None = None,
    ):
        super().__init__(parent)
        self._plain = ""
        self._type = type_name
        self._status = ""
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        if role:
            self.setProperty("role", role)
        if object_name:
            self.setObjectName(object_name)
        Theme.instance().changed.connect(self._show)
        self.setText(text)

    def setText(self, text: str) -> None:
        self._plain = text
        self._show()

    def set_status_colour(self, status: str) -> None:
        """Write in the colour of a status token; "" in that of the role."""
        if status != self._status:
            self._status = status
            self._show()

    def plain_text(self) -> str:
        return self._plain

    def minimumSizeHint(self) -> QSize:
        # QLabel asks for the height that the text has at its least width, which is absurdly high.
        return QSize(1, Theme.instance().line(self._type) if self._plain else 0)

    @Slot()
    def _show(self) -> None:
        theme = Theme.instance()
        line = theme.line(self._type)
        colour = f"; color:{theme.status(self._status).fg.name()}" if self._status else ""
        words = escape(self._plain, quote=False).replace("\r\n", "\n").replace("\n", "<br>")
        super().setText(f'<p style="margin:0; line-height:{line}px{colour}">{words}</p>')
        self.updateGeometry()
