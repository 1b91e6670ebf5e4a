"""Posts that still wait on this computer, as rows beside those of the service's plan."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from posto_desktop.core.entries import Entry
from posto_desktop.sdk.records import Schedule

WAITING = "waiting"
"""The status of such a row; no service says this."""
_FIRST = -1_000_000  # upwards: rows of one card stand in the order of their numbers
_UNDER_WAY = frozenset(("waiting", "uploading", "handing_over"))


def waiting_rows(entries: Sequence[Entry], workspace: str) -> dict[int, tuple[Schedule, str]]:
    """By negative numbers, which no service has: a row for each post with a time that waits in
    `workspace`, and the id of its entry."""
    found: dict[int, tuple[Schedule, str]] = {}
    for entry in entries:
        if entry.workspace != workspace or entry.share_at is None:
            continue
        if entry.state not in _UNDER_WAY:
            continue
        for item in entry.items:
            row = Schedule(
                id=_FIRST + len(found),
                group_id=f"entry {entry.id}",
                channel_id=item.channel_id,
                channel_name=item.channel_name,
                network=item.network,
                status=WAITING,
                send_at=entry.share_at,
                text=item.text,
                posto_ref=entry.posto_ref,
            )
            found[row.id] = (row, entry.id)
    return found


def not_yet_scheduled(waiting: Sequence[Schedule], planned: Collection[Schedule]) -> list[Schedule]:
    """Those that the plan does not have yet: one that was handed over a moment ago is in both."""
    known = {row.posto_ref for row in planned if row.posto_ref} if waiting else set()
    return [row for row in waiting if row.posto_ref not in known]
