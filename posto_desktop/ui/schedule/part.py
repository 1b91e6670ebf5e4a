"""What the parts of the Schedule page have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Part"]


class Part(QObject):
    """One subject of the page; it reaches the widgets and the other subjects through the page."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self.page = page
