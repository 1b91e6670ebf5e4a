"""Controller of the Feed page: what the sandbox of the local workspace published, for the channels
of the page's filter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.page_controller import PageController, open_url
from posto_desktop.models.channel_choice import ChannelFilter

if TYPE_CHECKING:
    from posto_desktop.ui.feed.page import FeedPage


class FeedController(PageController["FeedPage"]):
    """Owns the page's channel filter. Signal: `newMessageRequested()`."""

    KEY = "feed"
    ICON = "newspaper"
    MODULES = (
        "posto_desktop.models.feed",
        "posto_desktop.ui.feed.page",
    )

    newMessageRequested = Signal()

    def __init__(self, context: AppContext, parent: QObject | None = None) -> None:
        super().__init__(context, parent)
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._channels_changed)
        context.service.feed_loaded.connect(self._loaded)
        context.service.older_feed_loaded.connect(self._older_loaded)
        context.pictures.ready.connect(self._picture_ready)

    def title(self) -> str:
        return self.tr("Feed")

    def build(self) -> FeedPage:
        from posto_desktop.ui.feed.page import FeedPage

        page = FeedPage()
        page.refreshRequested.connect(self.context.service.refresh_feed)
        page.pictureRequested.connect(self.context.pictures.request)
        page.openRequested.connect(open_url)
        page.newMessageRequested.connect(self.newMessageRequested)
        page.olderRequested.connect(self.context.service.read_older_feed)
        page.allChannelsRequested.connect(self.channel_filter.show_all)
        return page

    def clear(self) -> None:
        self.forget("items")
        if self.widget is not None:
            self.widget.clear()

    @Slot()
    def reload(self) -> None:
        """Read the feed again if its page is current."""
        if self.context.window.current_page() == self.KEY:
            self.context.service.refresh_feed()

    @Slot(object)
    def _loaded(self, items: list[dict[str, Any]]) -> None:
        self.when_made("items", lambda page: page.set_items(items))

    @Slot(object)
    def _older_loaded(self, items: list[dict[str, Any]]) -> None:
        if self.widget is not None:
            self.widget.add_older(items)

    @Slot()
    def _channels_changed(self) -> None:
        ids = self.channel_filter.ids
        self.when_made("channel filter", lambda page: page.set_channel_filter(ids))

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        # A page created later requests its pictures itself, from the cache.
        if self.widget is not None:
            self.widget.set_picture(url, image)
