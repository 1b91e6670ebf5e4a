"""The campaigns beside one another: opened, begun, named, duplicated, deleted and brought back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot

from posto_desktop.core.campaign import Campaign
from posto_desktop.models.campaigns import title_of
from posto_desktop.viewmodels.notice import ComposeNotice

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage


class Shelf(QObject):
    """Acts on the campaigns of `page`; `wanted` is one that opens once it is loaded."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__(page)
        self.page = page
        self.wanted = ""

    @Slot(str)
    def open(self, campaign_id: str) -> None:
        """Open a campaign; one that is not loaded yet opens when it is."""
        campaign = self.page.campaigns.get(campaign_id)
        self.wanted = "" if campaign is not None else campaign_id
        if campaign is None:
            return
        self.page.editing.open(campaign)
        if self.page.isVisible():
            by_mouse, reason = self.page.list.view.by_mouse, Qt.FocusReason
            self.page.pane_stops()[0].setFocus(
                reason.MouseFocusReason if by_mouse else reason.OtherFocusReason
            )

    @Slot()
    def show_list(self) -> None:
        """Back to the list of campaigns; one in which nothing was written is not kept."""
        campaign = self.page.editing.campaign
        if campaign is None:
            return
        self.page.editing.open(None)
        if campaign.is_empty and not self.page.outcomes.has_posts(campaign.id):
            self.page.campaigns.pop(campaign.id, None)
            self.page.deleteRequested.emit(campaign.id)
            self.page.outcomes.show_list()
        self.page.list.select(campaign.id)
        if self.page.isVisible():
            self.page.list.view.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def new(self, *_checked: object, write: bool = True) -> None:
        """Begin a campaign, to the channels that a new message would go to."""
        ids = tuple(self.page.first_channels())
        campaign = Campaign(
            workspace=self.page.workspace, channel_ids=ids, start_text="tomorrow 09:00"
        )
        self.page.campaigns[campaign.id] = campaign
        self.page.editing.open(campaign)
        if write and self.page.isVisible():
            self.page.head.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def new_here(self) -> None:
        self.page.deeds.write() if self.page.is_open else self.new()

    @Slot(str, str)
    def rename(self, campaign_id: str, name: str) -> None:
        campaign = self.page.campaigns.get(campaign_id)
        if campaign is not None and campaign.name != name:
            self.keep(replace(campaign, name=name, updated_at=datetime.now(UTC)))

    def keep(self, campaign: Campaign) -> None:
        """Store a campaign that is not open."""
        self.page.campaigns[campaign.id] = campaign
        self.page.saveRequested.emit(campaign)
        self.page.outcomes.show_list()

    @Slot(str)
    def duplicate(self, campaign_id: str) -> None:
        """Make another campaign with the same messages, not started."""
        campaign = self.page.campaigns.get(campaign_id)
        if campaign is not None:
            name = self.tr("{name} copy").format(name=title_of(campaign))
            copy = campaign.duplicate(name)
            self.keep(copy)
            self.page.list.select(copy.id)

    @Slot()
    def duplicate_open(self) -> None:
        """The same with the open one; the copy opens."""
        campaign = self.page.editing.campaign
        if campaign is not None:
            self.page.editing.keep()
            copy = campaign.duplicate(self.tr("{name} copy").format(name=title_of(campaign)))
            self.page.campaigns[copy.id] = copy
            self.page.saveRequested.emit(copy)
            self.open(copy.id)

    @Slot(str)
    def delete(self, campaign_id: str) -> None:
        """Delete a campaign; the toast brings it back. What is on its way stays so."""
        campaign = self.page.campaigns.pop(campaign_id, None)
        if campaign is None:
            return
        results = self.page.outcomes.results_of(campaign_id)
        self.page.deleteRequested.emit(campaign_id)
        self.page.outcomes.show_list()
        words = self.tr("Campaign “{name}” deleted").format(name=title_of(campaign))
        count = sum(one.is_open for one in results.values())
        if count:
            words += ". " + self.tr("What is scheduled already still goes out.")

        def back() -> None:
            self.page.campaigns[campaign_id] = campaign
            self.page.restoreRequested.emit(campaign_id)
            self.page.outcomes.show_list()
            self.page.list.select(campaign_id)

        self.page.noticeRequested.emit(ComposeNotice("deleted", words, self.tr("Undo"), back))

    @Slot()
    def delete_open(self) -> None:
        """The same with the open one; the list follows."""
        campaign = self.page.editing.campaign
        if campaign is not None:
            self.page.editing.open(None)
            self.delete(campaign.id)
