"""The times of day that a phrase can mean."""

from __future__ import annotations

from typing import Final

from posto_desktop.common.translation import translate
from posto_desktop.sdk.when.moments import Clock
from posto_desktop.sdk.when.spec import Spec, impossible

_NIGHT: Final = ("night", "late night")
_EVENING: Final = ("early evening", "evening", "late evening", "tonight")


def clocks_of(spec: Spec) -> list[Clock | None]:
    """Return the times of day that `spec` can mean, the best first; None for "no time given"."""
    part = spec.part
    if spec.midnight:
        if part is not None and part not in (*_NIGHT, *_EVENING):
            raise impossible(_outside(part).format(time=translate("When", "Midnight")))
        if not spec.has_date or spec.rel == 0 or part is not None:
            return [Clock(0, days=1)]
        return [Clock(0), Clock(0, days=1)]
    hour, minute, second = spec.hour, spec.minute, spec.second
    if hour is None:
        return [None]
    if hour == 24:
        return [Clock(0, minute, second, 1)]
    if spec.meridiem is not None:
        exact = hour % 12 + (12 if spec.meridiem == "pm" else 0)
        if part is not None:
            return [_checked(part, exact, minute, second)]
        return [Clock(exact, minute, second)]
    if part is not None:
        return [_in_part(spec, part, hour, minute, second)]
    if spec.exact or hour > 12 or hour == 0:
        return [Clock(hour, minute, second)]
    if hour == 12:
        return [Clock(12, minute, second)]
    early, late = Clock(hour, minute, second), Clock(hour + 12, minute, second)
    # Nobody posts at three in the morning without saying so.
    return [late, early] if hour < 7 and not spec.digital else [early, late]


def _in_part(spec: Spec, part: str, hour: int, minute: int, second: int) -> Clock:
    """Parse "8 in the evening" as 20:00, "tonight at 1" as the small hours of the next day."""
    if hour > 12 or hour == 0 or (hour == 12 and part not in (*_NIGHT, *_EVENING)):
        return _checked(part, hour, minute, second)
    if part in ("early", "morning", "mid morning", "late morning"):
        return Clock(hour, minute, second)
    if part in (*_NIGHT, *_EVENING):
        if hour == 12:
            return Clock(0, minute, second, 1)
        if hour < 4 and part in (*_NIGHT, "tonight"):
            return Clock(hour, minute, second, 1)
        return _checked(part, hour + 12, minute, second)
    if part in ("lunch", "eod") and hour > 10:
        return Clock(hour, minute, second)
    return Clock(hour + 12, minute, second)


def _checked(part: str, hour: int, minute: int, second: int) -> Clock:
    """Return the clock time if it lies in that part of the day; raises WhenError otherwise."""
    begins, ends = {
        "early": (0, 12),
        "morning": (0, 13),
        "mid morning": (0, 13),
        "late morning": (0, 13),
        "lunch": (10, 16),
        "early afternoon": (12, 19),
        "afternoon": (12, 19),
        "late afternoon": (12, 20),
        "eod": (12, 24),
    }.get(part, (16, 24))
    if begins <= hour < ends:
        return Clock(hour, minute, second)
    if part in (*_NIGHT, "tonight") and hour < 6:
        return Clock(hour, minute, second, 1)
    raise impossible(_outside(part).format(time=f"{hour}:{minute:02d}"))


def _outside(part: str) -> str:
    if part == "tonight":
        return translate("When", "{time} is not tonight.")
    if part == "eod":
        return translate("When", "{time} is not at the end of the day.")
    if part == "lunch":
        return translate("When", "{time} is not at lunch.")
    if "afternoon" in part:
        return translate("When", "{time} is not in the afternoon.")
    if "evening" in part:
        return translate("When", "{time} is not in the evening.")
    if "night" in part:
        return translate("When", "{time} is not in the night.")
    return translate("When", "{time} is not in the morning.")
