"""Reads from posto.db what a choice of evergreen messages depends on."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import takewhile

from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.core.checks import Finding, blocked_channels, check
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry, moment, read_entry
from posto_desktop.core.evergreen import (
    STATES,
    ChoiceReason,
    EvergreenMessage,
    EvergreenRun,
    Pin,
    RunState,
    Skip,
    same_text_days,
    text_key,
)
from posto_desktop.core.evergreen_choice import ChannelSlots, EvergreenState
from posto_desktop.core.json_fields import get_list, get_seconds, get_text
from posto_desktop.core.site_schedule import CACHE, SiteRowNumbers, SiteSchedule, rows_of_site
from posto_desktop.core.slots import NEAR, SlotGroup, free_slots, group_for
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import campaign_rows, evergreen_rows, schedule_rows
from posto_desktop.storage.database import Database, Row

log = logging.getLogger(__name__)

LEAD = timedelta(minutes=2)
"""A slot that is nearer is not filled: the post would be late."""
MEMORY = timedelta(days=400)
"""How far back texts and turns are read; longer than any network remembers a text."""
_WAITING = ("waiting", "uploading", "handing_over", "unclear")
_NOT_TAKING = ("error", "trash")
_LATELY = 120.0

StyleResolver = Callable[[Draft], Draft]


@dataclass(frozen=True)
class SlotRules:
    """The weekly slots, their zone, and how many days ahead free slots are filled."""

    groups: Sequence[SlotGroup]
    zone: tzinfo
    days_ahead: int = 14


@dataclass(frozen=True)
class EvergreenFacts:
    """What was read of a workspace for a choice. `channels` are those that have slots and a
    message; `has_slots` is False if none of the messages' channels has any."""

    state: EvergreenState
    channels: Mapping[int, Channel]
    messages: Mapping[str, EvergreenMessage]
    has_slots: bool


def read_message(row: Row) -> EvergreenMessage | None:
    """Return a stored message; None if it cannot be read."""
    try:
        message = EvergreenMessage.from_json(row["body"])
    except ValueError as error:
        log.warning("An evergreen message could not be read and stays where it is: %s", error)
        return None
    return replace(message, updated_at=moment(row["updated_at"]) or message.updated_at)


def read_messages(db: Database, workspace: str | None = None) -> list[EvergreenMessage]:
    """Return the messages that can be read, those changed last first."""
    messages = (read_message(row) for row in evergreen_rows.all_of(db, workspace))
    return [message for message in messages if message is not None]


def read_run(row: Row, now: datetime) -> EvergreenRun:
    """Return a stored run. One whose time or state is not known counts as of now, so that its
    message rests."""
    body, state = row["body"], row["state"]
    slot, share_at = moment(row["slot"]), moment(row["share_at"])
    text = body.get("text")
    return EvergreenRun(
        id=row["id"],
        workspace=row["workspace"],
        message_id=row["message_id"],
        channel_id=row["channel_id"],
        slot=slot or share_at or now,
        share_at=share_at or slot or now,
        variant=max(0, row["variant"]),
        text_key=row["text_key"],
        turn=row["turn"],
        clock=row["clock"],
        filling_id=row["filling_id"],
        posto_ref=row["posto_ref"],
        entry_id=row["entry_id"],
        state=_state(state),
        why=row["reason"],
        text=text if isinstance(text, str) else None,
        reason=ChoiceReason.from_json(body.get("reason")),
        is_pinned=body.get("pinned") is True,
    )


def _state(value: str) -> RunState:
    return next((state for state in STATES if state == value), "sent")


def known_channels(db: Database, workspace: str) -> dict[int, Channel]:
    """Return the channels of a workspace as they were read last."""
    body, _ = db.cached(workspace, "channels")
    listed = body if isinstance(body, list) else []
    channels = [Channel.from_dict(row) for row in listed if isinstance(row, Mapping)]
    return {channel.id: channel for channel in channels}


def longest_memory(channels: Iterable[Channel]) -> int:
    """Return the days for which one of the channels' networks refuses the same text at most."""
    return max((same_text_days(channel.network) or 0 for channel in channels), default=0)


