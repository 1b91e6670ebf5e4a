"""Drafts with a time as calendar rows; the others wait below the calendar."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.sdk.errors import WhenError
from posto_desktop.sdk.records import Channel, Schedule, ScheduleMedia

__all__ = ["NO_DRAFTS", "TimedDrafts", "is_draft", "no_channels", "resolve_draft_times"]

_FIRST = -2_000_000_000  # ascending: rows of a card are sorted by number
_LAST = -1_000_000_000


@dataclass(frozen=True)
class TimedDrafts:
    """`rows` are those of drafts with a future time; `by_group` finds their drafts by
    `Schedule.group_id`; `waiting` are the drafts without a time."""

    rows: tuple[Schedule, ...]
    by_group: dict[str, Draft]
    waiting: tuple[Draft, ...]

    def of(self, row: Schedule) -> Draft | None:
        """Return the draft of a row; None for posts."""
        return self.by_group.get(row.group_id) if is_draft(row) else None

    def shows_file(self, path: str) -> bool:
        """Return True if a draft with a time uses this picture."""
        return any(ref.path == path for draft in self.by_group.values() for ref in draft.media[:1])


NO_DRAFTS = TimedDrafts((), {}, ())


def is_draft(row: Schedule) -> bool:
    """Return True for a row of a draft on this computer, not of the service."""
    return row.id < _LAST


def no_channels(_draft: Draft) -> Sequence[Channel]:
    return ()


def resolve_draft_times(
    drafts: Sequence[Draft],
    channels_of: Callable[[Draft], Sequence[Channel]],
    now: datetime,
    zone: tzinfo,
) -> TimedDrafts:
    """Read the times of these drafts now and return a row for each of their channels."""
    rows: list[Schedule] = []
    drafts_by_group: dict[str, Draft] = {}
    waiting: list[Draft] = []
    for draft in drafts:
        moment = _time_of(draft, now, zone)
        if moment is None:
            waiting.append(draft)
            continue
        group = f"draft {draft.id}"
        drafts_by_group[group] = draft
        media = tuple(ScheduleMedia(0, ref.kind, ref.path) for ref in draft.media[:1])
        for channel in channels_of(draft) or (None,):
            text = draft.text_for(channel) if channel is not None else draft.text
            rows.append(
                Schedule(
                    id=_FIRST + len(rows),
                    group_id=group,
                    channel_id=channel.id if channel is not None else 0,
                    channel_name=channel.name if channel is not None else "",
                    network=channel.network if channel is not None else "",
                    status="draft",
                    send_at=moment,
                    text=text if text.strip() else title_of(draft),
                    media=media,
                )
            )
    return TimedDrafts(tuple(rows), drafts_by_group, tuple(waiting))


def _time_of(draft: Draft, now: datetime, zone: tzinfo) -> datetime | None:
    """Return the time as aware UTC; None if missing, past or not understood."""
    text = draft.when_text.strip()
    if not text:
        return None
    # A full date does not depend on now; parsing takes 0.1 ms.
    when = _absolute(text, zone) if _FULL_DATE.match(text) else _read(text, now, zone)
    return when if when is not None and when > now else None


_FULL_DATE = re.compile(r"\d{4}-\d\d-\d\d\s+\d")
_LONG_AGO = datetime(1980, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=4096)
def _absolute(text: str, zone: tzinfo) -> datetime | None:
    return _read(text, _LONG_AGO, zone)


def _read(text: str, now: datetime, zone: tzinfo) -> datetime | None:
    from posto_desktop.sdk.times import read_when  # imported with the first time of a draft

    try:
        when = read_when(text, now=now, tz=zone).when
    except WhenError:
        return None
    return when.astimezone(UTC) if when is not None else None
