"""Creates the state of campaigns in the right order, without the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, tzinfo
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import Entry
from posto_desktop.core.watch_messages import Completion, completed_message
from posto_desktop.models.campaign_messages import MessagesModel
from posto_desktop.models.campaigns import CampaignSummary, title_of
from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.sdk.when.languages import phrases
from posto_desktop.sdk.when.zones import local_zone
from posto_desktop.stores.campaigns import CampaignStore
from posto_desktop.viewmodels.campaign_delivery import CampaignDelivery
from posto_desktop.viewmodels.campaign_editor import CampaignEditor
from posto_desktop.viewmodels.campaign_files import CampaignFiles
from posto_desktop.viewmodels.campaign_forecast import CampaignForecast, ForecastResult
from posto_desktop.viewmodels.campaign_text_channels import CampaignTextChannels
from posto_desktop.viewmodels.notification import PageNotifier
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner


class CampaignsState(QObject):
    """Opens, creates, names, duplicates, deletes and restores campaigns.

    Each attribute owns one subject. `notifier` collects the notifications.

    Signals:
        entered(bool is_new): the user opened a campaign or started a new one.
        left(str id), selectionRequested(str id): the user went back to the list; make this campaign
            current there.
    """

    entered = Signal(bool)
    left = Signal(str)
    selectionRequested = Signal(str)

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        *,
        paste_folder: Path,
        clock: Callable[[], datetime],
        zone: tzinfo,
        first_channels: Callable[[], Sequence[int]] = tuple,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.clock, self.zone = clock, zone
        self.first_channels = first_channels
        """Returns the channels of a new campaign."""
        self.workspace = LOCAL
        """Workspace of the list and of new campaigns: "local" or an account's id."""
        self.notifier = PageNotifier(self)
        self.store = CampaignStore(self)
        self.editor = CampaignEditor(self.store, self)
        self.text_channels = CampaignTextChannels(self.editor)
        self.forecast = CampaignForecast(self.editor, runner, clock, zone, self)
        self.messages = MessagesModel(zone, self, now=clock)
        self.delivery = CampaignDelivery(
            self.store, self.editor, self.forecast, self.messages, clock, zone, self
        )
        self.files = CampaignFiles(runner, images, self.editor, paste_folder, self)
        self.channel_choice = ChannelTargets(
            "campaign", self._channel_ids, self.editor.set_channels, self._channels_locked, self
        )
        """The channel pane's view of the open campaign's channels."""
        self._pending_id = ""  # a campaign to open once it is loaded
        self.editor.opened.connect(self._show_opened)
        self.editor.changed.connect(self.messages.set_campaign)
        self.editor.changed.connect(self.channel_choice.changed)
        self.editor.resultsChanged.connect(self._show_results)
        self.forecast.forecastChanged.connect(self._show_forecast)
        self.forecast.checked.connect(self.messages.set_findings)

    # -- input ---------------------------------------------------------------------------------

    def set_campaigns(
        self, campaigns: Iterable[Campaign], posts: Mapping[str, Sequence[CampaignPost]]
    ) -> None:
        """Set the campaigns of all workspaces, and their posts."""
        stored = {campaign.id: campaign for campaign in campaigns}
        present = self.editor.campaign
        if present is not None:
            if present.id in stored:
                self._follow(stored[present.id])
            stored[present.id] = self.editor.campaign or present
        self.store.fill(stored.values())
        self.delivery.set_all_posts(posts)
        if self._pending_id in stored:
            self.open(self._pending_id)

    def _follow(self, stored: Campaign) -> None:
        """Adopt in the open campaign what another process started or stopped."""
        present = self.editor.campaign
        if present is None or (present.state, present.start) == (stored.state, stored.start):
            return
        messages = present.messages if self.editor.is_unsaved else stored.messages
        self.editor.adopt(
            state=stored.state,
            start=stored.start,
            start_text=stored.start_text,
            messages=messages,
        )

    def add_arrived(self, campaign_id: str, messages: Sequence[CampaignMessage]) -> None:
        """Show messages that came from a watched folder, which are stored already."""
        campaign = self._latest(campaign_id)
        if campaign is None:
            return
        known = {message.id for message in campaign.messages}
        new = [message for message in messages if message.id not in known]
        present = self.editor.campaign
        if new and present is not None and present.id == campaign_id:
            self.editor.add_arrived(new)
        elif new:
            self.store.put(replace(campaign, messages=(*campaign.messages, *new)))

    def remove_arrived(self, campaign_id: str, messages: Collection[str]) -> int:
        """Remove messages again; return how many were there. Those on their way stay."""
        present, campaign = self.editor.campaign, self._latest(campaign_id)
        if campaign is None:
            return 0
        if present is not None and present.id == campaign_id:
            return self.editor.remove(messages)
        left = tuple(message for message in campaign.messages if message.id not in messages)
        self.store.put(replace(campaign, messages=left))
        return len(campaign.messages) - len(left)

    def complete(self, completion: Completion) -> CampaignMessage | None:
        """Add what a sidecar says of a message; return it if it changed."""
        campaign = self._latest(completion.parent)
        messages = campaign.messages if campaign is not None else ()
        message = next((known for known in messages if known.id == completion.target), None)
        if campaign is None or message is None:
            return None
        completed = completed_message(message, completion, datetime.now(UTC), local_zone())
        present = self.editor.campaign
        if completed is None:
            return None
        if present is not None and present.id == campaign.id:
            self.editor.complete(completed)
        else:
            messages = tuple(completed if old is message else old for old in messages)
            self.store.put(replace(campaign, messages=messages))
        return completed

    def _latest(self, campaign_id: str) -> Campaign | None:
        present = self.editor.campaign
        if present is not None and present.id == campaign_id:
            return present
        return self.store.get(campaign_id)

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self.forecast.set_entries(entries)
        self.delivery.set_entries(entries)

    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        self.delivery.set_schedules(rows)

    def set_site_rows(self, rows: Sequence[Schedule]) -> None:
        """Set the posts that the site's planners will make (core.site_schedule)."""
        self.forecast.set_site_rows(rows)

    def set_channels(self, channels: Sequence[Channel]) -> None:
        self.messages.set_channels(channels)
        self.forecast.set_channels(channels)
        self.text_channels.set_channels(channels)

    def set_workspace(self, workspace: str) -> None:
        """List the campaigns of another workspace."""
        if workspace != self.workspace:
            self.close()
            self.workspace = workspace
            self.delivery.set_schedules(())
            self.delivery.refresh()

    @Slot(object)
    def _show_opened(self, campaign: Campaign | None) -> None:
        self.messages.forget_findings()
        self.messages.set_results({})
        self.messages.set_campaign(campaign)
        self.delivery.refresh()
        self.channel_choice.changed.emit()

    @Slot()
    def _show_results(self) -> None:
        self.messages.set_results(self.editor.results)
        self.channel_choice.changed.emit()  # channels of a running campaign are locked

    @Slot(object)
    def _show_forecast(self, result: ForecastResult) -> None:
        self.messages.set_forecast_rows(result.times)

    def _channel_ids(self) -> Sequence[int]:
        campaign = self.editor.campaign
        return campaign.channel_ids if campaign is not None else ()

    def _channels_locked(self) -> str:
        if not self.editor.is_running:
            return ""
        return self.tr("Stop the campaign to change its channels.")

    # -- the list ------------------------------------------------------------------------------

    def listed(self) -> dict[str, tuple[Campaign, CampaignSummary]]:
        """Return campaigns of the workspace with their summaries, by id."""
        campaigns = self.store.campaigns(self.workspace)
        return {campaign.id: (campaign, self.delivery.summary(campaign)) for campaign in campaigns}

    @Slot(str)
    def open(self, campaign_id: str) -> None:
        """Open a campaign, at the latest when it is loaded."""
        campaign = self.store.get(campaign_id)
        self._pending_id = "" if campaign is not None else campaign_id
        if campaign is not None:
            self.editor.open(campaign)
            self.entered.emit(False)

    @Slot()
    def close(self) -> None:
        """Go back to the list; drop an empty campaign."""
        campaign = self.editor.campaign
        if campaign is None:
            return
        self.editor.open(None)
        if campaign.is_empty and not self.delivery.has_posts(campaign.id):
            self.store.remove(campaign.id)
        self.left.emit(campaign.id)

    @Slot()
    def new(self) -> None:
        """Start a campaign with the channels of a new message."""
        self._begin()
        self.entered.emit(True)

    def begin_with(self, paths: Sequence[str]) -> None:
        """Start a campaign with a message for each of these files."""
        self._begin()
        self.files.add_files(paths)

    def _begin(self) -> None:
        ids = tuple(self.first_channels())
        campaign = Campaign(
            workspace=self.workspace,
            channel_ids=ids,
            start_text=phrases().tomorrow.format(clock="09:00"),
        )
        self.store.put_unsaved(campaign)
        self.editor.open(campaign)

    def add_messages(self, messages: Sequence[CampaignMessage]) -> int:
        """Add messages to the open campaign or a new one. Return how many fit."""
        if self.editor.campaign is None:
            self._begin()
        return self.editor.add(messages)

    @Slot(str)
    def duplicate(self, campaign_id: str) -> None:
        """Duplicate a campaign as not started, and select the copy."""
        campaign = self.store.get(campaign_id)
        if campaign is not None:
            self.selectionRequested.emit(self._copy(campaign).id)

    @Slot()
    def duplicate_open(self) -> None:
        campaign = self.editor.campaign
        if campaign is not None:
            self.editor.save()
            self.open(self._copy(campaign).id)

    def _copy(self, campaign: Campaign) -> Campaign:
        copy = campaign.duplicate(self.tr("{name} copy").format(name=title_of(campaign)))
        self.store.put(copy)
        return copy

    @Slot(str)
    def delete(self, campaign_id: str) -> None:
        """Delete a campaign, with Undo. Its scheduled posts stay."""
        campaign = self.store.get(campaign_id)
        restore = self.store.remove(campaign_id)
        if campaign is None or restore is None:
            return
        words = self.tr("Campaign “{name}” deleted").format(name=title_of(campaign))
        results = self.delivery.results_of(campaign_id)
        if any(result.is_open for result in results.values()):
            words += ". " + self.tr("Scheduled posts will still be sent.")

        def undo() -> None:
            restore()
            self.selectionRequested.emit(campaign_id)

        self.notifier.notify("deleted", words, self.tr("Undo"), undo)

    @Slot()
    def delete_open(self) -> None:
        campaign = self.editor.campaign
        if campaign is not None:
            self.editor.open(None)
            self.delete(campaign.id)
