"""Renditions: the file that each network needs, decided here from facts and made by an external
renderer.

A rendition is the uploaded file. It always comes from the original; if a network accepts the
original, only its place and camera data are removed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from posto_desktop.core.draft import MediaKind, MediaRef
from posto_desktop.core.edits import NOTHING, Crop, Edit
from posto_desktop.core.file_problems import FileError
from posto_desktop.core.limits import FileLimits
from posto_desktop.core.media_requirements import (
    SERVICE_TYPES,
    CropPreset,
    MediaRequirements,
    Unmet,
    crop_presets,
    fitting_crop,
    ratio_crop,
    requirements_of,
    unmet,
)
from posto_desktop.core.video_facts import VideoFacts
from posto_desktop.core.video_spec import VideoSpec, video_spec
from posto_desktop.core.watermark import WatermarkImage

__all__ = [
    "CropPreset",
    "MediaRequirements",
    "OriginalMedia",
    "Renderer",
    "Rendition",
    "RenditionError",
    "RenditionSpec",
    "crop_presets",
    "fitting_crop",
    "ratio_crop",
    "rendition_spec",
    "requirements_of",
]

_FORMATS = {"image/jpeg": "jpeg", "image/png": "png", "image/gif": "gif", "image/webp": "webp"}
_MOVING = frozenset({"image/gif", "image/webp", "image/png", "image/avif"})


MAX_PIXELS_WHOLE = 64_000_000
"""Larger pictures are not decoded as a whole. Of the formats opened above this size, only JPEG, all
can be read at half size."""

_READ_SHARE = 0.39
"""Largest side to make of such a picture: below it the half-size image leaves enough for scaling.
"""


class RenditionError(FileError):
    """The file cannot be prepared; `user_message` names it and says why."""


@dataclass(frozen=True)
class OriginalMedia:
    """Facts about a file. Pixels as shown, zero if unknown; bytes.

    `upright`: no EXIF rotation. `plain`: 8 bits of grey or RGB, which every network shows in the
    right colours. `frames`: more than one if animated. `video`: what is in a video.
    """

    mime: str
    width: int = 0
    height: int = 0
    size: int = 0
    frames: int = 1
    alpha: bool = False
    upright: bool = True
    plain: bool = True
    video: VideoFacts = field(default_factory=VideoFacts)

    @property
    def kind(self) -> MediaKind:
        if self.mime.startswith("video/"):
            return "video"
        return "gif" if self.frames > 1 and self.mime in _MOVING else "image"

    @classmethod
    def of(cls, ref: MediaRef) -> OriginalMedia:
        """Return the draft's facts; a GIF counts as animated until it was read."""
        frames = 2 if ref.kind == "gif" else 1
        video = VideoFacts()
        if ref.kind == "video":
            video = video_facts_of(ref)
        return cls(ref.type, ref.width, ref.height, ref.size, frames, video=video)


@dataclass(frozen=True)
class RenditionSpec:
    """Recipe of a rendition: turn, crop, fit into `width` x `height`, draw `mark`, encode as
    `format`. Animations get no mark.

    `rewrite` False: the original's bytes, without metadata unless `keep_metadata`. Zero pixels:
    unknown. `or_jpeg`: a PNG above `max_bytes` may become a JPEG if it is opaque. `quality`: the
    best one of a JPEG; None: default. `reasons` (for encoding anew) and `unmet` are for people and
    do not change the result. `video`: the recipe of a video.
    """

    kind: MediaKind
    rewrite: bool = False
    format: str = ""
    crop: Crop | None = None
    turns: int = 0
    width: int = 0
    height: int = 0
    max_bytes: int | None = None
    or_jpeg: bool = False
    quality: int | None = None
    keep_metadata: bool = False
    mark: WatermarkImage | None = None
    reasons: tuple[str, ...] = ()
    unmet: tuple[Unmet, ...] = ()
    video: VideoSpec | None = None

    @property
    def key(self) -> str:
        """Return the cache key: the same key and original give the same file."""
        if self.rewrite and self.video is not None:
            return self.video.key
        if not self.rewrite:
            return f"as-is;{'keep' if self.keep_metadata else 'bare'}"
        crop = ",".join(f"{fraction:.6f}" for fraction in self.crop) if self.crop else ""
        parts = (self.format, crop, self.turns, self.width, self.height)
        limit = f"{self.max_bytes}{'j' if self.or_jpeg else ''}" if self.max_bytes else ""
        mark = (f"mark:{self.mark.key}",) if self.mark is not None else ()
        # Not for a PNG that stays PNG, which has no quality.
        lossy = self.format == "jpeg" or self.or_jpeg
        best = (f"q{self.quality}",) if self.quality is not None and lossy else ()
        keep = "keep" if self.keep_metadata else "bare"
        return ";".join(map(str, (*parts, limit, keep, *mark, *best)))

    @property
    def untouched(self) -> bool:
        """True if the original is sent."""
        return not self.rewrite and self.keep_metadata

    def unlimited(self) -> RenditionSpec:
        """Return the same spec without a byte limit: often it fits, and networks can share it."""
        return replace(self, max_bytes=None, or_jpeg=False)