def read_facts(
    db: Database,
    workspace: str,
    rules: SlotRules,
    now: datetime,
    *,
    days: int,
    leaves_alone: bool,
    only: Collection[tuple[int, datetime]] | None = None,
) -> EvergreenFacts:
    """Read what the choices of the next `days` depend on. With `leaves_alone` slots whose filling
    was taken back, or whose post was cancelled, stay free; `only` are the slots that are
    looked at, if not all."""
    messages = read_messages(db, workspace)
    known = known_channels(db, workspace)
    reached = {channel_id for message in messages for channel_id in message.channel_ids}
    groups = {
        channel_id: group
        for channel_id in known
        if channel_id in reached
        and (group := group_for(rules.groups, [channel_id], workspace)) is not None
    }
    rows = evergreen_rows.recent_runs(db, workspace, (now - MEMORY).timestamp())
    runs = [read_run(row, now) for row in rows]
    counts = evergreen_rows.run_counts(db, workspace)
    for run in runs:
        key = run.message_id, run.channel_id
        if key in counts:
            counts[key] -= 1
    taken = TakenTimes.read(db, workspace, now, rules.zone)
    for run in runs:
        taken.add(run.channel_id, run.slot)
        taken.add(run.channel_id, run.share_at)
    end = now + timedelta(days=days)
    channels = []
    for channel_id, group in groups.items():
        free = takewhile(
            lambda slot: slot <= end,
            free_slots(group, now + LEAD, rules.zone, taken.of(channel_id)),
        )
        slots = [slot for slot in free if only is None or (channel_id, slot) in only]
        zone = group.zone_or(rules.zone)
        channels.append(ChannelSlots(known[channel_id], slots, zone=zone))
    channels = _with_texts(db, workspace, channels, now)
    pins, pinned_at = _pins(db, workspace, now)
    state = EvergreenState(
        messages,
        channels,
        runs,
        rules.zone,
        _skips(db, workspace, now),
        pins,
        _left_alone(db, workspace, now, pinned_at) if leaves_alone else frozenset(),
        {key: count for key, count in counts.items() if count > 0},
    )
    by_id = {message.id: message for message in messages}
    return EvergreenFacts(state, known, by_id, bool(groups))


def _pins(
    db: Database, workspace: str, now: datetime
) -> tuple[list[Pin], dict[tuple[int, float], float]]:
    """Return the pins ahead, and when each was made by channel and slot."""
    pins, made = [], {}
    for row in evergreen_rows.pins(db, workspace, now.timestamp()):
        slot, text = moment(row["slot"]), row["body"].get("text")
        if slot is not None:
            text = text if isinstance(text, str) else None
            pins.append(Pin(row["channel_id"], slot, row["message_id"], text))
            made[row["channel_id"], row["slot"]] = row["created_at"]
    return pins, made


def _skips(db: Database, workspace: str, now: datetime) -> frozenset[Skip]:
    return frozenset(
        Skip(row["channel_id"], slot, row["message_id"])
        for row in evergreen_rows.skips(db, workspace, now.timestamp())
        if (slot := moment(row["slot"])) is not None
    )


def _left_alone(
    db: Database, workspace: str, now: datetime, pinned_at: Mapping[tuple[int, float], float]
) -> frozenset[tuple[int, datetime]]:
    """Return the slots whose run was taken back or cancelled by the user, and not pinned since."""
    return frozenset(
        (row["channel_id"], slot)
        for row in evergreen_rows.runs_ahead(db, workspace, now.timestamp())
        if row["state"] in ("undone", "cancelled")
        and (slot := moment(row["slot"])) is not None
        and pinned_at.get((row["channel_id"], row["slot"]), 0.0) <= row["updated_at"]
    )


