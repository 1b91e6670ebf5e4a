"""A draft: a message being written. Plain data, stored in posto.db as JSON."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from posto_desktop.common import json_text
from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.draft_schema import MIGRATIONS, SCHEMA, migrate
from posto_desktop.core.edited_message import EditedMessage
from posto_desktop.core.json_fields import get_list, get_mapping, get_text, get_time, is_uint
from posto_desktop.core.media_ref import MediaKind, MediaRef, mime_of
from posto_desktop.core.recurrence import Repeat
from posto_desktop.sdk import networks

if TYPE_CHECKING:
    from posto_desktop.core.resolved_style import ResolvedStyle

__all__ = [
    "CHANNEL_PREFIX",
    "CONTENT",
    "LOCAL",
    "MAX_PARTS",
    "MIGRATIONS",
    "SCHEMA",
    "TEXTS",
    "ChannelLike",
    "Draft",
    "MediaKind",
    "MediaRef",
    "channel_key",
    "channel_of",
    "keys_of",
    "migrate",
    "mime_of",
    "part_key",
    "split_part_key",
    "text_keys",
]

_Value = TypeVar("_Value")

LOCAL = "local"
MAX_PARTS = 100
"""The most parts of a thread, the post included."""
CHANNEL_PREFIX = "channel:"


class ChannelLike(Protocol):
    """The part of sdk.records.Channel that determines a channel's content."""

    @property
    def id(self) -> int: ...
    @property
    def network(self) -> str: ...