@dataclass(frozen=True)
class Rendition:
    """A prepared file. `quality` of an encoded JPEG (1..100), None otherwise.

    `original`: it is the original itself. `cleaned`: surely without place and camera data.
    """

    path: str
    mime: str
    size: int
    width: int = 0
    height: int = 0
    quality: int | None = None
    original: bool = False
    cleaned: bool = False
    unmet: tuple[Unmet, ...] = ()


class Renderer(Protocol):
    """Makes renditions. Blocks; called from several threads at once. `progress` gets the part of a
    video that is made, 0 to 1.

    Raises RenditionError, and sdk Cancelled when `cancel` is set.
    """

    def __call__(
        self,
        ref: MediaRef,
        edit: Edit | None,
        network: str,
        cancel: threading.Event,
        progress: Callable[[float], None] | None = None,
    ) -> Rendition: ...


def video_facts_of(ref: MediaRef) -> VideoFacts:
    """Return the draft's facts about a video; what Qt has found out is used where nothing else is
    known."""
    facts = ref.video or VideoFacts()
    return replace(
        facts,
        width=facts.width or ref.width,
        height=facts.height or ref.height,
        duration=facts.duration or ref.duration,
    )


def rendition_spec(
    original: OriginalMedia | MediaRef, edit: Edit | None, network: str | MediaRequirements
) -> RenditionSpec:
    """Return the spec of a file for a network with the user's edits."""
    facts = OriginalMedia.of(original) if isinstance(original, MediaRef) else original
    media_requirements = requirements_of(network) if isinstance(network, str) else network
    edits = edit or NOTHING
    kind = facts.kind
    if kind == "video":
        return _video(facts, edits, media_requirements.video)
    if kind == "gif" and not edits.format:
        return _moving(facts, edits, media_requirements)
    return _still(facts, edits, media_requirements)


def _video(facts: OriginalMedia, edits: Edit, limits: FileLimits) -> RenditionSpec:
    spec = video_spec(facts.video, facts.mime, facts.size, edits, limits)
    return RenditionSpec(
        "video",
        rewrite=bool(spec.method),
        format="mp4" if spec.method else "",
        width=spec.width,
        height=spec.height,
        max_bytes=spec.max_bytes,
        keep_metadata=edits.keep_metadata,
        reasons=spec.reasons,
        unmet=spec.unmet,
        video=spec,
    )


def _still(
    facts: OriginalMedia, edits: Edit, media_requirements: MediaRequirements
) -> RenditionSpec:
    allowed = _allowed(media_requirements)
    width, height = shape(facts, edits)
    fitted = fit(width, height, edits, media_requirements)
    limit = _least(edits.max_bytes, media_requirements.max_bytes)
    own = _FORMATS.get(facts.mime, "")
    reasons = [
        word
        for word, so in (
            ("cut", edits.crop is not None),
            ("turned", bool(edits.turns) or not facts.upright),
            ("smaller", fitted != (width, height)),
            ("colours", not facts.plain),
            ("converted", own not in allowed or (edits.format or own) != own),
            ("marked", edits.mark is not None),
            # A still of an animation is always encoded anew.
            ("still", facts.kind == "gif"),
            ("lighter", limit is not None and facts.size > limit),
        )
        if so
    ]
    form = _format(facts, edits, allowed, own, limit) if reasons else own
    if reasons and facts.width * facts.height > MAX_PIXELS_WHOLE:
        share = min(1.0, _READ_SHARE * width / fitted[0], _READ_SHARE * height / fitted[1])
        fitted = max(1, round(fitted[0] * share)), max(1, round(fitted[1] * share))
    return RenditionSpec(
        "image",
        bool(reasons),
        form,
        edits.crop,
        edits.turns,
        *fitted,
        max_bytes=limit if reasons else None,
        or_jpeg=form == "png" and not edits.format and "jpeg" in allowed,
        quality=edits.quality if reasons else None,
        keep_metadata=edits.keep_metadata,
        mark=edits.mark,
        reasons=tuple(reasons),
        unmet=unmet(*fitted, media_requirements),
    )


