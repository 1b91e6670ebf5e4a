"""The first and last moment of a period in plain words, past days included."""

from __future__ import annotations

import re
from datetime import UTC, datetime, time, timedelta

from posto_desktop.sdk.durations import read_span
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.times import read_when
from posto_desktop.sdk.when.zones import local_zone

_CLOCK = re.compile(
    r"\d[:.h]\d\d|t\d\d|\b\d{1,2}\s*(?:[ap]m|uhr|h)\b|\bat\s+\d|now|noon|midnight|hour|min|sec",
    re.IGNORECASE,
)
"""What says a time of day; without it the whole day is meant."""


def beginning(words: str, now: datetime | None = None) -> datetime | None:
    """Return the first moment that words mean (aware UTC): the start of a day if they name a day;
    None for "". Raises WhenError."""
    return _moment(words, now or datetime.now(UTC), is_end=False)


def end(words: str, now: datetime | None = None) -> datetime | None:
    """Return the last moment that words mean: the end of a day if they name a day."""
    return _moment(words, now or datetime.now(UTC), is_end=True)


def _moment(words: str, now: datetime, *, is_end: bool) -> datetime | None:
    text = words.strip()
    if not text:
        return None
    when = _read(text, now)
    if _CLOCK.search(text) is None:
        clock = time.max if is_end else time.min
        when = datetime.combine(when.astimezone(local_zone()).date(), clock, local_zone())
    return when.astimezone(UTC)


def _read(text: str, now: datetime) -> datetime:
    first, *further = text.lower().split()
    if text.lower() == "yesterday":
        return now - timedelta(days=1)
    if further and further[-1] == "ago":
        return now - read_span(text[: -len("ago")].rstrip())
    if first == "last" and len(further) == 1 and further[0].endswith("day"):
        return _read(further[0], now) - timedelta(days=7)
    try:
        return read_when(text, now, local_zone()).when or now
    except WhenError as error:
        if error.kind != "past" or error.when is None:
            raise
        return error.when