@dataclass(frozen=True)
class Draft:
    """What the user wrote and chose. Immutable: changes return another draft, by
    `dataclasses.replace` or the methods below, and share unchanged parts.

    `variants` holds own texts by network slug or `channel:ID` (see `channel_key`). An own text
    replaces `text` even when it is empty; a channel's wins over its network's. `options` holds, by
    the same keys, values for the service's own keys (core.options); an entry there also overrides
    the common `link`, `first_comment` and `title`. `when_text` is kept as typed and parsed again
    each time: "tomorrow" moves with the day. `title` is that of the post, `name` the name of the
    draft or template in lists. `channel_ids` are numbers of `workspace`; `channels_elsewhere` holds
    those of other workspaces by their ids. `resolved_style` is the style `style` with the defaults,
    once read; it is not stored. `editing` is the scheduled message that it changes, None for a new
    message. Times are aware UTC.

    `threads` holds, by the key of a text ("" for the common one), what goes on after it: a part of
    a thread each (core.thread). An own text has parts of its own. `numbered` appends "2/3" to each
    when it is sent. `thread_forms` says by network slug or `channel:ID` what goes where no thread
    does: "one" (all parts in one post) or "first".
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    workspace: str = LOCAL
    text: str = ""
    variants: Mapping[str, str] = field(default_factory=dict)
    media: tuple[MediaRef, ...] = ()
    channel_ids: tuple[int, ...] = ()
    channels_elsewhere: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    when_text: str = ""
    link: str = ""
    first_comment: str = ""
    style: str = ""
    labels: tuple[str, ...] = ()
    title: str = ""
    name: str = ""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    repeat: Repeat | None = None
    editing: EditedMessage | None = None
    threads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbered: bool = False
    thread_forms: Mapping[str, str] = field(default_factory=dict)
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    resolved_style: ResolvedStyle | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        # Accept any sequence from callers.
        for name in ("media", "channel_ids", "labels"):
            value = getattr(self, name)
            if type(value) is not tuple:
                object.__setattr__(self, name, tuple(value))

    def moved_to(self, workspace: str, *, chosen: bool = True) -> Draft:
        """Return the same message in another workspace, where channel numbers differ.

        The present choice of channels, even if empty, is remembered and restored when the draft
        comes back. `chosen` False: the user did not make the choice.
        """
        if workspace == self.workspace:
            return self
        elsewhere = dict(self.channels_elsewhere)
        if chosen:
            elsewhere[self.workspace] = self.channel_ids
        channel_ids = elsewhere.pop(workspace, ())
        return replace(
            self, workspace=workspace, channel_ids=channel_ids, channels_elsewhere=elsewhere
        )

    def text_for(self, target: str | ChannelLike) -> str:
        """Return the text as typed for a network (its slug), a channel, or a `channel:ID`."""
        return self.variants.get(self.variant_key(target), self.text)

    def variant_key(self, target: str | ChannelLike) -> str:
        """Return the key of the effective text of a network or channel; "" for the common one.

        A `channel:ID` alone has no network to fall back on: pass the channel for that.
        """
        if not self.variants:
            return ""
        return next((key for key in keys_of(target) if key in self.variants), "")

    def with_text(self, target: str | ChannelLike, text: str) -> Draft:
        """Return the draft with an own text for a network or channel; "" sets the common text. The
        key of a further part (`part_key`) sets that part."""
        key, number = split_part_key(keys_of(target)[0])
        if number:
            parts = list(self.threads.get(key, ()))
            parts[number - 1 : number] = [text]
            return replace(self, threads={**self.threads, key: tuple(parts)})
        if not key:
            return replace(self, text=text)
        return replace(self, variants={**self.variants, key: text})

    def parts_for(self, target: str | ChannelLike) -> tuple[str, ...]:
        """Return the texts as typed for a network or channel: of the post, then of each further
        part of its thread."""
        return self.text_for(target), *self.threads.get(self.variant_key(target), ())

    def with_parts(self, key: str, texts: Sequence[str]) -> Draft:
        """Return the draft with these texts at a key: of the post, then of each further part."""
        draft = replace(self, threads=_without(self.threads, key))
        if len(texts) > 1:
            draft = replace(draft, threads={**draft.threads, key: tuple(texts[1:])})
        return draft.with_text(key, texts[0])

    @property
    def is_thread(self) -> bool:
        """Whether any of its texts has further parts."""
        return bool(self.threads)

    def without_text(self, key: str) -> Draft:
        """Return the draft without the own text of a network or `channel:ID`, so that it inherits
        again."""
        return replace(
            self, variants=_without(self.variants, key), threads=_without(self.threads, key)
        )

    def options_for(self, target: str | ChannelLike) -> dict[str, Any]:
        """Return the option values of a network or channel; the channel's win over the
        network's."""
        merged: dict[str, Any] = {}
        if not self.options:
            return merged
        for key in reversed(keys_of(target)):
            merged.update(self.options.get(key, {}))
        return merged

    def with_option(self, target: str | ChannelLike, name: str, value: object) -> Draft:
        """Return the draft with one option set; None removes it, so that it inherits again."""
        key = keys_of(target)[0]
        own = {**self.options.get(key, {}), name: value}
        if value is None:
            del own[name]
        options = {**self.options, key: own} if own else _without(self.options, key)
        return replace(self, options=options)

    @cached_property
    def is_empty(self) -> bool:
        """True if it holds nothing that the user would miss; chosen channels alone do not count."""
        texts = [self.text, self.link, self.first_comment, self.title, *self.variants.values()]
        texts += [text for parts in self.threads.values() for text in parts]
        typed = (value for own in self.options.values() for value in own.values())
        return (
            not self.media
            and not any(text.strip() for text in texts)
            and not any(isinstance(value, str) and value.strip() for value in typed)
        )

    def duplicate(self) -> Draft:
        """Return the same content as a new draft."""
        now = datetime.now(UTC)
        return replace(self, id=uuid.uuid4().hex, editing=None, created_at=now, updated_at=now)

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data; file names may hold lone surrogates, so encode it as ASCII."""
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.id,
            "workspace": self.workspace,
            "text": self.text,
            "variants": dict(self.variants),
            "media": [ref.to_json() for ref in self.media],
            "channel_ids": list(self.channel_ids),
            "when_text": self.when_text,
            "link": self.link,
            "first_comment": self.first_comment,
            "style": self.style,
            "labels": list(self.labels),
            "title": self.title,
            "name": self.name,
            "options": json_text.plain(self.options),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }
        if self.channels_elsewhere:
            values["channels_elsewhere"] = {
                key: list(ids) for key, ids in self.channels_elsewhere.items()
            }
        if self.threads:
            values["threads"] = {key: list(parts) for key, parts in self.threads.items()}
        if self.numbered:
            values["numbered"] = True
        if self.thread_forms:
            values["thread_forms"] = dict(self.thread_forms)
        if self.repeat is not None:
            values["repeat"] = self.repeat.to_json()
        if self.editing is not None:
            values["editing"] = self.editing.to_json()
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Draft:
        """Read a draft, dropping invalid or unknown fields.

        Raises ValueError if it is no draft (not an object, or without an id), or if a newer version
        wrote it: saving it again would lose that version's data.
        """
        parsed = _parsed(data) if isinstance(data, str) else data
        if not isinstance(parsed, Mapping):
            raise ValueError("not a draft")
        data = parsed
        draft_id = data.get("id")
        if not isinstance(draft_id, str) or not draft_id:
            raise ValueError("a draft without an id")
        data = migrate(data)
        media: list[MediaRef] = []
        for entry in get_list(data, "media"):
            if isinstance(entry, Mapping):
                try:
                    media.append(MediaRef.from_json(entry))
                except ValueError:
                    continue
        created = get_time(data, "created_at")
        variants = {
            slug: replace_lone_surrogates(text)
            for slug, text in get_mapping(data, "variants").items()
            if isinstance(slug, str) and isinstance(text, str)
        }
        return cls(
            id=draft_id,
            workspace=get_text(data, "workspace") or LOCAL,
            text=replace_lone_surrogates(get_text(data, "text")),
            variants=variants,
            media=tuple(media),
            channel_ids=tuple(filter(is_uint, get_list(data, "channel_ids"))),
            channels_elsewhere={
                workspace: tuple(filter(is_uint, ids))
                for workspace, ids in get_mapping(data, "channels_elsewhere").items()
                if isinstance(workspace, str) and isinstance(ids, list)
            },
            when_text=replace_lone_surrogates(get_text(data, "when_text")),
            link=replace_lone_surrogates(get_text(data, "link")),
            first_comment=replace_lone_surrogates(get_text(data, "first_comment")),
            style=get_text(data, "style"),
            labels=tuple(
                replace_lone_surrogates(label)
                for label in get_list(data, "labels")
                if isinstance(label, str)
            ),
            title=replace_lone_surrogates(get_text(data, "title")),
            name=replace_lone_surrogates(get_text(data, "name")),
            options=_options(data),
            repeat=Repeat.from_json(data.get("repeat")),
            editing=EditedMessage.from_json(data.get("editing")),
            threads=threads_of(data, variants),
            numbered=data.get("numbered") is True,
            thread_forms={
                key: form
                for key, form in get_mapping(data, "thread_forms").items()
                if isinstance(key, str) and form in ("one", "first")
            },
            created_at=created or datetime.now(UTC),
            updated_at=get_time(data, "updated_at") or created or datetime.now(UTC),
        )


CONTENT = tuple(
    draft_field.name
    for draft_field in fields(Draft)
    if draft_field.name
    not in {
        "id",
        "workspace",
        "channel_ids",
        "channels_elsewhere",
        "name",
        "editing",
        "created_at",
        "updated_at",
        "resolved_style",
    }
)
"""The fields that hold the user's content, which undo restores."""
TEXTS = ("text", "variants", "threads")
"""The fields that hold what is written."""


