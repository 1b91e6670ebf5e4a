"""Controller of the Activity page: entries of the outbox and what they need from the user."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSize, Signal, Slot
from PySide6.QtGui import QImage

from posto_desktop.controllers.context import AppContext
from posto_desktop.controllers.insights import InsightsController
from posto_desktop.controllers.page_controller import PageController, open_url
from posto_desktop.core.account_outlook import expiry_sentence, warning_days
from posto_desktop.models.channel_choice import ChannelFilter
from posto_desktop.models.outbox import OutboxModel
from posto_desktop.models.post_story import refusal_of
from posto_desktop.viewmodels.activity_view import ActivityView, ActivityViewState
from posto_desktop.viewmodels.post_facts import PostFacts
from posto_desktop.viewmodels.proposals_state import ProposalsState
from posto_desktop.workers.keyed_jobs import KeyedJobs

if TYPE_CHECKING:
    from posto_desktop.core.entries import Entry
    from posto_desktop.sdk.post_stories import PostStory
    from posto_desktop.sdk.records import Channel, Schedule
    from posto_desktop.ui.activity.page import ActivityPage
    from posto_desktop.workers.notification import ConnectionState

THUMB = QSize(96, 96)


class ActivityController(PageController["ActivityPage"]):
    """Owns the outbox model from the start, because the tab counts the entries that need the user.

    Signals: `editRequested(Draft draft)`; `editEntryRequested(str id)`: edit a waiting entry;
    `editRefusedRequested(Schedule, Refusal, Entry)`: edit a post at what its network refused;
    `cancelled(Entry entry)`: the user cancelled a whole entry; `reconnectRequested(Channel)`: sign
    in again to its account; `newMessageRequested()`; `confirmRequested(str digest)` and
    `declineRequested(str digest)`: the user's answer to a proposal; `showPostRequested(int)`.
    """

    KEY = "activity"
    ICON = "activity"
    MODULES = (
        "posto_desktop.ui.activity.outbox_rows",
        "posto_desktop.ui.activity.entry_details",
        "posto_desktop.ui.activity.page",
    )

    editRequested = Signal(object)
    editRefusedRequested = Signal(object, object, object)
    editEntryRequested = Signal(str)
    cancelled = Signal(object)
    reconnectRequested = Signal(object)
    newMessageRequested = Signal()
    confirmRequested = Signal(str)
    declineRequested = Signal(str)
    showPostRequested = Signal(object)

    def __init__(
        self,
        context: AppContext,
        save_setting: Callable[[str, Any], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(context, parent)
        self._save_setting = save_setting
        self._workspace = ""
        self._pictures = KeyedJobs(context.runner, self)
        self._pictures.done.connect(self._thumbnail)
        self._pictures.failed.connect(self._no_thumbnail)
        self.model = OutboxModel(self)
        self.state = ActivityViewState(self.model, self)
        self.facts = PostFacts(self)
        self.proposals = ProposalsState(self)
        self.proposals.changed.connect(self._count)
        self.state.set_paused(bool(context.settings.get("sending.paused")))
        self.state.list_all_workspaces(bool(context.settings.get("activity.all_workspaces")))
        self.state.changed.connect(self._view_changed)
        self.model.countsChanged.connect(self._count)
        self.channel_filter = ChannelFilter(self)
        self.channel_filter.changed.connect(self._channels_changed)
        self.insights = InsightsController(context, self.channel_filter, self._shows_insights, self)
        self.insights.openRequested.connect(self.showPostRequested)
        context.channels.accountsChanged.connect(self._show_expiry)
        context.channels.channelsChanged.connect(self._show_expiry)
        context.workspaces.names_changed.connect(self._names_changed)
        self._names_changed()
        service = context.service
        service.outbox_changed.connect(self.model.set_entries)
        service.schedule_changed.connect(self.model.set_schedules)
        service.state_changed.connect(self._state_changed)
        service.story_loaded.connect(self._story_loaded)
        context.pictures.ready.connect(self._thumbnail)
        service.answers.changed.connect(self.facts.set_sent_again)

    def title(self) -> str:
        return self.tr("Activity")

    def build(self) -> ActivityPage:
        from posto_desktop.ui.activity.page import ActivityPage

        service = self.context.service
        page = ActivityPage(
            self.state, self.facts, proposals=self.proposals, insights=self.insights.state
        )
        page.insightsShown.connect(self.insights.show)
        page.proposal_area.set_workspace_names(self.context.workspaces.names())
        page.confirmRequested.connect(self.confirmRequested)
        page.declineRequested.connect(self.declineRequested)
        page.callsRequested.connect(service.proposals.load_calls)
        page.cancelRequested.connect(self._cancel)
        page.retryRequested.connect(service.outbox.retry)
        page.resolveRequested.connect(service.outbox.resolve)
        page.retryRowsRequested.connect(service.retry_schedules)
        page.sendNowRowsRequested.connect(service.sends.send)
        setting = self.context.settings
        page.send_now_question.is_asked = lambda: bool(setting.get("sending.confirm_now"))
        page.send_now_question.undo_seconds = lambda: int(setting.get("sending.hold_seconds"))
        page.resolveRowsRequested.connect(service.resolve_schedules)
        page.foundRequested.connect(self._resolve_as_published)
        page.commentRequested.connect(service.retry_comment)
        page.storyRequested.connect(self._fetch_story)
        page.editRowRequested.connect(self._edit_row)
        page.deleteRowsRequested.connect(service.delete_schedules)
        page.pauseRequested.connect(self.pause)
        page.holdRequested.connect(service.outbox.hold)
        page.sendFirstRequested.connect(service.outbox.send_first)
        page.openRequested.connect(open_url)
        page.editRequested.connect(self.editRequested)
        page.editEntryRequested.connect(self.editEntryRequested)
        page.pictureRequested.connect(self._load_thumbnail)
        page.allChannelsRequested.connect(self.channel_filter.show_all)
        page.signInRequested.connect(self._sign_in_again)
        page.newMessageRequested.connect(self.newMessageRequested)
        return page

    def _shows_insights(self) -> bool:
        return self.widget is not None and self.state.view.view == "insights"

    def show_insights(self) -> None:
        """Show the insights."""
        self.state.choose_view("insights")
        self.context.window.show_page(self.KEY)
        self.when_made("insights", lambda _page: self.insights.show())

    def _expiring(self) -> tuple[Channel, datetime] | None:
        """The channel of the account whose sign-in ends next, if it ends soon."""
        now = datetime.now().astimezone()
        ending = [
            (account.ends_at, channel)
            for number, account in self.context.channels.accounts().items()
            if account.ends_at is not None
            and account.health == "ok"
            and warning_days(account.ends_at, now) is not None
            and (channel := self.context.channels.channel(number)) is not None
        ]
        first = min(ending, key=itemgetter(0), default=None)
        return (first[1], first[0]) if first is not None else None

    @Slot()
    def _show_expiry(self) -> None:
        expiring, words = self._expiring(), ""
        if expiring is not None:
            channel, ends_at = expiring
            words = expiry_sentence(channel.network, ends_at, datetime.now().astimezone())
        self.when_made("expiry", lambda page: page.show_expiry(words))

    @Slot()
    def _sign_in_again(self) -> None:
        expiring = self._expiring()
        if expiring is not None:
            self.reconnectRequested.emit(expiring[0])

    @Slot(object, str)
    def _resolve_as_published(self, key: int, address: str) -> None:
        self.context.service.resolve_schedules([key], "there", address)

    @Slot(object)
    def _fetch_story(self, post: Schedule) -> None:
        self.context.service.fetch_story(post.id, post.status)

    @Slot(object, object)
    def _story_loaded(self, key: int, story: PostStory) -> None:
        self.facts.set_story(key, story)

    @Slot(object, object)
    def _edit_row(self, post: Schedule, entry: Entry) -> None:
        refusal = refusal_of(post, self.facts.story_of(post))
        self.editRefusedRequested.emit(post, refusal, entry)

    def set_channel_links(self, links: dict[int, str]) -> None:
        """Set the web addresses of channels, by channel id."""
        self.state.set_channel_links(links)

    def show_entry(self, key: str) -> None:
        self.state.show_entry(key)
        self.context.window.show_page(self.KEY)

    def show_proposals(self) -> None:
        """Show the page with the proposals on top."""
        self.state.choose_view("outbox")
        self.context.window.show_page(self.KEY)

    @Slot()
    def _channels_changed(self) -> None:
        self.model.set_channels(self.channel_filter.ids)

    @Slot()
    def _names_changed(self) -> None:
        names = self.context.workspaces.names()
        self.model.set_workspace_names(names)
        self.when_made("names", lambda page: page.proposal_area.set_workspace_names(names))

    @Slot(object, object)
    def _view_changed(self, view: ActivityView, changed: frozenset[str]) -> None:
        if "all_workspaces" in changed:
            self._save_setting("activity.all_workspaces", view.all_workspaces)

    @Slot(bool)
    def pause(self, on: bool) -> None:
        """Pause or resume sending, also for the next start."""
        self._save_setting("sending.paused", on)
        self.set_paused(on)

    def set_paused(self, on: bool) -> None:
        self.context.service.pause(on)
        self.state.set_paused(on)

    @Slot()
    def _count(self) -> None:
        count = self.model.attention() + len(self.proposals.waiting)
        self.context.window.set_page_badge(self.KEY, count)

    @Slot(object)
    def _state_changed(self, state: ConnectionState) -> None:
        self.state.set_connection(state.kind, state.text, state.host)
        if state.workspace_id != self._workspace:
            self._workspace = state.workspace_id
            self.state.set_workspace(state.workspace_id)
            self.facts.forget()
            self.facts.set_site(self.context.service.service_address)
            self.insights.set_workspace()

    @Slot(str)
    def _cancel(self, key: str) -> None:
        entry = self.model.entry(key)
        self.context.service.outbox.cancel(key)
        if entry is not None and not entry.taken:
            self.cancelled.emit(entry)

    @Slot(object)
    def _load_thumbnail(self, path: str) -> None:
        if path.startswith(("http://", "https://")):  # of a post that an agent asks to move
            self.context.pictures.request(path)
            return
        ratio = self.context.window.devicePixelRatioF()
        self._pictures.follow(path, self.context.images.thumbnail(path, THUMB, ratio, self))

    @Slot(object, object)
    def _thumbnail(self, path: str, image: QImage) -> None:
        if self.widget is not None:
            self.widget.set_picture(path, image)

    @Slot(object, object)
    def _no_thumbnail(self, path: str, _error: object) -> None:
        self._thumbnail(path, QImage())
