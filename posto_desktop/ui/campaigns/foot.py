"""The action bar of a campaign: whether it is kept, and starting, stopping, going on."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import icons
from posto_desktop.ui.widgets.action_bar import ActionBar
from posto_desktop.ui.widgets.buttons import Button, SplitButton, name_control
from posto_desktop.ui.widgets.menu import Menu


class CampaignFoot(ActionBar):
    """Signals: ``startRequested()``, ``stopRequested()``, ``retryRequested()``,
    ``saveRequested()``, ``duplicateRequested()``, ``deleteRequested()``."""

    startRequested = Signal()
    stopRequested = Signal()
    retryRequested = Signal()
    saveRequested = Signal()
    duplicateRequested = Signal()
    deleteRequested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("campaign-action-bar", "campaign-save-state", parent)
        self.save = Button(self.tr("Save as draft"), "quiet", parent=self)
        name_control(self.save, self.tr("Save campaign"))
        self.save.setToolTip(self.tr("It saves itself; this goes back to the list (Ctrl+S)"))
        self.save.clicked.connect(self.saveRequested)
        self.row.addWidget(self.save)
        self.retry = Button("", "quiet", icon="rotate-cw", parent=self)
        name_control(self.retry, self.tr("Retry failed"))
        self.retry.clicked.connect(self.retryRequested)
        self.retry.hide()
        self.row.addWidget(self.retry)
        self.stop = Button(self.tr("Stop"), parent=self)
        name_control(self.stop, self.tr("Stop campaign"))
        self.stop.set_lucide("pause")
        self.stop.clicked.connect(self.stopRequested)
        self.stop.hide()
        self.row.addWidget(self.stop)
        self.start = SplitButton(self.tr("Schedule"), self.tr("More for this campaign"), self)
        name_control(self.start.button, self.tr("Start campaign"))
        self.start.clicked.connect(self.startRequested)
        self.row.addWidget(self.start)
        self._menu = Menu(self)
        self.start_action = QAction(self)
        self.start_action.triggered.connect(self.startRequested)
        self._menu.addAction(self.start_action)
        self.stop_action = self._menu.add(
            self.tr("Stop campaign"), "pause", self.stopRequested.emit
        )
        self.retry_action = self._menu.add("", "rotate-cw", self.retryRequested.emit)
        self._menu.addSeparator()
        self._menu.add(self.tr("Duplicate campaign"), "copy", self.duplicateRequested.emit)
        words = self.tr("Delete campaign")
        self._menu.add(words, "trash-2", self.deleteRequested.emit, danger=True)
        self.start.setMenu(self._menu)

    def show_actions(
        self, start: str, *, hint: str = "", stop: bool = False, retry: str = "", draft: bool = True
    ) -> None:
        """The words of the main button, disabled with a `hint` that says why; whether there is
        something to stop; the words of what may be tried again, "" for nothing."""
        if self.start.text() != start:
            self.start.setText(start)
            self.start.setMinimumWidth(self.start.sizeHint().width())
        self.start.set_acting(not hint)
        self.start.setToolTip(hint or self.tr("{deed} (Ctrl+Enter)").format(deed=start))
        self.start_action.setText(start)
        self.start_action.setIcon(icons.icon("clock"))
        self.start_action.setEnabled(not hint)
        self.stop.setVisible(stop)
        self.stop_action.setVisible(stop)
        self.retry.setVisible(bool(retry))
        self.retry.setText(retry)
        self.retry_action.setVisible(bool(retry))
        self.retry_action.setText(retry)
        self.save.setVisible(draft)
