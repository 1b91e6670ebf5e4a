"""Shapes of the JSON that commands print. `posto schema` documents them from here.

Times are ISO 8601 with an offset. Fields may be added; one that goes or changes its meaning raises
`output.SCHEMA`.
"""

from __future__ import annotations

from typing import Literal, NotRequired, TypedDict


class ChannelData(TypedDict):
    """A channel. `network` is the slug, `active` false if its session has expired."""

    id: int
    name: str
    network: str
    network_name: str
    type: str
    link: str
    active: bool
    groups: list[str]


class FindingData(TypedDict):
    """What a check found. An error is refused; a warning will be changed or may fail."""

    severity: Literal["error", "warning", "hint"]
    code: str
    message: str
    channels: list[int]
    networks: list[str]
    file: str | None


class FileData(TypedDict):
    """A file of a post; `problem` is a sentence, "" for none."""

    path: str
    name: str
    size: int
    type: str
    alt: str
    problem: str


class OutgoingData(TypedDict):
    """What goes out through a channel: the final texts (of the post, then of each further part of
    its thread), link, first comment and the names of its files."""

    channel: int
    name: str
    network: str
    texts: list[str]
    link: str
    comment: str
    media: list[str]
    characters: int
    limit: int | None


class PreviewData(TypedDict):
    """A checked post. `when` is null for at once. `blocked` are the channels that would refuse."""

    workspace: str
    when: str | None
    outgoing: list[OutgoingData]
    media: list[FileData]
    findings: list[FindingData]
    blocked: list[int]


class SentChannelData(TypedDict):
    """What became of a post at a channel. `status`: "accepted" by the workspace, "published",
    "failed", "missing" (not accepted), or "unclear"; `link` is its address once published."""

    channel: int
    name: str
    network: str
    status: str
    link: str
    reason: str


class SentData(TypedDict):
    """A post of the outbox. `state` is that of its entry: waiting, uploading, handing_over, sent,
    refused, unclear or cancelled. `repeated`: the key was used before, and this is its post."""

    id: str
    ref: str
    workspace: str
    state: str
    reason: str
    when: str | None
    key: str
    repeated: bool
    channels: list[SentChannelData]


class PostData(TypedDict):
    """The result of `posto post`: its preview, and what was sent (null after --dry-run)."""

    preview: PreviewData
    sent: SentData | None
    dry_run: NotRequired[bool]


class DraftFileData(TypedDict):
    """A file of a draft."""

    path: str
    alt: str


class DraftData(TypedDict):
    """A draft. `texts` has by network (or `channel:ID`) its own text, then the further parts of
    its thread; `when` are words; `open`: it has a tab in the app; `edits_post`: it is an edit of
    a scheduled post that was not saved yet."""

    id: str
    title_line: str
    name: str
    workspace: str
    text: str
    texts: dict[str, list[str]]
    thread: list[str]
    channels: list[int]
    when: str
    media: list[DraftFileData]
    style: str
    link: str
    comment: str
    title: str
    labels: list[str]
    edits_post: bool
    open: bool
    created: str
    updated: str


class DraftChangeData(TypedDict):
    """The drafts that a command wrote, changed, deleted or brought back (not with `dry_run`)."""

    drafts: list[DraftData]
    dry_run: bool


class WorkspaceData(TypedDict):
    """A workspace. `address` is "" for the one of this computer; `current`: commands use it."""

    id: str
    name: str
    address: str
    current: bool


class AccountData(TypedDict):
    """A connected account. `kind` is "network" (this computer publishes with it) or "service" (a
    Posto service). `health` is ok, sign_in_again, locked, unreachable, or "" where unknown."""

    id: str
    kind: Literal["network", "service"]
    network: str
    name: str
    handle: str
    server: str
    health: str
    note: str
    channels: list[int]
    waiting: int
    ends_at: str | None


class BackupData(TypedDict):
    """A backup: what is in it. `restored` is false where it is restored at the next start."""

    file: str
    version: str
    made_at: str
    files: int
    bytes: int
    counts: dict[str, int]
    left_out: list[str]
    restored: NotRequired[bool]


