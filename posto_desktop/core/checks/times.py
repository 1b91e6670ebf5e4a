"""Checks for times that are invalid, past, or too near to send the files."""

from __future__ import annotations

from datetime import datetime, timedelta

from posto_desktop.core.checks.finding import Finding, Fix
from posto_desktop.core.checks.post import CheckedPost

SOON = timedelta(seconds=30)
"""Time for sending without files: the service looks for due posts this often."""

BYTES_A_SECOND = 1_000_000
"""Assumed upload speed, slow on purpose: better to warn too early."""


def check(post: CheckedPost) -> list[Finding]:
    typed = post.draft.when_text.strip()
    if post.reading is None:
        if typed and typed.lower() != "now":
            edit = Fix("edit_when", "Change the time")
            sentence = f"The time “{typed}” cannot be used."
            return [Finding("error", "when_unreadable", sentence, fix=edit)]
        return []
    when = post.reading.when
    if when is None:
        return []
    edit = Fix("edit_when", "Change the time")
    if when <= post.now:
        move = _move(post)
        sentence = "The time has passed. Choose a later one."
        return [Finding("error", "when_past", sentence, fix=edit, more=(move,))]
    need = needed(post)
    if when - post.now < need:
        sentence = (
            "The time is very near. Uploading the files may take longer."
            if post.media
            else "The time is very near. The post may go out some seconds later."
        )
        return [Finding("hint", "when_near", sentence, fix=_move(post), more=(edit,))]
    return []


def needed(post: CheckedPost) -> timedelta:
    """Return how long before its time a post should be sent to the service."""
    if post.local:
        return timedelta(0)  # no upload needed
    size = sum(ref.size for ref in post.media)
    return SOON + timedelta(seconds=size / BYTES_A_SECOND)


def next_possible(post: CheckedPost) -> datetime:
    """Return the first whole minute that is surely late enough."""
    earliest = (post.now + needed(post) + timedelta(minutes=1)).replace(second=0, microsecond=0)
    return earliest + timedelta(minutes=1)


def _move(post: CheckedPost) -> Fix:
    when = next_possible(post)
    label = f"Move to {when.hour}:{when.minute:02d}"
    return Fix("move_time", label, when.isoformat(" ", "minutes"))
