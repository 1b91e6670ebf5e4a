"""A post that is being written: plain data, kept in posto.db as JSON."""

from __future__ import annotations

import copy
import json
import math
import mimetypes
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, cast

from posto_desktop.core.edits import MOST_SIDE, Edit, combine
from posto_desktop.core.halves import mended
from posto_desktop.core.recurrence import Repeat
from posto_desktop.sdk import networks

if TYPE_CHECKING:
    from posto_desktop.core.styles import Dress

SCHEMA = 3
LOCAL = "local"

MediaKind = Literal["image", "video", "gif"]

CHANNEL_PREFIX = "channel:"


class Target(Protocol):
    """As much of sdk.records.Channel as is needed to tell what is sent to it."""

    @property
    def id(self) -> int: ...
    @property
    def network(self) -> str: ...


# Python's own table lacks some of these, and its answers differ between systems.
_MIME_TYPES = {
    "avif": "image/avif",
    "bmp": "image/bmp",
    "gif": "image/gif",
    "heic": "image/heic",
    "heif": "image/heif",
    "jfif": "image/jpeg",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "m4v": "video/x-m4v",
    "mkv": "video/x-matroska",
    "mov": "video/quicktime",
    "mp4": "video/mp4",
    "ogv": "video/ogg",
    "png": "image/png",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "webm": "video/webm",
    "webp": "image/webp",
}


@dataclass(frozen=True)
class MediaRef:
    """A file of the post. `size` in bytes, `duration` in seconds; zero means not known yet.

    `problem` is a sentence when the file turned out to be unusable (damaged, far too large).
    `edit` is what is done to it for every network, `network_edits` (by slug) goes over that.
    `left_out` are the slugs of the networks that do not get it.
    """

    path: str
    name: str
    size: int = 0
    kind: MediaKind = "image"
    alt: str = ""
    width: int = 0
    height: int = 0
    duration: float = 0.0
    sha256: str | None = None
    mime: str = ""
    problem: str = ""
    edit: Edit | None = None
    network_edits: dict[str, Edit] = field(default_factory=dict, hash=False)
    left_out: frozenset[str] = frozenset()

    @property
    def type(self) -> str:
        """The MIME type as far as known, else what the name suggests, else empty."""
        return self.mime or mime_of(self.name)

    def edit_for(self, slug: str) -> Edit:
        """What is done to the file for one network: its own wishes over the common ones."""
        return combine(self.edit, self.network_edits.get(slug))

    def goes_to(self, slug: str) -> bool:
        """Whether a network (by its slug or an alias) gets the file."""
        return not self.left_out or networks.canonical(slug) not in self.left_out

    def leaving_out(self, slug: str, out: bool = True) -> MediaRef:
        """The same file, not for a network, or (`out` false) for it again."""
        slugs = self.left_out | {slug} if out else self.left_out - {slug}
        return self if slugs == self.left_out else replace(self, left_out=slugs)

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _PLAIN_FIELDS}
        if self.left_out:
            values["left_out"] = sorted(self.left_out)
        if self.edit is not None:
            values["edit"] = self.edit.to_json()
        if self.network_edits:
            values["network_edits"] = {
                slug: edit.to_json() for slug, edit in self.network_edits.items()
            }
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> MediaRef:
        """Read one file's entry; ValueError when it names no path."""
        path = data.get("path")
        if not isinstance(path, str) or not path:
            raise ValueError("a file without a path")
        kind = data.get("kind")
        sha256 = data.get("sha256")
        return cls(
            path=path,
            name=_text(data, "name") or path.replace("\\", "/").rsplit("/", 1)[-1],
            size=_whole(data, "size"),
            kind=cast(MediaKind, kind) if kind in ("image", "video", "gif") else "image",
            alt=mended(_text(data, "alt")),
            width=_whole(data, "width"),
            height=_whole(data, "height"),
            duration=_seconds(data, "duration"),
            sha256=sha256 if isinstance(sha256, str) and sha256 else None,
            mime=_text(data, "mime"),
            problem=_text(data, "problem"),
            edit=_edit(data.get("edit")),
            network_edits={
                slug: edit
                for slug, raw in _mapping(data, "network_edits").items()
                if isinstance(slug, str) and (edit := _edit(raw)) is not None
            },
            left_out=frozenset(one for one in _items(data, "left_out") if isinstance(one, str)),
        )


_PLAIN_FIELDS = tuple(
    name
    for name in MediaRef.__dataclass_fields__
    if name not in ("edit", "network_edits", "left_out")
)


