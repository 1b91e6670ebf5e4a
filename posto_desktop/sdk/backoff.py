"""How long to wait before a request is tried again."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

MAX_WAIT = 120.0
"""Seconds that a call waits in all because the service asks for it; longer is the caller's."""


def read_retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a ``Retry-After`` header asks for (RFC 9110: seconds or an HTTP date).

    None when there is none or it makes no sense; never negative, at most a day.
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
    """Waits that double, with jitter so that many clients do not come back at one moment."""

    first: float = 0.3
    most: float = 5.0
    most_busy: float = 15.0
    chance: Callable[[], float] = field(default=random.random, repr=False)

    def wait(self, attempt: int, retry_after: float | None = None) -> float:
        """Seconds before try number `attempt` + 1 (the first try is 0)."""
        if retry_after is not None:
            # Jitter only upwards: earlier than asked would be refused again.
            return retry_after + self.chance() * 0.1
        base = min(self.most, self.first * 2.0 ** min(attempt, 10))
        return base * (0.5 + self.chance() / 2)

    def busy_wait(self, refusals: int, retry_after: float | None = None) -> float:
        """Seconds to leave a host alone that has refused this request so often, at first 0.

        Never less than it asked for, and longer each time, also where it asks for nothing.
        """
        doubled = min(self.most_busy, 2.0 ** min(refusals, 10))
        return max(retry_after or 0.0, doubled) + self.chance() * 0.1
