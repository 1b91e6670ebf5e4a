"""What the Campaigns page shows of the open campaign: its head, messages, counts and state."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Qt, QTimer, Slot

from posto_desktop.core.campaign import Campaign, reached
from posto_desktop.models.numbers import grouped
from posto_desktop.models.when_text import ago
from posto_desktop.ui.campaigns.outcomes import MANY
from posto_desktop.ui.campaigns.planning import Outlook

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.page import CampaignsPage

STATE_MS = 150


class Showing(QObject):
    """Brings what is known about the open campaign of `page` into its widgets."""

    def __init__(self, page: CampaignsPage) -> None:
        super().__init__(page)
        self.page = page
        self._saved: dict[str, datetime] = {}
        self._not_saved: dict[str, str] = {}
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(STATE_MS)
        self._soon.timeout.connect(self._show_state_now)

    def set_saved(self, campaign_id: str, when: datetime) -> None:
        """A campaign was kept."""
        self._saved[campaign_id] = when
        self._not_saved.pop(campaign_id, None)
        self.show_state()

    def set_not_saved(self, campaign_id: str, sentence: str) -> None:
        """A campaign could not be kept."""
        self._not_saved[campaign_id] = sentence
        self.show_state()

    @Slot(object)
    def show_campaign(self, campaign: Campaign | None) -> None:
        """Another campaign is open, or none: then the list is shown."""
        page = self.page
        page.writing.close()
        page.messages.forget_findings()
        page.messages.set_results({})
        page.messages.set_campaign(campaign)
        page.planning.results = {}
        page.planning.set_campaign(campaign)
        if campaign is not None:
            self._show_head(campaign)
            page.outcomes.show()
            page.view.scrollToTop()
        page._show_part(campaign=campaign is not None)
        self.show_count()
        self._show_state_now()
        if campaign is None:
            page.outcomes.show()

    @Slot(object)
    def show_change(self, campaign: Campaign) -> None:
        """The open campaign is another one now; what is selected stays."""
        page = self.page
        page.campaigns[campaign.id] = campaign
        kept = page.view.selected_ids() if page.messages.rowCount() else []
        rows = page.messages.rowCount()
        page.messages.set_campaign(campaign)
        if page.messages.rowCount() != rows or not page.view.selected_ids():
            page.view.select_ids(kept, scroll=False)
        page.planning.set_campaign(campaign)
        self._show_head(campaign)
        self.show_count()
        self.show_state()

    def _show_head(self, campaign: Campaign) -> None:
        self.page.head.name.show_name(campaign.name)
        self.page.rhythm.show_campaign(campaign)

    def show_count(self) -> None:
        """How many messages there are, and for whom."""
        page = self.page
        campaign = page.editing.campaign
        count = len(campaign.messages) if campaign is not None else 0
        # What goes takes the keyboard with it: what comes in its place is to have it.
        focus = page.window().focusWidget()
        had = focus is not None and any(
            one is focus or one.isAncestorOf(focus) for one in (page.view, page.empty)
        )
        changes = page.view.isHidden() == (count > 0)
        page.view.setVisible(count > 0)
        page.empty.setVisible(not count)
        if had and changes:
            place = page.view if count else page.empty.button
            place.setFocus(Qt.FocusReason.OtherFocusReason)
        page.add_message.setVisible(count > 0)
        self.show_hint()
        page.hint.setText(self.tr("Drag to reorder: the times stay, the messages move"))
        page.count.setText(
            self.tr("1 message") if count == 1 else self.tr("{n} messages").format(n=grouped(count))
        )
        channels = len(reached(campaign)) if campaign is not None else 0
        words = (
            self.tr("to 1 channel")
            if channels == 1
            else self.tr("to {n} channels").format(n=grouped(channels))
        )
        page.targets.setText(words if channels else self.tr("to no channel yet"))

    def show_hint(self) -> None:
        """Dragging is spoken of where there is something to drag and a place for it."""
        editing = self.page.editing
        messages = editing.campaign.messages if editing.campaign is not None else ()
        locked = editing.locked_ids
        self.page.hint.setVisible(sum(one.id not in locked for one in messages) > 1)

    @Slot(object)
    def show_outlook(self, outlook: Outlook) -> None:
        """Times and timeline are others."""
        page = self.page
        page.messages.set_planned(outlook.planned)
        page.rhythm.set_slots_missing(any(one.problem == "no_slot" for one in outlook.planned))
        page.timeline.set_timeline(outlook.timeline, page.messages.title_at)
        self.show_state()

    @Slot(object)
    def show_findings(self, findings: dict[str, Any]) -> None:
        """Messages have been checked: what is wrong with them, by their ids."""
        self.page.messages.set_findings(findings)
        if not findings or not self.page.planning.is_checking:
            self.show_state()

    def show_state(self) -> None:
        """Head and foot; with many messages only when nothing else is to be done."""
        if self.page.messages.rowCount() > MANY:
            self._soon.start()
        else:
            self._show_state_now()

    @Slot()
    def _show_state_now(self) -> None:
        page = self.page
        campaign = page.editing.campaign
        if campaign is None:
            return
        deeds = page.running.deeds()
        page.foot.show_actions(
            deeds.start, hint=deeds.hint, stop=deeds.stop, retry=deeds.retry, draft=deeds.draft
        )
        page.head.show_state(*page.running.state_words())
        held = page.editing.is_held
        page.rhythm.set_locked(
            self.tr("It is running: stop it to change its rhythm.") if held else ""
        )
        page.channel_choice.changed.emit()
        if bad := self._not_saved.get(campaign.id):
            page.foot.show_state(self.tr("Not kept yet"), "bad", bad)
        elif page.editing.unsaved:
            page.foot.show_state(self.tr("Saving…"), "open")
        elif when := self._saved.get(campaign.id):
            words = self.tr("Saved on this computer {ago}").format(ago=ago(when, page.clock()))
            page.foot.show_state(words, "kept")
        else:
            page.foot.show_state(self.tr("Saved on this computer"), "kept")
