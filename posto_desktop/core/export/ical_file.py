"""The plan as a calendar file, one event a post."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from posto_desktop.core.export.rows import PlanRow, network_name, uid
from posto_desktop.formats.icalendar import Event, Status, calendar
from posto_desktop.sdk.records import Schedule

__all__ = ["event", "pieces"]

PRODUCT = "Posto//Posto Desktop"
_TITLE = 80
_STATUS: dict[str, Status] = {
    "scheduled": "CONFIRMED",
    "sending": "CONFIRMED",
    "sent": "CONFIRMED",
    "failed": "CANCELLED",
}
"""Drafts, what is late, and what the user must decide about are tentative."""


def pieces(rows: Iterable[PlanRow], name: str, stamp: datetime) -> Iterator[bytes]:
    """The file, a post a piece; `stamp` is when the rows were read. Posts without a time have no
    place in a calendar."""
    events = (event(row.schedule, row.status, stamp) for row in rows)
    return calendar(name, (one for one in events if one is not None), product=PRODUCT)


def event(row: Schedule, status: str, stamp: datetime) -> Event | None:
    """The event of a post; None when it has no time."""
    if row.send_at is None:
        return None
    network = network_name(row.network)
    first = " ".join(row.text.split()) or row.channel_name or network
    if len(first) > _TITLE:
        first = f"{first[: _TITLE - 1].rstrip()}…"
    where = " · ".join(one for one in (network, row.channel_name) if one)
    facts = [where, f"Status: {(row.status if status == 'other' else status).replace('_', ' ')}"]
    if row.error:
        facts.append(row.error)
    facts += [one.url for one in row.media if one.url]
    return Event(
        uid=uid(row),
        start=row.send_at,
        stamp=stamp,
        summary=f"{network}: {first}" if network else first,
        description="\n\n".join(part for part in (row.text, "\n".join(facts)) if part),
        url=row.link,
        status=_STATUS.get(status, "TENTATIVE"),
        categories=(network,) if network else (),
    )
