"""Evergreen messages: messages that go out again and again in free slots. Plain data, stored in
posto.db as JSON.

`core.evergreen_choice` decides which one goes out where and when, `core.evergreen_words` says why,
and `delivery.evergreen_fill` writes their runs.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Literal, cast

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.copies import text_digest
from posto_desktop.core.draft import ChannelLike, Draft
from posto_desktop.core.json_fields import get_list, get_mapping, get_text, get_time, get_uint
from posto_desktop.core.limits import limits_for

SCHEMA = 1
MAX_COOLDOWN = 3650
MAX_RUNS = 9999
MAX_WEIGHT = 9
MAX_ALTERNATIVES = 99
DEFAULT_COOLDOWN = 30

RunState = Literal["queued", "handed", "sent", "undone", "cancelled", "refused", "dropped"]
STATES: tuple[RunState, ...] = (
    "queued",
    "handed",
    "sent",
    "undone",
    "cancelled",
    "refused",
    "dropped",
)
COUNTING: frozenset[RunState] = frozenset(("queued", "handed", "sent"))
"""The states of runs that went out, or will. The others did not: "undone" with its filling,
"cancelled" by the user, "refused" for what the post is, "dropped" since its slot was taken."""
ReasonCode = Literal[
    "first", "turn", "only", "pinned", "no_messages", "skipped", "taken_back", "blocked"
]
REASON_CODES: tuple[ReasonCode, ...] = (
    "first",
    "turn",
    "only",
    "pinned",
    "no_messages",
    "skipped",
    "taken_back",
    "blocked",
)
BlockCode = Literal[
    "paused", "cooldown", "not_yet", "over", "used_up", "same_text", "skipped", "problem"
]
BLOCK_CODES: tuple[BlockCode, ...] = (
    "cooldown",
    "same_text",
    "not_yet",
    "paused",
    "used_up",
    "over",
    "skipped",
    "problem",
)
"""Why a message may not go out at a slot, in the order in which they are told."""


@dataclass(frozen=True)
class Alternative:
    """A further text of a message, used in turn with the others. `own_texts` are those of networks
    and channels, by the keys of `Draft.variants`."""

    text: str
    own_texts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class EvergreenMessage:
    """A message for reuse.

    `draft` holds its content, workspace, channels, labels and name; its `when_text` and `repeat` do
    not count. `draft.text` is variant 0 and `alternatives` the others. `cooldown_days` is the
    number of local days between two runs on a channel, `max_runs` the most runs on each channel.
    `first_day` and `last_day` are local days, both included.
    """

    draft: Draft
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    alternatives: tuple[Alternative, ...] = ()
    cooldown_days: int = DEFAULT_COOLDOWN
    max_runs: int | None = None
    first_day: date | None = None
    last_day: date | None = None
    weight: int = 1
    is_paused: bool = False
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __post_init__(self) -> None:
        if not 0 <= self.cooldown_days <= MAX_COOLDOWN:
            raise ValueError(f"a pause of {self.cooldown_days} days is not 0 to {MAX_COOLDOWN}")
        if self.max_runs is not None and not 1 <= self.max_runs <= MAX_RUNS:
            raise ValueError(f"{self.max_runs} runs are not 1 to {MAX_RUNS}")
        if not 1 <= self.weight <= MAX_WEIGHT:
            raise ValueError(f"a weight of {self.weight} is not 1 to {MAX_WEIGHT}")
        if len(self.alternatives) > MAX_ALTERNATIVES:
            raise ValueError(f"more than {MAX_ALTERNATIVES} alternatives")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise ValueError("the last day is before the first")

    @classmethod
    def from_draft(cls, draft: Draft, **rules: Any) -> EvergreenMessage:
        """Return an evergreen message with the content of a draft. `rules` are further fields."""
        return cls(
            replace(draft.duplicate(), when_text="", repeat=None, channels_elsewhere={}), **rules
        )

    @property
    def workspace(self) -> str:
        return self.draft.workspace

    @property
    def channel_ids(self) -> tuple[int, ...]:
        return self.draft.channel_ids

    @property
    def labels(self) -> tuple[str, ...]:
        return self.draft.labels

    @property
    def name(self) -> str:
        return self.draft.name

    @property
    def texts(self) -> tuple[str, ...]:
        """The common texts of all variants."""
        return self.draft.text, *(alternative.text for alternative in self.alternatives)

    @property
    def variant_count(self) -> int:
        return 1 + len(self.alternatives)

    def draft_for(self, variant: int, text: str | None = None) -> Draft:
        """Return what a run sends, as a new draft. `text` replaces all texts of the variant."""
        draft = replace(self.draft.duplicate(), when_text="", repeat=None)
        if text is not None:
            return replace(draft, text=text, variants={}, threads={})
        if 0 < variant <= len(self.alternatives):
            alternative = self.alternatives[variant - 1]
            own_texts = dict(alternative.own_texts)
            return replace(draft, text=alternative.text, variants=own_texts, threads={})
        return draft

    def text_at(self, variant: int, target: str | ChannelLike) -> str:
        """Return the text of a variant for a network or channel."""
        if 0 < variant <= len(self.alternatives):
            alternative = self.alternatives[variant - 1]
            if not alternative.own_texts:
                return alternative.text
            own_texts = dict(alternative.own_texts)
            return replace(self.draft, text=alternative.text, variants=own_texts).text_for(target)
        return self.draft.text_for(target)

    def duplicate(self) -> EvergreenMessage:
        """Return the same content and rules as a new message."""
        now = datetime.now(UTC)
        draft = self.draft.duplicate()
        return replace(self, id=uuid.uuid4().hex, draft=draft, created_at=now, updated_at=now)

    def to_json(self) -> dict[str, Any]:
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.id,
            "draft": self.draft.to_json(),
            "cooldown_days": self.cooldown_days,
            "weight": self.weight,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }
        if self.alternatives:
            values["alternatives"] = [
                {"text": alternative.text, "own_texts": dict(alternative.own_texts)}
                for alternative in self.alternatives
            ]
        if self.max_runs is not None:
            values["max_runs"] = self.max_runs
        if self.first_day is not None:
            values["first_day"] = self.first_day.isoformat()
        if self.last_day is not None:
            values["last_day"] = self.last_day.isoformat()
        if self.is_paused:
            values["paused"] = True
        return values

    @classmethod
    def from_json(cls, data: object) -> EvergreenMessage:
        """Read a message. What limits its runs is never widened: a damaged rule pauses it.

        Raises ValueError if it is no message, or if a newer version wrote it.
        """
        if not isinstance(data, Mapping):
            raise ValueError("not an evergreen message")
        schema = data.get("schema")
        if type(schema) is not int or schema < 1:
            raise ValueError("an evergreen message without a version")
        if schema > SCHEMA:
            raise ValueError("an evergreen message of a newer version")
        message_id = get_text(data, "id")
        if not message_id:
            raise ValueError("an evergreen message without an id")
        rules = _Rules(data)
        values = {
            "cooldown_days": rules.number("cooldown_days", 0, MAX_COOLDOWN) or 0,
            "max_runs": rules.number("max_runs", 1, MAX_RUNS, may_lack=True),
            "weight": rules.number("weight", 1, MAX_WEIGHT) or 1,
            "first_day": rules.day("first_day"),
            "last_day": rules.day("last_day"),
        }
        first, last = values["first_day"], values["last_day"]
        if isinstance(first, date) and isinstance(last, date) and last < first:
            rules.are_damaged = True
            values["last_day"] = None
        return cls(
            draft=Draft.from_json(get_mapping(data, "draft")),
            id=message_id,
            alternatives=_alternatives(data),
            is_paused=data.get("paused") is True or rules.are_damaged,
            created_at=get_time(data, "created_at") or datetime.now(UTC),
            updated_at=get_time(data, "updated_at") or datetime.now(UTC),
            **cast("dict[str, Any]", values),
        )


class _Rules:
    """Reads rules, and remembers whether one was damaged."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self._data = data
        self.are_damaged = False

    def number(self, key: str, low: int, high: int, *, may_lack: bool = False) -> int | None:
        value = self._data.get(key)
        if value is None and may_lack:
            return None
        if type(value) is int and low <= value <= high:
            return value
        self.are_damaged = True
        return None

    def day(self, key: str) -> date | None:
        value = self._data.get(key)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.are_damaged = True
            return None


