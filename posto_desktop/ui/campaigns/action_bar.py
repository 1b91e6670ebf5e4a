"""Action bar of an open campaign: saved state, start, stop, retry."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.commands import Command
from posto_desktop.ui.widgets.action_bar import ActionBar
from posto_desktop.ui.widgets.buttons import Button, SplitButton
from posto_desktop.ui.widgets.menu import Menu


class CampaignActionBar(ActionBar):
    """Signal ``saveRequested()``. `set_commands` connects the other buttons."""

    saveRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("campaign-action-bar", "campaign-save-state", parent)
        self.save = Button(self.tr("Save as draft"), "quiet", parent=self)
        self.save.setObjectName("save-campaign")
        tip = self.tr("Changes are saved automatically. Back to the list")
        self.save.setToolTip(keys.tip(tip, keys.SAVE))
        self.save.clicked.connect(self.saveRequested)
        self.row.addWidget(self.save)
        self.retry = Button("", "quiet", icon="rotate-cw", parent=self)
        self.retry.setObjectName("retry-failed")
        self.retry.hide()
        self.row.addWidget(self.retry)
        #: Verb: stop a campaign.
        self.stop = Button(self.tr("Stop"), parent=self)
        self.stop.setObjectName("stop-campaign")
        self.stop.set_lucide("pause")
        self.stop.hide()
        self.row.addWidget(self.stop)
        self.start = SplitButton(
            #: Verb.
            self.tr("Schedule"),
            self.tr("More for this campaign"),
            self,
            object_names=("start-campaign", "more-for-this-campaign"),
        )
        self.row.addWidget(self.start)

    def set_commands(
        self, start: Command, stop: Command, retry: Command, duplicate: Command, delete: Command
    ) -> None:
        """Connect the buttons and the main button's menu."""
        self._start = start
        self.start.clicked.connect(start.trigger)
        start.changed.connect(self._show_start)
        stop.bind(self.stop)
        retry.bind(self.retry)
        menu = Menu(self)
        menu.addAction(start)
        self._stop_entry = menu.add(stop.text(), "pause", stop.trigger)
        self._retry_entry = menu.add("", "rotate-cw", retry.trigger)
        menu.addSeparator()
        menu.addActions([duplicate, delete])
        self.start.setMenu(menu)

    @Slot()
    def _show_start(self) -> None:
        """Show the text of the Start command, and why it is disabled."""
        words = self._start.text()
        if self.start.text() != words:
            self.start.setText(words)
            self.start.setMinimumWidth(self.start.sizeHint().width())
        self.start.set_action_enabled(self._start.isEnabled())
        self.start.setToolTip(self._start.reason or keys.tip(words, keys.MAIN))

    def show_actions(self, *, stop: bool, retry: str, draft: bool) -> None:
        """Show Stop, Retry with this text ("" hides it), and Save for a draft."""
        for part in (self.stop, self._stop_entry):
            part.setVisible(stop)
        for part in (self.retry, self._retry_entry):
            part.setVisible(bool(retry))
            part.setText(retry)
        self.save.setVisible(draft)
