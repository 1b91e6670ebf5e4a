"""Delivery of campaigns: results of messages, available actions, starting and stopping.

It never calls the service; it emits what is to be done.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, tzinfo

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.common.locale_words import listed
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_results import (
    CampaignPost,
    MessageResult,
    final_results,
    results_of,
)
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.campaign_run import PostRequest
from posto_desktop.delivery.campaign_start import (
    ReadyMessages,
    next_start,
    ready_messages,
    with_channels,
)
from posto_desktop.models.campaign_messages import MessagesModel
from posto_desktop.models.campaigns import CampaignSummary, summary_of
from posto_desktop.sdk.records import Schedule
from posto_desktop.stores.campaigns import CampaignStore
from posto_desktop.viewmodels.campaign_editor import CampaignEditor
from posto_desktop.viewmodels.campaign_forecast import CampaignForecast
from posto_desktop.workers.debouncer import Debouncer

SOON_MS = 150
SOON_MANY_MS = 1_000
MANY = 400
"""Campaigns with more messages than this refresh less often."""
_SHOWN_REASONS = 4
_SHOWN_NUMBERS = 6


@dataclass(frozen=True)
class CampaignActionState:
    """Available actions: text of the main button, why it is disabled ("" if enabled), whether
    something can be stopped, and the text of the retry button ("" without one)."""

    start: str
    hint: str = ""
    stop: bool = False
    retry: str = ""
    draft: bool = True


class CampaignDelivery(QObject):
    """Owns the posts of all campaigns. Computes results of messages from the posts, the outbox and
    the schedule, and passes those of the open campaign to its editor.

    Signals:
        startRequested(Campaign, list[PostRequest])
        stopRequested(Campaign, list[MessageResult]): with the results of all its messages
        retryRequested(Campaign, list[MessageResult])
        outcomesFound(str id, dict): outcomes of posts to store (see `core.campaign_results`)
        summariesChanged(): `summary` of a campaign may differ
    """

    startRequested = Signal(object, object)
    stopRequested = Signal(object, object)
    retryRequested = Signal(object, object)
    outcomesFound = Signal(str, object)
    summariesChanged = Signal()

    def __init__(
        self,
        store: CampaignStore,
        editor: CampaignEditor,
        forecast: CampaignForecast,
        messages: MessagesModel,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._store, self._editor, self._forecast = store, editor, forecast
        self._messages, self._clock, self._zone = messages, clock, zone
        self.scheduled_rows: Sequence[Schedule] = ()
        """The schedule of the workspace as last read."""
        self._posts: dict[str, list[CampaignPost]] = {}
        self._entries: dict[str, Entry] = {}
        self._narrowed: dict[str, dict[str, tuple[int, ...] | None]] = {}
        """Own channels of messages before a start left some out, by campaign and message."""
        self._soon = Debouncer(SOON_MS, self.refresh, self, restart=False)
        forecast.summaryChanged.connect(self.refresh_soon)

    # -- input ---------------------------------------------------------------------------------

    def set_all_posts(self, posts: Mapping[str, Sequence[CampaignPost]]) -> None:
        """Set the posts of all campaigns, by campaign id."""
        self._posts = {key: list(campaign_posts) for key, campaign_posts in posts.items()}
        self._read_schedules()
        self.refresh()

    def set_posts(self, campaign_id: str, posts: Sequence[CampaignPost]) -> None:
        before = self._posts.get(campaign_id, [])
        self._posts[campaign_id] = list(posts)
        if {post.posto_ref for post in before} != {post.posto_ref for post in posts}:
            self._read_schedules()
        if len(posts) > MANY:
            self.refresh_soon()
        else:
            self.refresh()

    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        self.scheduled_rows = rows
        self._read_schedules()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        self._entries = {entry.posto_ref: entry for entry in entries}
        self.refresh_soon()

    def _read_schedules(self) -> None:
        """Match the schedule with the posts, on a worker."""
        refs = {post.posto_ref: key for key, posts in self._posts.items() for post in posts}
        self._forecast.set_schedules(self.scheduled_rows, refs)

    # -- results and summaries -----------------------------------------------------------------

    def has_posts(self, campaign_id: str) -> bool:
        return bool(self._posts.get(campaign_id))

    def results_of(self, campaign_id: str) -> dict[str, MessageResult]:
        """Return the results of a campaign's messages, by message id."""
        rows = self._forecast.summary.by_ref or {}
        posts = self._posts.get(campaign_id, ())
        return results_of(posts, self._entries, rows, self._clock())

    def summary(self, campaign: Campaign) -> CampaignSummary:
        return summary_of(campaign, self.results_of(campaign.id))

    @Slot()
    def refresh_soon(self) -> None:
        """Refresh once for many changes in a row."""
        campaign = self._editor.campaign
        many = campaign is not None and len(campaign.messages) > MANY
        self._soon.call(SOON_MANY_MS if many else SOON_MS)

    @Slot()
    def refresh(self) -> None:
        self._soon.cancel()
        campaign = self._editor.campaign
        if campaign is not None:
            results = self.results_of(campaign.id)
            self._editor.set_results(results)
            outcomes = final_results(results.values())
            if outcomes:
                self.outcomesFound.emit(campaign.id, outcomes)
        self.summariesChanged.emit()

    # -- available actions ---------------------------------------------------------------------

    def ready(self) -> ReadyMessages:
        """Return what would be sent now."""
        campaign = self._editor.campaign
        if campaign is None:
            return ReadyMessages()
        return ready_messages(
            campaign,
            self._editor.results,
            self._forecast.result.times,
            lambda message_time: self._messages.findings_at(message_time.place),
            lambda message_time: self._messages.note_at(message_time.place)[0],
        )

    def actions(self) -> CampaignActionState:
        campaign = self._editor.campaign
        if campaign is None:
            #: Verb.
            return CampaignActionState(self.tr("Schedule"))
        results = list(self._editor.results.values())
        failed = sum(result.can_retry for result in results)
        retry = ""
        if failed:
            retry = self.tr("Retry %Ln failed", "", failed)
        stop = any(result.is_open for result in results)
        ready = self.ready()
        resumed = any(result.is_stopped for result in results)
        words = self._start_text(ready.posts, resumed=resumed)
        return CampaignActionState(
            words, self._hint(campaign, ready), stop, retry, draft=not results
        )

    def _start_text(self, posts: int, *, resumed: bool) -> str:
        if not posts:
            #: Verb.
            return self.tr("Schedule")
        if resumed:
            return self.tr("Resume %Ln post(s)", "", posts)
        return self.tr("Schedule %Ln post(s)", "", posts)

    def _hint(self, campaign: Campaign, ready: ReadyMessages) -> str:
        if not campaign.messages:
            return self.tr("Add a message first")
        if not campaign.channel_ids and any(
            message.channel_ids is None for message in campaign.messages
        ):
            return self.tr("Choose a channel first")
        if self._forecast.missing_channels(campaign.channel_ids):
            return self.tr("A channel of this campaign is missing. Remove it above the channels.")
        open_ones = len(ready.requests) + len(ready.bad)
        if not open_ones:
            return self.tr("All messages are already scheduled")
        reading = self._forecast.reading
        if campaign.state != "running" and campaign.rhythm.kind != "times" and not reading.ok:
            return reading.problem or self.tr("Change the start first")
        if self._forecast.is_checking:
            return self.tr("Still checking the messages")
        return ""

    def status_text(self) -> tuple[str, str]:
        """Return state and text of the pill in the header."""
        campaign = self._editor.campaign
        if campaign is None:
            return "draft", ""
        summary = summary_of(campaign, self._editor.results)
        return summary.status, summary.words

    def problems_text(self, ready: ReadyMessages) -> str:
        """Return the reasons of refused messages and what is left out of others, one a line."""
        reasons: dict[tuple[str, str], list[str]] = {}
        for place, why in ready.bad:
            reasons.setdefault((why, ""), []).append(str(place + 1))
        for narrowed in ready.partial:
            reasons.setdefault((narrowed.why, narrowed.networks), []).append(
                str(narrowed.place + 1)
            )
        lines = []
        for (why, networks), numbers in list(reasons.items())[:_SHOWN_REASONS]:
            places, more = listed(numbers[:_SHOWN_NUMBERS]), len(numbers) - _SHOWN_NUMBERS
            if more > 0:
                places = self.tr("{numbers} and %Ln more", "", more).format(numbers=places)
            #: {numbers}: of messages in a campaign, such as "3, 5 and 4 more".
            words = self.tr("Message(s) {numbers}: {why}", "", len(numbers))
            if networks:
                #: {numbers}: of messages in a campaign, such as "3, 5 and 4 more".
                words = self.tr("Message(s) {numbers} without {networks}: {why}", "", len(numbers))
            lines.append(words.format(numbers=places, why=why, networks=networks))
        unlisted_count = sum(map(len, list(reasons.values())[_SHOWN_REASONS:]))
        if unlisted_count:
            lines.append(self.tr("And %Ln more.", "", unlisted_count))
        return "\n".join(lines)

    def remaining_text(self, ready: ReadyMessages) -> str:
        return self.tr("Schedule the other (post/%Ln posts)", "", ready.posts)

    # -- start, stop and retry -----------------------------------------------------------------

    def start(self, ready: ReadyMessages) -> None:
        campaign = self._editor.campaign
        if campaign is None or not ready.requests:
            return
        start = campaign.start
        if campaign.state != "running":
            when = self._forecast.reading.when
            start = when.astimezone(UTC) if when is not None else self._clock()
        left = {narrowed.message_id: narrowed.channel_ids for narrowed in ready.partial}
        self._narrowed[campaign.id] = {
            message.id: message.channel_ids for message in campaign.messages if message.id in left
        }
        messages = with_channels(campaign.messages, left)
        started = self._write(state="running", start=start, messages=messages)
        self.startRequested.emit(started, list(ready.requests))

    @Slot()
    def stop(self) -> None:
        """Stop the unsent messages. The time of the first one becomes the new start, so that
        resuming keeps the rhythm."""
        campaign = self._editor.campaign
        if campaign is None:
            return
        results = list(self._editor.results.values())
        fields: dict[str, object] = {"state": "stopped", "start": None}
        if start_text := next_start(campaign, results, self._zone):
            fields["start_text"] = start_text
        fields["messages"] = self._widened(campaign, results)
        self.stopRequested.emit(self._write(**fields), results)

    def _widened(
        self, campaign: Campaign, results: Sequence[MessageResult]
    ) -> tuple[CampaignMessage, ...]:
        """Return the messages, those that were not sent with the channels left out at the start."""
        narrowed = self._narrowed.pop(campaign.id, {})
        unsent = {result.post.message_id for result in results if result.is_open}
        before = {key: channels for key, channels in narrowed.items() if key in unsent}
        return with_channels(campaign.messages, before)

    def _write(self, **fields: object) -> Campaign:
        """Set these values of the open campaign and save it at once."""
        self._editor.adopt(**fields)
        self._editor.save()
        campaign = self._editor.campaign
        assert campaign is not None
        return campaign

    @Slot()
    def retry(self) -> None:
        failed = [key for key, result in self._editor.results.items() if result.can_retry]
        self.retry_messages(failed)

    def retry_messages(self, ids: Collection[str]) -> None:
        campaign, wanted_ids = self._editor.campaign, set(ids)
        results = [result for key, result in self._editor.results.items() if key in wanted_ids]
        if campaign is not None and results:
            self.retryRequested.emit(campaign, results)

    # -- undo ----------------------------------------------------------------------------------

    def undo_start(self, campaign_id: str) -> None:
        """Undo a start, also when another campaign is open now."""
        if self._is_open(campaign_id):
            self.refresh()
            self.stop()
            return
        campaign = self._store.get(campaign_id)
        if campaign is not None:
            results = list(self.results_of(campaign_id).values())
            messages = self._widened(campaign, results)
            stopped = replace(campaign, state="stopped", start=None, messages=messages)
            self._store.put(stopped)
            self.stopRequested.emit(stopped, results)

    def undo_stop(self, campaign_id: str, results: Sequence[MessageResult]) -> None:
        """Undo a stop: send the open messages at their old times."""
        is_open = self._is_open(campaign_id)
        campaign = self._editor.campaign if is_open else self._store.get(campaign_id)
        if campaign is None or campaign.state == "running":
            return
        open_ones = [result for result in results if result.is_open]
        start = min((result.when for result in open_ones if result.when is not None), default=None)
        requests = [
            PostRequest(
                result.post.message_id,
                result.post.place,
                result.post.share_at,
                result.post.posto_ref,
            )
            for result in open_ones
        ]
        if is_open:
            started = self._write(state="running", start=start)
        else:
            started = replace(campaign, state="running", start=start)
            self._store.put(started)
        self.startRequested.emit(started, requests)

    def _is_open(self, campaign_id: str) -> bool:
        campaign = self._editor.campaign
        return campaign is not None and campaign.id == campaign_id
