"""Posts in the outbox as calendar rows beside those of the service."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Schedule

WAITING = "waiting"
"""Status of such a row; no service uses it."""
_FIRST = -1_000_000  # ascending: rows of a card are sorted by number
_UNDER_WAY = frozenset(("waiting", "uploading", "handing_over"))


def waiting_rows(entries: Sequence[Entry], workspace: str) -> dict[int, tuple[Schedule, str]]:
    """Return a row for each post with a time that waits in `workspace`, and the id of its entry by
    row id. Row ids are negative, which no service uses."""
    rows: dict[int, tuple[Schedule, str]] = {}
    for entry in entries:
        if entry.workspace != workspace or entry.share_at is None:
            continue
        if entry.state not in _UNDER_WAY:
            continue
        # The rows that an edit replaces show its content themselves.
        replaced = {post.channel_id for post in entry.replaces.posts} if entry.replaces else set()
        for item in entry.items:
            if item.channel_id in replaced:
                continue
            row = Schedule(
                id=_FIRST + len(rows),
                group_id=f"entry {entry.id}",
                channel_id=item.channel_id,
                channel_name=item.channel_name,
                network=item.network,
                status=WAITING,
                send_at=entry.share_at,
                text=item.text,
                thread=item.thread,
                posto_ref=entry.posto_ref,
            )
            rows[row.id] = (row, entry.id)
    return rows


def not_yet_scheduled(waiting: Sequence[Schedule], planned: Collection[Schedule]) -> list[Schedule]:
    """Return the rows without those that the service has by now."""
    known = {row.posto_ref for row in planned if row.posto_ref} if waiting else set()
    return [row for row in waiting if row.posto_ref not in known]
