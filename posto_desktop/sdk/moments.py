"""Converts callers' times to aware UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone, tzinfo

from posto_desktop.common.translation import translatable

from .errors import WhenError

JUST_NOW = timedelta(seconds=2)
"""A time that passed during the call still means now."""


def read_moment(
    when: datetime | str | float | None, now: datetime, *, use_local_time: bool = True
) -> datetime | None:
    """Return `when` as aware UTC in whole seconds, as the service stores them; None = at once.

    Strings and naive datetimes are local time, or UTC without `use_local_time`; numbers are Unix
    seconds. Raises `WhenError`; the past is refused.
    """
    if when is None or (isinstance(when, str) and when.strip().lower() in {"", "now"}):
        return None
    moment: datetime
    try:
        if isinstance(when, datetime):
            if when.tzinfo is None and not use_local_time:
                when = when.replace(tzinfo=UTC)
            moment = when.astimezone(UTC)
        elif isinstance(when, (int, float)) and not isinstance(when, bool):
            moment = datetime.fromtimestamp(when, UTC)
        elif isinstance(when, str):
            from .times import parse_when  # late: most posts go out at once or at a datetime

            moment = parse_when(when, now=now, tz=None if use_local_time else UTC).astimezone(UTC)
        else:
            raise WhenError(f"A time is text, a datetime or a number, not {when!r}.")
    except WhenError:
        raise
    except (ValueError, OverflowError, OSError):
        raise WhenError(
            translatable("Sdk", "{when} is not a time.").format(when=when), kind="impossible"
        ) from None
    if moment < now - JUST_NOW:
        raise WhenError(
            translatable("Sdk", "{shown} has passed. Nothing was sent.").format(
                shown=_shown(moment)
            ),
            kind="past",
            when=moment,
        )
    return None if moment <= now else moment.replace(microsecond=0)


def _shown(moment: datetime) -> str:
    try:
        return f"{moment.astimezone():%Y-%m-%d %H:%M %Z}"
    except (ValueError, OverflowError, OSError):  # years outside the system's range
        return f"{moment:%Y-%m-%d %H:%M} UTC"


def read_zone(name: str) -> tzinfo:
    """Return the zone of a name or of an offset like ``+05:30``; UTC for an invalid one."""
    if len(name) == 6 and name[0] in "+-" and name[1:3].isdigit() and name[4:].isdigit():
        minutes = int(name[1:3]) * 60 + int(name[4:])
        return timezone(timedelta(minutes=-minutes if name[0] == "-" else minutes))
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name) if name else UTC
    except (ValueError, OSError, KeyError):
        return UTC