@dataclass
class Draft:
    """What a person wrote and chose.

    `variants` holds own texts by network slug or `channel:ID` (see `channel_key`). An own text
    replaces `text` there even when it is empty; that of a channel wins over that of its network.
    `options` holds, by the same keys, values for the service's own keys (core.options); an entry
    there also overrides the common `link`, `first_comment` and `title`. `when_text` is kept as
    typed and read again each time: "tomorrow" moves with the day. `title` is that of the post,
    `name` what the draft or template is called in lists. `dress` is what the style named `style`
    and the defaults say, once somebody has read them; it is not stored. Times are aware UTC.
    """

    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    workspace: str = LOCAL
    text: str = ""
    variants: dict[str, str] = field(default_factory=dict)
    media: list[MediaRef] = field(default_factory=list)
    channel_ids: list[int] = field(default_factory=list)
    when_text: str = ""
    link: str = ""
    first_comment: str = ""
    style: str = ""
    labels: list[str] = field(default_factory=list)
    title: str = ""
    name: str = ""
    options: dict[str, dict[str, Any]] = field(default_factory=dict)
    repeat: Repeat | None = None
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    dress: Dress | None = field(default=None, repr=False, compare=False)

    def text_for(self, target: str | Target) -> str:
        """The text as typed for one network (its slug), one channel, or a `channel:ID`."""
        return self.variants.get(self.own_key(target), self.text)

    def own_key(self, target: str | Target) -> str:
        """The key of the text that counts for a network or a channel; "" for the common one.

        A `channel:ID` alone does not tell its network: pass the channel to fall back on that.
        """
        return next((key for key in _keys(target) if key in self.variants), "")

    def has_own_text(self, target: str | Target) -> bool:
        """Whether exactly this network or channel has a text of its own."""
        return _keys(target)[0] in self.variants

    def set_text(self, target: str | Target, text: str) -> None:
        """Give a network or a channel a text of its own; "" as target is the common text."""
        if target == "":
            self.text = text
        else:
            self.variants[_keys(target)[0]] = text

    def reset_text(self, target: str | Target) -> str | None:
        """Reset to common: forget the own text of a network or channel, and give it back.

        A channel falls back on its network's text. None when there was none.
        """
        return self.variants.pop(_keys(target)[0], None)

    def options_for(self, target: str | Target) -> dict[str, Any]:
        """The option values of a network or channel, the channel's own over the network's."""
        merged: dict[str, Any] = {}
        for key in reversed(_keys(target)):
            merged.update(self.options.get(key, {}))
        return merged

    def set_option(self, target: str | Target, name: str, value: Any) -> None:
        """Set one option; None takes it away, so that the common or the channel's own counts."""
        key = _keys(target)[0]
        own = {**self.options.get(key, {}), name: value}
        if value is None:
            del own[name]
        if own:
            self.options[key] = own
        else:
            self.options.pop(key, None)

    @property
    def is_empty(self) -> bool:
        """Nothing in it that a person would miss; chosen channels alone do not count."""
        texts = (self.text, self.link, self.first_comment, self.title, *self.variants.values())
        typed = (one for own in self.options.values() for one in own.values())
        return (
            not self.media
            and not any(one.strip() for one in texts)
            and not any(isinstance(one, str) and one.strip() for one in typed)
        )

    def copy(self) -> Draft:
        """A snapshot that later changes of this draft do not reach. Texts are shared."""
        twin = copy.copy(self)
        twin.variants = dict(self.variants)
        twin.media = list(self.media)
        twin.channel_ids = list(self.channel_ids)
        twin.labels = list(self.labels)
        twin.options = copy.deepcopy(self.options)
        return twin

    def duplicate(self) -> Draft:
        """The same content as a new draft."""
        twin = self.copy()
        twin.id = uuid.uuid4().hex
        twin.created_at = twin.updated_at = datetime.now(UTC)
        return twin

    def to_json(self) -> dict[str, Any]:
        """JSON-able; file names may hold lone surrogates, so write it as ASCII."""
        values: dict[str, Any] = {
            "schema": SCHEMA,
            "id": self.id,
            "workspace": self.workspace,
            "text": self.text,
            "variants": dict(self.variants),
            "media": [one.to_json() for one in self.media],
            "channel_ids": list(self.channel_ids),
            "when_text": self.when_text,
            "link": self.link,
            "first_comment": self.first_comment,
            "style": self.style,
            "labels": list(self.labels),
            "title": self.title,
            "name": self.name,
            "options": copy.deepcopy(self.options),
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }
        if self.repeat is not None:
            values["repeat"] = self.repeat.to_json()
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Draft:
        """Read a draft; what is wrong or unknown in it is left out rather than all refused.

        Raises ValueError only when it is no draft at all (not an object, or without an id), and
        when a newer version wrote it: saving it again would lose what that version knows.
        """
        if isinstance(data, str):
            try:
                data = json.loads(data)
            except (ValueError, RecursionError):
                raise ValueError("not a draft") from None
        if not isinstance(data, Mapping):
            raise ValueError("not a draft")
        draft_id = data.get("id")
        if not isinstance(draft_id, str) or not draft_id:
            raise ValueError("a draft without an id")
        data = migrate(data)
        media: list[MediaRef] = []
        for entry in _items(data, "media"):
            if isinstance(entry, Mapping):
                try:
                    media.append(MediaRef.from_json(entry))
                except ValueError:
                    continue
        created = _when(data, "created_at")
        return cls(
            id=draft_id,
            workspace=_text(data, "workspace") or LOCAL,
            text=mended(_text(data, "text")),
            variants={
                slug: mended(text)
                for slug, text in _mapping(data, "variants").items()
                if isinstance(slug, str) and isinstance(text, str)
            },
            media=media,
            channel_ids=[one for one in _items(data, "channel_ids") if type(one) is int],
            when_text=mended(_text(data, "when_text")),
            link=mended(_text(data, "link")),
            first_comment=mended(_text(data, "first_comment")),
            style=_text(data, "style"),
            labels=[mended(one) for one in _items(data, "labels") if isinstance(one, str)],
            title=mended(_text(data, "title")),
            name=mended(_text(data, "name")),
            options=_options(data),
            repeat=Repeat.from_json(data.get("repeat")),
            created_at=created or datetime.now(UTC),
            updated_at=_when(data, "updated_at") or created or datetime.now(UTC),
        )


