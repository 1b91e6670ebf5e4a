"""Writes a whole set of settings, and finds out the result after a lost answer.

The service replaces sets at once and converts values to its own types, so comparisons are by
meaning. Used for networks and for channels.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from posto_desktop.common.translation import translatable

from .answers import as_bool
from .errors import NetworkError, PostoError, ServiceError
from .lost_answers import look_again, unclear
from .transport import Transport

log = logging.getLogger("posto_desktop.sdk")

Settings = dict[str, Any]


def write_changes(
    transport: Transport,
    present: Settings,
    changes: Mapping[str, Any],
    *,
    read: Callable[[], Settings],
    write: Callable[[Settings], object],
) -> Settings:
    """Change some settings of a set and keep the others; return the written set.

    `present` is the present set, `read` reads it anew and `write` replaces it. After a lost answer
    it is read back: an unchanged set is written again, overwriting other changes made meanwhile.
    Raises as `write` if surely nothing was saved, else `ServiceError` with ``maybe_sent``.
    """
    tried = 0
    while True:
        merged = {**present, **changes}
        try:
            write(merged)
            return merged
        except (NetworkError, ServiceError) as error:
            if not error.maybe_sent or error.reason == "closed":
                raise
            tried += 1
            log.warning("unclear answer, reading back what was saved: %s", error)
            now = _read_back(transport, read, changes, error)
            if same(now, changes, changes):
                return {**now, **changes}
            if not same(now, present, changes):
                raise unclear(
                    error,
                    translatable(
                        "Sdk",
                        "The saved settings are neither the old nor the new ones. Read "
                        "the settings "
                        "again before you change them.",
                    ),
                ) from error
            if not error.failure.repeats(transport.retries, tried):
                raise unclear(
                    error, translatable("Sdk", "The settings are as they were before.")
                ) from error
            present = now


def _read_back(
    transport: Transport,
    read: Callable[[], Settings],
    changes: Mapping[str, Any],
    cause: NetworkError | ServiceError,
) -> Settings:
    """Return the set after a few looks, or as soon as it contains the changes."""
    now: Settings = {}

    def see() -> bool | None:
        nonlocal now
        now = read()
        return True if same(now, changes, changes) else None

    try:
        look_again(see, transport.rest)
    except PostoError as trouble:
        raise unclear(
            cause,
            translatable(
                "Sdk",
                "It is unknown whether the settings were saved: they cannot be read. Look at "
                "them before you save them again.",
            ),
        ) from trouble
    return now


def same(first: Mapping[str, Any], second: Mapping[str, Any], keys: Mapping[str, Any]) -> bool:
    """Return whether two sets mean the same in these settings."""
    return all(means(first.get(key), second.get(key)) for key in keys)


def means(first: object, second: object) -> bool:
    """Return whether two values are equal to the service: PHP writes true as 1 or "1", numbers as
    text, and empty values as "", [] or null."""
    if first == second and isinstance(first, bool) == isinstance(second, bool):
        return True
    if isinstance(first, bool) or isinstance(second, bool):
        simple = (bool, int, float, str, type(None))
        return (
            isinstance(first, simple)
            and isinstance(second, simple)
            and as_bool(first) is as_bool(second)
        )
    if first in _NOTHING or second in _NOTHING:
        return first in _NOTHING and second in _NOTHING
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and same(first, second, first)
    if isinstance(first, (list, tuple)) and isinstance(second, (list, tuple)):
        return len(first) == len(second) and all(map(means, first, second))
    return str(first).strip() == str(second).strip()


_NOTHING: tuple[object, ...] = (None, "", [], {})
