"""The channels that the message goes to: those ticked, and those that a draft wants."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Slot

from posto_desktop.core.draft import LOCAL
from posto_desktop.core.limits import network_name
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.compose.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage

MANY = 100
"""With more channels checks and previews follow in an event of their own."""


class Targets(Part):
    """Between the list of channels and the message."""

    def __init__(self, page: ComposePage, model: Any) -> None:
        super().__init__(page)
        self.model = model
        self._asked: set[str] = set()  # addresses of pictures
        self._wanted: list[int] = []

    def begin(self) -> None:
        """Follow the list of channels, once all parts of the page are there."""
        if self.model is not None:
            self.model.selectionChanged.connect(self._ticked)
            self.model.channelsChanged.connect(self._came)
            self._ticked()

    def choose(self, channels: Sequence[Channel]) -> None:
        """These are ticked."""
        page = self.page
        page.composer.channels = list(channels)
        for channel in channels:
            if channel.picture and channel.picture not in self._asked:
                self._asked.add(channel.picture)
                page.pictureWanted.emit(channel.picture)
        page.tabs.set_networks([(slug, network_name(slug)) for slug in page.composer.networks()])
        page.asking.dismiss()
        page.writing.show_variants()
        if len(channels) > MANY:
            page.composer.look_again()  # the ticks are to be seen at once
        else:
            page.composer.refresh()

    def work_in(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        composer = self.page.composer
        composer.workspace = composer.draft.workspace = workspace or LOCAL
        composer.refresh()

    @property
    def wanted(self) -> list[int]:
        """Those of the draft at hand while the list of channels is still to come."""
        return self._wanted

    def want(self, ids: list[int]) -> None:
        """Tick these channels; at start the list may not be there yet, then when it comes."""
        self.page.channelsWanted.emit(ids)
        if self.model is None:
            return
        self._wanted = ids
        if not ids or any(self.model.channel(one) is not None for one in ids):
            self._wanted = []
            self.model.set_checked_ids(ids)

    @Slot()
    def _ticked(self) -> None:
        self.choose(self.model.checked_channels())
        self.page.drafting.ticks_changed()

    @Slot()
    def _came(self) -> None:
        if self._wanted:
            self.want(self._wanted)
