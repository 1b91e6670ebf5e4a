"""Tests of the cost and limit notes of a campaign, on its page and in the import."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from posto_desktop.common.budgets import Budget
from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.campaigns.importing.dialog import ImportDialog
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.import_session import ImportContext
from posto_desktop.workers.runner import JobRunner
from tests.gui.campaigns.campaigns_on_page import NOW, Asked, campaign, opened

X = OwnAccount(1, "x", channels=(1,))
SKY = OwnAccount(
    2,
    "bluesky",
    channels=(2,),
    ends_at=datetime(2026, 12, 3, tzinfo=UTC),
    budgets=(Budget(2, 7 * 86400),),
)
ROWS = "Text;When\n" + "\n".join(f"Bun {number};{number}.12.2026 9:00" for number in range(1, 6))


def test_a_campaign_says_what_it_costs_and_when_its_last_post_goes_out(
    asked: Asked, qtbot: QtBot
) -> None:
    page = opened(asked, qtbot, campaign("a", "b", "c", "d"))
    outlook = page.findChild(QWidget, "campaign-outlook")
    assert not outlook.isVisibleTo(page)
    page.campaigns.forecast.set_accounts({1: X, 2: SKY})
    qtbot.waitUntil(lambda: outlook.isVisibleTo(page))
    words = outlook.text()  # type: ignore[attr-defined]
    assert "About $0.06 at X for 4 posts." in words
    assert "Bluesky's sign-in ends on 3 December, before " in words
    assert "Bluesky allows 2 posts in 7 days. The last post is sent about " in words
    page.campaigns.forecast.set_accounts({})
    qtbot.waitUntil(lambda: not outlook.isVisibleTo(page))


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner()
    yield made
    assert made.shutdown(60_000)


def test_the_import_says_it_for_the_times_in_the_file(
    theme: Any, qtbot: QtBot, runner: JobRunner, tmp_path: Path
) -> None:
    path = tmp_path / "buns.csv"
    path.write_text(ROWS, encoding="utf-8")
    window = QWidget()
    qtbot.addWidget(window)
    window.show()
    context = ImportContext(
        UTC,
        lambda: NOW,
        channels=[Channel(1, "News", "twitter"), Channel(2, "Sky", "bluesky")],
        ticked=[1, 2],
        accounts={1: X, 2: SKY},
    )
    dialog = ImportDialog(window, runner, context, ImageLoader(runner, parent=window))
    dialog.open()
    dialog.open_file(str(path))
    qtbot.waitUntil(lambda: dialog.foot.continue_button.text() == "Continue with 5 rows")
    dialog.foot.continue_button.click()
    shown = dialog.times_page.outlook
    qtbot.waitUntil(shown.isVisible)
    assert "About $0.075 at X for 5 posts." in shown.text()
    assert "Bluesky allows 2 posts in 7 days" in shown.text()
    dialog.times_page.rhythm.click()
    assert shown.isHidden()
    dialog.reject()
