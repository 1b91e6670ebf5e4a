"""Export of the schedule as a calendar file, one event a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from posto_desktop.core.export.rows import ExportRow, media_of, uid
from posto_desktop.formats.icalendar import Event, calendar
from posto_desktop.formats.post_event import PRODUCT, post_event
from posto_desktop.sdk import networks
from posto_desktop.sdk.records import Schedule

__all__ = ["event", "pieces"]


def pieces(rows: Iterable[ExportRow], name: str, stamp: datetime) -> Iterator[bytes]:
    """Yield the file, a post at a time; `stamp` is when the rows were read. Skips posts without a
    time."""
    events = (event(row.schedule, row.status, stamp) for row in rows)
    return calendar(
        name, (ical_event for ical_event in events if ical_event is not None), product=PRODUCT
    )


def event(row: Schedule, status: str, stamp: datetime) -> Event | None:
    """Return the event of a post; None if it has no time."""
    if row.send_at is None:
        return None
    return post_event(
        uid(row),
        row.send_at,
        stamp,
        network=networks.label(row.network),
        channel=row.channel_name,
        text=row.whole_text,
        status=row.status if status == "other" else status,
        error=row.error,
        media=media_of(row),
        link=row.link,
    )
