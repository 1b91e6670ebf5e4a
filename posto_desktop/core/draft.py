"""A post that is being written: plain data, kept in posto.db as JSON."""

from __future__ import annotations

import copy
import json
import math
import mimetypes
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal, cast

SCHEMA = 1
LOCAL = "local"

MediaKind = Literal["image", "video", "gif"]

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

    @property
    def type(self) -> str:
        """The MIME type as far as known, else what the name suggests, else empty."""
        return self.mime or mime_of(self.name)

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

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
            alt=_text(data, "alt"),
            width=_whole(data, "width"),
            height=_whole(data, "height"),
            duration=_seconds(data, "duration"),
            sha256=sha256 if isinstance(sha256, str) and sha256 else None,
            mime=_text(data, "mime"),
            problem=_text(data, "problem"),
        )


@dataclass
class Draft:
    """What a person wrote and chose. `variants` holds own texts by network slug.

    An own text replaces `text` for that network even when it is empty. `when_text` is kept as
    typed and read again each time: "tomorrow" moves with the day. Times are aware UTC.
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
    created_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    updated_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def text_for(self, slug: str) -> str:
        """The text as typed for one network."""
        return self.variants.get(slug, self.text)

    @property
    def is_empty(self) -> bool:
        """Nothing in it that a person would miss; chosen channels alone do not count."""
        texts = (self.text, self.link, self.first_comment, self.title, *self.variants.values())
        return not self.media and not any(one.strip() for one in texts)

    def copy(self) -> Draft:
        """A snapshot that later changes of this draft do not reach."""
        return copy.deepcopy(self)

    def duplicate(self) -> Draft:
        """The same content as a new draft."""
        twin = self.copy()
        twin.id = uuid.uuid4().hex
        twin.created_at = twin.updated_at = datetime.now(UTC)
        return twin

    def to_json(self) -> dict[str, Any]:
        """JSON-able; texts may hold lone surrogates (odd file names), so write it as ASCII."""
        return {
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
            "created_at": self.created_at.isoformat(),
            "updated_at": self.updated_at.isoformat(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any] | str) -> Draft:
        """Read a draft; what is wrong or unknown in it is left out rather than all refused.

        Raises ValueError only when it is no draft at all (not an object, or without an id).
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
        media: list[MediaRef] = []
        for entry in _items(data, "media"):
            if isinstance(entry, Mapping):
                try:
                    media.append(MediaRef.from_json(entry))
                except ValueError:
                    continue
        variants = data.get("variants")
        created = _when(data, "created_at")
        return cls(
            id=draft_id,
            workspace=_text(data, "workspace") or LOCAL,
            text=_text(data, "text"),
            variants={
                slug: text
                for slug, text in (variants if isinstance(variants, Mapping) else {}).items()
                if isinstance(slug, str) and isinstance(text, str)
            },
            media=media,
            channel_ids=[one for one in _items(data, "channel_ids") if type(one) is int],
            when_text=_text(data, "when_text"),
            link=_text(data, "link"),
            first_comment=_text(data, "first_comment"),
            style=_text(data, "style"),
            labels=[one for one in _items(data, "labels") if isinstance(one, str)],
            title=_text(data, "title"),
            created_at=created or datetime.now(UTC),
            updated_at=_when(data, "updated_at") or created or datetime.now(UTC),
        )


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