@dataclass
class TakenTimes:
    """The times at which posts of channels are scheduled, wait, or are drafts."""

    by_channel: dict[int, list[datetime]] = field(default_factory=dict)

    def add(self, channel_id: int, when: datetime | None) -> None:
        if when is not None:
            self.by_channel.setdefault(channel_id, []).append(when)

    def of(self, channel_id: int) -> list[datetime]:
        return self.by_channel.get(channel_id, [])

    def is_taken(self, channel_id: int, when: datetime) -> bool:
        return any(abs(other - when) <= NEAR for other in self.of(channel_id))

    @classmethod
    def read(cls, db: Database, workspace: str, now: datetime, zone: tzinfo) -> TakenTimes:
        """Read the schedule, the outbox, drafts, campaigns, moves and the site from now on; no
        posts of evergreen messages, whose runs are known."""
        taken = cls()
        since = now - NEAR
        own_refs = _own_refs(db, workspace, since)
        for row in db.stored(
            "SELECT at, json_extract(body, '$.channel_id') AS channel_id,"
            " json_extract(body, '$.status') AS status,"
            " json_extract(body, '$.posto_ref') AS posto_ref FROM schedule_cache"
            " WHERE workspace=? AND at >= ? AND typeof(at) IN ('integer', 'real')"
            " AND json_valid(body)",
            (workspace, since.timestamp()),
        ):
            if row["status"] not in _NOT_TAKING and row["posto_ref"] not in own_refs:
                taken.add(_number(row["channel_id"]), _moment(row["at"]))
        for entry in _entries_ahead(db, workspace, since):
            if entry.posto_ref not in own_refs:
                for channel_id in entry.channel_ids:
                    taken.add(channel_id, entry.share_at)
        taken._add_drafts(db, workspace, now, zone)
        taken._add_campaigns(db, workspace, since)
        taken._add_moves(db, workspace)
        # Posts that the planners of the site will make.
        of_site = SiteSchedule.from_json(*db.cached(workspace, CACHE))
        for post in rows_of_site(of_site, {}, SiteRowNumbers(), now):
            taken.add(post.channel_id, post.send_at)
        return taken

    def _add_drafts(self, db: Database, workspace: str, now: datetime, zone: tzinfo) -> None:
        from posto_desktop.sdk.times import parse_when  # not needed when the app starts

        for row in db.drafts(workspace):
            try:
                draft = Draft.from_json(row["body"])
                if not draft.when_text.strip() or row["state"] != "open":
                    continue
                when = parse_when(draft.when_text, now, zone)
            except (WhenError, ValueError):
                continue
            for channel_id in draft.channel_ids:
                self.add(channel_id, when)

    def _add_campaigns(self, db: Database, workspace: str, since: datetime) -> None:
        """Posts of started campaigns that are not in the outbox yet."""
        channel_ids: dict[str, tuple[int, ...]] = {}
        for row in campaign_rows.queued_after(db, workspace, since.timestamp()):
            campaign_id = row["campaign_id"]
            if campaign_id not in channel_ids:
                channel_ids[campaign_id] = _campaign_channels(db, campaign_id)
            own = _message_channels(db, campaign_id, row["message_id"])
            for channel_id in channel_ids[campaign_id] if own is None else own:
                self.add(channel_id, moment(row["share_at"]))

    def _add_moves(self, db: Database, workspace: str) -> None:
        """Posts that are being moved, at their new time."""
        for row in db.rows(
            "SELECT body FROM moves WHERE workspace=? AND state NOT IN ('done', 'failed')",
            (workspace,),
        ):
            when = _moment(get_seconds(row["body"], "new"))
            for channel_id in get_list(row["body"], "channel_ids"):
                if type(channel_id) is int:
                    self.add(channel_id, when)


def _own_refs(db: Database, workspace: str, since: datetime) -> set[str]:
    ahead = evergreen_rows.runs_ahead(db, workspace, since.timestamp())
    before = {get_text(row["body"], "before") for row in ahead}
    return {row["posto_ref"] for row in ahead} | before - {""}


def _entries_ahead(db: Database, workspace: str, since: datetime) -> Iterable[Entry]:
    """Yield the entries that wait, and those that the service took since its schedule was read."""
    for row in db.outbox_in(_WAITING):
        if row["workspace"] == workspace and row["share_at"] is not None:
            yield read_entry(row)
    read_at = schedule_rows.read_at(db, workspace) or 0.0
    for row in db.rows(
        "SELECT * FROM outbox WHERE workspace=? AND state='sent' AND share_at >= ?"
        " AND updated_at >= ?",
        (workspace, since.timestamp(), read_at - _LATELY),
    ):
        yield read_entry(row)


def _campaign_channels(db: Database, campaign_id: str) -> tuple[int, ...]:
    row = campaign_rows.campaign(db, campaign_id)
    try:
        return Campaign.from_json(row["body"]).channel_ids if row is not None else ()
    except ValueError:
        return ()


def _message_channels(db: Database, campaign_id: str, message_id: str) -> tuple[int, ...] | None:
    row = campaign_rows.message(db, campaign_id, message_id)
    try:
        return CampaignMessage.from_json(row["body"]).channel_ids if row is not None else None
    except ValueError:
        return None


