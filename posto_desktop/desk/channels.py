"""The channel pane's wires: which channels there are, and which are ticked in which workspace."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.desk.parts import Parts
from posto_desktop.workers.lanes import quiet

SETTLE_MS = 800


class ChannelsDesk(QObject):
    """Signals: `filterChanged(object ids)`: the channels that the other pages should show, None
    for all; `linksChanged(dict[int, str])`: where channels can be looked at.
    """

    filterChanged = Signal(object)
    linksChanged = Signal(object)

    def __init__(
        self, parts: Parts, keep: Callable[[str, Any], None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.parts, self._keep = parts, keep
        self._ticked = self._read()
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(SETTLE_MS)
        self._settle.timeout.connect(self.flush)
        parts.service.channels_loaded.connect(self._loaded)
        parts.channels.selectionChanged.connect(self._changed)
        parts.pictures.ready.connect(self._picture_ready)

    def _read(self) -> dict[str, list[int]]:
        try:
            stored = json.loads(self.parts.settings.get("workspace.channels") or "{}")
            return {str(workspace): [int(one) for one in ids] for workspace, ids in stored.items()}
        except (ValueError, TypeError, AttributeError):
            return {}

    @Slot()
    def flush(self) -> None:
        """Keep what is ticked, now."""
        self._settle.stop()
        self._keep("workspace.channels", json.dumps(self._ticked))

    def clear(self) -> None:
        """Show none: another workspace is being opened."""
        self.parts.channels.set_channels([])

    @Slot(object)
    def _loaded(self, channels: list[Any]) -> None:
        model = self.parts.channels
        first = not model.channels()
        model.set_channels(channels)
        self.parts.window.channel_pane.set_loaded()
        self.linksChanged.emit({channel.id: channel.link for channel in channels if channel.link})
        for channel in channels:
            if channel.picture:
                self.parts.pictures.want(channel.picture)
        if first and channels and not model.checked_ids():
            self._tick_as_before()

    def _tick_as_before(self) -> None:
        """Tick what was ticked here last. Posting must not need a lesson first: at the very first
        start one sandbox channel is ticked."""
        workspace, model = self.parts.workspaces.current, self.parts.channels
        known = self._ticked.get(workspace)
        if known is None and workspace == "local":
            known = [model.channels()[0].id]
        if known:
            model.set_checked_ids(known)

    @Slot()
    def _changed(self) -> None:
        """The ticked channels filter the other pages; none or all ticked filters nothing."""
        quiet.ask()  # counters, previews and filters follow at once
        model = self.parts.channels
        ids = model.checked_ids()
        if model.channels():
            self._ticked[self.parts.workspaces.current] = sorted(ids)
            self._settle.start()
        everything = not ids or len(ids) == len(model.channels())
        self.filterChanged.emit(None if everything else ids)

    @Slot(str, QImage)
    def _picture_ready(self, url: str, image: QImage) -> None:
        model = self.parts.channels
        for channel in model.channels():
            if channel.picture == url:
                model.set_picture(channel.id, image)
