"""The Campaigns page on a fixed clock."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from posto_desktop.ui.campaigns.page import CampaignsPage
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner
from tests.gui.campaigns.campaigns_on_page import CHANNELS, NOW, Asked


@pytest.fixture
def asked(theme: Theme, qtbot: QtBot, tmp_path: Path) -> Iterator[Asked]:
    runner = JobRunner()
    page = CampaignsPage(
        runner,
        ImageLoader(runner, tmp_path / "thumbnails"),
        paste_folder=tmp_path / "pasted",
        clock=lambda: NOW,
        zone=UTC,
        first_channels=lambda: (1, 2),
    )
    page.resize(1100, 760)
    made = Asked(page)
    page.campaigns.set_channels(CHANNELS)
    page.show()
    yield made
    page.close()
    assert runner.shutdown(60_000)
    page.deleteLater()
