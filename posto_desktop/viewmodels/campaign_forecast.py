"""Forecast of the open campaign: times, timeline and findings. No widgets.

Small campaigns are computed at once; large ones on a worker, with their checks in slices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import chain
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core import slots
from posto_desktop.core.account_outlook import AccountOutlook, AccountsByChannel
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.campaign_outlook import messages_outlook
from posto_desktop.core.campaign_results import MessageResult
from posto_desktop.core.campaign_times import CampaignTime, OccupiedTime, times_of
from posto_desktop.core.checks import Finding
from posto_desktop.core.entries import Entry
from posto_desktop.core.resolved_style import ResolvedStyle
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.delivery.campaign_start import ScheduleSummary, checks_of, schedule_summary
from posto_desktop.models.campaign_timeline import Timeline, timeline_of
from posto_desktop.models.parsed_time import ParsedTime, parse_time
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.viewmodels.campaign_editor import CampaignEditor
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.latest_job import LatestJob
from posto_desktop.workers.runner import Job, JobRunner

SOON_MS = 40
FEW = 400
PIECE = 40
PAUSE_MS = 15


@dataclass(frozen=True)
class ForecastResult:
    """Times and timeline of a campaign, and what its accounts mean for what is still to go out."""

    times: Sequence[CampaignTime] = ()
    timeline: Timeline = field(default_factory=Timeline)
    outlook: AccountOutlook = field(default_factory=AccountOutlook)


class CampaignForecast(QObject):
    """Computes the forecast soon after the campaign of the editor changes.

    Signals: ``forecastChanged(ForecastResult)``; ``checked(dict)``: findings by message id;
    ``summaryChanged()``: `summary` changed.
    """

    forecastChanged = Signal(object)
    checked = Signal(object)
    summaryChanged = Signal()

    def __init__(
        self,
        editor: CampaignEditor,
        runner: JobRunner,
        clock: Callable[[], datetime],
        zone: tzinfo,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._editor, self._runner = editor, runner
        self._clock, self._zone = clock, zone
        self.result = ForecastResult()
        self.reading = ParsedTime()
        self.summary = ScheduleSummary()
        self._rows: Sequence[Schedule] = ()
        self._refs: Mapping[str, str] = {}
        self._waiting: tuple[tuple[str, OccupiedTime], ...] = ()
        self._slots = ""
        self._workspace = ""
        self._style_registry: StyleRegistry | None = None
        self._service = ""
        self._channels: dict[int, Channel] = {}
        self._accounts: AccountsByChannel = {}
        self._known: dict[str, tuple[CampaignMessage, int]] = {}
        self._context: object = None
        self._version = 0  # of the context; results of older versions are outdated
        self._unchecked: list[CampaignMessage] = []
        self._summary_job = LatestJob(runner, self)
        self._summary_job.done.connect(self._summary_ready)
        self._times_job = LatestJob(runner, self)
        self._times_job.done.connect(self._show)
        self._times_job.done.connect(self._refresh_if_stale)
        self._times_job.failed.connect(self._refresh_if_stale)
        self._checks_job = LatestJob(runner, self)
        self._checks_job.done.connect(self._checks_done)
        self._checks_job.failed.connect(self._checks_failed)
        self._being_checked: tuple[list[CampaignMessage], int] = (
            [],
            0,
        )  # with the version of the context
        self._of_site: tuple[OccupiedTime, ...] = ()
        self._stale = False
        self._soon = Debouncer(SOON_MS, self.refresh, self, restart=False)
        self._next = Debouncer(PAUSE_MS, self._check_some, self)
        editor.opened.connect(self._begin)
        editor.changed.connect(self.refresh_soon)
        editor.resultsChanged.connect(self.refresh_soon)

    # -- input ---------------------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        """Start over with another campaign."""
        self._known = {}
        self.result = ForecastResult()
        self.refresh_soon()

    def set_slots(self, text: str, workspace: str) -> None:
        """Set the weekly slots from the setting's text."""
        if (text, workspace) != (self._slots, self._workspace):
            self._slots, self._workspace = text, workspace
            self.refresh_soon()

    def missing_channels(self, ids: Iterable[int]) -> int:
        """Return how many of these channels the workspace does not list; 0 until channels are
        loaded."""
        return len(set(ids) - self._channels.keys()) if self._channels else 0

    def set_channels(self, channels: Iterable[Channel]) -> None:
        self._channels = {channel.id: channel for channel in channels}
        self.refresh_soon()

    def set_accounts(self, accounts: AccountsByChannel) -> None:
        """Set the accounts of this computer, by the ids of their channels."""
        self._accounts = dict(accounts)
        self.refresh_soon()

    def set_style_registry(self, style_registry: StyleRegistry | None, service: str) -> None:
        """Set all styles, and the service whose channel defaults apply."""
        self._style_registry, self._service = style_registry, service
        self._known = {}
        self.refresh_soon()

    def set_schedules(self, rows: Sequence[Schedule], refs: Mapping[str, str]) -> None:
        """Set the schedule, and campaign ids by the `posto_ref` of posts; large schedules are read
        on a worker."""
        self._rows, self._refs = rows, dict(refs)
        self._summary_job.start(schedule_summary_job, rows, self._refs, self._clock())

    @Slot(object)
    def _summary_ready(self, summary: ScheduleSummary) -> None:
        self.summary = summary
        self.summaryChanged.emit()
        self.refresh_soon()

    def set_site_rows(self, rows: Sequence[Schedule]) -> None:
        """Set the posts that the site's planners will make (core.site_schedule)."""
        of_site = tuple(
            OccupiedTime(row.send_at, row.channel_id, row.network)
            for row in rows
            if row.send_at is not None
        )
        if of_site != self._of_site:
            self._of_site = of_site
            self.refresh_soon()

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """Set the occupied times of the outbox."""
        now = self._clock()
        waiting = tuple(
            (entry.posto_ref, OccupiedTime(entry.share_at or now, item.channel_id, item.network))
            for entry in entries
            if not entry.is_ended
            for item in entry.items
        )
        if waiting != self._waiting:
            self._waiting = waiting
            self.refresh_soon()

    # -- times ---------------------------------------------------------------------------------

    @Slot()
    def refresh_soon(self) -> None:
        self._soon.call()

    @property
    def is_checking(self) -> bool:
        """Return True while some messages are unchecked."""
        return self._next.is_waiting or self._checks_job.is_running or self._soon.is_waiting

    @Slot()
    def refresh(self) -> None:
        """Compute the times now, or start a worker for a large campaign."""
        self._soon.cancel()
        campaign = self._editor.campaign
        if campaign is None:
            self.result = ForecastResult()
            self.forecastChanged.emit(self.result)
            return
        now = self._clock()
        self.reading = parse_time(campaign.start_text, now, self._zone)
        if campaign.state != "running":
            when = self.reading.when
            campaign = replace(campaign, start=when.astimezone(UTC) if when else None)
        groups = slots.read(self._slots)
        group = slots.group_for(groups, campaign.channel_ids, self._workspace)
        results = self._editor.results
        held = {key: result.when for key, result in results.items() if not result.is_stopped}
        occupied = self._occupied_times(campaign.id)
        looks = (dict(self._channels), self._accounts, self._resolved_style(campaign))
        arguments = (campaign, now, self._zone, group, occupied, held, dict(results), looks)
        self._set_context(campaign)
        self._next.call()
        few = PIECE if self._accounts else FEW  # the words of each are looked at for accounts
        if len(campaign.messages) <= few and len(occupied) <= 20 * FEW:
            self._times_job.forget()
            self._show(forecast_of(*arguments))
        elif self._times_job.is_running:
            self._stale = True
        else:
            self._stale = False
            self._times_job.start(forecast_job, *arguments)

    def _occupied_times(self, campaign_id: str) -> tuple[OccupiedTime, ...]:
        other_times = (
            times for owner, times in self.summary.by_campaign.items() if owner != campaign_id
        )
        waiting = (
            occupied_time
            for ref, occupied_time in self._waiting
            if self._refs.get(ref) != campaign_id
        )
        return (
            *self.summary.occupied,
            *chain.from_iterable(other_times),
            *waiting,
            *self._of_site,
        )

    @Slot()
    def _refresh_if_stale(self) -> None:
        if self._stale:
            self.refresh_soon()

    @Slot(object)
    def _show(self, result: ForecastResult) -> None:
        self.result = result
        self.forecastChanged.emit(result)

    # -- checks --------------------------------------------------------------------------------

    def _set_context(self, campaign: Campaign) -> None:
        """Set what messages are checked against; a change outdates all results."""
        chosen = tuple(
            self._channels[channel_id]
            for channel_id in campaign.channel_ids
            if channel_id in self._channels
        )
        context = (chosen, campaign.style)
        if context != self._context:
            self._context = context
            self._version += 1
        self._unchecked = self._open_messages()[::-1]

    def _open_messages(self) -> list[CampaignMessage]:
        campaign = self._editor.campaign
        if campaign is None:
            return []
        results = self._editor.results
        unchecked = []
        for message in campaign.messages:
            result = results.get(message.id)
            if result is not None and not result.is_stopped:
                continue
            known = self._known.get(message.id)
            if known is None or known[0] is not message or known[1] != self._version:
                unchecked.append(message)
        return unchecked

    @Slot()
    def _check_some(self) -> None:
        campaign = self._editor.campaign
        if campaign is None or self._checks_job.is_running:
            return
        piece = self._unchecked[: -PIECE - 1 : -1]
        del self._unchecked[-PIECE:]
        if not piece:
            self.checked.emit({})
            return
        now = self._clock().astimezone(self._zone)
        resolved_style = self._resolved_style(campaign)
        arguments = (campaign, piece, dict(self._channels), resolved_style, now)
        if len(campaign.messages) <= 12:
            self._apply_checks(piece, self._version, checks_of(*arguments))
            return
        self._being_checked = (piece, self._version)
        self._checks_job.start(checks_job, *arguments)

    def _resolved_style(self, campaign: Campaign) -> ResolvedStyle | None:
        if self._style_registry is None:
            return None
        day = self._clock().astimezone(self._zone).date()
        return self._style_registry.resolved_style(campaign.style, self._service, day)

    @Slot(object)
    def _checks_done(self, findings: dict[str, list[Finding]]) -> None:
        self._apply_checks(*self._being_checked, findings)

    @Slot(object)
    def _checks_failed(self, _error: object) -> None:
        self._apply_checks(*self._being_checked, {})

    def _apply_checks(
        self, piece: Sequence[CampaignMessage], version: int, findings: dict[str, list[Finding]]
    ) -> None:
        for message in piece:
            self._known[message.id] = (message, version)
        self.checked.emit({message.id: findings.get(message.id, []) for message in piece})
        if self._unchecked:
            self._next.call()
        else:
            self.checked.emit({})


