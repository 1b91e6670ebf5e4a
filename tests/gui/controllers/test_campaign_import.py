"""Tests of the import dialog over the Campaigns page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import MagicMock

import pytest
from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from posto_desktop.controllers.campaign_import import CampaignImportController
from posto_desktop.core.campaign import Campaign, CampaignMessage
from posto_desktop.delivery.import_steps import MEMORY_FILE
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.campaigns.importing.dialog import ImportDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from tests.gui.cut_text import settle

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
WHEN = NOW + timedelta(days=6)


class Page(QWidget):
    """As much of the Campaigns page as is needed here."""

    importRequested = Signal()
    importFilesRequested = Signal(list)
    importPasteRequested = Signal()
    importSampleRequested = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.undo = MagicMock()
        self.campaigns = SimpleNamespace(
            zone=UTC,
            clock=lambda: NOW,
            first_channels=lambda: [1, 2],
            editor=SimpleNamespace(campaign=Campaign(channel_ids=(2,)), undo=self.undo),
            delivery=SimpleNamespace(scheduled_rows=[]),
        )
        self.taken: list[CampaignMessage] = []
        self.room = 99

    def add_messages(self, messages: list[CampaignMessage]) -> int:
        self.taken += messages[: self.room]
        return min(len(messages), self.room)


@pytest.fixture
def page(theme: Any, qtbot: Any) -> Page:
    made = Page()
    made.resize(1200, 800)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def context(tmp_path: Path) -> Iterator[Any]:
    runner = JobRunner()
    channels = [Channel(1, "Nordlicht", "fb"), Channel(2, "@nordlicht", "twitter")]
    yield SimpleNamespace(
        window=MagicMock(),
        runner=runner,
        images=ImageLoader(runner, parent=runner),
        channels=SimpleNamespace(channels=lambda: channels, accounts=dict),
        paths=SimpleNamespace(config=tmp_path / "config", data=tmp_path / "data"),
    )
    settle()
    assert runner.shutdown(60_000)


def dialog_of(page: Page) -> ImportDialog:
    dialogs = [dialog for dialog in page.findChildren(ImportDialog) if dialog.isVisible()]
    assert len(dialogs) == 1
    return dialogs[0]


def read(page: Page, qtbot: Any) -> ImportDialog:
    dialog = dialog_of(page)
    qtbot.waitUntil(lambda: bool(dialog.session.checked_rows))
    return dialog


def test_dropped_files_come_one_after_the_other(
    page: Page, context: Any, tmp_path: Path, qtbot: Any
) -> None:
    CampaignImportController(context, page)  # type: ignore[arg-type]
    for name in ("one", "two"):
        (tmp_path / f"{name}.csv").write_text(f"Text,When\n{name},1.12.2026 9:00\n")
    page.importFilesRequested.emit([str(tmp_path / "one.csv"), str(tmp_path / "two.csv")])
    for name in ("one", "two"):
        dialog = read(page, qtbot)
        assert [row.text for row in dialog.session.checked_rows] == [name]
        dialog.foot.continue_button.click()
        dialog.foot.continue_button.click()
        context.window.show_notification.assert_called_once()
        assert context.window.show_notification.call_args.args == ("ok", "1 message imported")
        context.window.show_notification.call_args.kwargs["callback"]()
        context.window.show_notification.reset_mock()
        settle()
    assert [message.text for message in page.taken] == ["one", "two"]
    assert page.undo.call_count == 2
    assert page.findChildren(ImportDialog) == []
    qtbot.waitUntil((context.paths.config / MEMORY_FILE).exists)


def test_what_is_planned_or_in_the_campaign_already_is_told(
    page: Page, context: Any, tmp_path: Path, qtbot: Any
) -> None:
    page.campaigns.delivery.scheduled_rows = [
        Schedule(1, "g", 2, status="not_sent", send_at=WHEN, text="planned"),
        Schedule(2, "g", 2, status="success", send_at=WHEN, text="sent"),
        Schedule(3, "g", 1, status="not_sent", send_at=WHEN, text="elsewhere"),
    ]
    page.campaigns.editor.campaign = Campaign(
        channel_ids=(2,), messages=(CampaignMessage(text="here"),)
    )
    CampaignImportController(context, page)  # type: ignore[arg-type]
    path = tmp_path / "plan.csv"
    path.write_text("Text,Note\nplanned,a\nsent,b\nelsewhere,c\nhere,d\n")
    page.importFilesRequested.emit([str(path)])
    dialog = read(page, qtbot)
    assert [row.level for row in dialog.session.checked_rows] == [
        "error",
        "ready",
        "ready",
        "error",
    ]
    dialog.reject()


def test_copied_cells_come_at_once(page: Page, context: Any, qtbot: Any) -> None:
    CampaignImportController(context, page)  # type: ignore[arg-type]
    QGuiApplication.clipboard().setText("Text\tLink\nHello\thttps://a.example\n")
    page.importPasteRequested.emit()
    dialog = read(page, qtbot)
    assert [row.text for row in dialog.session.checked_rows] == ["Hello"]
    dialog.reject()


def test_what_does_not_fit_is_said(page: Page, context: Any, tmp_path: Path, qtbot: Any) -> None:
    page.room = 1
    page.campaigns.editor.campaign = None
    CampaignImportController(context, page)  # type: ignore[arg-type]
    page.importRequested.emit()
    page.importRequested.emit()  # the dialog is open already
    path = tmp_path / "plan.csv"
    path.write_text("Text,Note\na,1\nb,2\n")
    dialog = dialog_of(page)
    dialog.open_file(str(path))
    read(page, qtbot)
    dialog.foot.continue_button.click()
    dialog.foot.continue_button.click()
    words = "1 message imported. 1 more exceed the limit of one campaign"
    assert context.window.show_notification.call_args.args == ("warning", words)
