"""The Campaigns page's wires: campaigns kept, posts out, stopped, and the way back."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.campaign import Campaign
from posto_desktop.core.campaign_results import WAITING, Post, Result
from posto_desktop.core.slots import SETTING
from posto_desktop.delivery.campaign_posting import Wish
from posto_desktop.desk.page_desk import PageDesk
from posto_desktop.desk.parts import Parts
from posto_desktop.models.channel_choice import ChannelChoice, ChannelFilter
from posto_desktop.models.numbers import grouped
from posto_desktop.storage.errors import StorageError

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.core.styles import Wardrobe
    from posto_desktop.desk.styles import StylesDesk
    from posto_desktop.sdk.records import Schedule
    from posto_desktop.ui.campaigns.page import CampaignsPage
    from posto_desktop.workers.styles import Outcome


class CampaignsDesk(PageDesk["CampaignsPage"]):
    """Signals: `showRequested(object id)`, `entryRequested(str id)`: a row of the plan or an entry
    of the outbox is to be shown with all its details; `settingsRequested(str key)`;
    `choiceChanged()`: `choice` is another one.

    `channel_filter` is that of the list of campaigns. An open campaign has its own channels.
    `first_channels` returns those that a new campaign begins with.
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
        "posto_desktop.ui.campaigns.layout",
        "posto_desktop.ui.campaigns.page",
    )

    showRequested = Signal(object)
    entryRequested = Signal(str)
    settingsRequested = Signal(str)
    choiceChanged = Signal()

    def __init__(
        self,
        parts: Parts,
        first_channels: Callable[[], Sequence[int]],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parts, parent)
        self._first_channels = first_channels
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._filter_changed)
        self._styles: StylesDesk | None = None
        self._page: CampaignsPage | None = None
        self._marked: frozenset[str] = frozenset()
        # By campaign: rows whose deletion can still be undone, and the marks of their posts.
        self._pending: dict[str, tuple[str, frozenset[str]]] = {}
        self._rows: list[Schedule] = []
        self._fresh = False
        service = parts.service
        service.schedules_loaded.connect(self._loaded)
        service.outbox_changed.connect(self._entries_changed)
        service.plan_changed.connect(self._plan_changed)
        parts.channels.channelsChanged.connect(self._channels_changed)
        campaigns = service.campaigns
        campaigns.loaded.connect(self._campaigns_loaded)
        campaigns.saved.connect(lambda *told: self._tell_now("set_saved", *told))
        campaigns.not_saved.connect(lambda *told: self._tell_now("set_not_saved", *told))
        campaigns.posts_changed.connect(lambda *told: self._tell_now("set_posts", *told))
        campaigns.late_known.connect(self._stop_late)
        campaigns.look_for_late()
        parts.window.campaignDropped.connect(self._begin_with)

    def title(self) -> str:
        return self.tr("Campaigns")

    def build(self) -> CampaignsPage:
        from posto_desktop.desk.importing import Imports
        from posto_desktop.ui.campaigns.page import CampaignsPage

        parts, service = self.parts, self.parts.service
        page = CampaignsPage(
            parts.runner,
            parts.images,
            paste_folder=parts.paths.data / "pasted",
            folder=lambda: parts.settings.get("compose.folder"),
            keep_folder=self._keep_folder,
            first_channels=self._first_channels,
        )
        self._page = page
        campaigns = service.campaigns
        page.saveRequested.connect(campaigns.save)
        page.deleteRequested.connect(campaigns.delete)
        page.restoreRequested.connect(campaigns.restore)
        page.rememberRequested.connect(campaigns.remember)
        page.startRequested.connect(self._start)
        page.stopRequested.connect(self._stop)
        page.retryRequested.connect(self._retry)
        page.editing.opened.connect(self.choiceChanged)
        page.showRequested.connect(self.showRequested)
        page.entryRequested.connect(self.entryRequested)
        page.settingsRequested.connect(self.settingsRequested)
        page.noticeRequested.connect(self._show_notice)
        Imports(parts, page)
        page.set_workspace(service.workspace_id or parts.workspaces.current)
        page.set_channels(parts.channels.channels())
        page.set_channel_filter(self.channel_filter.ids)
        page.slotsWanted.connect(self._tell_slots)
        self._tell_slots()
        if self._styles is not None and self._styles.styles.known is not None:
            page.set_wardrobe(self._styles.styles.known, service.service_address)
        campaigns.load()
        return page

    def _keep_folder(self, folder: str) -> None:
        # Not being able to remember it is no reason to say anything.
        with suppress(StorageError):
            self.parts.settings.set("compose.folder", folder)

    def use_styles(self, styles: StylesDesk) -> None:
        """Offer these styles, and follow them."""
        self._styles = styles
        styles.styles.changed.connect(self._wardrobe_changed)
        styles.styles.done.connect(self._style_saved)

    @property
    def choice(self) -> ChannelChoice:
        """What the channel pane ticks: the channels of the open campaign, or those whose campaigns
        are listed."""
        if self._page is not None and self._page.editing.campaign is not None:
            return self._page.channel_choice
        return self.channel_filter

    def flush(self) -> None:
        """Keep what is not kept yet: the app is about to quit."""
        if self._page is not None:
            self._page.flush()

    def clear(self, workspace: str) -> None:
        """Another workspace is being opened."""
        self._fresh = False
        self._rows = []
        self._pending.clear()
        self.forget("set_schedules")
        self._tell_now("set_workspace", workspace)
        self._tell_now("set_slots", self.parts.settings.get(SETTING), workspace)

    @Slot(list)
    def _begin_with(self, paths: list[str]) -> None:
        """Files were dropped for a campaign: open the page with a new one of them."""
        self.parts.window.show_page(self.KEY)
        self.tell("begin_with", paths)

    # -- what the page is told -----------------------------------------------------------------

    def _tell_now(self, name: str, *values: Any) -> None:
        """A page that is made later asks for this itself."""
        if self._page is not None:
            getattr(self._page, name)(*values)

    @Slot()
    def slots_changed(self) -> None:
        """The weekly slots in the settings are others."""
        self._tell_slots()

    @Slot()
    def _tell_slots(self) -> None:
        parts = self.parts
        self._tell_now("set_slots", parts.settings.get(SETTING), parts.workspaces.current)

    @Slot()
    def _channels_changed(self) -> None:
        self._tell_now("set_channels", self.parts.channels.channels())

    @Slot()
    def _filter_changed(self) -> None:
        self._tell_now("set_channel_filter", self.channel_filter.ids)

    @Slot(object)
    def _wardrobe_changed(self, wardrobe: Wardrobe) -> None:
        self._tell_now("set_wardrobe", wardrobe, self.parts.service.service_address)

    @Slot(object)
    def _style_saved(self, outcome: Outcome) -> None:
        """Campaigns follow the new name of a style, also those that are not shown."""
        before, style = outcome.before, outcome.style
        if outcome.kind != "saved" or before is None or before.builtin or style is None:
            return
        if before.name != style.name:
            self._tell_now("rename_style", before.name, style.name)
            self.parts.service.campaigns.rename_style(before.name, style.name)

    @Slot(object, object)
    def _campaigns_loaded(self, campaigns: list[Campaign], posts: dict[str, list[Post]]) -> None:
        self._tell_now("set_campaigns", campaigns, posts)

    @Slot(object, bool, object)
    def _loaded(self, rows: list[Schedule], cached: bool, as_of: datetime) -> None:
        self._fresh = not cached
        self._rows = [] if cached else rows
        self.tell("set_schedules", rows, cached, as_of)
        self._stop_late()

    @Slot(object)
    def _entries_changed(self, entries: Sequence[Entry]) -> None:
        self.tell("set_entries", entries)

    @Slot(str, object, object, object)
    def _plan_changed(self, _workspace: str, rows: list[Schedule], *_more: object) -> None:
        """The plan with the rows that are being deleted: what goes out again must not have any."""
        self._marked = frozenset(
            row.posto_ref for row in rows if row.posto_ref and row.status != "trash"
        )

    # -- what the page asks --------------------------------------------------------------------

    @Slot(object, object)
    def _start(self, campaign: Campaign, wishes: list[Wish]) -> None:
        """Begin or go on. What is only hidden until its deletion is carried out just stays."""
        service = self.parts.service
        token, refs = self._pending.pop(campaign.id, ("", frozenset()))
        kept: Collection[str] = ()
        if token and service.restore_schedules(token, quiet=True):
            service.campaigns.set_stopped(campaign.id, refs, False)
            kept = refs
        rest = [one for one in wishes if not one.replaces or one.replaces not in kept]
        blocked = [one for one in rest if one.replaces and one.replaces in self._marked]
        again = [one for one in rest if one not in blocked]
        if blocked:
            self.parts.window.show_notice(
                "warning",
                self.tr(
                    "Some posts are still being taken off the schedule. Resume again in a moment."
                ),
            )
        results = (
            self._page.outcomes.results_of(campaign.id).values() if self._page is not None else ()
        )
        # A stop that was not carried out, as when the app was killed: those posts are to stay now.
        standing = {one.post.posto_ref for one in results if one.is_open and one.rows} - set(kept)
        service.campaigns.set_stopped(campaign.id, standing, False)
        # Deleted by hand in the schedule; that it is gone, only a plan that was read now can tell.
        deleted = [one.post.posto_ref for one in results if one.was_deleted and self._fresh]
        late = service.campaigns.late
        for ref in [one for one, owner in late.items() if owner == campaign.id]:
            del late[ref]
        service.campaigns.start(campaign, again, deleted)
        count = len(again) + len(kept)
        one, many = (
            self.tr("1 message is scheduled"),
            self.tr("{n} messages are scheduled").format(n=grouped(count)),
        )
        if self.parts.settings.get("sending.paused"):
            one = many = self.tr("Sending is paused. The posts wait.")
        if count:
            self.parts.window.show_notice(
                "ok",
                one if count == 1 else many,
                action_text=self.tr("Undo"),
                callback=lambda: self._take_back(campaign.id),
            )

    def _take_back(self, campaign_id: str) -> None:
        """Undo of starting."""
        if self._page is not None:
            self._page.outcomes.stop(campaign_id)

    @Slot(object, object)
    def _stop(self, campaign: Campaign, results: Sequence[Result]) -> None:
        """Nothing more of it goes out: neither from here nor from the service."""
        service = self.parts.service
        ids = [number for one in results for number in one.waiting_ids]
        whole = frozenset(
            one.post.posto_ref
            for one in results
            if one.waiting_ids and len(one.waiting_ids) == len(one.rows)
        )
        # Stopped here, or being handed over: then its rows come later.
        late = [one for one in results if one.is_open and not one.rows]
        listed = [one.post.posto_ref for one in results if one.waiting_ids]
        service.campaigns.stop(campaign, [one.post.posto_ref for one in late], listed)
        if any(one.kind == "handed" for one in late):
            # The service has them, and they may be due soon: not only at the next usual reading.
            service.refresh_schedules()
        token = service.delete_schedules(ids, quiet=True) if ids else ""
        if token:
            self._pending[campaign.id] = (token, whole)
            service.campaigns.set_stopped(campaign.id, whole, True)
        count = sum(one.is_open for one in results)
        one_word = self.tr("Stopped. 1 message is not sent")
        many = self.tr("Stopped. {n} messages are not sent").format(n=grouped(count))
        self.parts.window.show_notice(
            "deleted",
            one_word if count == 1 else many,
            action_text=self.tr("Undo"),
            callback=lambda: self._go_on(campaign, results),
        )

    def _go_on(self, campaign: Campaign, results: Sequence[Result]) -> None:
        """Undo of stopping: everything goes out at the times that it had."""
        page = self._page
        if page is not None:
            page.outcomes.resume(campaign.id, results)

    @Slot()
    def _stop_late(self) -> None:
        """What was handed over in the moment in which it was stopped, or in an earlier run."""
        late = self.parts.service.campaigns.late
        if not late:
            return
        found = [row for row in self._rows if row.posto_ref in late and row.status in WAITING]
        by_campaign: dict[str, set[str]] = {}
        for row in found:
            ref = row.posto_ref or ""
            by_campaign.setdefault(late[ref], set()).add(ref)
        for ref in {row.posto_ref or "" for row in found}:
            del late[ref]  # first: the plan is shown anew while its rows are being deleted
        if found:
            ids = [row.id for row in found]
            self.parts.service.delete_schedules(ids, quiet=True, at_once=True)
        for campaign_id, refs in by_campaign.items():
            self.parts.service.campaigns.set_stopped(campaign_id, refs, True)

    @Slot(object, object)
    def _retry(self, campaign: Campaign, results: Sequence[Result]) -> None:
        """Each where it failed: here before it was a post, in the outbox, or on the service."""
        service = self.parts.service
        service.campaigns.retry(
            campaign.id,
            [one.post.posto_ref for one in results if one.post.state == "refused"],
        )
        ids: list[int] = []
        for one in results:
            refused = one.entry is not None and one.entry.state == "refused" and not one.rows
            if one.entry is not None and (refused or one.lacks_channels):
                service.outbox.retry(one.entry.id)
            ids += one.failed_ids
        if ids:
            service.retry_schedules(ids)

    @Slot(object)
    def _show_notice(self, notice: Any) -> None:
        self.parts.window.show_notice(
            notice.kind, notice.text, action_text=notice.action or None, callback=notice.callback
        )
