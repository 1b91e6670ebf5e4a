"""The channel pane in the real window: what is ticked there, and what the pages then show."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from posto_desktop.core.draft import Draft
from posto_desktop.core.draft_list import DraftsSnapshot, snapshot_of
from posto_desktop.sdk.records import Channel
from tests.gui.whole_app import CHANNELS, WholeApp

X, INSTAGRAM, FACEBOOK, LINKEDIN = CHANNELS
SOON = datetime.now(UTC) + timedelta(hours=3)
SECOND_X = Channel(5, "Second X", "twitter")
TWO_X = [X, SECOND_X, INSTAGRAM, FACEBOOK, LINKEDIN]
ELSEWHERE = [Channel(1, "@nordlicht", "twitter"), Channel(7, "Nordlicht", "fb")]


def go(qtbot: QtBot, app: WholeApp, page: str) -> None:
    app.window.show_page(page)
    qtbot.waitUntil(lambda: app.window.current_page() == page)


def tick(app: WholeApp, *channels: Channel) -> None:
    """Tick these by clicks on their rows, and no others."""
    press(app, "None")
    tree = app.window.channel_pane.tree
    for channel in channels:
        index = app.channels.index_of(channel.id)
        tree.scrollTo(index)
        place = tree.visualRect(index).center()
        QTest.mouseClick(tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def press(app: WholeApp, text: str) -> None:
    """Press a button at the foot of the channel pane."""
    buttons = app.window.channel_pane.findChildren(QAbstractButton)
    [button] = [button for button in buttons if button.text() == text and button.isVisible()]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def leave_out_second_x(app: WholeApp) -> None:
    """Press the button of the check that two channels of X get the same text."""
    app.compose.message.checks.settle()
    findings = app.compose.message.checks.result.findings
    fixes = [
        replace(finding, fix=fix)
        for finding in findings
        for fix in (finding.fix, *finding.more)
        if fix is not None and fix.kind == "untick_channel"
    ]
    app.compose.checks_presenter.fix(fixes[0])


def for_nobody() -> DraftsSnapshot:
    """One open draft without channels."""
    return snapshot_of([Draft(id="a", text="For nobody yet")], tabs=["a"], active="a")


def label_text(app: WholeApp, name: str) -> str:
    label: Any = app.window.findChild(object, name)
    return str(label.text()) if label.isVisible() else ""


def shown(app: WholeApp, page: str) -> set[str]:
    """The channels of the posts that a page shows."""
    model: Any = app.window.page(page).model  # type: ignore[attr-defined]
    if page == "schedule":
        return {
            schedule.channel_name
            for schedule in model.schedules()
            if model.row_of(schedule.id) >= 0
        }
    return {post.channel_name for card in model._cards for post in card.rows}
