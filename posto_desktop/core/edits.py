"""What is done to a file before it is sent. The original on the disk is never changed."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

Crop = tuple[float, float, float, float]


@dataclass(frozen=True)
class Edit:
    """How a rendition is made from its original, in this order: turn, crop, shrink, convert.

    `turns` quarter turns clockwise (0..3). `crop` is left, top, width, height as parts (0..1) of
    the turned picture. `max_side` in pixels. `format` is "" (as it is), "jpeg", "png" or "webp".
    `max_bytes` bounds the file. `cover` is the frame of a video shown before it plays, in seconds.
    Place and camera data are removed unless `keep_metadata`.
    """

    crop: Crop | None = None
    turns: int = 0
    max_side: int | None = None
    format: str = ""
    max_bytes: int | None = None
    cover: float | None = None
    keep_metadata: bool = False

    def to_json(self) -> dict[str, Any]:
        """Only what differs from the default."""
        values: dict[str, Any] = {}
        for one in fields(self):
            value = getattr(self, one.name)
            if value != one.default:
                values[one.name] = list(value) if isinstance(value, tuple) else value
        return values

    @classmethod
    def from_json(cls, data: object) -> Edit | None:
        """Read an edit; parts that cannot be used are left out. None for what is no object."""
        if not isinstance(data, Mapping):
            return None
        turns, form = data.get("turns"), data.get("format")
        return cls(
            crop=_crop(data.get("crop")),
            turns=turns % 4 if type(turns) is int else 0,
            max_side=_positive(data.get("max_side")),
            format=form if form in ("jpeg", "png", "webp") else "",
            max_bytes=_positive(data.get("max_bytes")),
            cover=_part(data.get("cover"), math.inf),
            keep_metadata=data.get("keep_metadata") is True,
        )


def _crop(value: object) -> Crop | None:
    """A rectangle inside the picture that is not empty."""
    if not isinstance(value, list | tuple) or len(value) != 4:
        return None
    parts = [_part(one, 1.0) for one in value]
    if None in parts:
        return None
    left, top, width, height = (part or 0.0 for part in parts)
    if width <= 0 or height <= 0 or left + width > 1.0 + 1e-9 or top + height > 1.0 + 1e-9:
        return None
    return (left, top, width, height)


def _part(value: object, most: float) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) and 0.0 <= number <= most else None


def _positive(value: object) -> int | None:
    return value if type(value) is int and value > 0 else None
