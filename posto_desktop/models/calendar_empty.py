"""What the calendar says where the shown days have no message, and what can be done then."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from posto_desktop.common.translation import translate
from posto_desktop.models import dates
from posto_desktop.models.calendar import CalendarModel

__all__ = ["EmptyAction", "EmptyDays", "empty_days"]

EmptyAction = Literal["clear", "go_to", "today", "new"]


@dataclass(frozen=True)
class EmptyDays:
    """Texts for days without messages. ``actions`` are buttons: what they do and their words;
    ``moment`` is where "go_to" leads."""

    title: str
    text: str
    actions: tuple[tuple[EmptyAction, str], ...]
    moment: datetime | None = None


def empty_days(model: CalendarModel) -> EmptyDays | None:
    """Return what to say about the days of the model; None if they have messages."""
    if model.cards or not model.days:
        return None
    clear: tuple[EmptyAction, str] = ("clear", translate("CalendarModel", "Clear filters"))
    if model.hidden:
        hidden = translate(
            "CalendarModel", "Filters hide %Ln post(s) on these days.", "", model.hidden
        )
        return EmptyDays(translate("CalendarModel", "No message matches"), hidden, (clear,))
    now = model.now()
    has_today = dates.local(now, model.zone).date() in model.days
    later, earlier = model.moment_after(), model.moment_before()
    if model.is_filtered and not (later or earlier):
        hidden = translate("CalendarModel", "No message matches the filters.")
        return EmptyDays(translate("CalendarModel", "No message matches"), hidden, (clear,))
    actions: list[tuple[EmptyAction, str]] = []
    moment = later or earlier
    if moment is not None:
        sentence = (
            translate("CalendarModel", "Next message: {when}")
            if later
            else translate("CalendarModel", "Last message: {when}")
        )
        when = dates.spoken_when(moment, now, model.zone)
        actions.append(("go_to", sentence.format(when=when)))
    if not has_today:
        actions.append(("today", translate("CalendarModel", "Today")))
    if not actions:
        actions.append(("new", translate("CalendarModel", "New message")))
    if moment is None:
        title, text = (
            translate("CalendarModel", "Nothing scheduled yet"),
            translate("CalendarModel", "Scheduled messages appear here."),
        )
    elif len(model.days) == 1:
        title, text = translate("CalendarModel", "No messages on this day"), ""
    else:
        title, text = translate("CalendarModel", "No messages on these days"), ""
    return EmptyDays(title, text, tuple(actions), moment)
