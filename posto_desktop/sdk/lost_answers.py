"""Look what became of a call whose answer was lost, before anything is said about it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from .errors import Cancelled, NetworkError, PostoError, ServiceError

log = logging.getLogger("posto_desktop.sdk")

LOOKS = (0.0, 1.0, 3.0, 8.0)
"""Seconds to wait before each look: PHP goes on for a while after the web server has given up."""

_Found = TypeVar("_Found")


def look_again(see: Callable[[], _Found | None], rest: Callable[[float], object]) -> _Found | None:
    """What `see` finds, at once or after one of the waits; None = it is not there.

    `rest` waits so many seconds. Where the last look failed its error is raised: then nobody can
    tell. `Cancelled`, and what `rest` raises, come through at once.
    """
    trouble: PostoError | None = None
    for wait in LOOKS:
        if wait:
            rest(wait)
        try:
            found = see()
        except Cancelled:
            raise
        except PostoError as error:
            log.warning("what became of a call could not be seen: %s", error)
            trouble = error
            continue
        if found is not None:
            return found
        trouble = None
    try:
        if trouble is not None:
            raise trouble
        return None
    finally:
        trouble = None  # an error that this frame holds would hold the frame


def repeats(retries: int, cause: NetworkError | ServiceError, tried: int) -> bool:
    """Whether a call that was surely not carried out is worth another try after `tried` of them."""
    return tried <= (min(retries, 1) if cause.reason == "timeout" else retries)


def unclear(cause: NetworkError | ServiceError, what: str) -> NetworkError | ServiceError:
    """The error for a call of which nobody can tell whether it was carried out.

    `what` are sentences that say what cannot be told, and what to do now. It is of the kind of
    its `cause`: a network that is away comes back by itself, a fault of a service may not.
    """
    message, sentence = f"unclear: {cause}", f"{cause.user_message} {what}"
    if isinstance(cause, NetworkError):
        return NetworkError(message, user_message=sentence, reason="unclear", maybe_sent=True)
    return ServiceError(
        message,
        user_message=sentence,
        reason="unclear",
        status=cause.status,
        maybe_sent=True,
        retry_after=cause.retry_after,
    )
