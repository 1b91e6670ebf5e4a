"""Geometry of moving and resizing a crop, in fractions of the rotated picture."""

from __future__ import annotations

from dataclasses import dataclass

from posto_desktop.core.edits import Crop

HANDLES = ("nw", "n", "ne", "e", "se", "s", "sw", "w")
WHOLE: Crop = (0.0, 0.0, 1.0, 1.0)

_EPSILON = 1e-6


@dataclass(frozen=True)
class CropConstraint:
    """Constraints of a crop: `ratio` is width / height in fractions (None: any), `least` the
    smallest width and height in fractions."""

    ratio: float | None = None
    least: tuple[float, float] = (0.02, 0.02)


def is_whole(box: Crop | None) -> bool:
    """Return whether the crop keeps the whole picture."""
    return box is None or (box[2] >= 1 - _EPSILON and box[3] >= 1 - _EPSILON)


def moved(box: Crop, dx: float, dy: float) -> Crop:
    """Return the crop moved, held inside the picture."""
    left, top, width, height = box
    return (
        min(max(0.0, left + dx), 1 - width),
        min(max(0.0, top + dy), 1 - height),
        width,
        height,
    )


def dragged(box: Crop, handle: str, dx: float, dy: float, frame: CropConstraint) -> Crop:
    """Return the crop after dragging a handle; the opposite side or corner stays."""
    left, top, width, height = box
    right, bottom = left + width, top + height
    if "w" in handle:
        left = min(max(0.0, left + dx), right - frame.least[0])
    if "e" in handle:
        right = max(min(1.0, right + dx), left + frame.least[0])
    if "n" in handle:
        top = min(max(0.0, top + dy), bottom - frame.least[1])
    if "s" in handle:
        bottom = max(min(1.0, bottom + dy), top + frame.least[1])
    if frame.ratio is None:
        return _held(left, top, right - left, bottom - top)
    if len(handle) == 1:
        return _side(box, handle, right - left, bottom - top, frame)
    return _corner(box, handle, right - left, bottom - top, frame)


def shaped(box: Crop, ratio: float | None) -> Crop:
    """Return the largest crop of this ratio around the same centre."""
    if ratio is None:
        return box
    width, height = (1.0, 1 / ratio) if ratio >= 1 else (ratio, 1.0)
    if height > 1:
        width, height = width / height, 1.0
    middle_x, middle_y = box[0] + box[2] / 2, box[1] + box[3] / 2
    return moved((middle_x - width / 2, middle_y - height / 2, width, height), 0, 0)


def turned(box: Crop | None, right: bool) -> Crop | None:
    """Return the same part of the picture after a quarter turn."""
    if box is None:
        return None
    left, top, width, height = box
    if right:
        return _held(1 - top - height, left, height, width)
    return _held(top, 1 - left - width, height, width)


def _side(box: Crop, handle: str, width: float, height: float, frame: CropConstraint) -> Crop:
    """Resize from a side with fixed ratio; the other dimension grows around its centre."""
    assert frame.ratio is not None
    left, top, old_width, old_height = box
    if handle in "ew":
        middle = top + old_height / 2
        most = 2 * min(middle, 1 - middle) * frame.ratio
        width = min(max(width, frame.least[0], frame.least[1] * frame.ratio), most)
        height = width / frame.ratio
        start = left if handle == "e" else left + old_width - width
        return _held(start, middle - height / 2, width, height)
    middle = left + old_width / 2
    most = 2 * min(middle, 1 - middle) / frame.ratio
    height = min(max(height, frame.least[1], frame.least[0] / frame.ratio), most)
    width = height * frame.ratio
    start = top if handle == "s" else top + old_height - height
    return _held(middle - width / 2, start, width, height)


def _corner(box: Crop, handle: str, width: float, height: float, frame: CropConstraint) -> Crop:
    """Resize from a corner with fixed ratio; the larger movement decides."""
    assert frame.ratio is not None
    left, top, old_width, old_height = box
    by_height = abs(height - old_height) * frame.ratio > abs(width - old_width)
    new_width = height * frame.ratio if by_height else width
    room_x = left + old_width if "w" in handle else 1 - left
    room_y = top + old_height if "n" in handle else 1 - top
    least = max(frame.least[0], frame.least[1] * frame.ratio)
    new_width = min(max(new_width, least), room_x, room_y * frame.ratio)
    width, height = new_width, new_width / frame.ratio
    start_x = left + old_width - width if "w" in handle else left
    start_y = top + old_height - height if "n" in handle else top
    return _held(start_x, start_y, width, height)


def _held(left: float, top: float, width: float, height: float) -> Crop:
    """Clamp rounding errors at the edges."""
    left, top = max(0.0, left), max(0.0, top)
    return (left, top, min(width, 1 - left), min(height, 1 - top))
