"""Actions on whole campaigns: commands of the page, and the confirmation at the start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.ui import keys
from posto_desktop.ui.campaigns.message_actions import MessageActions
from posto_desktop.ui.commands import Command, Commands, Words
from posto_desktop.ui.widgets.confirm_dialog import ConfirmDialog
from posto_desktop.viewmodels.campaigns_state import CampaignsState

if TYPE_CHECKING:
    from posto_desktop.ui.campaigns.action_bar import CampaignActionBar
    from posto_desktop.ui.campaigns.campaign_list import CampaignList
    from posto_desktop.ui.campaigns.evergreen.part import EvergreenPart
    from posto_desktop.ui.campaigns.evergreen.view import EvergreenView
    from posto_desktop.ui.campaigns.header import CampaignHeader
    from posto_desktop.ui.campaigns.message_view import MessagesView
    from posto_desktop.ui.campaigns.rhythm_bar import RhythmBar
    from posto_desktop.ui.widgets.buttons import Button
    from posto_desktop.viewmodels.campaign_editor import CampaignEditor
    from posto_desktop.viewmodels.evergreen_state import EvergreenViewState


class CampaignViews(Protocol):
    """The part of the page that the commands use."""

    evergreen: EvergreenPart
    list: CampaignList
    head: CampaignHeader
    rhythm: RhythmBar
    view: MessagesView
    foot: CampaignActionBar
    add_message: Button

    def window(self) -> QWidget: ...
    def undo(self) -> None: ...
    def redo(self) -> None: ...
    def switch_view(self) -> None: ...
    def open_evergreen(self) -> None: ...
    def show_campaigns(self) -> None: ...
    def toggle_timeline(self) -> None: ...


class CampaignActions(QObject):
    """Commands of the Campaigns page for menu bar, shortcuts and buttons."""

    def __init__(
        self,
        views: CampaignViews,
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
        if self._views.evergreen.is_shown:
            self._fill_now()
            return
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
        """Add a message to the open campaign, or an evergreen one; in the list, create a
        campaign."""
        if self._views.evergreen.is_shown:
            self._new_evergreen()
        elif self._campaigns.editor.campaign is not None:
            self._message_actions.write()
        else:
            self._campaigns.new()

    def make_commands(self, page: QWidget, import_table: Callable[[], object]) -> Commands:
        """Create the commands and bind them to the page's buttons."""
        campaigns, views = self._campaigns, self._views
        editor, delivery, evergreen = campaigns.editor, campaigns.delivery, views.evergreen
        commands = Commands(self.tr("&Campaign"), page, look=self._refresh_available)

        def add(words: Words, run: Callable[[], object], key: str = "", **more: Any) -> Command:
            return commands.add(words, run, key, can=lambda: editor.campaign is not None, **more)

        commands.add(self.tr("New campaign"), self._new_campaign)
        add(self.tr("All campaigns"), self.leave, keys.BACK)
        commands.add_separator()
        words, tip = self.tr("Write a message"), self.tr("Write another message")
        write = add(words, self.new_here, keys.NEW_HERE, icon="square-pen", tip=tip)
        write.bind(views.add_message)
        add(self.tr("Add pictures as messages…"), self._choose_files, keys.ADD_FILES)
        words = self.tr("Import CSV, Excel or JSON…")
        views.head.set_commands(write, add(words, import_table, icon="file-up"))
        commands.add_separator()
        words = self.tr("Undo")
        commands.add(words, views.undo, keys.UNDO, can=lambda: self._history().can_undo)
        words = self.tr("Redo")
        commands.add(words, views.redo, keys.REDO, can=lambda: self._history().can_redo)
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
        commands.add_separator()
        commands.add(self._view_words, views.switch_view, keys.EVERGREEN, icon="evergreen")
        words = self.tr("New evergreen message")
        self._add = commands.add(words, self._new_evergreen, icon="plus")
        tip = keys.tip(self.tr("Schedule the next runs at free slots"), keys.MAIN)
        self._fill = commands.add(
            self.tr("Fill free slots now"),
            self._fill_now,
            icon="calendar-plus",
            tip=tip,
            why_not=lambda: evergreen.why_not_fill() if evergreen.is_shown else "",
        )
        commands.add_keys(keys.SAVE, self.leave)
        commands.add_keys(keys.FIND, self._find)
        commands.add_keys(keys.TIME, views.rhythm.start.setFocus)
        return commands

    # -- evergreen messages ----------------------------------------------------------------------

    def bind_evergreen(self, view: EvergreenView) -> None:
        """Have the buttons of the evergreen view run the commands."""
        self._add.bind(view.add)
        self._fill.bind(view.refill.fill)

    def _history(self) -> CampaignEditor | EvergreenViewState:
        evergreen = self._views.evergreen
        return evergreen.state if evergreen.is_shown else self._campaigns.editor

    def _view_words(self) -> str:
        if self._views.evergreen.is_shown:
            return self.tr("Show the campaigns")
        return self.tr("Show the evergreen messages")

    @Slot()
    def leave(self) -> None:
        """Go back to the list, of campaigns or of evergreen messages."""
        evergreen = self._views.evergreen
        if evergreen.is_shown:
            evergreen.state.close()
        else:
            self._campaigns.close()

    @Slot()
    def _new_campaign(self) -> None:
        if self._views.evergreen.is_shown:
            self._views.show_campaigns()
        self._campaigns.new()

    @Slot()
    def _new_evergreen(self) -> None:
        self._views.open_evergreen()
        self._views.evergreen.state.new()

    @Slot()
    def _fill_now(self) -> None:
        if not self._views.evergreen.is_shown:
            self._views.open_evergreen()
        self._views.evergreen.fill()

    @Slot()
    def _choose_files(self) -> None:
        evergreen = self._views.evergreen
        if evergreen.is_shown and evergreen.actions is not None:
            evergreen.actions.choose_files()
        else:
            self._message_actions.choose_files()

    @Slot()
    def _find(self) -> None:
        evergreen = self._views.evergreen
        search = self._views.list.search
        if evergreen.is_shown and evergreen.view is not None:
            evergreen.state.close()
            search = evergreen.view.search
        search.setFocus()

    def _refresh_available(self) -> None:
        self.can = self._campaigns.delivery.actions()
