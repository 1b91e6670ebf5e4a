"""Delays before retries."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

MAX_WAIT = 120.0
"""Total seconds that a call waits at the service's request; longer waits are left to the caller."""


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds of a ``Retry-After`` header (RFC 9110: seconds or an HTTP date).

    None if it is missing or invalid; never negative, at most a day.
    """
    if not value:
        return None
    text = value.strip()
    if re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,9})?", text):
        return min(float(text), 86400.0)
    from email.utils import parsedate_to_datetime  # late: dates are rare here

    try:
        moment = parsedate_to_datetime(text)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    try:
        wait = (moment - (now or datetime.now(UTC))).total_seconds()
    except OverflowError:
        return None
    return min(max(wait, 0.0), 86400.0)


@dataclass(frozen=True)
class Backoff:
    """Exponential backoff with jitter, so that clients do not all retry at one moment."""

    first: float = 0.3
    most: float = 5.0
    most_busy: float = 15.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def wait(self, attempt: int, retry_after: float | None = None) -> float:
        """Return the seconds before try number `attempt` + 1 (the first try is 0)."""
        if retry_after is not None:
            # Jitter only upwards: earlier retries would be refused again.
            return retry_after + self.chance() * 0.1
        base = min(self.most, self.first * 2.0 ** min(attempt, 10))
        return base * (0.5 + self.chance() / 2)

    def busy_wait(self, refusals: int, retry_after: float | None = None) -> float:
        """Return the seconds to pause a host after `refusals` earlier refusals.

        Never less than it asked for, and increasing, also without a Retry-After.
        """
        doubled = min(self.most_busy, 2.0 ** min(refusals, 10))
        return max(retry_after or 0.0, doubled) + self.chance() * 0.1
