"""Store of all campaigns, of every workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.campaign import Campaign


class CampaignStore(QObject):
    """Owns the campaigns in memory and asks by signals for them to be written.

    The open campaign is here in its last saved version; `viewmodels.campaign_editor` holds the
    newer one.

    Signals:
        changed(): a campaign was added, removed or edited.
        saved(Campaign), removed(str id), restored(str id): write this campaign, remove it from the
            stored list, put it back.
    """

    changed = Signal()
    saved = Signal(object)
    removed = Signal(str)
    restored = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._campaigns: dict[str, Campaign] = {}
        self.is_loaded = False
        """True once the stored campaigns were read."""

    def fill(self, campaigns: Iterable[Campaign]) -> None:
        self._campaigns = {campaign.id: campaign for campaign in campaigns}
        self.is_loaded = True
        self.changed.emit()

    def campaigns(self, workspace: str) -> list[Campaign]:
        return [
            campaign for campaign in self._campaigns.values() if campaign.workspace == workspace
        ]

    def get(self, campaign_id: str) -> Campaign | None:
        return self._campaigns.get(campaign_id)

    def put(self, campaign: Campaign) -> None:
        """Add a campaign, or replace the one with its id, and save it."""
        self._campaigns[campaign.id] = campaign
        self.saved.emit(campaign)
        self.changed.emit()

    def put_unsaved(self, campaign: Campaign) -> None:
        """Add or replace a campaign without saving it."""
        self._campaigns[campaign.id] = campaign
        self.changed.emit()

    def rename(self, campaign_id: str, name: str) -> None:
        campaign = self._campaigns.get(campaign_id)
        if campaign is not None and campaign.name != name:
            self.put(replace(campaign, name=name, updated_at=datetime.now(UTC)))

    def remove(self, campaign_id: str) -> Callable[[], None] | None:
        """Remove a campaign and return a function that restores it; None if the id is unknown."""
        campaign = self._campaigns.pop(campaign_id, None)
        if campaign is None:
            return None
        self.removed.emit(campaign_id)
        self.changed.emit()

        def undo() -> None:
            self._campaigns[campaign_id] = campaign
            self.restored.emit(campaign_id)
            self.changed.emit()

        return undo
