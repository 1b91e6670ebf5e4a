"""A campaign: messages with a rhythm. Plain data, stored in posto.db as JSON.

core.campaign_times computes the times, core.campaign_results the delivery status.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Literal, cast

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.draft import LOCAL, Draft, MediaRef, threads_of
from posto_desktop.core.draft_list import clean_labels
from posto_desktop.core.json_fields import get_list, get_mapping, get_text, get_time, is_uint

SCHEMA = 1
MAX_MESSAGES = 20_000
MAX_EVERY = 999
MAX_VARIATION = 120

RhythmKind = Literal["interval", "slots", "times"]
Unit = Literal["minute", "hour", "day", "working_day", "week"]
CampaignState = Literal["draft", "running", "stopped"]

UNITS: tuple[Unit, ...] = ("minute", "hour", "day", "working_day", "week")


def new_id() -> str:
    """Return an id for a campaign or a message."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class CampaignMessage:
    """One message of a campaign.

    `when` (aware UTC) is its own time; None uses the rhythm's time for its position. `channel_ids`
    None means the campaign's channels. `variants` are own texts, `threads` what goes on after a
    text and `numbered` whether its parts are, as in core.draft.Draft.
    """

    id: str = field(default_factory=new_id)
    text: str = ""
    media: tuple[MediaRef, ...] = ()
    when: datetime | None = None
    link: str = ""
    first_comment: str = ""
    channel_ids: tuple[int, ...] | None = None
    variants: Mapping[str, str] = field(default_factory=dict)
    labels: tuple[str, ...] = ()
    threads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbered: bool = False

    @property
    def parts(self) -> tuple[str, ...]:
        """The texts of the common thread, that of the post first."""
        return self.text, *self.threads.get("", ())

    def with_parts(self, texts: Sequence[str]) -> CampaignMessage:
        """Return the message with these texts as its common thread. Files of a part that is gone go
        with the last one."""
        threads = {key: parts for key, parts in self.threads.items() if key}
        if len(texts) > 1:
            threads[""] = tuple(texts[1:])
        last = len(texts) - 1
        return replace(
            self,
            text=texts[0],
            threads=threads,
            media=tuple(ref.in_part("", min(ref.part, last)) for ref in self.media),
            numbered=self.numbered and bool(threads),
        )

    @property
    def is_empty(self) -> bool:
        """True if it holds nothing that the user would miss."""
        further = (text for parts in self.threads.values() for text in parts)
        return not self.media and not any(
            text.strip()
            for text in (
                self.text,
                self.link,
                self.first_comment,
                *self.variants.values(),
                *further,
            )
        )

    def to_json(self) -> dict[str, Any]:
        """Return only the fields that are set; encode the result as ASCII, as for drafts."""
        values: dict[str, Any] = {"id": self.id, "text": self.text}
        if self.media:
            values["media"] = [ref.to_json() for ref in self.media]
        if self.when is not None:
            values["when"] = self.when.astimezone(UTC).isoformat()
        if self.link:
            values["link"] = self.link
        if self.first_comment:
            values["first_comment"] = self.first_comment
        if self.channel_ids is not None:
            values["channel_ids"] = list(self.channel_ids)
        if self.variants:
            values["variants"] = dict(self.variants)
        if self.labels:
            values["labels"] = list(self.labels)
        if self.threads:
            values["threads"] = {key: list(parts) for key, parts in self.threads.items()}
        if self.numbered:
            values["numbered"] = True
        return values

    @classmethod
    def from_json(cls, data: object) -> CampaignMessage:
        """Read one message, dropping invalid fields. Raises ValueError without an id."""
        values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        message_id = values.get("id")
        if not isinstance(message_id, str) or not message_id:
            raise ValueError("a message without an id")
        media: list[MediaRef] = []
        for raw in get_list(values, "media"):
            if isinstance(raw, Mapping):
                try:
                    media.append(MediaRef.from_json(raw))
                except ValueError:
                    continue
        channels = values.get("channel_ids")
        variants = {
            key: replace_lone_surrogates(text)
            for key, text in get_mapping(values, "variants").items()
            if isinstance(key, str) and isinstance(text, str)
        }
        threads = threads_of(values, variants)
        return cls(
            id=message_id,
            text=replace_lone_surrogates(get_text(values, "text")),
            media=tuple(media),
            when=get_time(values, "when"),
            link=replace_lone_surrogates(get_text(values, "link")),
            first_comment=replace_lone_surrogates(get_text(values, "first_comment")),
            channel_ids=tuple(channel_id for channel_id in channels if is_uint(channel_id))
            if isinstance(channels, list)
            else None,
            variants=variants,
            labels=tuple(
                clean_labels(
                    replace_lone_surrogates(label)
                    for label in get_list(values, "labels")
                    if isinstance(label, str)
                )
            ),
            threads=threads,
            numbered=values.get("numbered") is True and bool(threads),
        )