def _with_texts(
    db: Database, workspace: str, channels: Sequence[ChannelSlots], now: datetime
) -> list[ChannelSlots]:
    """Add the texts of other posts where a network forbids the same text twice."""
    remembering = {
        slots.channel.id
        for slots in channels
        if same_text_days(slots.channel.network) is not None and slots.free
    }
    if not remembering:
        return list(channels)
    own_refs = _own_refs(db, workspace, now - NEAR)
    posted: dict[int, list[tuple[datetime, str]]] = {}
    for row in db.stored(
        "SELECT at, json_extract(body, '$.channel_id') AS channel_id,"
        " json_extract(body, '$.status') AS status, json_extract(body, '$.text') AS text,"
        " json_extract(body, '$.posto_ref') AS posto_ref"
        " FROM schedule_cache WHERE workspace=? AND at >= ? AND typeof(at) IN ('integer', 'real')"
        " AND json_valid(body)",
        (workspace, (now - MEMORY).timestamp()),
    ):
        at, text = _moment(row["at"]), row["text"]
        number = _number(row["channel_id"])
        is_known = row["posto_ref"] in own_refs or row["status"] in _NOT_TAKING
        if number in remembering and at is not None and isinstance(text, str) and not is_known:
            posted.setdefault(number, []).append((at, text_key(text)))
    for entry in _entries_ahead(db, workspace, now - NEAR):
        for item in entry.items if entry.posto_ref not in own_refs else ():
            if item.channel_id in remembering and entry.share_at is not None:
                posted.setdefault(item.channel_id, []).append((entry.share_at, text_key(item.text)))
    return [replace(slots, posted=posted.get(slots.channel.id, ())) for slots in channels]


def _number(value: object) -> int:
    return value if type(value) is int else 0


def _moment(value: object) -> datetime | None:
    if isinstance(value, int | float):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return None


class PostChecks:
    """Tells whether a variant of a message can be posted to a channel, as the checks of Compose
    see it. Keeps the answers."""

    def __init__(
        self, channels: Mapping[int, Channel], style_resolver: StyleResolver, now: datetime
    ) -> None:
        self._channels, self._now = channels, now
        self._style_resolver = style_resolver
        self._resolved: dict[str, Draft] = {}
        self._findings: dict[tuple[str, int], list[Finding]] = {}
        self._blocked: dict[tuple[str, int], set[int]] = {}
        self._missing: dict[str, bool] = {}

    def __call__(self, message: EvergreenMessage, variant: int, channel_id: int) -> bool:
        key = message.id, variant
        if key not in self._blocked:
            self._look(message, variant)
        return channel_id not in self._blocked[key]

    def resolve(self, draft: Draft) -> Draft:
        """Return the draft with its style, which is read once."""
        known = self._resolved.get(draft.style)
        if known is None:
            known = self._resolved[draft.style] = self._style_resolver(draft)
        return replace(draft, resolved_style=known.resolved_style)

    def findings(self, message: EvergreenMessage) -> list[Finding]:
        """Return what keeps a message from being posted, as far as it was looked at."""
        return [
            finding
            for (message_id, _), findings in self._findings.items()
            if message_id == message.id
            for finding in findings
            if finding.severity == "error"
        ]

    def _look(self, message: EvergreenMessage, variant: int) -> None:
        draft = self.resolve(message.draft_for(variant))
        chosen = [
            self._channels[channel_id]
            for channel_id in draft.channel_ids
            if channel_id in self._channels
        ]
        missing = [ref.path for ref in draft.media if self._is_missing(ref.path)]
        findings = check(draft, chosen, self._now, missing=missing)
        fixes = [finding.fix for finding in findings if finding.code == "thread_unsupported"]
        if fixes:
            from posto_desktop.core.fixes import apply_fix  # not needed when the app starts

            # Nobody is asked: where there are no threads all parts are one post.
            for fix in filter(None, fixes):
                draft = apply_fix(draft, fix)
            findings = check(draft, chosen, self._now, missing=missing)
        self._findings[message.id, variant] = findings
        self._blocked[message.id, variant] = blocked_channels(findings, chosen)

    def _is_missing(self, path: str) -> bool:
        known = self._missing.get(path)
        if known is None:
            known = self._missing[path] = not os.path.exists(path)  # noqa: PTH110
        return known