class CheckupData(TypedDict):
    """One check of `posto doctor`. `advice` says what to do where it is not ok."""

    name: str
    ok: bool
    detail: str
    advice: str


class AppliedFileData(TypedDict):
    """What `posto apply` did, or would do, with a file. `action` "left": nothing, for the `reason`;
    `conflict`: although the file asks for something. `id` is the draft's or the outbox entry's,
    `state` that of the entry, `problem` why it could not be done."""

    file: str
    key: str
    action: Literal["create", "change", "delete", "unchanged", "left"]
    kind: Literal["draft", "post"]
    title_line: str
    when: str | None
    reason: str
    conflict: bool
    renamed_from: str
    preview: PreviewData | None
    id: str
    state: str
    problem: str


class ApplyData(TypedDict):
    """The result of `posto apply`. `skipped` are Markdown files without front matter."""

    folder: str
    workspace: str
    files: list[AppliedFileData]
    skipped: list[str]
    dry_run: bool


class PostRowData(TypedDict):
    """A post of the schedule. `status` is draft, scheduled, sending, sent, failed, late (not sent
    in time), needs_you (may be published) or other; `service_status` is the service's own word.
    `parts` are the further texts of a thread; posts of a message have `group` and `ref` in
    common."""

    id: int
    time: str | None
    status: str
    service_status: str
    network: str
    network_name: str
    channel: int
    channel_name: str
    text: str
    parts: list[str]
    media: list[str]
    link: str
    error: str
    group: str
    ref: str


class PartStoryData(TypedDict):
    """How far a part of a post is: "post", "thread" or "comment". `state` is waiting, sending,
    sent, failed or unclear."""

    kind: str
    state: str
    link: str
    reason: str
    notes: list[str]
    files: int
    sent: str | None


class StoryData(TypedDict):
    """What a post of this computer has been through."""

    stage: str
    reason: str
    due: str | None
    parts: list[PartStoryData]


class StepData(TypedDict):
    """What happened to an entry of the outbox."""

    time: str
    what: str
    detail: str


class PostDetailData(PostRowData):
    """A post with its story (null on services), its insights by name, and the history of its entry
    in the outbox."""

    story: StoryData | None
    insights: dict[str, str]
    history: list[StepData]


class MoveData(TypedDict):
    """Posts of a message that move together. `state` is "proposed" (--dry-run), "moved", "failed",
    or "moving": it goes on by itself or by `posto schedule resume`. `new_ids` are their ids
    afterwards, which differ where the service moves by a copy."""

    ids: list[int]
    new_ids: list[int]
    old_time: str
    new_time: str
    state: Literal["proposed", "moved", "failed", "moving"]
    reason: str


class MovesData(TypedDict):
    """The result of `posto schedule move`; `undo` are the commands that take it back."""

    moves: list[MoveData]
    undo: list[str]


class RetriedData(TypedDict):
    """A post of `posto schedule retry`: retried, held_back (it may be live), not_failed, not_found
    or refused."""

    id: int
    outcome: str
    reason: str


class DeletedData(TypedDict):
    """A post of `posto schedule delete`: deleted, kept, missing, or proposed (--dry-run)."""

    id: int
    outcome: Literal["deleted", "kept", "missing", "proposed"]
    reason: str


class ExportedData(TypedDict):
    """A written file; `posts` of the schedule are in it."""

    file: str
    format: str
    posts: int


class InsightsData(TypedDict):
    """A post with its numbers, by the names that several networks share; `value` is the one that
    was asked for. `read` is when they were read."""

    id: int
    published: str
    channel: int
    channel_name: str
    network: str
    text: str
    link: str
    labels: list[str]
    value: float
    numbers: dict[str, float]
    read: str | None


class SlotData(TypedDict):
    """A weekly slot of channels; no channels are all that have none of their own. `zone` is the
    IANA name of the zone of the clock, "" that of this computer."""

    group: str
    weekday: str
    clock: str
    zone: str
    channels: list[int]


class FreeSlotData(TypedDict):
    """A free slot of channels; `zone` is that of its group, "" that of this computer."""

    time: str
    group: str
    zone: str
    channels: list[int]