@dataclass(frozen=True)
class Rhythm:
    """How the messages follow each other.

    "interval": one every `every` `unit`s, each moved by up to `vary` minutes; "slots": the next
    free slots of the channels (core.slots); "times": only the messages' own times. Days, working
    days and weeks keep the local time; minutes and hours are elapsed time.
    """

    kind: RhythmKind = "interval"
    every: int = 1
    unit: Unit = "day"
    vary: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ("interval", "slots", "times"):
            raise ValueError(f"no such rhythm: {self.kind!r}")
        if self.unit not in UNITS:
            raise ValueError(f"no such unit: {self.unit!r}")
        if not 1 <= self.every <= MAX_EVERY:
            raise ValueError(f"every {self.every} is not 1 to {MAX_EVERY}")
        if not 0 <= self.vary <= MAX_VARIATION:
            raise ValueError(f"a variation is 0 to {MAX_VARIATION} minutes")

    def to_json(self) -> dict[str, Any]:
        return {"kind": self.kind, "every": self.every, "unit": self.unit, "vary": self.vary}

    @classmethod
    def from_json(cls, data: object) -> Rhythm:
        """Read a rhythm. An invalid one becomes "times", since a partial rhythm would post at times
        that nobody chose."""
        values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        every, vary = values.get("every", 1), values.get("vary", 0)
        try:
            if type(every) is not int or type(vary) is not int:
                raise ValueError
            return cls(
                kind=cast(RhythmKind, values.get("kind")),
                every=every,
                unit=cast(Unit, values.get("unit", "day")),
                vary=vary,
            )
        except (ValueError, TypeError):
            return cls(kind="times")


@dataclass(frozen=True)
class Campaign:
    """Messages with a rhythm.

    `start_text` is kept as typed and parsed again until the campaign starts; `start` is the moment
    it gave then (aware UTC). `seed` drives the variation, so a campaign always gets the same times.
    """

    id: str = field(default_factory=new_id)
    workspace: str = LOCAL
    name: str = ""
    messages: tuple[CampaignMessage, ...] = ()
    channel_ids: tuple[int, ...] = ()
    style: str = ""
    start_text: str = ""
    start: datetime | None = None
    rhythm: Rhythm = Rhythm()
    state: CampaignState = "draft"
    seed: int = field(default_factory=lambda: uuid.uuid4().int & 0xFFFFFFFF)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def is_empty(self) -> bool:
        """True if it holds nothing that the user would miss."""
        return not self.name.strip() and all(message.is_empty for message in self.messages)

    def duplicate(self, name: str) -> Campaign:
        """Return the same content as a new campaign that has not started."""
        now = datetime.now(UTC)
        return replace(
            self,
            id=new_id(),
            name=name,
            messages=tuple(replace(message, id=new_id()) for message in self.messages),
            state="draft",
            start=None,
            created_at=now,
            updated_at=now,
        )

    def to_json(self) -> dict[str, Any]:
        """Return everything but the messages; their ids are listed in order."""
        return {
            "schema": SCHEMA,
            "id": self.id,
            "workspace": self.workspace,
            "name": self.name,
            "order": [message.id for message in self.messages],
            "channel_ids": list(self.channel_ids),
            "style": self.style,
            "start_text": self.start_text,
            "start": None if self.start is None else self.start.astimezone(UTC).isoformat(),
            "rhythm": self.rhythm.to_json(),
            "state": self.state,
            "seed": self.seed,
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: object, messages: Iterable[CampaignMessage] = ()) -> Campaign:
        """Read a campaign; messages that its order does not list come last.

        Raises ValueError for invalid data and for data of a newer version.
        """
        values: Mapping[str, Any] = data if isinstance(data, Mapping) else {}
        campaign_id = values.get("id")
        if not isinstance(campaign_id, str) or not campaign_id:
            raise ValueError("a campaign without an id")
        schema = values.get("schema", 1)
        if type(schema) is int and schema > SCHEMA:
            raise ValueError("a campaign of a newer version")
        known = {message.id: message for message in messages}
        named = [
            message_id for message_id in get_list(values, "order") if isinstance(message_id, str)
        ]
        ordered = [known.pop(message_id) for message_id in named if message_id in known]
        state = values.get("state")
        seed = values.get("seed")
        created = get_time(values, "created_at") or datetime.now(UTC)
        return cls(
            id=campaign_id,
            workspace=get_text(values, "workspace") or LOCAL,
            name=get_text(values, "name"),
            messages=(*ordered, *known.values()),
            channel_ids=tuple(
                channel_id for channel_id in get_list(values, "channel_ids") if is_uint(channel_id)
            ),
            style=get_text(values, "style"),
            start_text=get_text(values, "start_text"),
            start=get_time(values, "start"),
            rhythm=Rhythm.from_json(values.get("rhythm")),
            state=cast(CampaignState, state) if state in ("running", "stopped") else "draft",
            seed=seed if is_uint(seed) else 0,
            created_at=created,
            updated_at=get_time(values, "updated_at") or created,
        )


