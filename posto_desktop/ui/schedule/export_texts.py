"""Names of exported files, and the texts of the PDF."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from PySide6.QtCore import QLocale

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.schedule_rows import status_label

__all__ = [
    "file_filter",
    "file_name",
    "paper_name",
    "paper_texts",
    "uses_letter_paper",
    "week_text",
]

FILE_SUFFIXES = {"csv": "csv", "excel": "csv", "ical": "ics", "pdf": "pdf"}
_FORBIDDEN = '/\\:*?"<>|'


def week_text(first: date, today: date) -> str:
    """Return "23 to 29 Nov" or "30 Nov to 6 Dec"; with the year if it is not the current one."""
    last = first + timedelta(days=6)
    return dates.span_words(first, last, year=not first.year == last.year == today.year)


def file_name(kind: str, workspace: str, today: date, week: date) -> str:
    """Return a suggested file name: "Nordlicht schedule 2026-11-25.csv"."""
    safe = "".join("-" if char in _FORBIDDEN or char < " " else char for char in workspace)[
        :60
    ].strip()
    day = week if kind == "pdf" else today
    name = (
        translate("Export", "week of {day}")
        if kind == "pdf"
        else translate("Export", "schedule {day}")
    )
    return f"{safe or 'Posto'} {name.format(day=day.isoformat())}.{FILE_SUFFIXES[kind]}".lstrip(".")


def file_filter(kind: str) -> str:
    """Return the file dialog's filter text for a kind."""
    return {
        "csv": translate("Export", "Tables (*.csv)"),
        "excel": translate("Export", "Tables (*.csv)"),
        "ical": translate("Export", "Calendars (*.ics)"),
        "pdf": translate("Export", "PDF documents (*.pdf)"),
    }[kind]


def uses_letter_paper() -> bool:
    """Return True where Letter is the usual paper size instead of A4."""
    return QLocale().measurementSystem() == QLocale.MeasurementSystem.ImperialUSSystem


def paper_name() -> str:
    """Return the name of the paper size."""
    return translate("Export", "Letter") if uses_letter_paper() else translate("Export", "A4")


def paper_texts(
    workspace: str, first: date, now: datetime, posts: str
) -> dict[str, str | Callable[..., str]]:
    """Return the fields of `workers.week_paper.PaperWords`; `posts` is the number of posts as
    text."""
    week = week_text(first, now.date())
    return {
        "title": translate("Export", "{workspace}: {week}").format(workspace=workspace, week=week),
        "subtitle": translate("Export", "{posts}, as of {when}").format(
            posts=posts, when=dates.full_when(now)
        ),
        "page": translate("Export", "Page {number} of {total}"),
        "continued": translate("Export", "{day}, continued"),
        "more": translate("Export", "+{count}"),
        "nothing": translate("Export", "No posts this week."),
        "clock": lambda moment: dates.clock(moment, moment.tzinfo),
        "day": lambda day: dates.day_words(day, "ddd d MMM"),
        "status": status_label,
    }