def channel_key(channel_id: int) -> str:
    """Return the key of a channel in `variants` and `options`."""
    return f"{CHANNEL_PREFIX}{channel_id}"


def channel_of(key: str) -> int | None:
    """Return the channel id of a key; None for a network's key."""
    number = key.removeprefix(CHANNEL_PREFIX)
    return int(number) if number != key and number.isascii() and number.isdecimal() else None


_PART = "#"


def part_key(key: str, number: int) -> str:
    """Return the key of a part of a text's thread; part 0 is the text itself."""
    return f"{key}{_PART}{number}" if number else key


def split_part_key(key: str) -> tuple[str, int]:
    """Return the key of the text, and the number of its part."""
    text, mark, number = key.rpartition(_PART)
    return (text, int(number)) if mark and number.isdecimal() else (key, 0)


def text_keys(draft: Draft) -> list[str]:
    """Return the keys of all texts of a draft, those of further parts included."""
    further = [
        part_key(key, number)
        for key, parts in draft.threads.items()
        for number in range(1, len(parts) + 1)
    ]
    return ["", *draft.variants, *further]


def keys_of(target: str | ChannelLike) -> tuple[str, ...]:
    """Return the keys that apply to a target, the most specific first. Never empty."""
    if isinstance(target, str):
        return (target,)
    return (channel_key(target.id), networks.canonical(target.network))


def _without(values: Mapping[str, _Value], key: str) -> dict[str, _Value]:
    return {name: value for name, value in values.items() if name != key}


def _parsed(text: str) -> object:
    try:
        return json_text.loads(text)
    except ValueError:
        return None


def threads_of(data: Mapping[str, Any], variants: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Read the further parts. More than `MAX_PARTS` are joined to the last one, so that no text is
    lost."""
    threads: dict[str, tuple[str, ...]] = {}
    for key, listed in get_mapping(data, "threads").items():
        if not isinstance(listed, list) or (key and key not in variants):
            continue
        parts = [replace_lone_surrogates(text) for text in listed if isinstance(text, str)]
        if len(parts) >= MAX_PARTS:
            last = MAX_PARTS - 2
            parts[last:] = ["\n\n".join(parts[last:])]
        if parts:
            threads[key] = tuple(parts)
    return threads


def _options(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        replace_lone_surrogates(slug): {
            name: value
            for name, value in json_text.plain(own).items()
            if value is not None  # not chosen, or no value
        }
        for slug, own in get_mapping(data, "options").items()
        if isinstance(slug, str) and isinstance(own, Mapping)
    }