def moved(
    messages: Sequence[CampaignMessage], rows: Iterable[int], to: int
) -> tuple[CampaignMessage, ...]:
    """Return the messages with those of `rows` moved before index `to` (the count = at the end).
    Own times stay at their position; only the messages move."""
    taken = sorted({row for row in rows if 0 <= row < len(messages)})
    chosen = set(taken)
    before = [row for row in range(min(to, len(messages))) if row not in chosen]
    after = [row for row in range(max(to, 0), len(messages)) if row not in chosen]
    order = [*before, *taken, *after]
    return tuple(
        messages[row]
        if messages[row].when == messages[place].when
        else replace(messages[row], when=messages[place].when)
        for place, row in enumerate(order)
    )


def reached(campaign: Campaign) -> set[int]:
    """Return the ids of all channels that a message goes to; those of the campaign if it has no
    messages."""
    common = campaign.channel_ids
    if not campaign.messages:
        return set(common)
    own = (
        common if message.channel_ids is None else message.channel_ids
        for message in campaign.messages
    )
    return {number for ids in own for number in ids}


def draft_of(campaign: Campaign, message: CampaignMessage) -> Draft:
    """Return the message as a draft to check, preview and send. It keeps the message's id."""
    ids = campaign.channel_ids if message.channel_ids is None else message.channel_ids
    return Draft(
        id=message.id,
        workspace=campaign.workspace,
        text=message.text,
        variants=dict(message.variants),
        media=tuple(message.media),
        channel_ids=tuple(ids),
        link=message.link,
        first_comment=message.first_comment,
        style=campaign.style,
        labels=tuple(message.labels),
        threads=dict(message.threads),
        numbered=message.numbered,
    )


def split_paste(text: str) -> list[str]:
    """Split a pasted text into messages: by blank lines, else by the cells of a spreadsheet column
    (where quoted cells may span lines), else by lines."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")
    cells = _cells(plain) if plain.lstrip(" \n").startswith('"') or '\n"' in plain else None
    if cells is not None:
        return [cell for cell in (cell.strip() for cell in cells) if cell]
    paragraphs = [paragraph.strip() for paragraph in plain.split("\n\n") if paragraph.strip()]
    if len(paragraphs) > 1:
        return paragraphs
    return [line for line in (line.strip() for line in plain.split("\n")) if line]


def _cells(text: str) -> list[str] | None:
    """Return the first column of a table copied from a spreadsheet; None if the quotes do not
    match."""
    cells: list[str] = []
    place, length = 0, len(text)
    while place < length:
        if text[place] == '"':
            end, parts = place + 1, []
            while True:
                close = text.find('"', end)
                if close < 0:
                    return None
                parts.append(text[end:close])
                if text[close + 1 : close + 2] != '"':
                    break
                parts.append('"')
                end = close + 2
            if close + 1 < length and text[close + 1] not in "\n\t":
                return None
            cells.append("".join(parts))
            place = close + 1
        else:
            stop = text.find("\n", place)
            stop = length if stop < 0 else stop
            cells.append(text[place:stop].split("\t", 1)[0])
            place = stop
        line_end = text.find("\n", place)
        place = length if line_end < 0 else line_end + 1
    return cells
