"""Delivery status of a post after upload, merged from the outbox and the schedule.

An entry and its rows in the schedule share the `posto_ref`; if a service lost it, they share the
group's id.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from posto_desktop.common.sentences import in_users_language
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import Entry, EntryStep, Section
from posto_desktop.core.posts import PostItem
from posto_desktop.models.schedule_rows import status_of
from posto_desktop.sdk.records import Schedule

__all__ = ["DeliveryStatus", "DeliveryStatusKind", "ScheduleIndex"]

DeliveryStatusKind = Literal[
    "outbox",
    "handed_over",
    "scheduled",
    "sending",
    "sent",
    "failed",
    "late",
    "needs_you",
    "deleted",
    "edited",
    "gone",
]
_SECTIONS: dict[str, Section] = {
    "handed_over": "done",
    "scheduled": "waiting",
    "sending": "in_progress",
    "sent": "done",
    "failed": "failed",
    "late": "failed",
    "needs_you": "needs_you",
    "deleted": "done",
    "edited": "done",
    "gone": "done",
}
# By priority: needs attention, in progress, finished.
_ORDER: tuple[DeliveryStatusKind, ...] = (
    "needs_you",
    "failed",
    "late",
    "sending",
    "scheduled",
    "sent",
)
_HANDED = ("sent", "saved", "found", "said_there")
_SETTLED = timedelta(minutes=5)


@dataclass(frozen=True)
class DeliveryStatus:
    """Delivery status of an entry. ``kind`` "outbox": not uploaded yet, the entry's own state
    applies.

    ``at`` is when it reached this status, or its scheduled time; ``rows`` are the entry's rows in
    the schedule, ``concerned`` those with the status ``kind``. ``missing`` are channels for which
    the service certainly lacks it. ``is_settled``: an absent row is not just hidden temporarily.
    """

    kind: DeliveryStatusKind
    at: datetime
    rows: tuple[Schedule, ...] = ()
    concerned: tuple[Schedule, ...] = ()
    missing: tuple[PostItem, ...] = ()
    is_settled: bool = False

    @property
    def ids(self) -> list[int]:
        return [row.id for row in self.concerned]

    @property
    def sent(self) -> int:
        """Return how many of the rows are published."""
        return sum(row.status == "success" for row in self.rows)

    @property
    def is_published(self) -> bool:
        """True if sent. Treated as sent while the service has not been polled."""
        return self.kind in ("sent", "handed_over")

    def section(self, entry: Entry) -> Section:
        return _SECTIONS.get(self.kind, entry.section)

    def steps(self, entry: Entry) -> list[EntryStep]:
        """Return the steps of the entry, including later ones from the schedule."""
        history = (
            [_as_saved(step) for step in entry.steps]
            if entry.workspace == LOCAL
            else [*entry.steps]
        )
        # The service counts in whole seconds; nothing ends before its upload.
        handed = max((step.at for step in history if step.kind in _HANDED), default=None)
        for row in self.rows:
            if row.send_at is None:
                continue
            at = max(row.send_at, handed) if handed is not None else row.send_at
            if row.status == "success":
                history.append(EntryStep(at, "published", row.channel_name))
            elif row.status in ("error", "unknown", "missed"):
                kind = {"error": "failed", "missed": "missed"}.get(row.status, "needs_you")
                if row.may_be_live:
                    kind = "needs_you"
                error = in_users_language(row.error)
                history.append(EntryStep(at, kind, f"{row.channel_name}: {error}".strip(": ")))
        return sorted(history, key=lambda step: step.at)


def _as_saved(step: EntryStep) -> EntryStep:
    """Return the step as shown for the local server: saved, not sent."""
    kind = {"handing_over": "saving", "sent": "saved"}.get(step.kind)
    return EntryStep(step.at, kind) if kind is not None else step


def _edit_times(entries: Iterable[Entry]) -> dict[str, datetime]:
    """Return when a later entry replaced posts, by their marks and group ids."""
    times: dict[str, datetime] = {}
    for entry in entries:
        for post in entry.replaces.removed if entry.replaces is not None else ():
            for mark in (post.mark, post.group_id):
                if mark:
                    times[mark] = max(entry.updated_at, times.get(mark, entry.updated_at))
    return times


class ScheduleIndex:
    """Rows of the open workspace's schedule that belong to entries of the outbox."""

    def __init__(self) -> None:
        self._workspace = ""
        self._all: Sequence[Schedule] = ()
        self._hidden: frozenset[int] = frozenset()
        self._read_at: datetime | None = None
        self._references: frozenset[str] = frozenset()
        self._edited_at: dict[str, datetime] = {}
        self._by_mark: dict[str, list[Schedule]] = {}

    def set_schedules(
        self,
        workspace: str,
        rows: Sequence[Schedule],
        hidden: Collection[int] = (),
        read_at: datetime | None = None,
    ) -> None:
        """Set the schedule of the open workspace. ``hidden``: rows being deleted by the user;
        ``read_at``: when it was read from the service, None for cached rows."""
        self._workspace, self._all, self._read_at = workspace, rows, read_at
        self._hidden = frozenset(hidden)
        self._index()

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Set the entries whose rows are indexed."""
        marks = {
            mark
            for entry in entries
            if entry.state == "sent" or entry.taken
            for mark in (entry.posto_ref, *entry.group_ids)
            if mark
        }
        self._edited_at = _edit_times(entries)
        if marks != self._references:
            self._references = frozenset(marks)
            self._index()

    def _index(self) -> None:
        references = self._references
        self._by_mark = {}
        for row in self._all:
            if row.posto_ref in references:
                self._by_mark.setdefault(str(row.posto_ref), []).append(row)
            elif row.group_id in references:
                self._by_mark.setdefault(row.group_id, []).append(row)

    def rows_of(self, entry: Entry) -> list[Schedule]:
        """Return the entry's rows, in the order of its channels."""
        if entry.workspace != self._workspace:
            return []
        rows_by_id = {row.id: row for row in self._by_mark.get(entry.posto_ref, ())}
        for group_id in entry.group_ids:
            rows_by_id.update((row.id, row) for row in self._by_mark.get(group_id, ()))
        place = {number: at for at, number in enumerate(entry.channel_ids)}
        return sorted(rows_by_id.values(), key=lambda row: (place.get(row.channel_id, 999), row.id))

    def delivery_status(self, entry: Entry, now: datetime) -> DeliveryStatus:
        """Return the delivery status of an entry at this moment."""
        rows = self.rows_of(entry) if entry.state == "sent" or entry.taken else []
        shown = [row for row in rows if row.id not in self._hidden]
        settled = self._is_settled(entry)
        if entry.state != "sent":
            return DeliveryStatus("outbox", entry.updated_at, tuple(shown), is_settled=settled)
        listed = {row.channel_id for row in rows}
        lacks = entry.missing if entry.is_partly else ()
        missing = tuple(item for item in lacks if item.channel_id not in listed)
        if rows and not shown and not missing:
            return DeliveryStatus("deleted", now, (), tuple(rows))
        if not shown and not missing:
            return self._without_rows(entry, now)
        by_kind: dict[str, list[Schedule]] = {}
        for row in shown:
            by_kind.setdefault(status_of(row, now), []).append(row)
        if missing:
            by_kind.setdefault("failed", [])
        kind = next((kind for kind in _ORDER if kind in by_kind), None)
        if kind is None:  # unknown status of the service
            return DeliveryStatus("handed_over", entry.updated_at, tuple(shown), is_settled=settled)
        concerned = by_kind[kind]
        times = [row.send_at for row in concerned if row.send_at is not None]
        at = (min(times) if kind == "scheduled" else max(times)) if times else entry.updated_at
        if kind == "sent":
            at = min(at, now)  # clocks differ, and the user's decision can precede the time
        return DeliveryStatus(kind, at, tuple(shown), tuple(concerned), missing, settled)

    def _without_rows(self, entry: Entry, now: datetime) -> DeliveryStatus:
        edited_at = [
            self._edited_at[mark]
            for mark in (entry.posto_ref, *entry.group_ids)
            if mark in self._edited_at
        ]
        if edited_at:
            return DeliveryStatus("edited", max(edited_at))
        deleted = next((step for step in reversed(entry.steps) if step.kind == "deleted"), None)
        if deleted is not None:
            return DeliveryStatus("deleted", deleted.at)
        # A service may hide rows while it sends them, and a list read before the upload proves
        # nothing.
        if self._is_settled(entry):
            return DeliveryStatus("gone", entry.updated_at)
        if entry.share_at is not None and entry.share_at > now:
            return DeliveryStatus("scheduled", entry.share_at)
        return DeliveryStatus("handed_over", entry.updated_at)

    def _is_settled(self, entry: Entry) -> bool:
        if self._read_at is None or entry.workspace != self._workspace:
            return False
        if self._read_at - entry.updated_at < _SETTLED:
            return False
        due = entry.share_at or entry.updated_at
        return not timedelta(0) <= self._read_at - due < _SETTLED
