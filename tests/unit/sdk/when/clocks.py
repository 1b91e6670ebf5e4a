"""Zones, one moment, and times by the clocks of a zone."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo

BERLIN = ZoneInfo("Europe/Berlin")
NEW_YORK = ZoneInfo("America/New_York")
TOKYO = ZoneInfo("Asia/Tokyo")
SYDNEY = ZoneInfo("Australia/Sydney")
KATHMANDU = ZoneInfo("Asia/Kathmandu")
ZONES = (BERLIN, NEW_YORK, TOKYO, SYDNEY, KATHMANDU)

#: Wednesday.
NOW = datetime(2026, 11, 25, 10, 30)


def at(text: str, zone: tzinfo) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def same(actual: datetime, wanted: datetime) -> bool:
    """Aware datetimes of a repeated hour are never equal to those of another zone."""
    return actual.astimezone(UTC) == wanted.astimezone(UTC)
