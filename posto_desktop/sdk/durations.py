"""Short spans such as ``7d``, ``12h`` or ``2 weeks``, for ages and intervals."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .errors import WhenError

_UNITS = {
    "m": 60, "min": 60, "mins": 60, "minute": 60, "minutes": 60,
    "h": 3600, "hr": 3600, "hrs": 3600, "hour": 3600, "hours": 3600,
    "d": 86400, "day": 86400, "days": 86400,
    "w": 604800, "week": 604800, "weeks": 604800,
    "s": 1, "sec": 1, "secs": 1, "second": 1, "seconds": 1,
}  # fmt: skip
_WORDS = {"hourly": 3600, "daily": 86400, "weekly": 604800}
_PART = re.compile(r"([0-9]{1,7}(?:\.[0-9]{1,3})?)\s*([a-z]+)[\s,]*")
LONGEST = timedelta(days=3660)


def read_span(text: object) -> timedelta:
    """Return a positive span from ``"1d"``, ``"1d 12h"``, ``"90 minutes"``, a timedelta, or hours
    as a number. Raises `WhenError`. A month is no span: its length varies."""
    span: timedelta | None = None
    if isinstance(text, timedelta):
        span = text
    elif isinstance(text, (int, float)) and not isinstance(text, bool):
        span = timedelta(hours=text) if 0 < text < 100_000 else None
    elif isinstance(text, str):
        body = text.strip().lower()
        seconds = float(_WORDS.get(body, 0))
        if not seconds and re.fullmatch(f"(?:{_PART.pattern})+", body):
            for number, unit in _PART.findall(body):
                if unit not in _UNITS:
                    seconds = 0
                    break
                seconds += float(number) * _UNITS[unit]
        span = timedelta(seconds=min(seconds, 1e10)) if seconds else None
    if span is None or span <= timedelta(0) or span > LONGEST:
        raise WhenError(
            f"“{text}” is not a span of time. Write it like 30m, 2h, 1d or 1w.", suggestion="1d"
        )
    return span


def read_age(value: object, now: datetime | None = None) -> datetime:
    """Return the moment (aware UTC) before which something is older than `value`.

    `value` is a span (``"7d"`` = seven days ago) or a datetime; a naive one is local time. A bare
    number is refused: its unit is unknown, and ages decide about deleting.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    if isinstance(value, (int, float)):
        raise WhenError(f"An age needs a unit: write {value} days as {value}d.", suggestion="7d")
    return (now or datetime.now(UTC)) - read_span(value)
