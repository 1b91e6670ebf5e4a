"""What a deletion in the schedule means for the entries of the outbox that made the posts."""

from __future__ import annotations

import time
from collections.abc import Sequence

from posto_desktop.common.locale_words import listed
from posto_desktop.core.entries import Entry, read_entry
from posto_desktop.delivery.outbox import Outbox
from posto_desktop.sdk.records import Schedule
from posto_desktop.storage.database import Database


def note_deleted(db: Database, outbox: Outbox, rows: Sequence[Schedule]) -> None:
    """Mark the entries of posts that the user deleted. Raises StorageError."""
    by_mark: dict[str, list[str]] = {}
    for row in rows:
        for mark in {row.posto_ref or "", row.group_id} - {""}:
            by_mark.setdefault(mark, []).append(row.channel_name)
    if not by_mark:
        return
    for stored in db.outbox_in(("sent", "waiting", "uploading", "handing_over", "unclear")):
        names = by_mark.get(stored["posto_ref"]) or by_mark.get(stored["group_id"])
        if names is not None:
            detail = listed(name for name in names if name)
            db.add_step(stored["id"], time.time(), "deleted", detail)
            outbox.notify_added(stored["id"])
            _give_up_rest(outbox, read_entry(stored), names)


def _give_up_rest(outbox: Outbox, entry: Entry, deleted: Sequence[str]) -> None:
    """All that the service had of a post is deleted: do not offer its missing channels either."""
    taken = {item.channel_name for item in entry.items if item.channel_id in entry.taken}
    if entry.is_partly and taken <= set(deleted):
        outbox.cancel(entry.id)
