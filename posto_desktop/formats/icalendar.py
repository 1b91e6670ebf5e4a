"""iCalendar writer (RFC 5545): CRLF, lines of at most 75 octets, escaped texts, times in UTC.

Written in pieces, so that a hundred thousand events are never in memory together.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

__all__ = ["MIME", "Event", "calendar", "escape", "fold", "moment"]

MIME: Final = "text/calendar; charset=utf-8"
MAX_OCTETS: Final = 75
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|[\ud800-\udfff]")
_NOT_IN_ADDRESS: Final = re.compile(r"[\s\x00-\x1f\x7f\"<>\\^`{|}]|[\ud800-\udfff]")
_BREAKS: Final = re.compile(r"\r\n|\r|\n|\u2028|\u2029|\x85")

Status = Literal["CONFIRMED", "TENTATIVE", "CANCELLED"]


@dataclass(frozen=True)
class Event:
    """One event. `start` and `stamp` (when this was last true) are aware; `minutes` is its length
    in a calendar's grid. `uid` is stable and the same in all files."""

    uid: str
    start: datetime
    stamp: datetime
    summary: str
    description: str = ""
    url: str = ""
    status: Status = "CONFIRMED"
    categories: tuple[str, ...] = ()
    minutes: int = 15


def calendar(name: str, events: Iterable[Event], *, product: str) -> Iterator[bytes]:
    """Yield the calendar, an event a piece. Events with the same uid get a number, in order."""
    head = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escape(product)}//EN",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{escape(name)}",
        f"NAME:{escape(name)}",
        "REFRESH-INTERVAL;VALUE=DURATION:PT15M",
        "X-PUBLISHED-TTL:PT15M",
    ]
    yield _lines(head)
    seen: dict[str, int] = {}
    for event in events:
        number = seen[event.uid] = seen.get(event.uid, 0) + 1
        yield _lines(_event(event, event.uid if number == 1 else f"{number}-{event.uid}"))
    yield _lines(["END:VCALENDAR"])


def moment(value: datetime) -> str:
    """Return an aware moment as `20261130T110000Z`."""
    utc = value.astimezone(UTC)
    # On some systems strftime omits leading zeros of years before 1000.
    return f"{utc.year:04d}{utc:%m%dT%H%M%S}Z"


def escape(text: str) -> str:
    """Return a TEXT value (RFC 5545, 3.3.11)."""
    plain = _CONTROLS.sub("", _BREAKS.sub("\n", text))
    plain = plain.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\n", "\\n")


def fold(line: str) -> bytes:
    """Return the line in UTF-8 with CRLF, folded at 75 octets without splitting characters."""
    data = line.encode("utf-8")
    if len(data) <= MAX_OCTETS:
        return data + b"\r\n"
    pieces, start, room = [], 0, MAX_OCTETS
    while len(data) - start > room:
        end = start + room
        while data[end] & 0xC0 == 0x80:
            end -= 1
        pieces.append(data[start:end])
        start, room = end, MAX_OCTETS - 1  # the space that continues a line
    pieces.append(data[start:])
    return b"\r\n ".join(pieces) + b"\r\n"


def _event(event: Event, uid: str) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{escape(uid)}",
        f"DTSTAMP:{moment(event.stamp)}",
        f"DTSTART:{moment(event.start)}",
        f"DURATION:PT{event.minutes}M",
        f"SUMMARY:{escape(event.summary)}",
        f"STATUS:{event.status}",
        "TRANSP:TRANSPARENT",
    ]
    if event.description:
        lines.append(f"DESCRIPTION:{escape(event.description)}")
    if event.url.startswith(("http://", "https://")):
        lines.append(f"URL:{_NOT_IN_ADDRESS.sub('', event.url)}")
    if event.categories:
        lines.append("CATEGORIES:" + ",".join(map(escape, event.categories)))
    lines.append("END:VEVENT")
    return lines


def _lines(lines: Iterable[str]) -> bytes:
    return b"".join(map(fold, lines))
