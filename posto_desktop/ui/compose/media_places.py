"""Which files go to which network: ticks in the menu of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from posto_desktop.core.limits import network_name
from posto_desktop.ui.compose.media_menu import TileMenu
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


class MediaPlaces(Part):
    """Offers the ticked networks in a tile's menu; what is chosen is one step of Undo."""

    def __init__(self, page: ComposePage) -> None:
        super().__init__(page)
        page.strip.menuOpened.connect(self._offer)

    @Slot(object, int)
    def _offer(self, menu: TileMenu, row: int) -> None:
        ref = self.page.media.row(row).ref
        slugs = list(self.page.composer.networks())
        # To the only network it goes, unless it was left out when there were more.
        if len(slugs) > 1 or not all(map(ref.goes_to, slugs)):
            menu.offer_networks(ref, slugs)
            menu.chosen.connect(lambda slug, goes: self.send(row, slug, goes))

    def send(self, row: int, slug: str, goes: bool) -> None:
        """Send a file to a network, or leave it out there."""
        if not 0 <= row < self.page.media.rowCount():
            return
        before = self.page.draft
        changed = before.copy()
        ref = changed.media[row]
        changed.media[row] = ref.leaving_out(slug, not goes)
        if changed.media[row] is ref:
            return
        self.page.undoing.change(changed)
        self.page.composer.refresh()
        words = self.tr("{name} is left out for {network}")
        if goes:
            words = self.tr("{name} goes to {network}, too")
        name = ref.name.replace("\n", " ")
        words = words.format(name=name, network=network_name(slug))
        self.page.undoing.offer(words, before)
