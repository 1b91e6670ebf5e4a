"""History of a scheduled post that was sent from this computer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from posto_desktop.core.entries import Entry
from posto_desktop.models.delivery_status import DeliveryStatus
from posto_desktop.sdk.records import Schedule

__all__ = ["history_lines"]

_MAX_LINES = 40
# Steps that say nothing about the tries: saved, and each uploaded file.
_LEFT_OUT = frozenset({"written", "uploading", "uploaded", "reused"})


def history_lines(
    schedule: Schedule, entry: Entry, when: Callable[[datetime], str]
) -> list[tuple[str, str]]:
    """Return (time, text), oldest first: the tries of the entry and the result of this post."""
    lines: list[tuple[str, str]] = []
    for step in DeliveryStatus("handed_over", entry.updated_at, (schedule,)).steps(entry):
        if step.kind in _LEFT_OUT:
            continue
        text = step.text
        if step.detail:
            text = f"{text}: {step.detail}"
        line = (when(step.at), text)
        if not lines or lines[-1] != line:
            lines.append(line)
    return lines[-_MAX_LINES:]