class EvergreenMessageData(TypedDict):
    """An evergreen message. `texts` are used in turn; `max_runs` counts for each channel; `runs`
    went out or are scheduled, each channel for itself; `last` and `next` are the nearest."""

    id: str
    name: str
    texts: list[str]
    channels: list[int]
    files: list[str]
    labels: list[str]
    cooldown_days: int
    max_runs: int | None
    first_day: str | None
    last_day: str | None
    weight: int
    paused: bool
    runs: int
    last: str | None
    next: str | None
    updated: str


class EvergreenRunData(TypedDict):
    """A slot of channels. `state` is coming or free, or of what is scheduled queued, handed or
    sent; `message` is null for a slot that stays free. `variant` counts from 1. `code` says in a
    word what `reason` says in a sentence."""

    time: str
    state: str
    message: str | None
    name: str
    channels: list[int]
    text: str
    variant: int
    pinned: bool
    edited: bool
    code: str
    reason: str
    ref: str | None


class EvergreenFillData(TypedDict):
    """A filling; `filling` is null if nothing was written. `runs` count each channel. `taken_back`
    are the runs that do not go out, `stays` those that were sent before."""

    filling: str | None
    posts: int
    runs: int
    first: str | None
    last: str | None
    taken_back: int
    stays: int
    coming: list[EvergreenRunData]
    free: list[EvergreenRunData]


class EntryData(TypedDict):
    """An entry of the outbox. `state` is waiting, uploading, handing_over, sent, refused, unclear
    or cancelled; `code` says in a word what `reason` says in a sentence. `series` is like "2/5"."""

    id: str
    ref: str
    workspace: str
    state: str
    code: str
    reason: str
    title: str
    when: str | None
    created: str
    changed: str
    next_try: str | None
    attempts: int
    channels: list[int]
    missing: list[int]
    files: list[str]
    series: str


class EntryDetailData(EntryData):
    """An entry with its text and its history."""

    text: str
    history: list[StepData]


class CampaignData(TypedDict):
    """A campaign. `state` is draft, running or stopped; `posts` counts its started messages by
    their state here: queued, handed (to the outbox), stopped, refused, sent, failed."""

    id: str
    name: str
    state: str
    messages: int
    channels: list[int]
    style: str
    start: str | None
    start_words: str
    posts: dict[str, int]
    updated: str


class CampaignMessageData(TypedDict):
    """A message of a campaign. `state` is draft, ready or refused before the start; then waiting,
    sending, handed, scheduled, sent, failed, late, needs_you or stopped. `time` is null for at once
    or none; `clash` is the time of another post of its channels close by."""

    place: int
    id: str
    state: str
    time: str | None
    text: str
    channels: list[int]
    reason: str
    clash: str | None
    findings: list[FindingData]


class ImportedRowData(TypedDict):
    """A row of a file that was not imported (error), or without a part of it (warning)."""

    row: int
    line: int
    level: Literal["error", "warning"]
    message: str


class CampaignImportData(TypedDict):
    """The result of `posto campaign import`; `campaign` is null after --dry-run."""

    campaign: CampaignData | None
    messages: list[CampaignMessageData]
    rows: list[ImportedRowData]
    notes: list[str]


class CampaignStatusData(TypedDict):
    """How a campaign stands; `counts` has its messages by state."""

    campaign: CampaignData
    counts: dict[str, int]
    messages: list[CampaignMessageData]


class CampaignStartData(TypedDict):
    """The result of `posto campaign start`: how many messages it started."""

    campaign: CampaignData
    messages: list[CampaignMessageData]
    posts: int
    started: int


class KeptPostData(TypedDict):
    """A post that could not be deleted."""

    id: int
    reason: str


class CampaignStopData(TypedDict):
    """The result of `posto campaign stop`; `remaining` are posts that could not be deleted."""

    campaign: CampaignData
    stopped: int
    remaining: list[KeptPostData]


class WatchEventData(TypedDict):
    """A line of `posto watch`: a post of the schedule, or an entry of the outbox, has another
    status than `before` ("" for a new one)."""

    time: str
    kind: Literal["post", "entry"]
    id: str
    status: str
    before: str
    when: str | None
    network: str
    channel: str
    text: str
    link: str
    reason: str
