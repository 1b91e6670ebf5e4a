"""All campaigns of the app, of every workspace, as the pages know them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.campaign import Campaign


class CampaignStore(QObject):
    """Owns the campaigns in memory; what is to be written is said by signals.

    The campaign that is being edited is here as it was saved last: `viewmodels.campaign_editor` is
    ahead.

    Signals:
        changed(): there are others, or they hold something else.
        saved(Campaign), removed(str id), restored(str id): write this campaign, take that one off
            the list, put it there again.
    """

    changed = Signal()
    saved = Signal(object)
    removed = Signal(str)
    restored = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._campaigns: dict[str, Campaign] = {}
        self.is_loaded = False
        """Whether those that are stored are here."""

    def fill(self, campaigns: Iterable[Campaign]) -> None:
        """Take over all that are stored, in place of what was here."""
        self._campaigns = {campaign.id: campaign for campaign in campaigns}
        self.is_loaded = True
        self.changed.emit()

    def campaigns(self, workspace: str) -> list[Campaign]:
        """Those of a workspace."""
        return [
            campaign for campaign in self._campaigns.values() if campaign.workspace == workspace
        ]

    def get(self, campaign_id: str) -> Campaign | None:
        return self._campaigns.get(campaign_id)

    def put(self, campaign: Campaign) -> None:
        """Keep a campaign: a new one, or in place of the one with its id."""
        self._campaigns[campaign.id] = campaign
        self.saved.emit(campaign)
        self.changed.emit()

    def put_unsaved(self, campaign: Campaign) -> None:
        """Have a campaign here; nothing is to be written yet."""
        self._campaigns[campaign.id] = campaign
        self.changed.emit()

    def rename(self, campaign_id: str, name: str) -> None:
        """Give a campaign another name."""
        campaign = self._campaigns.get(campaign_id)
        if campaign is not None and campaign.name != name:
            self.put(replace(campaign, name=name, updated_at=datetime.now(UTC)))

    def remove(self, campaign_id: str) -> Callable[[], None] | None:
        """Remove a campaign here and on the disk; how to bring it back, None if there is none."""
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
