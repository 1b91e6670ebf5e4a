"""The evergreen part of the Campaigns page: its state, and its view once it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.core.styles import StyleRegistry
from posto_desktop.sdk.records import Channel
from posto_desktop.viewmodels.evergreen_checks import EvergreenChecks
from posto_desktop.viewmodels.evergreen_files import EvergreenFiles
from posto_desktop.viewmodels.evergreen_state import EvergreenViewState
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

    from posto_desktop.ui.campaigns.evergreen.actions import EvergreenActions
    from posto_desktop.ui.campaigns.evergreen.view import EvergreenView
    from posto_desktop.ui.shared.draft_pictures import DraftPictures


class EvergreenPart(QObject):
    """Signals:
    made(EvergreenView): the view was made.
    shownChanged(bool): the view is shown, or left.
    slotsRequested(): open the settings of the weekly slots.
    allChannelsRequested(): clear the filter of channels.
    editScheduledRequested(str), showScheduledRequested(str): posts with this mark.
    """

    made = Signal(object)
    shownChanged = Signal(bool)
    slotsRequested = Signal()
    allChannelsRequested = Signal()
    editScheduledRequested = Signal(str)
    showScheduledRequested = Signal(str)

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        pictures: DraftPictures,
        clock: Callable[[], datetime],
        zone: tzinfo,
        *,
        first_channels: Callable[[], Sequence[int]],
        avatar: Callable[[int], QImage | None],
        folder: Callable[[], str],
        keep_folder: Callable[[str], None],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._page, self._pictures, self._avatar = page, pictures, avatar
        self._folder, self._keep_folder = folder, keep_folder
        self.state = EvergreenViewState(clock, zone, first_channels, self)
        self.checks = EvergreenChecks(self.state, runner, clock, zone, self)
        self.files = EvergreenFiles(self.state, runner, images, self)
        self.files.refused.connect(self._refused)
        self.view: EvergreenView | None = None
        self.actions: EvergreenActions | None = None
        self.is_shown = False
        self._channels: Sequence[Channel] = ()
        self._channel_ids: Collection[int] | None = None
        self._fills_when_known = False
        self.state.previewChanged.connect(self._preview_changed)

    def make(self) -> EvergreenView:
        """Return the view; the first call imports and makes it."""
        if self.view is not None:
            return self.view
        from posto_desktop.ui.campaigns.evergreen.actions import EvergreenActions
        from posto_desktop.ui.campaigns.evergreen.view import EvergreenView

        view = self.view = EvergreenView(self.state, self._pictures, self._avatar, self._page)
        self.actions = EvergreenActions(
            self.state,
            view,
            self.checks,
            self.files,
            folder=self._folder,
            keep_folder=self._keep_folder,
            parent=self,
        )
        self.checks.assessed.connect(view.editor.show_assessments)
        view.allChannelsRequested.connect(self.allChannelsRequested)
        view.runs.slotsRequested.connect(self.slotsRequested)
        self.actions.editScheduledRequested.connect(self.editScheduledRequested)
        self.actions.showScheduledRequested.connect(self.showScheduledRequested)
        self._show_channels()
        view.set_channel_filter(self._channel_ids)
        self.made.emit(view)
        return view

    # -- input -----------------------------------------------------------------------------------

    def set_channels(self, channels: Sequence[Channel]) -> None:
        self._channels = channels
        self.checks.set_channels(channels)
        self._show_channels()
        self.state.refresh_soon()

    def _show_channels(self) -> None:
        if self.view is not None:
            self.view.model.set_channels(self._channels)
            self.view.runs.model.set_channels(self._channels)

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        self._channel_ids = ids
        if self.view is not None:
            self.view.set_channel_filter(ids)

    def set_style_registry(self, style_registry: StyleRegistry, service: str) -> None:
        self.checks.set_style_registry(style_registry, service)

    @Slot()
    def pictures_arrived(self) -> None:
        """Show the channels' pictures that have come."""
        if self.view is not None:
            self.view.runs.view.viewport().update()

    @Slot(str)
    def _refused(self, sentence: str) -> None:
        self.state.notifier.notify("warning", sentence)

    # -- showing ---------------------------------------------------------------------------------

    def set_shown(self, on: bool) -> None:
        """The view was shown, or left."""
        if on != self.is_shown:
            self.is_shown = on
            self.shownChanged.emit(on)
        self.look()

    @Slot()
    def look(self) -> None:
        """Compute the runs while the view can be seen."""
        self.state.set_active(self.is_shown and self._page.isVisible())

    # -- commands --------------------------------------------------------------------------------

    def why_not_fill(self) -> str:
        return self.actions.why_not_fill() if self.actions is not None else ""

    @Slot()
    def fill(self) -> None:
        """Fill the free slots now, at the latest when the coming runs are known."""
        if not self.state.has_preview:
            self._fills_when_known = True
            self.state.refresh_soon()
            return
        reason = self.why_not_fill()
        if reason:
            self.state.notifier.notify("info", reason)
        else:
            self.state.fill()

    @Slot()
    def _preview_changed(self) -> None:
        if self._fills_when_known and self.state.has_preview:
            self._fills_when_known = False
            self.fill()