def forecast_of(
    campaign: Campaign,
    now: datetime,
    zone: tzinfo,
    group: slots.SlotGroup | None,
    occupied: Sequence[OccupiedTime],
    held: Mapping[str, datetime | None],
    results: Mapping[str, MessageResult],
    looks: tuple[Mapping[int, Channel], AccountsByChannel, ResolvedStyle | None],
) -> ForecastResult:
    planned = times_of(campaign, now, zone, group, occupied, fixed=held)
    ids = set(campaign.channel_ids)
    other_times = sorted({time.when for time in occupied if time.channel_id in ids})
    timeline = timeline_of(planned, results, other_times, now, zone)
    channels, accounts, resolved_style = looks
    ahead, waiting = [], [(time.when, time.channel_id) for time in occupied]
    for message, time in zip(campaign.messages, planned, strict=True):
        when = now if time.at_once else time.when
        if when is None:
            continue
        if message.id in held:
            own = campaign.channel_ids if message.channel_ids is None else message.channel_ids
            waiting += [(when, number) for number in own]
        else:
            ahead.append((message, when))
    outlook = messages_outlook(campaign, ahead, channels, accounts, waiting, resolved_style)
    return ForecastResult(planned, timeline, outlook)


def forecast_job(_job: Job, *arguments: Any) -> ForecastResult:
    return forecast_of(*arguments)


def checks_job(_job: Job, *arguments: Any) -> dict[str, list[Finding]]:
    return checks_of(*arguments)


def schedule_summary_job(
    _job: Job, rows: Sequence[Schedule], refs: Mapping[str, str], now: datetime
) -> ScheduleSummary:
    """Job that summarizes the rows of the schedule."""
    return schedule_summary(rows, refs, now)
