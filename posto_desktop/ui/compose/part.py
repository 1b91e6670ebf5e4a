"""What the parts of the Compose page have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


class Part(QObject):
    """One subject of the page; it reaches the widgets and the other subjects through the page."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self.page = page
