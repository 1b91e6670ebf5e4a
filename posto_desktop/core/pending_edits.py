"""The schedule after all edits in the outbox are done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from posto_desktop.core.entries import Entry
from posto_desktop.core.posts import PostItem
from posto_desktop.sdk.records import Schedule

_ACTIVE = frozenset(("waiting", "uploading", "handing_over"))


@dataclass(frozen=True)
class PendingEdits:
    """`shown` are the new content of rows by id, `hidden` the ids of rows that go, and `copies` the
    marks of posts that are not shown beside the rows that they replace."""

    shown: Mapping[int, tuple[Entry, PostItem]]
    hidden: frozenset[int]
    copies: frozenset[tuple[str, int]]

    def __bool__(self) -> bool:
        return bool(self.shown or self.hidden or self.copies)

    def applied(self, rows: list[Schedule]) -> list[Schedule]:
        """Return the rows with their new content and time."""
        if not self:
            return rows
        updated = []
        for row in rows:
            pending = self.shown.get(row.id)
            if pending is not None:
                entry, item = pending
                send_at = entry.share_at or row.send_at
                status = "not_sent" if row.status in ("missed", "error") else row.status
                row = replace(
                    row,
                    text=item.text,
                    thread=item.thread,
                    send_at=send_at,
                    status=status,
                    error="",
                )
            elif row.id in self.hidden or (row.posto_ref or "", row.channel_id) in self.copies:
                continue
            updated.append(row)
        return updated


def pending_edits(
    entries: Sequence[Entry], workspace: str, rows: Sequence[Schedule]
) -> PendingEdits:
    """Return what the edits of a workspace change in these rows."""
    edits = [
        entry for entry in entries if entry.replaces is not None and entry.workspace == workspace
    ]
    if not edits:
        return PendingEdits({}, frozenset(), frozenset())
    by_id = {entry.id: entry for entry in entries}
    shown: dict[int, tuple[Entry, PostItem]] = {}
    hidden: set[int] = set()
    copies: set[tuple[str, int]] = set()
    known = set(_by_mark(edits, rows))
    for entry in reversed(edits):  # the newest are first
        replaces = entry.replaces
        assert replaces is not None
        items = {item.channel_id: item for item in entry.items}
        for post in replaces.removed:
            # Until its successor is read, too, it stands for it.
            if post.channel_id in items and (entry.posto_ref, post.channel_id) not in known:
                shown[post.id] = (entry, items[post.channel_id])
            else:
                shown.pop(post.id, None)
                hidden.add(post.id)
        if entry.state not in _ACTIVE:
            continue
        old = {post.id: post.channel_id for post in replaces.posts}
        earlier = by_id.get(replaces.after)
        if earlier is not None:
            before = earlier.replaces
            old |= {post.id: post.channel_id for post in (before.posts if before else ())}
            old |= {row.id: row.channel_id for row in rows if row.posto_ref == earlier.posto_ref}
        for number, channel_id in old.items():
            if channel_id in items:
                shown[number] = (entry, items[channel_id])
                copies.add((entry.posto_ref, channel_id))
            else:
                hidden.add(number)
    return PendingEdits(shown, frozenset(hidden - shown.keys()), frozenset(copies))


def successors(entries: Sequence[Entry], rows: Sequence[Schedule]) -> dict[int, int]:
    """Return the ids of the rows that edits have made, by those of the rows that they replaced."""
    edits = [entry for entry in entries if entry.replaces is not None and entry.replaces.removed]
    if not edits:
        return {}
    by_mark = _by_mark(edits, rows)
    new_ids: dict[int, int] = {}
    for entry in edits:
        for post in entry.replaces.removed if entry.replaces is not None else ():
            new = by_mark.get((entry.posto_ref, post.channel_id))
            if new is not None:
                new_ids[post.id] = new
    return new_ids


def _by_mark(edits: Sequence[Entry], rows: Sequence[Schedule]) -> dict[tuple[str, int], int]:
    """Return the ids of the rows that edits have made, by mark and channel."""
    marks = {entry.posto_ref for entry in edits}
    return {(row.posto_ref or "", row.channel_id): row.id for row in rows if row.posto_ref in marks}


def later_edits(entries: Sequence[Entry], posto_ref: str) -> list[Entry]:
    """Return the edits of the posts with this mark, and those of what they made, oldest first."""
    marks, edits = {posto_ref}, []
    for entry in reversed(entries):
        replaces = entry.replaces
        if replaces is None:
            continue
        if any(post.mark in marks for post in (*replaces.posts, *replaces.removed)):
            marks.add(entry.posto_ref)
            edits.append(entry)
    return edits


def entry_editing(entries: Sequence[Entry], workspace: str, row: Schedule) -> Entry | None:
    """Return the edit in the outbox that will replace a row; None if there is none."""
    for entry in entries:
        replaces = entry.replaces
        if replaces is None or entry.workspace != workspace or entry.state not in _ACTIVE:
            continue
        if row.id in replaces.ids or (replaces.after and _is_of(entries, replaces.after, row)):
            return entry
    return None


def _is_of(entries: Sequence[Entry], entry_id: str, row: Schedule) -> bool:
    entry = next((candidate for candidate in entries if candidate.id == entry_id), None)
    if entry is None:
        return False
    ids = entry.replaces.ids if entry.replaces is not None else ()
    return row.posto_ref == entry.posto_ref or row.id in ids
