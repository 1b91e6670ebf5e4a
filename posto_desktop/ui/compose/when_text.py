"""The words around a time: readings, distances, chips.  Pure functions over aware datetimes."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta, tzinfo

from PySide6.QtCore import QCoreApplication, QLocale

from posto_desktop.models.dates import clock


def _tr(text: str) -> str:
    return QCoreApplication.translate("WhenText", text)


def local_zone() -> tzinfo:
    """The zone of this computer, with its summer time rules where they can be found."""
    from zoneinfo import ZoneInfo

    from PySide6.QtCore import QTimeZone

    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "ignore")
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return datetime.now().astimezone().tzinfo or UTC


def day_and_time(when: datetime, zone: tzinfo) -> str:
    """``Mon 30 Nov 2026, 12:00``."""
    local = when.astimezone(zone)
    locale = QLocale()
    weekday = locale.dayName(local.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")
    month = locale.monthName(local.month, QLocale.FormatType.ShortFormat).rstrip(".")
    return f"{weekday} {local.day} {month} {local.year}, {clock(when, zone)}"


def short_day(when: datetime, zone: tzinfo, now: datetime) -> str:
    """``today 12:00``, ``Mon 12:00`` within a week, else ``Mon 30 Nov, 12:00``."""
    local, today = when.astimezone(zone), now.astimezone(zone).date()
    days = (local.date() - today).days
    at = clock(when, zone)
    if days == 0:
        return _tr("today {time}").format(time=at)
    if days == 1:
        return _tr("tomorrow {time}").format(time=at)
    locale = QLocale()
    weekday = locale.dayName(local.isoweekday(), QLocale.FormatType.ShortFormat).rstrip(".")
    if 1 < days < 7:
        return f"{weekday} {at}"
    month = locale.monthName(local.month, QLocale.FormatType.ShortFormat).rstrip(".")
    year = "" if local.year == today.year else f" {local.year}"
    return f"{weekday} {local.day} {month}{year}, {at}"


def distance(when: datetime, now: datetime, zone: tzinfo) -> str:
    """``in 5 days``, ``in 40 minutes``, ``tomorrow``: how far ahead a time is."""
    seconds = (when - now).total_seconds()
    if seconds < 90:
        return _tr("in a minute")
    minutes = round(seconds / 60)
    if minutes < 90:
        return _tr("in {n} minutes").format(n=minutes)
    days = (when.astimezone(zone).date() - now.astimezone(zone).date()).days
    if days == 0 or seconds < 20 * 3600:
        return _tr("in {n} hours").format(n=round(seconds / 3600))
    if days == 1:
        return _tr("tomorrow")
    if days < 60:
        return _tr("in {n} days").format(n=days)
    if days < 700:
        return _tr("in {n} months").format(n=round(days / 30.4))
    return _tr("in {n} years").format(n=round(days / 365.25))


def ago(then: datetime, now: datetime) -> str:
    """``just now``, ``10 s ago``, ``3 min ago``, then the clock time."""
    seconds = max(0, int((now - then).total_seconds()))
    if seconds < 3:
        return _tr("just now")
    if seconds < 60:
        return _tr("{n} s ago").format(n=seconds)
    if seconds < 3600:
        return _tr("{n} min ago").format(n=seconds // 60)
    if seconds < 86400:
        return _tr("{n} h ago").format(n=seconds // 3600)
    return _tr("{n} days ago").format(n=seconds // 86400)


def chips(now: datetime, zone: tzinfo) -> list[tuple[str, str]]:
    """The quick times: (what the chip says, what it types).  Only times still ahead."""
    found = [(_tr("Now"), "now")]
    local = now.astimezone(zone)
    tonight = datetime.combine(local.date(), time(19, 0), tzinfo=zone)
    if tonight - now > timedelta(minutes=5):
        said = _tr("Tonight {time}").format(time=clock(tonight, zone))
        found.append((said, "today 19:00"))
    morning = datetime.combine(local.date() + timedelta(days=1), time(9, 0), tzinfo=zone)
    said = _tr("Tomorrow {time}").format(time=clock(morning, zone))
    found.append((said, "tomorrow 9:00"))
    return found
