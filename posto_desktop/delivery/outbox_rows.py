"""New rows of the outbox, written before anything of a post is sent."""

from __future__ import annotations

import os
import stat
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from posto_desktop.common.translation import translatable
from posto_desktop.common.user_error import EnglishError
from posto_desktop.core.copies import text_digest
from posto_desktop.core.draft import Draft, MediaRef
from posto_desktop.core.edited_message import Replacement
from posto_desktop.core.entries import FileSnapshot, Series, body_of
from posto_desktop.core.posts import PostItem, items_of
from posto_desktop.core.styles import marked_media
from posto_desktop.sdk.networks import canonical
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database


class OutboxError(EnglishError):
    """The post was not added to the outbox; nothing was sent. `user_message` says why."""


def rows_of(
    draft: Draft,
    channels: Sequence[Channel],
    times: Sequence[tuple[datetime | None, Series | None]],
    now: datetime,
    *,
    marks: Sequence[tuple[str, str]] = (),
    replaces: Replacement | None = None,
) -> list[dict[str, Any]]:
    """Return one row for each time (None = at once), each a post with its own `posto_ref`.

    `marks` are the entries' ids and refs if already assigned; `replaces` is what a single one
    replaces. Raises OutboxError for an invalid post.
    """
    if not channels:
        raise OutboxError(translatable("Delivery", "No channel is selected, so nothing was sent."))
    if draft.resolved_style is not None and draft.resolved_style.missing:
        raise OutboxError(
            f"{draft.resolved_style.why} {translatable('Delivery', 'Nothing was sent.')}"
        )
    slugs = dict.fromkeys(canonical(channel.network) for channel in channels)
    files = [look_at(ref) for ref in marked_media(draft, slugs)]
    stamp = now.timestamp()
    rows: list[dict[str, Any]] = []
    for number, (share_at, series) in enumerate(times):
        entry_id, posto_ref = marks[number] if marks else (uuid.uuid4().hex, str(uuid.uuid4()))
        items = items_of(_with_day(draft, share_at or now), channels, posto_ref)
        if replaces is not None:
            items = [_completed(item, draft, replaces.message) for item in items]
        if not draft.media and not any(item.text.strip() for item in items):
            raise OutboxError(
                translatable(
                    "Delivery", "There is nothing to post yet. Write a text or add a picture."
                )
            )
        rows.append(
            {
                "id": entry_id,
                "workspace": draft.workspace,
                "posto_ref": posto_ref,
                "state": "waiting",
                "body": body_of(draft, items, files, series, replaces),
                "share_at": share_at.timestamp() if share_at else None,
                "created_at": stamp,
                "updated_at": stamp,
            }
        )
    return rows


def write(store: Database, rows: Sequence[Mapping[str, Any]], draft_id: str = "") -> None:
    """Write entries with their first step and what they are made of, and remove their draft, in
    one transaction."""
    messages = [
        {
            "posto_ref": row["posto_ref"],
            "workspace": row["workspace"],
            "body": _source(row),
            "at": float(row["share_at"] or row["created_at"]),
        }
        for row in rows
    ]
    store.add_outbox(rows, ("written", ""), draft_id=draft_id, messages=messages)


def _source(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is kept of a post until long after its time (`storage.message_rows`)."""
    body = row["body"]
    texts = {str(item["channel_id"]): item["data"].get("post_content") for item in body["items"]}
    return {
        "draft": {key: value for key, value in body["draft"].items() if key != "editing"},
        "sent": {key: text_digest(text) for key, text in texts.items() if isinstance(text, str)},
    }


def _completed(item: PostItem, draft: Draft, message: str) -> PostItem:
    """Return an item of an edit with what its post has on the service beyond the fields of a draft,
    and with the key of its message."""
    carried = draft.editing.carried if draft.editing is not None else {}
    data = {**carried.get(str(item.channel_id), {}), **item.data}
    if message:
        data["posto_message"] = message
    return replace(item, data=data)


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