def _moving(
    facts: OriginalMedia, edits: Edit, media_requirements: MediaRequirements
) -> RenditionSpec:
    """Animations stay animated: a network without GIFs gets a finding, not a still."""
    width, height = shape(facts, edits)
    own = _FORMATS.get(facts.mime, "")
    taken = media_requirements.gif_accepted is not False
    # Networks that accept GIFs without a stated size usually count them as pictures.
    limit = _least(edits.max_bytes, media_requirements.gif_max_bytes if taken else None)
    fitted = fit(
        width,
        height,
        edits,
        media_requirements if taken else MediaRequirements(media_requirements.slug),
    )
    reasons = [
        word
        for word, so in (
            ("cut", edits.crop is not None),
            ("turned", bool(edits.turns)),
            ("smaller", fitted != (width, height)),
            ("converted", own not in _allowed(media_requirements) and own != "gif"),
            ("lighter", limit is not None and facts.size > limit),
        )
        if so
    ]
    return RenditionSpec(
        "gif",
        bool(reasons),
        "gif" if reasons else own,
        edits.crop,
        edits.turns,
        *fitted,
        max_bytes=limit if reasons else None,
        keep_metadata=edits.keep_metadata,
        reasons=tuple(reasons),
        unmet=unmet(*fitted, media_requirements) if taken else ("gif",),
    )


def _format(
    facts: OriginalMedia, edits: Edit, allowed: frozenset[str], own: str, limit: int | None
) -> str:
    """Return the chosen or original format if the network accepts it, else a format that it
    accepts."""
    if edits.format and edits.format in allowed:
        return edits.format
    has_both = "jpeg" in allowed and "png" in allowed
    if not has_both:
        return "png" if "png" in allowed else "jpeg"
    if facts.alpha:
        return "png"
    heavy = limit is not None and facts.size > limit
    return "png" if own in ("png", "gif") and not heavy else "jpeg"


def shape(facts: OriginalMedia, edits: Edit) -> tuple[int, int]:
    """Return the pixels after turning and cropping; zeros while unknown."""
    width, height = facts.width, facts.height
    if not width or not height:
        return 0, 0
    if edits.turns % 2:
        width, height = height, width
    box = pixel_box(edits.crop, width, height)
    return box[2] - box[0], box[3] - box[1]


def pixel_box(crop: Crop | None, width: int, height: int) -> tuple[int, int, int, int]:
    """Return a crop in whole pixels (left, top, right, bottom), at least one pixel each way."""
    if crop is None:
        return 0, 0, width, height
    left = min(width - 1, round(crop[0] * width))
    top = min(height - 1, round(crop[1] * height))
    right = min(width, max(left + 1, round((crop[0] + crop[2]) * width)))
    bottom = min(height, max(top + 1, round((crop[1] + crop[3]) * height)))
    return left, top, right, bottom


def fit(
    width: int, height: int, edits: Edit, media_requirements: MediaRequirements
) -> tuple[int, int]:
    """Return the pixels that the edits and the network allow; never more than the original's."""
    if not width or not height:
        return width, height
    scales = [1.0]
    for most, have in (
        (media_requirements.max_width, width),
        (media_requirements.max_height, height),
        (edits.max_side, max(width, height)),
    ):
        if most:
            scales.append(most / have)
    if media_requirements.max_pixels:
        scales.append((media_requirements.max_pixels / (width * height)) ** 0.5)
    scale = min(scales)
    if scale >= 1.0:
        return width, height
    wide, high = max(1, round(width * scale)), max(1, round(height * scale))
    if media_requirements.max_pixels and wide * high > media_requirements.max_pixels:
        wide, high = max(1, int(width * scale)), max(1, int(height * scale))
    return wide, high


def _allowed(media_requirements: MediaRequirements) -> frozenset[str]:
    """Return formats that both network and service accept; JPEG if unknown."""
    common = frozenset(
        _FORMATS[mime_type] for mime_type in media_requirements.types if mime_type in SERVICE_TYPES
    )
    return common or frozenset({"jpeg"})


def _least(*values: int | None) -> int | None:
    return min((value for value in values if value is not None), default=None)
