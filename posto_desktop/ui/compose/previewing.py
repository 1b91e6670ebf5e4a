"""The previews of the Compose page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtGui import QImage

from posto_desktop.ui.compose.assess import Assessment
from posto_desktop.ui.compose.part import Part
from posto_desktop.ui.compose.preview_posts import preview_posts
from posto_desktop.ui.compose.when_text import short_day

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


class Previewing(Part):
    """Shows the message as each network will; keeps the channels' pictures for it."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        self._avatars: dict[str, QImage] = {}

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        """A channel's picture, decoded."""
        self._avatars[address] = image
        self.show_previews(self.page.composer.result)

    def show_previews(self, result: Assessment) -> None:
        reading = self.page.when.reading
        date = ""
        if reading.ok and reading.when is not None:
            date = short_day(reading.when, self.page.zone, self.page.clock())
        self.page.preview.set_posts(
            preview_posts(
                self.page.composer.draft,
                self.page.composer.networks(),
                result,
                date,
                self._avatars.get,
            )
        )
