"""Text of a post: long texts show their beginning until the user expands them."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from posto_desktop.ui.widgets.buttons import Button
from posto_desktop.ui.widgets.paragraph import Paragraph

__all__ = ["PostText"]

BEGINNING = 6_000
WHOLE = 70_000
"""Characters. No network accepts more, and laying out more would block the window."""


class PostText(QWidget):
    """Shows a post's text; cuts it after `WHOLE` characters and says so."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(6)
        self._paragraph = Paragraph(object_name="inspector-text")
        box.addWidget(self._paragraph)
        self._hidden_label = Paragraph(role="muted", object_name="text-left-out")
        box.addWidget(self._hidden_label)
        self._more = Button("", "quiet", icon="chevron-down", small=True, parent=self)
        self._more.setObjectName("show-whole-text")
        self._more.set_squeezable()
        self._more.clicked.connect(self._show_whole)
        box.addWidget(self._more)
        self.set_text("")

    def set_text(self, text: str) -> None:
        """Show a text, of a long one its beginning. Setting the same text again keeps it
        expanded."""
        if text == self._text and self._paragraph.text():
            return
        self._text = text
        self._hidden_label.hide()
        cut = len(text) > BEGINNING
        shown = f"{text[:BEGINNING]}…" if cut else text
        self._paragraph.setText(shown or self.tr("No text"))
        words = self.tr("Show all %Ln character(s)", "", len(text))
        if len(text) > WHOLE:
            words = self.tr("Show %Ln character(s)", "", WHOLE)
        self._more.setText(words)
        self._more.setAccessibleName(words)
        self._more.setVisible(cut)

    @Slot()
    def _show_whole(self) -> None:
        self._paragraph.setText(self._text[:WHOLE])
        self._more.hide()
        hidden_count = len(self._text) - WHOLE
        if hidden_count > 0:
            words = self.tr("%Ln more character(s) (is/are) not shown.", "", hidden_count)
            self._hidden_label.setText(words)
            self._hidden_label.show()
