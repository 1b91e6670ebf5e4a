"""A file of a post: plain data, stored with the draft."""

from __future__ import annotations

import mimetypes
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, cast

from posto_desktop.common.surrogates import replace_lone_surrogates
from posto_desktop.core.edits import Edit, combine
from posto_desktop.core.json_fields import (
    get_list,
    get_mapping,
    get_seconds,
    get_text,
    get_uint,
    is_uint,
)
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.sdk import networks

MediaKind = Literal["image", "video", "gif"]

# Python's own table lacks some of these and differs between systems.
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
    """A file of the post. `size` in bytes, `duration` in seconds; zero means unknown.

    `video` is what is in a video, None if that is not known. `problem` is a sentence if the file is
    unusable (damaged, far too large). `edit` applies to every network, `network_edits` (by slug)
    override it. `left_out` are the slugs of the networks that do not get it. `part` is the part of
    a thread that it goes with, from 0; `own_parts` (by the keys of `Draft.variants`) override it
    where a text has a thread of its own.
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
    part: int = 0
    own_parts: dict[str, int] = field(default_factory=dict, hash=False)
    video: VideoFacts | None = None

    @property
    def type(self) -> str:
        """MIME type, else the one its name suggests, else empty."""
        return self.mime or mime_of(self.name)

    @property
    def sent_seconds(self) -> float:
        """Return how long the part of a video is that goes to networks without an edit of their
        own; 0: unknown."""
        if self.edit is None or not self.edit.trims or not self.duration:
            return self.duration
        end = self.duration if self.edit.end is None else min(self.edit.end, self.duration)
        return max(0.0, end - (self.edit.start or 0.0))

    def edit_for(self, slug: str) -> Edit:
        """Return the effective edit for one network."""
        return combine(self.edit, self.network_edits.get(slug))

    def part_in(self, key: str) -> int:
        """Return the part that it goes with in the thread of a text (a key of `Draft.variants`)."""
        return self.own_parts.get(key, self.part) if key else self.part

    def in_part(self, key: str, part: int) -> MediaRef:
        """Return the file in another part of the thread of a text."""
        if part == self.part_in(key):
            return self
        if not key:
            return replace(self, part=part)
        return replace(self, own_parts={**self.own_parts, key: part})

    def goes_to(self, slug: str) -> bool:
        """Return whether a network (by slug or alias) gets the file."""
        return not self.left_out or networks.canonical(slug) not in self.left_out

    def leaving_out(self, slug: str, out: bool = True) -> MediaRef:
        """Return the file excluded from a network, or (`out` false) included again."""
        slugs = self.left_out | {slug} if out else self.left_out - {slug}
        return self if slugs == self.left_out else replace(self, left_out=slugs)

    def to_json(self) -> dict[str, Any]:
        values = {name: getattr(self, name) for name in _PLAIN_FIELDS}
        if self.left_out:
            values["left_out"] = sorted(self.left_out)
        if self.part:
            values["part"] = self.part
        if self.own_parts:
            values["own_parts"] = dict(self.own_parts)
        if self.video is not None:
            values["video"] = self.video.to_json()
        if self.edit is not None:
            values["edit"] = self.edit.to_json()
        if self.network_edits:
            values["network_edits"] = {
                slug: edit.to_json() for slug, edit in self.network_edits.items()
            }
        return values

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> MediaRef:
        """Read one file. Raises ValueError without a path."""
        path = data.get("path")
        if not isinstance(path, str) or not path:
            raise ValueError("a file without a path")
        kind = data.get("kind")
        sha256 = data.get("sha256")
        return cls(
            path=path,
            name=get_text(data, "name") or path.replace("\\", "/").rsplit("/", 1)[-1],
            size=get_uint(data, "size"),
            kind=cast(MediaKind, kind) if kind in ("image", "video", "gif") else "image",
            alt=replace_lone_surrogates(get_text(data, "alt")),
            width=get_uint(data, "width"),
            height=get_uint(data, "height"),
            duration=get_seconds(data, "duration"),
            sha256=sha256 if isinstance(sha256, str) and sha256 else None,
            mime=get_text(data, "mime"),
            problem=get_text(data, "problem"),
            edit=edit_in(data.get("edit")),
            network_edits={
                slug: edit
                for slug, raw in get_mapping(data, "network_edits").items()
                if isinstance(slug, str) and (edit := edit_in(raw)) is not None
            },
            left_out=frozenset(
                slug for slug in get_list(data, "left_out") if isinstance(slug, str)
            ),
            part=get_uint(data, "part"),
            own_parts={
                key: part
                for key, part in get_mapping(data, "own_parts").items()
                if isinstance(key, str) and is_uint(part) and part >= 0
            },
            video=VideoFacts.from_json(data.get("video")),
        )


_PLAIN_FIELDS = tuple(
    name
    for name in MediaRef.__dataclass_fields__
    if name not in ("edit", "network_edits", "left_out", "part", "own_parts", "video")
)


def edit_in(raw: object) -> Edit | None:
    """Read a stored edit; None if there is none."""
    return Edit.from_json(raw) if isinstance(raw, Mapping) else None


def mime_of(name: str) -> str:
    """Return the MIME type that a file name suggests, or empty."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    return _MIME_TYPES.get(ending) or mimetypes.guess_type(name)[0] or ""
