"""The Campaigns page without a service, and campaigns to open on it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from posto_desktop.core.campaign import Campaign, CampaignMessage, Rhythm
from posto_desktop.core.campaign_results import CampaignPost
from posto_desktop.sdk.records import Channel
from posto_desktop.ui.campaigns.page import CampaignsPage

NOW = datetime(2026, 11, 25, 13, 21, tzinfo=UTC)
CHANNELS = [Channel(1, "News", "twitter"), Channel(2, "Sky", "bluesky")]
ALT, CTRL = Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ControlModifier


class Asked:
    """The page, and everything that it asked for."""

    def __init__(self, page: CampaignsPage) -> None:
        self.page = page
        self.saved: list[Campaign] = []
        self.deleted: list[str] = []
        self.restored: list[str] = []
        self.started: list[tuple[Campaign, list[Any]]] = []
        self.stopped: list[Any] = []
        self.retried: list[Any] = []
        self.notifications: list[Any] = []
        delivery = page.campaigns.delivery
        page.campaigns.store.saved.connect(self.saved.append)
        page.campaigns.store.removed.connect(self.deleted.append)
        page.campaigns.store.restored.connect(self.restored.append)
        delivery.startRequested.connect(
            lambda campaign, requests: self.started.append((campaign, requests))
        )
        delivery.stopRequested.connect(lambda campaign, results: self.stopped.append(campaign))
        delivery.retryRequested.connect(lambda campaign, results: self.retried.append(results))
        page.campaigns.notifier.requested.connect(self.notifications.append)

    @property
    def texts(self) -> list[str]:
        campaign = self.page.campaigns.editor.campaign
        return [message.text for message in campaign.messages] if campaign is not None else []


def campaign(*texts: str, **more: Any) -> Campaign:
    """Return a campaign with a message of each text, which is its id, too."""
    messages = tuple(CampaignMessage(id=text, text=text) for text in texts)
    values: dict[str, Any] = {
        "name": "Winter",
        "messages": messages,
        "channel_ids": (1, 2),
        "start_text": "2026-11-30 9:00",
        "rhythm": Rhythm("interval", 2, "working_day"),
    }
    return Campaign(**{**values, **more})


def opened(asked: Asked, qtbot: QtBot, campaign: Campaign, posts: Any = ()) -> CampaignsPage:
    """Return the page with this campaign open and checked."""
    page = asked.page
    page.campaigns.set_campaigns([campaign], {campaign.id: posts})
    page.campaigns.open(campaign.id)
    qtbot.waitUntil(lambda: not page.campaigns.forecast.is_checking)
    return page


def when(page: CampaignsPage) -> list[str]:
    """Return the day and time of each message, as its row shows them."""
    return [
        " ".join(page.campaigns.messages.when_words(row))
        for row in range(page.campaigns.messages.rowCount())
    ]


def picture(path: Path) -> str:
    image = QImage(300, 200, QImage.Format.Format_RGB32)
    image.fill(QColor("teal"))
    assert image.save(str(path))
    return str(path)


def post(campaign: Campaign, row: int, state: str = "handed", reason: str = "") -> CampaignPost:
    """Return the post of a message, a day after that of the one before."""
    at = NOW + timedelta(days=row)
    return CampaignPost(
        f"r{row}", f"e{row}", campaign.id, campaign.messages[row].id, row, at, state, reason
    )  # type: ignore[arg-type]
