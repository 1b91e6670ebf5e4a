"""Entries of a combo box that filters posts by status."""

from __future__ import annotations

from posto_desktop.common.translation import translate
from posto_desktop.core.schedule_status import PROPOSALS
from posto_desktop.models.schedule_rows import STATUSES, USUAL_STATUSES, status_label
from posto_desktop.ui.widgets.fields import ComboBox

__all__ = ["add_team_statuses", "fill_statuses"]


def fill_statuses(combo: ComboBox) -> None:
    """Add the statuses of posts, without those that only a team has."""
    combo.addItem(translate("ScheduleToolbar", "All statuses"), None)
    for status in USUAL_STATUSES:
        combo.addItem(status_label(status), status)


def add_team_statuses(combo: ComboBox) -> None:
    """Add the statuses that only a team has, each in its place."""
    for status in PROPOSALS:
        if combo.findData(status) < 0:
            combo.insertItem(1 + STATUSES.index(status), status_label(status), status)
