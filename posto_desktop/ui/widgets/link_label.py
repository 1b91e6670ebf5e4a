"""Label with a sentence that may end in a link."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLabel, QWidget

_LINK = re.compile(r"<a\s[^<>]*href=\"([^\"]*)\"")


class LinkLabel(QLabel):
    """Rich text with or without a link. Tab stops only at a link, the focus ring surrounds the
    label, and Enter opens the link; QLabel offers none of that."""

    def __init__(self, object_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(object_name)
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setWordWrap(True)
        self.setProperty("focusRadius", 4)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.TextSelectableByMouse
        )

    @property
    def link(self) -> str:
        """Return the address of the link; "" without one."""
        match = _LINK.search(self.text())
        return html.unescape(match.group(1)) if match else ""

    def setText(self, text: str) -> None:
        super().setText(text)
        policy = Qt.FocusPolicy.StrongFocus if self.link else Qt.FocusPolicy.ClickFocus
        self.setFocusPolicy(policy)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
        if event.key() in keys and not event.modifiers() and self.link:
            self.linkActivated.emit(self.link)
            return
        super().keyPressEvent(event)