def _alternatives(data: Mapping[str, Any]) -> tuple[Alternative, ...]:
    alternatives = []
    for raw in get_list(data, "alternatives")[:MAX_ALTERNATIVES]:
        if isinstance(raw, Mapping) and isinstance(raw.get("text"), str):
            own_texts = {
                key: replace_lone_surrogates(text)
                for key, text in get_mapping(raw, "own_texts").items()
                if isinstance(key, str) and isinstance(text, str)
            }
            alternatives.append(Alternative(replace_lone_surrogates(raw["text"]), own_texts))
    return tuple(alternatives)


@dataclass(frozen=True)
class ChoiceReason:
    """Why a message was chosen for a slot, or why the slot stays free.

    "first": it never went out there; "turn": it is its turn; "only": no other may go out there;
    "pinned" by the user. Free: "no_messages" for the channel, "skipped" by the user, "taken_back"
    with a filling, "blocked": none may go out there; `causes` are how many for which cause, and
    `next_day` is the first day on which one may. `last_at` and `days` are its last run there and
    the days since, `runs` the runs before this one. `pin_problem` is why a pinned message does not
    go out at its slot.
    """

    code: ReasonCode
    weight: int = 0
    last_at: datetime | None = None
    days: int = 0
    runs: int = 0
    causes: tuple[tuple[BlockCode, int], ...] = ()
    next_day: date | None = None
    pin_problem: BlockCode | Literal[""] = ""

    def to_json(self) -> dict[str, Any]:
        """Return what is kept with a run."""
        values: dict[str, Any] = {"code": self.code}
        if self.weight:
            values["weight"] = self.weight
        if self.last_at is not None:
            values |= {"last_at": self.last_at.isoformat(), "days": self.days}
        if self.runs:
            values["runs"] = self.runs
        return values

    @classmethod
    def from_json(cls, data: object) -> ChoiceReason:
        """Read the reason of a run; "turn" if it cannot be read."""
        if not isinstance(data, Mapping):
            return cls("turn")
        code = data.get("code")
        return cls(
            cast(ReasonCode, code) if code in REASON_CODES else "turn",
            get_uint(data, "weight"),
            get_time(data, "last_at"),
            get_uint(data, "days"),
            get_uint(data, "runs"),
        )


