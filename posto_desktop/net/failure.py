"""What a failed request means: whether it may have been carried out, and what helps.

Every class of failure stands once in `_TABLE`. Its words come from `sdk.faults`. Sources: what a
real WordPress answers was recorded from 6.8; of the plugin from 7.1.7 and 7.7.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

BACKOFF = (5.0, 10.0, 15.0, 15.0, 15.0, 30.0, 60.0)
"""Seconds until the next attempt in the background. The first ones stay within 15 s, to notice a
restored network quickly."""
LOOKS = (0.0, 1.0, 3.0, 8.0)
"""Seconds before each look for what a lost answer did: PHP goes on for a while after the web server
has given up."""
LONG_LOOKS = (20.0, 40.0, 60.0)
"""The same in the background, for a list that may hide posts while they are being sent."""
LONGEST_WAIT = 3600.0
"""Longest pause in seconds that a host can ask for in the background."""
_SIGN_IN_SECONDS = 300.0
"""Only a new password helps; signing in again retries at once."""


class Effect(StrEnum):
    """What became of the request: of its work, not of its answer."""

    NONE = "none"
    MAYBE = "maybe"
    DONE = "done"


class Then(StrEnum):
    """What helps."""

    END = "end"
    """Nothing: the same request would fail again."""
    LATER = "later"
    """Time alone may."""
    ASKED = "asked"
    """The host wants to be asked later, and did nothing."""
    SIGN_IN = "sign_in"
    LOOK = "look"
    """Look what it did before anything else."""


@dataclass(frozen=True)
class Failure:
    """A failed request. ``wait`` are the seconds that its host asked for, if it did; `is_slow`:
    each try costs a whole timeout; ``is_network``: the host was not reached, or did not answer."""

    effect: Effect
    then: Then
    wait: float | None = None
    status: int | None = None
    passes: bool = False
    """Whether the same request may succeed soon by itself."""
    is_slow: bool = False
    is_network: bool = False

    @property
    def is_maybe(self) -> bool:
        return self.effect is not Effect.NONE

    @property
    def may_pass(self) -> bool:
        """Return whether waiting alone may help, however long."""
        return self.passes or self.then in (Then.LATER, Then.ASKED)

    @property
    def is_asked(self) -> bool:
        return self.then is Then.ASKED

    def repeats(self, retries: int, tried: int) -> bool:
        """Return whether to repeat a call at once that was surely not carried out, or may be
        carried out twice, after `tried` tries."""
        return tried <= (min(retries, 1) if self.is_slow else retries)

    def delay(self, attempts: int) -> float:
        """Return the seconds until the next attempt in the background, after so many failures."""
        if self.then is Then.SIGN_IN:
            return _SIGN_IN_SECONDS
        planned = BACKOFF[min(attempts, len(BACKOFF)) - 1]
        return max(planned, min(self.wait, LONGEST_WAIT)) if self.wait else planned


_PASSING = frozenset({408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524})
"""Statuses of servers and proxies that are away, overloaded or late."""
_SLOW = frozenset({408, 504, 522, 524})
_BLOCKED = frozenset({"tls", "unproven", "wrong_address"})
"""What somebody has to change, at this computer or the site, and may."""
_NOT_PASSING = frozenset({"refused", "memory", "html", "unreadable", "cached", "moved"})
"""Reasons for which a later try is answered in the same way, whatever the status."""


def failure_of(
    reason: str | None,
    status: int | None,
    *,
    is_maybe: bool,
    is_network: bool = False,
    is_sign_in: bool = False,
    wait: float | None = None,
) -> Failure:
    """Return the meaning of a failure.

    `reason` is the word of `sdk.faults` for it, `status` that of the answer; `is_network`: none
    arrived.

    | what happened | effect | then |
    | --- | --- | --- |
    | name not found, refused, unreachable, the proxy is away, connect timeout | none | later |
    | certificate not trusted, another program in place of the workspace | none | later, not soon |
    | 429; 503 `wp_die`, WordPress's maintenance: no plugin is loaded then | none | asked |
    | 401; 403 with a code of WordPress | none | sign in |
    | 403 without (a firewall), 404, 405, 407, 413, 507, other 4xx; 5xx with a `rest_…` code: \
WordPress finished, and says so; PHP ran out of memory in an upload | none | end |
    | silence after the first byte, a broken line, 408, 5xx, no JSON: a write | maybe | look |
    | the same: a read | none | later |
    """
    effect = Effect.MAYBE if is_maybe else Effect.NONE
    slow = reason == "timeout" if status is None else is_maybe and status in _SLOW
    if reason in {"busy", "maintenance"} or status == 429:
        return Failure(effect, Then.ASKED, wait, status, passes=True)
    if is_sign_in:
        return Failure(effect, Then.SIGN_IN, wait, status)
    blocked = is_network and reason in _BLOCKED
    answered_so = status in _PASSING and reason not in _NOT_PASSING
    passes = not blocked if is_network else answered_so
    if is_maybe:
        then = Then.LOOK
    elif passes or blocked:
        then = Then.LATER
    else:
        then = Then.END
    return Failure(effect, then, wait, status, passes, slow, is_network)
