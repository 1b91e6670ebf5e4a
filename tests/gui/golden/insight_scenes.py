"""Scene of the insights of a bakery's last months."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from docs.insight_samples import fill_insights
from posto_desktop.delivery import insight_store
from posto_desktop.storage.database import Database
from tests.gui.golden.filled_app import CHANNELS, Stage
from tests.gui.golden.stage import NOW


def activity_insights(stage: Stage) -> QWidget | None:
    """The insights; other scenes have none."""
    page = stage.page("activity")
    service = stage.app.service
    channels = [channel for channel in CHANNELS if channel.network in ("mastodon", "bluesky")]

    def fill(database: Database) -> None:
        fill_insights(database, service.workspace_id, channels, NOW)

    service.insights.use_database(fill)
    page.close_details()
    page.state.choose_view("insights")
    page.insights_state.ask_again()
    stage.calm()
    service.insights.use_database(insight_store.delete_all)
    stage.calm()
    return stage.window
