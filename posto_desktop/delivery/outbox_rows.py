"""New rows of the outbox, written before anything of a post is sent."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.entries import FileSnapshot, Series, body_of
from posto_desktop.core.posts import items_of
from posto_desktop.core.styles import marked_media
from posto_desktop.sdk.networks import canonical
from posto_desktop.sdk.records import Channel


class OutboxError(Exception):
    """The post was not added to the outbox; nothing was sent. `user_message` says why."""

    def __init__(self, user_message: str) -> None:
        super().__init__(user_message)
        self.user_message = user_message


def rows_of(
    draft: Draft,
    channels: Sequence[Channel],
    times: Sequence[tuple[datetime | None, Series | None]],
    now: datetime,
    *,
    marks: Sequence[tuple[str, str]] = (),
) -> list[dict[str, Any]]:
    """Return one row for each time (None = at once), each a post with its own `posto_ref`.

    `marks` are the entries' ids and refs if already assigned. Raises OutboxError for an invalid
    post.
    """
    if not channels:
        raise OutboxError("No channel is selected, so nothing was sent.")
    if draft.resolved_style is not None and draft.resolved_style.missing:
        raise OutboxError(f"{draft.resolved_style.why} Nothing was sent.")
    slugs = dict.fromkeys(canonical(channel.network) for channel in channels)
    files = [look_at(ref) for ref in marked_media(draft, slugs)]
    stamp = now.timestamp()
    rows: list[dict[str, Any]] = []
    for number, (share_at, series) in enumerate(times):
        entry_id, posto_ref = marks[number] if marks else (uuid.uuid4().hex, str(uuid.uuid4()))
        items = items_of(_with_day(draft, share_at or now), channels, posto_ref)
        if not draft.media and not any(item.text.strip() for item in items):
            raise OutboxError("There is nothing to post yet. Write a text or add a picture.")
        rows.append(
            {
                "id": entry_id,
                "workspace": draft.workspace,
                "posto_ref": posto_ref,
                "state": "waiting",
                "body": body_of(draft, items, files, series),
                "share_at": share_at.timestamp() if share_at else None,
                "created_at": stamp,
                "updated_at": stamp,
            }
        )
    return rows


def look_at(ref: MediaRef) -> FileSnapshot:
    """Return the facts of the file now; size -1 if it cannot be read."""
    try:
        facts = os.stat(ref.path)  # noqa: PTH116 - Path() refuses some names that stat takes
    except (OSError, ValueError):
        return FileSnapshot(ref, -1, 0)
    if not stat.S_ISREG(facts.st_mode):
        return FileSnapshot(ref, -1, 0)
    return FileSnapshot(ref, facts.st_size, facts.st_mtime_ns)


def _with_day(draft: Draft, moment: datetime) -> Draft:
    """Return the draft with its publication day, for styles that use it."""
    if draft.resolved_style is None:
        return draft
    return replace(
        draft, resolved_style=replace(draft.resolved_style, day=moment.astimezone().date())
    )