@dataclass(frozen=True)
class SlotChoice:
    """What comes at one slot of one channel; without a `message_id` it stays free. `text` is the
    user's own for this run. `turn` and `clock` are positions in the channel's order of turns
    (core.evergreen_choice)."""

    channel_id: int
    slot: datetime
    message_id: str
    reason: ChoiceReason
    variant: int = 0
    text: str | None = None
    text_key: str = ""
    turn: float = 0.0
    clock: float = 0.0
    is_pinned: bool = False


@dataclass(frozen=True)
class EvergreenRun:
    """A message that goes out, or went, at one slot of one channel. `share_at` is its time, which
    differs from its slot once it was moved. `posto_ref` and `entry_id` are those of its post, which
    runs at the same moment share."""

    id: int
    workspace: str
    message_id: str
    channel_id: int
    slot: datetime
    share_at: datetime
    variant: int
    text_key: str
    turn: float
    clock: float
    filling_id: str
    posto_ref: str
    entry_id: str
    state: RunState
    why: str = ""
    text: str | None = None
    reason: ChoiceReason = field(default_factory=lambda: ChoiceReason("turn"))
    is_pinned: bool = False

    @property
    def is_counting(self) -> bool:
        """True if it went out, or will."""
        return self.state in COUNTING


@dataclass(frozen=True)
class Skip:
    """A slot of a channel at which a message does not go out; without a message none does."""

    channel_id: int
    slot: datetime
    message_id: str = ""


@dataclass(frozen=True)
class Pin:
    """A message that the user wants at a slot of a channel, with an own text of this run if there
    is one."""

    channel_id: int
    slot: datetime
    message_id: str
    text: str | None = None


@dataclass(frozen=True)
class ComingRun:
    """Choices for the same moment that are alike, together; without a `message_id` the slots stay
    free. `text` is that of the first channel."""

    when: datetime
    message_id: str
    channel_ids: tuple[int, ...]
    reason: ChoiceReason
    text: str = ""
    variant: int = 0
    variant_count: int = 1
    is_pinned: bool = False
    is_edited: bool = False
    is_filled: bool = False
    posto_ref: str = ""
    state: RunState | Literal[""] = ""
    slot: datetime | None = None
    """The slot that a filled run was chosen for, if it was moved."""

    @property
    def key(self) -> str:
        """What stays as long as it is the same message at the same time on the same channels."""
        channels = ",".join(map(str, self.channel_ids))
        return f"{self.when.timestamp():.0f} {channels} {self.message_id}"


Nothing = Literal[
    "",
    "no_messages",
    "no_slots",
    "all_paused",
    "all_resting",
    "all_used_up",
    "all_over",
    "all_taken",
    "blocked",
]


@dataclass(frozen=True)
class EvergreenPreview:
    """What is scheduled by fillings, what the next filling would write, and what stays free, each
    by time. `nothing` is why nothing comes; with "all_resting" `next_day` is the first possible
    day."""

    workspace: str
    filled: tuple[ComingRun, ...] = ()
    coming: tuple[ComingRun, ...] = ()
    free: tuple[ComingRun, ...] = ()
    nothing: Nothing = ""
    next_day: date | None = None


@dataclass(frozen=True)
class Filling:
    """The runs that were written together. `posts` counts their posts, some on several channels;
    `first` and `last` are the times between which they go out."""

    id: str
    workspace: str
    at: datetime
    runs: int = 0
    posts: int = 0
    is_automatic: bool = False
    is_taken_back: bool = False
    first: datetime | None = None
    last: datetime | None = None


@dataclass(frozen=True)
class TakenBackRuns:
    """What came of taking back runs: how many do not go out, how many were sent and stay, and how
    many the service still has to delete. `renewed` go out again as their message is now."""

    filling_id: str
    workspace: str
    undone: int = 0
    sent: int = 0
    removing: int = 0
    renewed: int = 0


@dataclass(frozen=True)
class MessageRuns:
    """The runs of a message that went out or will: their number, the last one that went out, and
    the next."""

    runs: int = 0
    last_at: datetime | None = None
    next_at: datetime | None = None


def text_key(text: str) -> str:
    """Return a digest by which networks that forbid the same text twice would call texts the same:
    white space and case do not count."""
    return text_digest(" ".join(text.split()).casefold())


def same_text_days(network: str) -> int | None:
    """Return for how many days a network refuses the same text in a channel; None: it takes it."""
    return limits_for(network).same_text_days


def local_day(moment: datetime, zone: tzinfo) -> date:
    return moment.astimezone(zone).date()
