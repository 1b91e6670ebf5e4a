"""Insights in the whole app: from posto.db to the page, by channels, to files and weekly slots."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from docs.insight_samples import fill_insights
from posto_desktop.core import slots
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.database import Database
from posto_desktop.storage.settings import Settings
from posto_desktop.ui.settings.dialog import SettingsDialog
from tests.gui.whole_app import WholeApp

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

CHANNELS = [Channel(5, "@bakery", "mastodon"), Channel(6, "bakery.example", "bluesky")]


@pytest.fixture
def app(theme: Any, tmp_path: Path) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    database = Database(made.paths.database)
    fill_insights(database, "", CHANNELS, datetime.now(UTC), 60)
    database.close()
    made.begin(CHANNELS)
    yield made
    made.close()


def test_from_the_database_to_the_page_and_to_files(
    app: WholeApp, qtbot: QtBot, tmp_path: Path
) -> None:
    controller = app.controllers.activity.insights
    state = controller.state
    app.controllers.activity.show_insights()
    qtbot.waitUntil(lambda: state.view.report is not None)
    page: Any = app.window.page("activity")
    assert state.view.report is not None
    assert state.view.report.n == 60
    assert page.insights.cards["week"].isVisible()
    with qtbot.waitSignal(state.asked):
        app.controllers.activity.channel_filter.show_only({6})
    qtbot.waitUntil(lambda: state.view.report is not None and state.view.report.n == 30)
    assert not state.view.report.is_ranked
    for kind in ("csv", "pdf"):
        path = tmp_path / f"insights.{kind}"
        controller.write(kind, path)
        assert state.view.is_exporting
        qtbot.waitUntil(lambda: not state.view.is_exporting)
        assert path.stat().st_size > 1000
    controller.write("csv", tmp_path / "no folder" / "insights.csv")
    qtbot.waitUntil(lambda: not state.view.is_exporting)
    texts = [label.text() for label in app.window.findChildren(QLabel)]
    assert any("insights.pdf" in text for text in texts)


def test_new_numbers_are_shown(app: WholeApp, qtbot: QtBot) -> None:
    state = app.controllers.activity.insights.state
    app.controllers.activity.show_insights()
    qtbot.waitUntil(lambda: state.view.report is not None)
    with qtbot.waitSignal(state.asked):
        app.service.insights.delete_all()
    qtbot.waitUntil(lambda: state.view.report is not None and not state.view.report.published)
    page: Any = app.window.page("activity")
    assert page.insights.empty.isVisible()


def test_slots_are_filled_with_best_times_and_emptied_again(app: WholeApp, qtbot: QtBot) -> None:
    app.controllers.settings.open("publishing")
    dialog = app.window.findChild(SettingsDialog)
    assert dialog is not None

    def offered() -> QAbstractButton | None:
        button = dialog.findChild(QAbstractButton, "best-times")
        return button if isinstance(button, QAbstractButton) else None

    qtbot.waitUntil(lambda: offered() is not None)
    button = offered()
    assert button is not None
    assert "From the insights of 60 posts: " in button.toolTip()
    button.click()
    [group] = slots.read(Settings(app.paths.settings).text(slots.SETTING))
    assert {slot.at.hour for slot in group.slots} <= {18, 20}
    assert len(group.slots) == 5
    change = dialog.findChild(QLabel, "slots-change")
    assert change is not None
    assert change.text() == "Best times of 60 posts"
    undo = dialog.findChild(QAbstractButton, "undo-change-of-slots")
    assert undo is not None
    undo.click()
    assert slots.read(Settings(app.paths.settings).text(slots.SETTING)) == []
    dialog.reject()
