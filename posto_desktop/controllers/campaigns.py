"""Controller of the Campaigns page: saves, starts and stops campaigns, with Undo."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.notifier import show_notification
from posto_desktop.controllers.page_controller import PageController
from posto_desktop.core.campaign import Campaign
from posto_desktop.core.campaign_results import WAITING, MessageResult
from posto_desktop.core.slots import SETTING
from posto_desktop.delivery.campaign_run import PostRequest
from posto_desktop.models.channel_choice import ChannelChoice, ChannelFilter
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.controllers.styles import StylesController
    from posto_desktop.core.campaign import CampaignMessage
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.styles import StyleRegistry
    from posto_desktop.delivery.style_store import StyleResult
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.stores.used_words import UsedWordStore
    from posto_desktop.ui.campaigns.page import CampaignsPage


class CampaignsController(PageController["CampaignsPage"]):
    """Signals: `showRequested(object id)` and `entryRequested(str id)`: show the details of a row
    or of an entry of the outbox; `editRequested(list[Schedule])`; `settingsRequested(str key)`;
    `choiceChanged()`: `choice` returns another object; `pageMade(CampaignsPage)`.

    `channel_filter` belongs to the list of campaigns; an open campaign has its own channels.
    `first_channels` returns the channels of a new campaign; `used_words` suggests hashtags and
    mentions.
    """

    KEY = "campaigns"
    ICON = "layers"
    MODULES = (
        "posto_desktop.sdk.times",
        "posto_desktop.models.campaigns",
        "posto_desktop.models.campaign_messages",
        "posto_desktop.models.campaign_timeline",
        "posto_desktop.ui.campaigns.message_view",
        "posto_desktop.ui.campaigns.rhythm_bar",
        "posto_desktop.ui.campaigns.timeline",
        "posto_desktop.viewmodels.campaigns_state",
        "posto_desktop.viewmodels.evergreen_state",
        "posto_desktop.ui.campaigns.layout",
        "posto_desktop.ui.campaigns.page",
    )

    showRequested = Signal(object)
    editRequested = Signal(object)
    entryRequested = Signal(str)
    settingsRequested = Signal(str)
    choiceChanged = Signal()
    pageMade = Signal(object)

    def __init__(
        self,
        context: AppContext,
        first_channels: Callable[[], Sequence[int]],
        used_words: UsedWordStore,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, parent)
        self._first_channels, self._used_words = first_channels, used_words
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._filter_changed)
        self._styles: StylesController | None = None
        self._marked: frozenset[str] = frozenset()
        # By campaign: the undo token of its deleted rows, and the `posto_ref` of their posts.
        self._pending: dict[str, tuple[str, frozenset[str]]] = {}
        self._schedule: Sequence[Schedule] = ()
        self._fresh = False
        service = context.service
        service.schedules_loaded.connect(self._loaded)
        service.outbox_changed.connect(self._entries_changed)
        service.schedule_changed.connect(self._schedules_changed)
        context.channels.channelsChanged.connect(self._channels_changed)
        context.channels.accountsChanged.connect(self._accounts_changed)
        service.campaigns.late_known.connect(self._stop_late)
        service.campaigns.look_for_late()
        context.window.campaignDropped.connect(self._begin_with)

    def title(self) -> str:
        return self.tr("Campaigns")

    def build(self) -> CampaignsPage:
        from posto_desktop.controllers.campaign_import import CampaignImportController
        from posto_desktop.ui.campaigns.page import CampaignsPage
        from posto_desktop.ui.shared.suggestion_completer import SETTING as SUGGESTIONS

        context, service = self.context, self.context.service
        page = CampaignsPage(
            context.runner,
            context.images,
            paste_folder=context.paths.data / "pasted",
            folder=lambda: context.settings.text("compose.folder"),
            keep_folder=self._save_folder,
            first_channels=self._first_channels,
            avatar=context.channels.picture,
        )
        page.editor_controller.use_suggestions(
            self._used_words, lambda: bool(context.settings.get(SUGGESTIONS))
        )
        stored, campaigns = service.campaigns, page.campaigns
        stored.loaded.connect(campaigns.set_campaigns)
        stored.saved.connect(campaigns.editor.set_saved)
        stored.not_saved.connect(campaigns.editor.set_not_saved)
        stored.posts_changed.connect(campaigns.delivery.set_posts)
        campaigns.store.saved.connect(stored.save)
        campaigns.store.removed.connect(stored.delete)
        campaigns.store.restored.connect(stored.restore)
        campaigns.delivery.outcomesFound.connect(stored.remember)
        campaigns.delivery.startRequested.connect(self._start)
        campaigns.delivery.stopRequested.connect(self._stop)
        campaigns.delivery.retryRequested.connect(self._retry)
        campaigns.editor.opened.connect(self.choiceChanged)
        page.evergreen.state.opened.connect(self.choiceChanged)
        page.evergreen.shownChanged.connect(self.choiceChanged)
        campaigns.notifier.requested.connect(partial(show_notification, context.window))
        page.message_actions.showRequested.connect(self.showRequested)
        page.message_actions.editRequested.connect(self.editRequested)
        page.message_actions.entryRequested.connect(self.entryRequested)
        page.settingsRequested.connect(self.settingsRequested)
        page.slotsRequested.connect(self.slots_changed)
        page.allChannelsRequested.connect(self.channel_filter.show_all)
        CampaignImportController(context, page)
        campaigns.set_workspace(self.workspace)
        page.evergreen.allChannelsRequested.connect(self.channel_filter.show_all)
        campaigns.set_channels(context.channels.channels())
        page.set_channel_filter(self.channel_filter.ids)
        forecast = campaigns.forecast
        forecast.set_accounts(context.channels.accounts())
        forecast.set_slots(context.settings.text(SETTING), context.workspaces.current)
        if self._styles is not None and self._styles.styles.known is not None:
            page.set_style_registry(self._styles.styles.known, service.service_address)
        stored.load()
        self.pageMade.emit(page)
        return page

    @property
    def workspace(self) -> str:
        return self.context.service.workspace_id or self.context.workspaces.current

    def _save_folder(self, folder: str) -> None:
        # A folder that cannot be remembered is no error worth showing.
        with suppress(StorageError):
            self.context.settings.set("compose.folder", folder)

    def use_styles(self, styles: StylesController) -> None:
        """Use the styles of this controller and follow their changes."""
        self._styles = styles
        styles.styles.changed.connect(self._style_registry_changed)
        styles.styles.done.connect(self._style_saved)

    def add_arrived(self, campaign_id: str, messages: Sequence[CampaignMessage]) -> None:
        """Show messages that came from a watched folder. Without the page they are stored only."""
        if self.widget is not None:
            self.widget.campaigns.add_arrived(campaign_id, messages)

    def remove_arrived(self, campaign_id: str, message_ids: Collection[str]) -> bool:
        """Remove messages again. Return False if the page does not have them: they are stored
        only."""
        if self.widget is None:
            return False
        self.widget.campaigns.remove_arrived(campaign_id, message_ids)
        return True

    @property
    def choice(self) -> ChannelChoice:
        """Return what the channel pane ticks: the channels of the open campaign, or the filter of
        the list."""
        page = self.widget
        if page is not None and page.evergreen.is_shown:
            state = page.evergreen.state
            return state.channel_choice if state.message is not None else self.channel_filter
        if page is not None and page.campaigns.editor.campaign is not None:
            return page.campaigns.channel_choice
        return self.channel_filter

    def flush(self) -> None:
        if self.widget is not None:
            self.widget.campaigns.editor.save()
            self.widget.evergreen.state.save()

    def clear(self, workspace: str) -> None:
        self._fresh = False
        self._schedule = ()
        self._pending.clear()
        self.forget("schedule")
        if self.widget is not None:
            self.widget.campaigns.set_workspace(workspace)
            self.widget.evergreen.state.set_workspace(workspace)
            self._show_slots(workspace)

    @Slot(list)
    def _begin_with(self, paths: list[str]) -> None:
        """Open the page with a new campaign of dropped files."""
        self.context.window.show_page(self.KEY)
        self.when_made("files", lambda page: page.campaigns.begin_with(paths))

    # -- updates of the page: `build` reads them for a page created later -------------------------

    @Slot()
    def slots_changed(self) -> None:
        self._show_slots(self.context.workspaces.current)

    def _show_slots(self, workspace: str) -> None:
        if self.widget is not None:
            text = self.context.settings.text(SETTING)
            self.widget.campaigns.forecast.set_slots(text, workspace)
            self.widget.evergreen.state.refresh_soon()

    @Slot()
    def _channels_changed(self) -> None:
        if self.widget is not None:
            self.widget.campaigns.set_channels(self.context.channels.channels())

    @Slot()
    def _accounts_changed(self) -> None:
        if self.widget is not None:
            self.widget.campaigns.forecast.set_accounts(self.context.channels.accounts())

    @Slot()
    def _filter_changed(self) -> None:
        if self.widget is not None:
            self.widget.set_channel_filter(self.channel_filter.ids)

    @Slot(object)
    def _style_registry_changed(self, style_registry: StyleRegistry) -> None:
        if self.widget is not None:
            self.widget.set_style_registry(style_registry, self.context.service.service_address)

    @Slot(object)
    def _style_saved(self, outcome: StyleResult) -> None:
        """Rename the style in all campaigns that use it, also in closed ones."""
        before, style = outcome.before, outcome.style
        if outcome.kind != "saved" or before is None or before.builtin or style is None:
            return
        if before.name != style.name:
            if self.widget is not None:
                self.widget.campaigns.editor.rename_style(before.name, style.name)
            self.context.service.campaigns.rename_style(before.name, style.name)

    @Slot(object, bool, object)
    def _loaded(self, rows: list[Schedule], cached: bool, _as_of: datetime) -> None:
        self._fresh = not cached
        self._schedule = rows
        self.when_made("schedule", lambda page: page.campaigns.set_schedules(rows))
        self._stop_late()

    def set_site_rows(self, rows: Sequence[Schedule]) -> None:
        """Keep the times of the site's planners free."""
        self.when_made("site rows", lambda page: page.campaigns.set_site_rows(rows))

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self.when_made("entries", lambda page: page.campaigns.set_entries(entries))

    @Slot(str, object, object, object)
    def _schedules_changed(self, _workspace: str, rows: list[Schedule], *_more: object) -> None:
        """Follow the schedule, rows in deletion included: a message with such a row must not be
        sent again."""
        self._marked = frozenset(
            row.posto_ref for row in rows if row.posto_ref and row.status != "trash"
        )

    # -- requests of the page ------------------------------------------------------------------

    @Slot(object, object)
    def _start(self, campaign: Campaign, requests: list[PostRequest]) -> None:
        """Start or resume. Rows whose deletion can still be undone are restored instead of sent
        again."""
        service = self.context.service
        token, refs = self._pending.pop(campaign.id, ("", frozenset()))
        kept_refs: Collection[str] = ()
        if token and service.restore_schedules(token, quiet=True):
            service.campaigns.set_stopped(campaign.id, refs, False)
            kept_refs = refs
        remaining = [
            request
            for request in requests
            if not request.replaces or request.replaces not in kept_refs
        ]
        blocked = [
            request
            for request in remaining
            if request.replaces and request.replaces in self._marked
        ]
        again = [request for request in remaining if request not in blocked]
        if blocked:
            self.context.window.show_notification(
                "warning",
                self.tr(
                    "Some posts are still being removed from the schedule. Resume again in a "
                    "moment."
                ),
            )
        results = (
            self.widget.campaigns.delivery.results_of(campaign.id).values()
            if self.widget is not None
            else ()
        )
        # A stop that did not finish, for example after a crash: keep those posts now.
        summary = {
            result.post.posto_ref for result in results if result.is_open and result.rows
        } - set(kept_refs)
        service.campaigns.set_stopped(campaign.id, summary, False)
        # Posts deleted by hand in the schedule; only a schedule read in this run proves it.
        deleted = [
            result.post.posto_ref for result in results if result.was_deleted and self._fresh
        ]
        late = service.campaigns.late
        for ref in [posto_ref for posto_ref, owner in late.items() if owner == campaign.id]:
            del late[ref]
        service.campaigns.start(campaign, again, deleted)
        count = len(again) + len(kept_refs)
        words = self.tr("%Ln message(s) scheduled", "", count)
        if self.context.settings.get("sending.paused"):
            words = self.tr("Sending is paused. The posts wait in Activity.")
        if count:
            self.context.window.show_notification(
                "ok",
                words,
                action_text=self.tr("Undo"),
                callback=lambda: self._undo_start(campaign.id),
            )

    def _undo_start(self, campaign_id: str) -> None:
        if self.widget is not None:
            self.widget.campaigns.delivery.undo_start(campaign_id)

    @Slot(object, object)
    def _stop(self, campaign: Campaign, results: Sequence[MessageResult]) -> None:
        """Stop a campaign: cancel its entries in the outbox and delete its rows on the service."""
        service = self.context.service
        ids = [number for result in results for number in result.waiting_ids]
        whole = frozenset(
            result.post.posto_ref
            for result in results
            if result.waiting_ids and len(result.waiting_ids) == len(result.rows)
        )
        # Cancelled, or uploading now; in that case its rows appear later.
        late = [result for result in results if result.is_open and not result.rows]
        listed = [result.post.posto_ref for result in results if result.waiting_ids]
        service.campaigns.stop(campaign, [result.post.posto_ref for result in late], listed)
        if any(result.kind == "handed" for result in late):
            # Rows may be due soon, so do not wait for the next poll.
            service.refresh_schedules()
        token = service.delete_schedules(ids, quiet=True) if ids else ""
        if token:
            self._pending[campaign.id] = (token, whole)
            service.campaigns.set_stopped(campaign.id, whole, True)
        count = sum(result.is_open for result in results)
        self.context.window.show_notification(
            "deleted",
            self.tr("Stopped. %Ln message(s) will not be sent", "", count),
            action_text=self.tr("Undo"),
            callback=lambda: self._undo_stop(campaign, results),
        )

    def _undo_stop(self, campaign: Campaign, results: Sequence[MessageResult]) -> None:
        """Undo a stop: restore all posts at their old times."""
        if self.widget is not None:
            self.widget.campaigns.delivery.undo_stop(campaign.id, results)

    @Slot()
    def _stop_late(self) -> None:
        """Delete rows whose upload finished after the stop, or in an earlier run."""
        late = self.context.service.campaigns.late
        if not late or not self._fresh:
            return
        late_rows = [
            row for row in self._schedule if row.posto_ref in late and row.status in WAITING
        ]
        by_campaign: dict[str, set[str]] = {}
        for row in late_rows:
            ref = row.posto_ref or ""
            by_campaign.setdefault(late[ref], set()).add(ref)
        for ref in {row.posto_ref or "" for row in late_rows}:
            del late[ref]  # first: deleting emits the schedule again
        if late_rows:
            ids = [row.id for row in late_rows]
            self.context.service.delete_schedules(ids, quiet=True, at_once=True)
        for campaign_id, refs in by_campaign.items():
            self.context.service.campaigns.set_stopped(campaign_id, refs, True)

    @Slot(object, object)
    def _retry(self, campaign: Campaign, results: Sequence[MessageResult]) -> None:
        """Retry each failed message where it failed: before the outbox, in it, or on the
        service."""
        service = self.context.service
        service.campaigns.retry(
            campaign.id,
            [result.post.posto_ref for result in results if result.post.state == "refused"],
        )
        ids: list[int] = []
        for result in results:
            refused = (
                result.entry is not None and result.entry.state == "refused" and not result.rows
            )
            if result.entry is not None and (refused or result.lacks_channels):
                service.outbox.retry(result.entry.id)
            ids += result.failed_ids
        if ids:
            service.retry_schedules(ids)
