"""Moments of a video as text: "1:02.5" is a minute, two seconds and a half."""

from __future__ import annotations

import re

_CLOCK = re.compile(r"(?:(?:(\d{1,3}):)?(\d{1,4}):)?(\d{1,6})(?:[.,٫](\d{1,6}))?")


def clock_text(seconds: float, digits: int = 2, point: str = ".") -> str:
    """Return a moment, with so many digits after the point."""
    units = 10**digits
    whole, left = divmod(round(max(0.0, seconds) * units), units)
    minutes, within = divmod(whole, 60)
    hours, within_hour = divmod(minutes, 60)
    head = f"{hours}:{within_hour:02}" if hours else f"{minutes}"
    return f"{head}:{within:02}" + (f"{point}{left:0{digits}}" if digits else "")


def read_clock(text: str) -> float | None:
    """Return the seconds of "62.5", "1:02.5" or "0:01:02,5"; None for anything else."""
    match = _CLOCK.fullmatch(text.strip())
    if match is None:
        return None
    hours, minutes, seconds, part = match.groups()
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds) + float(f"0.{part or 0}")
