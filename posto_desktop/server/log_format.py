"""Logs for programs: one JSON object a line, with the request or the post that it is about.

Every value passes `server.redaction`; what `EVENTS` logs is written in this format alone.
"""

from __future__ import annotations

import contextvars
import json
import logging
import time
from typing import Any

from posto_desktop.server import redaction

__all__ = [
    "EVENTS",
    "JsonFormatter",
    "begin_post",
    "begin_request",
    "end_post",
    "end_request",
    "log_events",
    "set_user",
]

EVENTS = logging.getLogger("posto_desktop.server.events")
"""Every request and every outcome of a post. Silent unless `log_events` was called."""
EVENTS.setLevel(logging.WARNING)

_context: contextvars.ContextVar[dict[str, object]] = contextvars.ContextVar("log", default={})  # noqa: B039 - never changed


class JsonFormatter(logging.Formatter):
    """Formats a record as `time`, `level`, `logger`, `message`, with `request`, `user`, `schedule`,
    `channel`, `network`, `duration` (seconds) and others where they are known."""

    def format(self, record: logging.LogRecord) -> str:
        seconds = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        entry: dict[str, object] = {
            "time": f"{seconds}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_context.get(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        return json.dumps({name: _clean(value) for name, value in entry.items()})


def log_events() -> None:
    """Have all that `EVENTS` is given be logged."""
    EVENTS.setLevel(logging.INFO)


def begin_request(number: str) -> None:
    """Name the request that this thread works on, until `end_request`."""
    _context.set({"request": number})


def end_request() -> None:
    """Forget whose request this thread worked on, so that nothing else is logged in their name."""
    _context.set({})


def set_user(name: str) -> None:
    """Name the person whose request this thread works on."""
    _context.set(_context.get() | {"user": name})


def begin_post(schedule_id: int, channel_id: int, network: str) -> None:
    """Name the post that this thread works on from now on."""
    _context.set({"schedule": schedule_id, "channel": channel_id, "network": network})


def end_post() -> None:
    _context.set({})


def _clean(value: Any) -> object:  # noqa: ANN401 - whatever a log line has
    if value is None or isinstance(value, bool | int | float):
        return value
    return redaction.clean(str(value))
