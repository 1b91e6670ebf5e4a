"""Tests of the expiry notice of sign-ins in Activity."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from posto_desktop.sdk.own_accounts import OwnAccount
from posto_desktop.sdk.records import Channel
from tests.gui.whole_app import WholeApp

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support")

LINKEDIN = Channel(1, "Bakery", "linkedin", method="linkedin")
BLUESKY = Channel(2, "bakery.example", "bluesky", method="bluesky")


@pytest.fixture
def app(theme: Any, tmp_path: Path) -> Iterator[WholeApp]:
    made = WholeApp(theme, tmp_path / "home")
    made.begin([LINKEDIN, BLUESKY])
    yield made
    made.close()


def account(channel: Channel, days: float, **more: Any) -> OwnAccount:
    ends = datetime.now(UTC) + timedelta(days=days)
    return OwnAccount(channel.id, channel.method, channels=(channel.id,), ends_at=ends, **more)


def test_the_next_end_is_shown_and_leads_to_signing_in(app: WholeApp, qtbot: Any) -> None:
    app.window.show_page("activity")
    page = app.window.page("activity")
    assert isinstance(page, QWidget)
    banner = page.expiry  # type: ignore[attr-defined]
    assert banner.isHidden()
    linkedin, bluesky = account(LINKEDIN, 12), account(BLUESKY, 2)
    app.channels.set_accounts({1: linkedin, 2: bluesky})
    assert banner.isVisibleTo(page)
    assert banner.words.text().startswith("Bluesky's sign-in ends on ")
    with qtbot.waitSignal(app.controllers.activity.reconnectRequested) as asked:
        banner.button.click()
    assert asked.args == [BLUESKY]
    dialog = app.controllers.own_accounts.dialog
    if dialog is not None:
        dialog.reject()
    app.channels.set_accounts({1: linkedin, 2: account(BLUESKY, 60)})
    assert banner.words.text().startswith("LinkedIn's sign-in ends on ")
    expired = account(LINKEDIN, 12, health="sign_in_again")
    app.channels.set_accounts({1: expired, 2: account(BLUESKY, 60)})
    assert not banner.isVisibleTo(page)


def test_it_is_there_when_the_page_is_opened_later(app: WholeApp) -> None:
    app.channels.set_accounts({1: account(LINKEDIN, 3)})
    app.window.show_page("activity")
    page = app.window.page("activity")
    assert page.expiry.isVisibleTo(page)  # type: ignore[attr-defined]
