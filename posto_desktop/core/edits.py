"""Edits of a file: crop, rotate, scale. The file itself never changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from posto_desktop.core.watermark import WatermarkImage

Crop = tuple[float, float, float, float]

FORMATS = ("", "jpeg", "png")
# A smaller share of a side is a slip, and may be less than a pixel.
MIN_SHARE = 0.001
MAX_SIDE = 100_000
MAX_BYTES = 1 << 40
MAX_SECONDS = 86_400.0 * 7
QUALITIES = (60, 95)
"""Lowest and highest JPEG quality that can be chosen."""


@dataclass(frozen=True)
class Edit:
    """The edits of one file, stored with the draft and applied to the original.

    `crop`: (left, top, width, height) as fractions 0..1 of the picture as shown, after its EXIF
    orientation and `turns`; None: all of it. `turns`: clockwise quarter turns, 0..3. `max_side`:
    the longer side in pixels. `format`: "" (automatic), "jpeg" or "png". `quality`: of a re-encoded
    JPEG, within `QUALITIES`; None: default. `cover`: seconds into a video for its cover. `start`
    and `end`: seconds of the part of a video that is sent; None: from its start, to its end.
    `at_key_frames`: start at the key frame before `start`, so that nothing is encoded anew. `fit`:
    convert a video to what each network takes.
    `keep_metadata`: keep place, camera and date in the sent file. `alone`: a network's edit that
    ignores the common one. `mark`: the watermark that a style adds.
    """

    crop: Crop | None = None
    turns: int = 0
    max_side: int | None = None
    format: str = ""
    max_bytes: int | None = None
    cover: float | None = None
    keep_metadata: bool = False
    alone: bool = False
    mark: WatermarkImage | None = None
    quality: int | None = None
    start: float | None = None
    end: float | None = None
    at_key_frames: bool = False
    fit: bool = False

    @property
    def trims(self) -> bool:
        """True if a part of the video is left out."""
        return bool(self.start) or self.end is not None

    def to_json(self) -> dict[str, Any]:
        """Return JSON-able data with the non-default values."""
        data = asdict(self)
        if self.crop is not None:
            data["crop"] = list(self.crop)
        none = asdict(NOTHING)
        return {name: value for name, value in data.items() if value != none[name]}

    @classmethod
    def from_json(cls, data: object) -> Edit:
        """Read an edit, dropping invalid or unknown values."""
        if not isinstance(data, Mapping):
            return NOTHING
        turns = data.get("turns")
        kind = data.get("format")
        start, end = _seconds(data.get("start")) or None, _seconds(data.get("end"))
        if end is not None and end <= (start or 0.0):
            start = end = None
        return cls(
            crop=read_crop(data.get("crop")),
            turns=turns % 4 if type(turns) is int else 0,
            max_side=_whole(data.get("max_side"), MAX_SIDE),
            format=kind if isinstance(kind, str) and kind in FORMATS else "",
            max_bytes=_whole(data.get("max_bytes"), MAX_BYTES),
            quality=_quality(data.get("quality")),
            cover=_seconds(data.get("cover")),
            keep_metadata=data.get("keep_metadata") is True,
            alone=data.get("alone") is True,
            mark=WatermarkImage.from_json(data.get("mark")),
            start=start,
            end=end,
            at_key_frames=data.get("at_key_frames") is True,
            fit=data.get("fit") is True,
        )


NOTHING = Edit()


def is_nothing(edit: Edit | None) -> bool:
    """Return whether the file is sent unedited, apart from its network's requirements."""
    return edit is None or edit == NOTHING


def combine(common: Edit | None, specific: Edit | None) -> Edit:
    """Return the effective edit of one network: its own values over the common ones, or only its
    own if `alone`.

    Crop and rotation belong together, since the crop is measured on the rotated picture: setting
    one overrides both. So do start and end.
    """
    if specific is not None and specific.alone:
        return replace(specific, alone=False)
    base = common or NOTHING
    if base.alone:
        base = replace(base, alone=False)
    if specific is None:
        return base
    shape = specific if specific.crop is not None or specific.turns else base
    span = specific if specific.trims else base
    return Edit(
        crop=shape.crop,
        turns=shape.turns,
        max_side=base.max_side if specific.max_side is None else specific.max_side,
        format=specific.format or base.format,
        max_bytes=base.max_bytes if specific.max_bytes is None else specific.max_bytes,
        quality=base.quality if specific.quality is None else specific.quality,
        cover=base.cover if specific.cover is None else specific.cover,
        keep_metadata=specific.keep_metadata or base.keep_metadata,
        mark=specific.mark or base.mark,
        start=span.start,
        end=span.end,
        at_key_frames=specific.at_key_frames or base.at_key_frames,
        fit=specific.fit or base.fit,
    )


def network_edit(common: Edit | None, specific: Edit | None, **values: Any) -> Edit:
    """Return the edit of one network after setting `values` there.

    It stores as little as possible, so the rest still follows the common edit. Undoing a common
    value here (no crop where all are cropped) needs `alone`.
    """
    combined = replace(combine(common, specific), **values)
    if combined == combine(common, None):
        return NOTHING
    base = common or NOTHING
    new = replace(specific or NOTHING, **values)
    if "crop" in values or "turns" in values:
        same = (combined.crop, combined.turns) == (base.crop, base.turns) and not new.alone
        new = replace(
            new, crop=None if same else combined.crop, turns=0 if same else combined.turns
        )
    if "start" in values or "end" in values:
        same = (combined.start, combined.end) == (base.start, base.end) and not new.alone
        new = replace(
            new, start=None if same else combined.start, end=None if same else combined.end
        )
    return new if combine(common, new) == combined else replace(combined, alone=True)


def changed_fields(old: Edit, new: Edit) -> dict[str, Any]:
    """Return the values of `new` that differ, by name."""
    return {
        each.name: getattr(new, each.name)
        for each in fields(Edit)
        if getattr(new, each.name) != getattr(old, each.name)
    }


def read_crop(value: object) -> Crop | None:
    """Read four fractions, clamped to the picture; None for no crop or invalid data."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    numbers = [_number(fraction) for fraction in value]
    if any(number is None for number in numbers):
        return None
    left, top, width, height = (number for number in numbers if number is not None)
    left, width = _inside(left, width)
    top, height = _inside(top, height)
    if width < MIN_SHARE or height < MIN_SHARE or (width >= 1.0 and height >= 1.0):
        return None
    return (left, top, width, height)


def _inside(start: float, length: float) -> tuple[float, float]:
    """Clamp a stretch to 0..1; one that is inside stays exactly as it is."""
    if start >= 0 and start + length <= 1 + 1e-9:
        return start, length
    begin = max(0.0, start)
    return begin, min(1.0, start + length) - begin


def _number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _whole(value: object, most: int) -> int | None:
    return min(value, most) if type(value) is int and value > 0 else None


def _quality(value: object) -> int | None:
    low, high = QUALITIES
    return max(low, min(high, value)) if type(value) is int and value > 0 else None


def _seconds(value: object) -> float | None:
    number = _number(value)
    return None if number is None or number < 0 else min(number, MAX_SECONDS)
