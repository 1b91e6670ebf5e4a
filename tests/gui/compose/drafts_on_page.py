"""Drafts on the Compose page: the list of them, the row of open ones, another start."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from posto_desktop.core.draft import Draft
from posto_desktop.models import drafts as rows
from posto_desktop.ui.compose.drafts_list import DraftsList
from tests.gui.compose.conftest import NOW


def draft(text: str, hours: int = 0, **values: Any) -> Draft:
    return Draft(text=text, updated_at=NOW - timedelta(hours=hours), **values)


def listed(desk: Any) -> DraftsList:
    desk.page.drafts_popup.show_drafts()
    popup = desk.page.findChildren(DraftsList)[-1]
    assert isinstance(popup, DraftsList)
    return popup


def titles(popup: DraftsList) -> list[str]:
    model = popup.model
    return [model.index(row).data(rows.TitleRole) for row in range(model.rowCount())]


def tabs(desk: Any) -> list[str]:
    """The titles in the row of open messages; none while it is hidden."""
    row = desk.page.draft_tabs
    bar = row.tabs
    return [bar.tabText(n) for n in range(bar.count())] if row.isVisible() else []


class ComposeAgain:
    """Another page, as after a new start."""

    def __init__(self, desk: Any, qtbot: Any, channels_model: Any = None) -> None:
        page = desk.page
        self.page = type(page)(
            desk.runner,
            page.drafts_popup._images,
            channels_model,
            paste_folder=page.media_import._folder,
            clock=desk.clock,
            zone=page.zone,
        )
        qtbot.addWidget(self.page)
        self.page.show()
