"""What is done with campaigns as a whole: menu and keys of the page, the question at the start."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from posto_desktop.models.numbers import grouped
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.campaigns.message_actions import MessageActions
from posto_desktop.ui.commands import Command
from posto_desktop.ui.widgets.confirm import Confirm
from posto_desktop.viewmodels.campaigns import Campaigns


class CampaignActions(QObject):
    """The commands of the Campaigns page: in the menu bar and by keys."""

    def __init__(
        self,
        views: CampaignsLayout,
        campaigns: Campaigns,
        message_actions: MessageActions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._campaigns = views, campaigns
        self._message_actions = message_actions

    @Slot()
    def start(self) -> None:
        """Let the open campaign go out; if some messages cannot, ask whether the others shall."""
        running = self._campaigns.running
        if self._campaigns.editor.campaign is None or running.actions().hint:
            return
        ready = running.ready()
        if not ready.bad:
            running.start(ready)
            return
        count = len(ready.bad)
        title = self.tr("1 message cannot go out")
        if count > 1:
            title = self.tr("{n} messages cannot go out").format(n=grouped(count))
        first = ready.bad[0][0]
        fix = self.tr("Fix first")
        dialog = Confirm(
            title,
            running.bad_words(ready),
            running.others_words(ready) if ready.wishes else fix,
            danger=False,
            cancel=fix if ready.wishes else self.tr("Back"),
            parent=self._views.window(),
        )
        fixed = dialog.accepted
        if ready.wishes:
            dialog.accepted.connect(lambda: running.start(ready))
            fixed = dialog.rejected
        fixed.connect(lambda: self._views.view.go_to(first))
        dialog.open()

    @Slot()
    def new_here(self) -> None:
        """Write a message of the open campaign; in the list, begin a campaign."""
        if self._campaigns.editor.campaign is not None:
            self._message_actions.write()
        else:
            self._campaigns.new()

    def commands(self) -> tuple[str, list[Command | None]]:
        """The title of the menu in the menu bar and its entries, as things stand."""
        campaigns, editor, running = (
            self._campaigns,
            self._campaigns.editor,
            self._campaigns.running,
        )
        opened, can = editor.campaign is not None, running.actions()
        messages, views = self._message_actions, self._views
        return self.tr("&Campaign"), [
            Command(self.tr("New campaign"), campaigns.new),
            Command(self.tr("All campaigns"), campaigns.close, "Alt+Left", opened),
            None,
            Command(self.tr("Write a message"), messages.write, "Ctrl+Shift+N", opened),
            Command(self.tr("Add pictures as messages…"), messages.choose_files, "Ctrl+O", opened),
            Command(
                self.tr("Import CSV, Excel or JSON…"),
                views.head.importRequested.emit,
                "",
                opened,
            ),
            None,
            Command(self.tr("Undo"), editor.undo, "Ctrl+Z", editor.can_undo),
            Command(self.tr("Redo"), editor.redo, "Ctrl+Shift+Z", editor.can_redo),
            Command(
                self.tr("Show or hide the timeline"),
                views.toggle_timeline,
                "Ctrl+Alt+P",
                opened,
            ),
            None,
            Command(can.start, self.start, "Ctrl+Return", opened and not can.hint),
            Command(self.tr("Stop campaign"), running.stop, "", can.stop),
            Command(self.tr("Retry failed"), running.retry, "", bool(can.retry)),
            None,
            Command(self.tr("Duplicate campaign"), campaigns.duplicate_open, "", opened),
            Command(self.tr("Delete campaign"), campaigns.delete_open, "", opened, danger=True),
        ]

    def add_shortcuts(self, page: QWidget) -> None:
        """The keys that hold wherever in the page the keyboard is."""
        campaigns, views = self._campaigns, self._views
        for keys, slot in (
            ("Ctrl+Return", self.start),
            ("Ctrl+S", campaigns.close),
            ("Ctrl+F", views.list.search.setFocus),
            ("Ctrl+Alt+P", views.toggle_timeline),
            ("Ctrl+Shift+N", self.new_here),
            ("Ctrl+O", self._message_actions.choose_files),
            ("Ctrl+T", views.rhythm.start.setFocus),
            ("Ctrl+Z", campaigns.editor.undo),
            ("Ctrl+Shift+Z", campaigns.editor.redo),
            ("Alt+Left", campaigns.close),
        ):
            shortcut = QShortcut(QKeySequence(keys), page)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)
