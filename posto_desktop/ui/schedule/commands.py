"""What the Schedule page offers to the menu bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from posto_desktop.models import words
from posto_desktop.models.schedule_views import Filters
from posto_desktop.ui.commands import Command

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["commands_of"]


def commands_of(page: SchedulePage) -> tuple[str, list[Command | None]]:
    """The title of the menu and its entries, for the rows that they would act on."""
    acting, rows = page.acting, page.acting.rows()
    status = page.model.status_by_id
    # What may be out already is never retried together with others.
    failed = [one for one in rows if status(one.id) == "failed"]
    late = [one for one in rows if one.status == "missed"]
    going = [one for one in rows if one.status != "sending"]
    delete = _tr("Delete")
    if len(going) > 1:
        delete = _tr("Delete {posts}").format(posts=words.posts(len(going)))
    return _tr("&Post"), [
        Command(_tr("Open"), page.inspecting.open, "Return", bool(rows)),
        Command(
            _tr("Show or hide the inspector"), page.inspecting.toggle, "Ctrl+Alt+P", bool(rows)
        ),
        Command(_tr("Find in the schedule"), page.tools.focus_search, "Ctrl+F"),
        Command(_tr("Dates…"), page.filtering.show_dates),
        Command(_tr("Saved views"), page.viewing.show_menu),
        Command(_tr("Columns and rows…"), page.arranging.show_columns),
        Command(_tr("Clear filters"), page.filtering.clear, "", page.model.filters != Filters()),
        None,
        Command(_tr("Retry"), acting.retry, "R", bool(failed)),
        Command(_tr("Send now"), acting.send_now, "", bool(late)),
        Command(_tr("Duplicate"), acting.duplicate, "Ctrl+D", acting.can_duplicate()),
        Command(_tr("Reschedule…"), acting.reschedule, "S", acting.can_reschedule()),
        Command(_tr("Copy text"), acting.copy_text, "", len(rows) == 1 and bool(rows[0].text)),
        Command(_tr("Open post"), acting.open_post, "", len(rows) == 1 and bool(rows[0].link)),
        Command(_tr("Export the plan…"), page.exportRequested.emit, "", page.model.total() > 0),
        None,
        Command(delete, acting.delete, "Del", bool(going), danger=True),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("ScheduleCommands", text)
