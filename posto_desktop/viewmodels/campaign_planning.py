"""What follows from the open campaign: times, timeline, what is wrong. No widgets.

Few messages are worked out between two keys; many on a worker, and their checks piece by piece.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from itertools import chain
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core import slots
from posto_desktop.core.campaign import Campaign, Message, draft_of
from posto_desktop.core.campaign_results import Result
from posto_desktop.core.campaign_times import Planned, Taken, times_of
from posto_desktop.core.checks import Finding, check
from posto_desktop.core.dress import Dress
from posto_desktop.core.entries import Entry
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.campaign_timeline import Timeline, timeline_of
from posto_desktop.models.when_reading import When, understand
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
class PlanFacts:
    """What the plan of the workspace says: what is planned besides campaigns, what by the campaign
    of an id, and the rows of campaigns."""

    taken: tuple[Taken, ...] = ()
    by_campaign: Mapping[str, Sequence[Taken]] = field(default_factory=dict)
    by_ref: Mapping[str, Sequence[Schedule]] | None = None


@dataclass(frozen=True)
class Outlook:
    """What follows from a campaign."""

    planned: Sequence[Planned] = ()
    timeline: Timeline = field(default_factory=Timeline)


class CampaignPlanning(QObject):
    """Works out what follows from the campaign of the editor, soon after it changes.

    Signals: ``planned(Outlook)``; ``checked(dict)``: findings by the ids of messages;
    ``factsRead()``: `facts` are others."""

    planned = Signal(object)
    checked = Signal(object)
    factsRead = Signal()

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
        self.outlook = Outlook()
        self.reading = When()
        self.facts = PlanFacts()
        self._rows: Sequence[Schedule] = ()
        self._refs: Mapping[str, str] = {}
        self._waiting: tuple[tuple[str, Taken], ...] = ()
        self._slots = ""
        self._workspace = ""
        self._wardrobe: Wardrobe | None = None
        self._service = ""
        self._channels: dict[int, Channel] = {}
        self._known: dict[str, tuple[Message, int]] = {}
        self._context: object = None
        self._version = 0  # of the context; what was checked under another one is old
        self._unchecked: list[Message] = []
        self._facts_job = LatestJob(runner, self)
        self._facts_job.done.connect(self._facts_came)
        self._times_job = LatestJob(runner, self)
        self._times_job.done.connect(self._show)
        self._times_job.done.connect(self._look_if_stale)
        self._times_job.failed.connect(self._look_if_stale)
        self._checks_job = LatestJob(runner, self)
        self._checks_job.done.connect(self._checks_came)
        self._checks_job.failed.connect(self._checks_failed)
        self._being_checked: tuple[list[Message], int] = ([], 0)  # and the version of the context
        self._stale = False
        self._soon = Debouncer(SOON_MS, self.refresh, self, restart=False)
        self._next = Debouncer(PAUSE_MS, self._check_some, self)
        editor.opened.connect(self._begin)
        editor.changed.connect(self.look_again)
        editor.resultsChanged.connect(self.look_again)

    # -- what it is told -----------------------------------------------------------------------

    @Slot()
    def _begin(self) -> None:
        """Another campaign is at hand."""
        self._known = {}
        self.outlook = Outlook()
        self.look_again()

    def set_slots(self, text: str, workspace: str) -> None:
        """The weekly slots, as the setting has them."""
        if (text, workspace) != (self._slots, self._workspace):
            self._slots, self._workspace = text, workspace
            self.look_again()

    def missing_channels(self, ids: Iterable[int]) -> int:
        """How many of these channels the workspace does not list; 0 while they are awaited."""
        return len(set(ids) - self._channels.keys()) if self._channels else 0

    def set_channels(self, channels: Iterable[Channel]) -> None:
        self._channels = {one.id: one for one in channels}
        self.look_again()

    def set_wardrobe(self, wardrobe: Wardrobe | None, service: str) -> None:
        """All styles, and the service whose defaults of channels count."""
        self._wardrobe, self._service = wardrobe, service
        self._known = {}
        self.look_again()

    def set_plan(self, rows: Sequence[Schedule], refs: Mapping[str, str]) -> None:
        """The plan of the workspace, and the campaigns of posts by their marks; read on a worker,
        for it may be much."""
        self._rows, self._refs = rows, dict(refs)
        self._facts_job.start(facts_job, rows, self._refs, self._clock())

    @Slot(object)
    def _facts_came(self, facts: PlanFacts) -> None:
        self.facts = facts
        self.factsRead.emit()
        self.look_again()

    def set_entries(self, entries: Iterable[Entry]) -> None:
        """What is on its way from this computer."""
        now = self._clock()
        found = tuple(
            (entry.posto_ref, Taken(entry.share_at or now, item.channel_id, item.network))
            for entry in entries
            if not entry.is_ended
            for item in entry.items
        )
        if found != self._waiting:
            self._waiting = found
            self.look_again()

    # -- times ---------------------------------------------------------------------------------

    @Slot()
    def look_again(self) -> None:
        """Work everything out soon."""
        self._soon.call()

    @property
    def is_checking(self) -> bool:
        """Whether not all messages have been checked yet."""
        return self._next.is_waiting or self._checks_job.is_running or self._soon.is_waiting

    @Slot()
    def refresh(self) -> None:
        """Work the times out now; many go to a worker and the answer follows."""
        self._soon.cancel()
        campaign = self._editor.campaign
        if campaign is None:
            self.outlook = Outlook()
            self.planned.emit(self.outlook)
            return
        now = self._clock()
        self.reading = understand(campaign.start_text, now, self._zone)
        if campaign.state != "running":
            when = self.reading.when
            campaign = replace(campaign, start=when.astimezone(UTC) if when else None)
        groups = slots.read(self._slots)
        group = slots.group_for(groups, campaign.channel_ids, self._workspace)
        results = self._editor.results
        held = {key: one.when for key, one in results.items() if not one.is_stopped}
        taken = self._taken(campaign.id)
        arguments = (campaign, now, self._zone, group, taken, held, dict(results))
        self._set_context(campaign)
        self._next.call()
        if len(campaign.messages) <= FEW and len(taken) <= 20 * FEW:
            self._times_job.forget()
            self._show(outlook_of(*arguments))
        elif self._times_job.is_running:
            self._stale = True
        else:
            self._stale = False
            self._times_job.start(outlook_job, *arguments)

    def _taken(self, campaign_id: str) -> tuple[Taken, ...]:
        """What is planned by anything but this campaign."""
        others = (some for owner, some in self.facts.by_campaign.items() if owner != campaign_id)
        waiting = (one for ref, one in self._waiting if self._refs.get(ref) != campaign_id)
        return (*self.facts.taken, *chain.from_iterable(others), *waiting)

    @Slot()
    def _look_if_stale(self) -> None:
        if self._stale:
            self.look_again()

    @Slot(object)
    def _show(self, outlook: Outlook) -> None:
        self.outlook = outlook
        self.planned.emit(outlook)

    # -- checks --------------------------------------------------------------------------------

    def _set_context(self, campaign: Campaign) -> None:
        """What all messages are checked against; another one makes all that is known old."""
        chosen = tuple(self._channels[one] for one in campaign.channel_ids if one in self._channels)
        context = (chosen, campaign.style)
        if context != self._context:
            self._context = context
            self._version += 1
        self._unchecked = self._open_messages()[::-1]

    def _open_messages(self) -> list[Message]:
        campaign = self._editor.campaign
        if campaign is None:
            return []
        results = self._editor.results
        found = []
        for one in campaign.messages:
            result = results.get(one.id)
            if result is not None and not result.is_stopped:
                continue
            known = self._known.get(one.id)
            if known is None or known[0] is not one or known[1] != self._version:
                found.append(one)
        return found

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
        dress: Dress | None = None
        if self._wardrobe is not None:
            day = self._clock().astimezone(self._zone).date()
            dress = self._wardrobe.dress(campaign.style, self._service, day)
        now = self._clock().astimezone(self._zone)
        arguments = (campaign, piece, dict(self._channels), dress, now)
        if len(campaign.messages) <= 12:
            self._take_checks(piece, self._version, checks_of(*arguments))
            return
        self._being_checked = (piece, self._version)
        self._checks_job.start(checks_job, *arguments)

    @Slot(object)
    def _checks_came(self, found: dict[str, list[Finding]]) -> None:
        self._take_checks(*self._being_checked, found)

    @Slot(object)
    def _checks_failed(self, _error: object) -> None:
        self._take_checks(*self._being_checked, {})

    def _take_checks(
        self, piece: Sequence[Message], version: int, found: dict[str, list[Finding]]
    ) -> None:
        for one in piece:
            self._known[one.id] = (one, version)
        self.checked.emit({one.id: found.get(one.id, []) for one in piece})
        if self._unchecked:
            self._next.call()
        else:
            self.checked.emit({})


def outlook_of(
    campaign: Campaign,
    now: datetime,
    zone: tzinfo,
    group: slots.SlotGroup | None,
    taken: Sequence[Taken],
    held: Mapping[str, datetime | None],
    results: Mapping[str, Result],
) -> Outlook:
    """Times and timeline of a campaign."""
    planned = times_of(campaign, now, zone, group, taken, fixed=held)
    channels = set(campaign.channel_ids)
    others = sorted({one.when for one in taken if one.channel_id in channels})
    return Outlook(planned, timeline_of(planned, results, others, now, zone))


def outlook_job(_job: Job, *arguments: Any) -> Outlook:
    """`outlook_of` in the shape that the job runner calls."""
    return outlook_of(*arguments)


def checks_of(
    campaign: Campaign,
    messages: Sequence[Message],
    channels: Mapping[int, Channel],
    dress: Dress | None,
    now: datetime,
) -> dict[str, list[Finding]]:
    """What is wrong with these messages, by their ids."""
    found: dict[str, list[Finding]] = {}
    for message in messages:
        draft = draft_of(campaign, message)
        if dress is not None:
            draft = replace(draft, dress=dress)
        chosen = [channels[one] for one in draft.channel_ids if one in channels]
        missing = [one.path for one in message.media if not os.path.exists(one.path)]  # noqa: PTH110
        found[message.id] = check(draft, chosen, now, missing=missing)
    return found


def checks_job(_job: Job, *arguments: Any) -> dict[str, list[Finding]]:
    """`checks_of` in the shape that the job runner calls."""
    return checks_of(*arguments)


def facts_job(
    _job: Job, rows: Sequence[Schedule], refs: Mapping[str, str], now: datetime
) -> PlanFacts:
    """What the plan says, of as many rows as there may be."""
    by_ref: dict[str, list[Schedule]] = {}
    taken: list[Taken] = []
    by_campaign: dict[str, list[Taken]] = {}
    for row in rows:
        owner = refs.get(row.posto_ref or "", "")
        if owner:
            by_ref.setdefault(row.posto_ref or "", []).append(row)
        if row.status == "not_sent" and row.send_at is not None and row.send_at >= now:
            some = by_campaign.setdefault(owner, []) if owner else taken
            some.append(Taken(row.send_at, row.channel_id, row.network))
    return PlanFacts(tuple(taken), by_campaign, by_ref)
