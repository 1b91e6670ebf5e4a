"""Posts by key: the same key twice makes one post, also after a crash or from two processes."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from posto_desktop.common import json_text
from posto_desktop.core.draft import CONTENT, Draft
from posto_desktop.core.entries import Entry
from posto_desktop.delivery.outbox import Outbox, OutboxError
from posto_desktop.sdk.media import content_hash
from posto_desktop.sdk.records import Channel
from posto_desktop.storage import post_keys
from posto_desktop.storage.database import Database
from posto_desktop.storage.post_keys import PostKey

MAX_KEY = 200
"""Longest key in characters."""


class KeyInUseError(OutboxError):
    """The key belongs to another post; nothing was sent."""


@dataclass(frozen=True)
class KeyedPost:
    """The entry of a key. `is_new`: this call wrote it."""

    entry: Entry
    is_new: bool


def digest_of(draft: Draft) -> str:
    """Return a digest of what a draft asks for: its content as typed, its channels, and the content
    of its files. Reads them. Raises MediaUploadError."""
    values = draft.to_json()
    asked = {name: values.get(name) for name in (*CONTENT, "channel_ids")}
    asked["files"] = [content_hash(Path(ref.path)) for ref in draft.media if not ref.problem]
    return hashlib.sha256(json_text.dumps(asked).encode("ascii")).hexdigest()


def add_once(
    db: Database,
    outbox: Outbox,
    draft: Draft,
    channels: Sequence[Channel],
    share_at: datetime | None,
    key: str,
) -> KeyedPost:
    """Write a post to the outbox, or return the one that the key was used for.

    A key whose post was cancelled or refused makes a new entry. Raises KeyInUseError if the key
    belongs to a post with another content, or to one of which nothing is known any more, and as
    `Outbox.add`.
    """
    digest = digest_of(draft)
    with db.transaction():
        used = post_keys.find(db, draft.workspace, key)
        if used is not None:
            existing = _entry(outbox, used.entry_id)
            is_free = existing is not None and _is_surely_not_sent(db, existing)
            if used.digest != digest and not is_free:
                raise KeyInUseError(
                    f"The key {key} belongs to another post. Nothing was sent. Use another key, or "
                    "repeat the post exactly as it was."
                )
            if existing is None:
                raise KeyInUseError(
                    f"The key {key} was used before, and its post is no longer in the outbox. "
                    "Nothing was sent. Use another key."
                )
            if not is_free:
                return KeyedPost(existing, is_new=False)
        entry = outbox.add(draft, channels, share_at)
        post_key = PostKey(entry.id, digest, entry.created_at.timestamp())
        post_keys.put(db, draft.workspace, key, post_key)
    return KeyedPost(entry, is_new=True)


def _is_surely_not_sent(db: Database, entry: Entry) -> bool:
    """Return whether nothing of an entry was posted, so that its key may be used again: not where a
    call had no clear answer, nor where the service may only hide what it refused."""
    row = db.outbox_row(entry.id)
    ended = entry.state in ("cancelled", "refused") and entry.code != "not_listed"
    return ended and row is not None and not row["handovers"] and not entry.taken


def _entry(outbox: Outbox, entry_id: str) -> Entry | None:
    try:
        return outbox.entry(entry_id)
    except KeyError:
        return None
