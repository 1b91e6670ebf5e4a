"""Actions on whole campaigns: commands of the page, and the confirmation at the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.campaigns.message_actions import MessageActions
from posto_desktop.ui.commands import Command, Commands, Words
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.viewmodels.campaigns_state import CampaignsState


class CampaignActions(QObject):
    """Commands of the Campaigns page for menu bar, shortcuts and buttons."""

    def __init__(
        self,
        views: CampaignsLayout,
        campaigns: CampaignsState,
        message_actions: MessageActions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._campaigns = views, campaigns
        self._message_actions = message_actions
        self.can = campaigns.delivery.actions()
        """The actions that are available, as of the last refresh."""

    @Slot()
    def start(self) -> None:
        """Start the open campaign. If some messages have errors, ask whether to send the others,
        and those that only some networks refuse to the rest of their networks."""
        delivery = self._campaigns.delivery
        if self._campaigns.editor.campaign is None or delivery.actions().hint:
            return
        ready = delivery.ready()
        if not ready.bad and not ready.partial:
            delivery.start(ready)
            return
        count = len(ready.bad)
        title = self.tr("1 message cannot be sent")
        if count > 1:
            title = self.tr("%Ln message(s) cannot be sent", "", count)
        elif not count:
            title = self.tr("Some networks are left out")
        places = [place for place, _ in ready.bad] + [partial.place for partial in ready.partial]
        first = min(places)
        fix = self.tr("Fix first")
        dialog = ConfirmDialog(
            title,
            delivery.problems_text(ready),
            delivery.remaining_text(ready) if ready.requests else fix,
            danger=False,
            #: To the page before.
            cancel=fix if ready.requests else self.tr("Back"),
            parent=self._views.window(),
        )
        fixed = dialog.accepted
        if ready.requests:
            dialog.accepted.connect(lambda: delivery.start(ready))
            fixed = dialog.rejected
        fixed.connect(lambda: self._views.view.go_to(first))
        dialog.open()

    @Slot()
    def new_here(self) -> None:
        """Add a message to the open campaign; in the list, create a campaign."""
        if self._campaigns.editor.campaign is not None:
            self._message_actions.write()
        else:
            self._campaigns.new()

    def make_commands(self, page: QWidget, import_table: Callable[[], object]) -> Commands:
        """Create the commands and bind them to the page's buttons."""
        campaigns, messages, views = self._campaigns, self._message_actions, self._views
        editor, delivery = campaigns.editor, campaigns.delivery
        commands = Commands(self.tr("&Campaign"), page, look=self._refresh_available)

        def add(words: Words, run: Callable[[], object], key: str = "", **more: Any) -> Command:
            return commands.add(words, run, key, can=lambda: editor.campaign is not None, **more)

        commands.add(self.tr("New campaign"), campaigns.new)
        add(self.tr("All campaigns"), campaigns.close, keys.BACK)
        commands.add_separator()
        words, tip = self.tr("Write a message"), self.tr("Write another message")
        write = add(words, self.new_here, keys.NEW_HERE, icon="square-pen", tip=tip)
        write.bind(views.add_message)
        add(self.tr("Add pictures as messages…"), messages.choose_files, keys.ADD_FILES)
        words = self.tr("Import CSV, Excel or JSON…")
        views.head.set_commands(write, add(words, import_table, icon="file-up"))
        commands.add_separator()
        words = self.tr("Undo")
        commands.add(words, editor.undo, keys.UNDO, can=lambda: editor.can_undo)
        words = self.tr("Redo")
        commands.add(words, editor.redo, keys.REDO, can=lambda: editor.can_redo)
        words = self.tr("Show or hide the timeline")
        add(words, views.toggle_timeline, keys.SIDE_PANE).bind(views.head.timeline)
        commands.add_separator()
        start = add(
            lambda: self.can.start,
            self.start,
            keys.MAIN,
            icon="clock",
            why_not=lambda: self.can.hint,
        )
        words = self.tr("Stop campaign")
        stop = commands.add(words, delivery.stop, can=lambda: self.can.stop)
        words = self.tr("Retry failed")
        retry = commands.add(words, delivery.retry, can=lambda: bool(self.can.retry))
        commands.add_separator()
        duplicate = add(self.tr("Duplicate campaign"), campaigns.duplicate_open, icon="copy")
        words = self.tr("Delete campaign")
        delete = add(words, campaigns.delete_open, icon="trash-2", danger=True)
        views.foot.set_commands(start, stop, retry, duplicate, delete)
        commands.add_keys(keys.SAVE, campaigns.close)
        commands.add_keys(keys.FIND, views.list.search.setFocus)
        commands.add_keys(keys.TIME, views.rhythm.start.setFocus)
        return commands

    def _refresh_available(self) -> None:
        self.can = self._campaigns.delivery.actions()
