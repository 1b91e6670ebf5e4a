"""What a person wants done with a file: cut, turned, made smaller. The file never changes."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from posto_desktop.core.watermark import WatermarkImage

Crop = tuple[float, float, float, float]

FORMATS = ("", "jpeg", "png")
# A smaller share of a side than this is a slip of the hand, and may be less than one pixel.
MIN_SHARE = 0.001
MAX_SIDE = 100_000
MAX_BYTES = 1 << 40
MAX_SECONDS = 86_400.0 * 7
QUALITIES = (60, 95)
"""The least and the best quality of a JPEG that can be wished."""


@dataclass(frozen=True)
class Edit:
    """The edits of one file, kept with the draft and applied to the untouched original.

    `crop`: (left, top, width, height) as fractions 0..1 of the picture as it is shown, that is
    after its own orientation and after `turns`; None: all of it. `turns`: clockwise quarter turns,
    0..3. `max_side`: the longer side in pixels. `format`: "" (as needed), "jpeg" or "png".
    `quality`: that of a JPEG which is written anew, within `QUALITIES`; None: as is usual.
    `cover`: seconds into a video at which its cover is taken. `keep_metadata`: place, camera and
    date stay in what is sent; without it they are removed. `alone`: of the edit of one network,
    that it holds as it stands, with nothing of what is said for all. `mark`: the watermark that a
    style adds on the way to a network.
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

    def to_json(self) -> dict[str, Any]:
        """JSON-able, only what differs from no edit at all."""
        data = asdict(self)
        if self.crop is not None:
            data["crop"] = list(self.crop)
        none = asdict(NOTHING)
        return {name: value for name, value in data.items() if value != none[name]}

    @classmethod
    def from_json(cls, data: object) -> Edit:
        """Read an edit; what is wrong or unknown in it counts as not wished."""
        if not isinstance(data, Mapping):
            return NOTHING
        turns = data.get("turns")
        kind = data.get("format")
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
        )


NOTHING = Edit()


def is_nothing(edit: Edit | None) -> bool:
    """Whether the file goes as it is, except for what its network needs."""
    return edit is None or edit == NOTHING


def combine(common: Edit | None, specific: Edit | None) -> Edit:
    """The edit of one network: what it says of its own wins over what is said for all; alone, it
    is all there is.

    Cut and turn belong together, as the cut is measured on the turned picture: an own cut or turn
    replaces both.
    """
    if specific is not None and specific.alone:
        return replace(specific, alone=False)
    base = common or NOTHING
    if base.alone:
        base = replace(base, alone=False)
    if specific is None:
        return base
    shape = specific if specific.crop is not None or specific.turns else base
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
    )


def network_edit(common: Edit | None, specific: Edit | None, **values: Any) -> Edit:
    """The edit of one network after `values` were wished there, whatever is said for all.

    It says as little as it can, so that the rest still follows the common edit. What is said for
    all and not wished here (no cut where all are cut) can only be said alone.
    """
    wanted = replace(combine(common, specific), **values)
    if wanted == combine(common, None):
        return NOTHING
    base = common or NOTHING
    new = replace(specific or NOTHING, **values)
    if "crop" in values or "turns" in values:
        same = (wanted.crop, wanted.turns) == (base.crop, base.turns) and not new.alone
        new = replace(new, crop=None if same else wanted.crop, turns=0 if same else wanted.turns)
    return new if combine(common, new) == wanted else replace(wanted, alone=True)


def read_crop(value: object) -> Crop | None:
    """Four fractions from outside, held inside the picture; None for nothing to cut or nonsense."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    numbers = [_number(one) for one in value]
    if any(one is None for one in numbers):
        return None
    left, top, width, height = (one for one in numbers if one is not None)
    left, width = _inside(left, width)
    top, height = _inside(top, height)
    if width < MIN_SHARE or height < MIN_SHARE or (width >= 1.0 and height >= 1.0):
        return None
    return (left, top, width, height)


def _inside(start: float, length: float) -> tuple[float, float]:
    """A stretch held inside 0..1; one that is inside already comes back to the last digit."""
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
