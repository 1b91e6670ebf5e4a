"""What the Calendar page offers to the menu bar."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from posto_desktop.ui.commands import Command

if TYPE_CHECKING:
    from posto_desktop.ui.calendar.page import CalendarPage

__all__ = ["commands_of"]


def commands_of(page: CalendarPage) -> tuple[str, list[Command | None]]:
    """The title of the menu and its entries, for the card that they would act on."""
    card = page.view.current_card()

    def view(name: str) -> Callable[[], None]:
        return lambda: page.choose_view(name)

    return _tr("&Calendar"), [
        Command(_tr("Day"), view("day"), "D"),
        Command(_tr("Week"), view("week"), "W"),
        Command(_tr("Month"), view("month"), "M"),
        Command(_tr("Agenda"), view("agenda"), "A"),
        None,
        Command(_tr("Today"), page.go_today, "T"),
        Command(_tr("Earlier"), lambda: page.step(-1), "PgUp"),
        Command(_tr("Later"), lambda: page.step(1), "PgDown"),
        None,
        Command(
            page.acts.open_words(card) if card is not None else _tr("Open in the schedule"),
            page.acts.open_current,
            "Return",
            card is not None,
        ),
        Command(
            _tr("Reschedule…"),
            page.acts.reschedule_current,
            "S",
            card is not None and bool(card.movable),
        ),
        Command(
            _tr("Duplicate"),
            page.acts.duplicate,
            "",
            card is not None and page.acts.can_duplicate(card),
        ),
        Command(
            _tr("Delete"),
            page.acts.delete,
            "Del",
            card is not None and page.acts.can_delete(card),
            danger=True,
        ),
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("CalendarPage", text)