def channel_key(channel_id: int) -> str:
    """The key of `variants` and `options` that stands for one channel."""
    return f"{CHANNEL_PREFIX}{channel_id}"


def channel_of(key: str) -> int | None:
    """The channel that a key stands for; None for a network's."""
    number = key.removeprefix(CHANNEL_PREFIX)
    return int(number) if number != key and number.isascii() and number.isdecimal() else None


def _keys(target: str | Target) -> tuple[str, ...]:
    """The keys that count for a target, the most specific first. Never empty."""
    if isinstance(target, str):
        return (target,)
    return (channel_key(target.id), networks.canonical(target.network))


def migrate(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """A draft's plain data as the current schema has it. ValueError for a newer one."""
    schema = data.get("schema", 1)
    if type(schema) is not int or schema < 1:
        schema = 1
    if schema > SCHEMA:
        raise ValueError("a draft of a newer version")
    for number in range(schema, SCHEMA):
        data = MIGRATIONS[number](data)
    return data


def _to_2(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Own texts could stand under an alias ("x"), which no lookup finds any more."""
    variants: dict[Any, Any] = {}
    for slug, text in _mapping(data, "variants").items():
        variants.setdefault(networks.canonical(slug) if isinstance(slug, str) else slug, text)
    return {**data, "schema": 2, "variants": variants}


def _to_3(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """That a network has nothing of the common edit was said by a cut of all but a hair, and by a
    side longer than any picture."""
    media = [
        _spelled_out(one) if isinstance(one, Mapping) else one for one in _items(data, "media")
    ]
    return {**data, "schema": 3, "media": media}


def _spelled_out(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    common, own = _edit(raw.get("edit")), dict(_mapping(raw, "network_edits"))
    for slug, value in own.items():
        edit = combine(common, _edit(value))
        whole = edit.crop is not None and min(edit.crop[2:]) > 1 - 1e-6
        endless = edit.max_side == MOST_SIDE
        if whole or endless:
            edit = replace(
                edit,
                crop=None if whole else edit.crop,
                max_side=None if endless else edit.max_side,
                alone=True,
            )
            own[slug] = edit.to_json()
    return {**raw, "network_edits": own} if own else raw


#: By the schema that they start from. A step, once released, is never changed.
MIGRATIONS: dict[int, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {1: _to_2, 2: _to_3}


def mime_of(name: str) -> str:
    """The MIME type that a file name suggests, or empty."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return _MIME_TYPES.get(ending) or mimetypes.guess_type(name)[0] or ""


def _text(data: Mapping[str, Any], key: str) -> str:
    value = data.get(key)
    return value if isinstance(value, str) else ""


def _items(data: Mapping[str, Any], key: str) -> list[Any]:
    value = data.get(key)
    return value if isinstance(value, list) else []


def _mapping(data: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def _options(data: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        slug: {name: copy.deepcopy(value) for name, value in own.items() if isinstance(name, str)}
        for slug, own in _mapping(data, "options").items()
        if isinstance(slug, str) and isinstance(own, Mapping)
    }


def _edit(raw: object) -> Edit | None:
    return Edit.from_json(raw) if isinstance(raw, Mapping) else None


def _whole(data: Mapping[str, Any], key: str) -> int:
    value = data.get(key)
    return value if type(value) is int and value >= 0 else 0


def _seconds(data: Mapping[str, Any], key: str) -> float:
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) and number >= 0 else 0.0


def _when(data: Mapping[str, Any], key: str) -> datetime | None:
    value = data.get(key)
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
