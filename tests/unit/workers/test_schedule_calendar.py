"""The last known plan as a calendar."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from posto_desktop.sdk.records import Schedule
from posto_desktop.storage import schedule_rows
from posto_desktop.storage.database import Database
from posto_desktop.workers.schedule_calendar import ScheduleCalendar

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)


def test_what_is_known_is_told(tmp_path: Path) -> None:
    path = tmp_path / "posto.db"
    rows = {}
    for number, days in enumerate((-200, -3, 5, None)):
        at = NOW + timedelta(days=days) if days is not None else None
        schedule = Schedule(
            number, f"g{number}", 1, "Nordlicht", "fb", status="not_sent", send_at=at, text="Buns"
        )
        rows[number] = schedule.to_dict()
    db = Database(path)
    schedule_rows.update(db, "site", rows, (), as_of=NOW.timestamp())
    calendar = ScheduleCalendar(path, "Nordlicht", lambda _row, _now: "sent", lambda: NOW)
    text = calendar("site").decode()
    db.close()
    assert "X-WR-CALNAME:Nordlicht" in text
    assert text.count("BEGIN:VEVENT") == 2  # neither what is long ago nor what has no time
    assert "DTSTART:20261130T132100Z" in text
    assert "Status: sent" in text
    assert calendar("site").decode() == text
    later = ScheduleCalendar(path, calendar.name, calendar.status, lambda: NOW + timedelta(hours=2))
    assert later("site").decode() == text  # programs need not read it again
    assert "VEVENT" not in calendar("unknown").decode()
