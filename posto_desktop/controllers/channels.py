"""Controller of the channel pane: lists the channels and shows the ticks of the current page."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.common import json_text
from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.notifier import show_notification
from posto_desktop.delivery.serial_worker import compute_pause
from posto_desktop.models.channel_choice import ChannelChoice, ChannelFilter
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.channel_groups import ChannelGroups
from posto_desktop.viewmodels.notification import PageNotification, PageNotifier
from posto_desktop.workers.debouncer import Debouncer

if TYPE_CHECKING:
    from posto_desktop.sdk.own_accounts import OwnAccount
    from posto_desktop.viewmodels.open_message import OpenMessage

SETTLE_MS = 800


class ChannelsController(QObject):
    """Remembers the channels of each workspace's last message, for the next new message. The ticks
    belong to the pages: see `use`.

    Signals: `linksChanged(dict[int, str])`: web addresses of channels, by id.
    """

    linksChanged = Signal(object)

    def __init__(
        self,
        context: AppContext,
        message: OpenMessage,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.context, self._message, self._save_setting = context, message, save_setting
        self._used_last = self._read()
        self._connected: frozenset[int] = frozenset()
        self._choices: dict[str, ChannelChoice] = {}
        self._filters: list[ChannelFilter] = []
        self._settle = Debouncer(SETTLE_MS, self.flush, self)
        notifier = PageNotifier(self)
        notifier.requested.connect(self._show_notification)
        self.groups = ChannelGroups(
            context.settings.text("channels.groups"),
            lambda text: save_setting("channels.groups", text),
            notifier,
            self,
        )
        self._show_layout()
        context.service.channels_loaded.connect(self._loaded)
        context.channels.selectionChanged.connect(self._ticked)
        context.pictures.ready.connect(self._picture_ready)
        context.window.pageWanted.connect(self._page_requested)
        context.window.pageChanged.connect(self._page_changed)
        message.channels.used_last = self._used_last.get
        message.channels.changed.connect(self._remember)
        self.use("compose", message.channels.choice)

    def _show_layout(self) -> None:
        settings, pane = self.context.settings, self.context.window.channel_pane
        pane.use_groups(self.groups)
        pane.show_layout(
            settings.text("channels.grouping"),
            is_compact=settings.is_on("channels.compact"),
            folded=frozenset(settings.text("channels.folded").splitlines()),
        )
        pane.layoutChanged.connect(self._save_layout)

    @Slot()
    def _save_layout(self) -> None:
        model, tree = self.context.channels, self.context.window.channel_pane.tree
        layout = {
            "channels.grouping": model.grouping,
            "channels.compact": tree.is_compact,
            "channels.folded": "\n".join(sorted(tree.folded())),
        }
        for name, value in layout.items():
            if self.context.settings.get(name) != value:
                self._save_setting(name, value)

    @Slot(object)
    def _show_notification(self, notification: PageNotification) -> None:
        show_notification(self.context.window, notification)

    def use(self, page: str, choice: ChannelChoice) -> None:
        """Let the pane show `choice` while this page is current. Pages without a choice have no
        boxes."""
        self._choices[page] = choice
        if isinstance(choice, ChannelFilter) and choice not in self._filters:
            self._filters.append(choice)
        window = self.context.window
        if window.wanted_page() == page:
            self._page_requested(page)
        if window.current_page() == page:
            self._page_changed(page)

    @Slot()
    def _ticked(self) -> None:
        compute_pause.ask()  # counters, previews and filters follow at once

    @Slot(str)
    def _page_requested(self, page: str) -> None:
        """Switch the choice before the page shows: its tab is current already, so ticks belong to
        it."""
        self.context.channels.set_choice(self._choices.get(page))

    @Slot(str)
    def _page_changed(self, page: str) -> None:
        choice = self._choices.get(page)
        shown = choice if isinstance(choice, ChannelFilter) else None
        self.context.window.frame.hidden_channels.set_filter(shown)

    # -- the channels of a workspace -----------------------------------------------------------

    def clear(self) -> None:
        """Show no channels while another workspace opens; ids mean other channels there."""
        self.context.channels.set_channels([])
        for channel_filter in self._filters:
            channel_filter.show_all()

    @Slot(object)
    def _loaded(self, channels: list[Any]) -> None:
        model = self.context.channels
        first = not model.channels()
        model.set_channels(channels)
        self._forget_removed()
        self.context.window.channel_pane.set_loaded()
        self.linksChanged.emit({channel.id: channel.link for channel in channels if channel.link})
        for channel in channels:
            if channel.picture:
                self.context.pictures.request(channel.picture)
        if first and channels:
            self._suggest(channels[0])
        self._choose_connected()

    @Slot(object)
    def choose_connected(self, account: OwnAccount) -> None:
        """Tick the new channels of an account in the message, as soon as they are listed."""
        self._connected = frozenset(account.channels).difference(self.context.channels.ids())

    def _choose_connected(self) -> None:
        """The first account takes the place of the sandbox channel that was ticked for a start."""
        model, chosen = self.context.channels, self._message.channels
        connected = [channel for channel in model.channels() if channel.id in self._connected]
        if not connected:
            return
        self._connected = frozenset()
        own = {channel.id for channel in model.channels() if channel.is_own_account}
        is_first = own == {channel.id for channel in connected}
        remaining = [
            channel for channel in chosen.listed if not is_first or channel.method != "sandbox"
        ]
        chosen.choose([*remaining, *connected])

    def _forget_removed(self) -> None:
        """Reset filters that hide none of the remaining channels."""
        known = self.context.channels.ids()
        for channel_filter in self._filters:
            if known and not channel_filter.hidden_of(known):
                channel_filter.show_all()

    def _suggest(self, channel: Channel) -> None:
        """At the very first start, tick one sandbox channel, so that posting works without an
        introduction."""
        workspace = self._message.channels.workspace
        if workspace == "local" and workspace not in self._used_last:
            self._message.channels.suggest([channel.id])

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        model = self.context.channels
        for channel in model.channels():
            if channel.picture == url:
                model.set_picture(channel.id, image)

    # -- last used channels --------------------------------------------------------------------

    def _read(self) -> dict[str, list[int]]:
        try:
            stored = json_text.loads(self.context.settings.text("workspace.channels") or "{}")
            if not isinstance(stored, dict):
                return {}
            return {
                str(workspace): [int(channel_id) for channel_id in ids]
                for workspace, ids in stored.items()
            }
        except (ValueError, TypeError):
            return {}

    @Slot()
    def _remember(self) -> None:
        # else the channels are not loaded yet, and none were chosen
        if self.context.channels.channels():
            workspace = self._message.channels.workspace
            self._used_last[workspace] = list(self._message.channels.for_new())
            self._settle.call()

    @Slot()
    def flush(self) -> None:
        self._settle.cancel()
        self._save_setting("workspace.channels", json.dumps(self._used_last))
