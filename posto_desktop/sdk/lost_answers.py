"""Determines the result of a call whose answer was lost."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from posto_desktop.net.deadline import has_time
from posto_desktop.net.failure import LOOKS

from .errors import Cancelled, NetworkError, PostoError, ServiceError

log = logging.getLogger("posto_desktop.sdk")

_Found = TypeVar("_Found")


def look_again(see: Callable[[], _Found | None], pause: Callable[[float], object]) -> _Found | None:
    """Return what `see` finds, at once or after one of the waits; None if it is not there.

    `pause` waits so many seconds. If the last look fails, its error is raised: the result is
    unknown. `Cancelled`, and exceptions of `pause`, pass through at once.
    """
    trouble: PostoError | None = None
    for wait in LOOKS:
        if not has_time(wait):
            break
        if wait:
            pause(wait)
        try:
            result = see()
        except Cancelled:
            raise
        except PostoError as error:
            log.warning("what became of a call could not be seen: %s", error)
            trouble = error
            continue
        if result is not None:
            return result
        trouble = None
    try:
        if trouble is not None:
            raise trouble
        return None
    finally:
        trouble = None  # an error held by this frame would keep the frame alive


def unclear(cause: NetworkError | ServiceError, advice: str) -> NetworkError | ServiceError:
    """Return the error for a call whose result is unknown.

    `advice` are sentences about what is unknown and what to do. Its type is that of its `cause`: a
    lost network recovers by itself, a service's fault may not.
    """
    message, sentence = f"unclear: {cause}", f"{cause.english_message} {advice}"
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
