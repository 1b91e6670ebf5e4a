"""The Campaigns page: the list of campaigns, and one of them: left what, right when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.campaign import Campaign, Message, reached
from posto_desktop.core.campaign_results import Post
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import Entry
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.campaigns import menus
from posto_desktop.ui.campaigns.dropping import files_of
from posto_desktop.ui.campaigns.editing import Editing
from posto_desktop.ui.campaigns.intake import FileIntake
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.campaigns.message_deeds import MessageDeeds
from posto_desktop.ui.campaigns.outcomes import MANY, Outcomes
from posto_desktop.ui.campaigns.planning import Outlook, Planning
from posto_desktop.ui.campaigns.running import Running
from posto_desktop.ui.campaigns.shelf import Shelf
from posto_desktop.ui.campaigns.writing import Writing
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.when_text import ago, local_zone
from posto_desktop.ui.dialogs.confirm import Confirm
from posto_desktop.ui.theme import Theme

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command

STATE_MS = 150
TICK_MS = 15_000


class CampaignsPage(CampaignsLayout):
    """Shows and asks, does nothing itself.

    Signals:
        saveRequested(Campaign), deleteRequested(str id), restoreRequested(str id)
        startRequested(Campaign, list[Wish]), stopRequested(Campaign, list[Result]),
        retryRequested(Campaign, list[Result])
        rememberRequested(str id, dict): how posts ended (core.campaign_results.endings_of)
        channelsWanted(set ids): tick these.  showRequested(int): a row of the plan
        entryRequested(str): an entry of the outbox
        slotsWanted(): call `set_slots`
        importRequested(), importFilesRequested(list paths), importPasteRequested(): `add_messages`
            takes what came of it
        noticeRequested(ComposeNotice)
    """

    saveRequested = Signal(object)
    deleteRequested = Signal(str)
    restoreRequested = Signal(str)
    startRequested = Signal(object, object)
    stopRequested = Signal(object, object)
    retryRequested = Signal(object, object)
    rememberRequested = Signal(str, object)
    channelsWanted = Signal(object)
    showRequested = Signal(object)
    entryRequested = Signal(str)
    slotsWanted = Signal()
    importRequested = Signal()
    importFilesRequested = Signal(list)
    importPasteRequested = Signal()
    noticeRequested = Signal(object)

    def __init__(
        self,
        runner: Any,
        images: Any,
        *,
        paste_folder: Path,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.zone = zone or local_zone()
        super().__init__(images, self.clock, self.zone, parent)
        self.setAcceptDrops(True)
        self.workspace = LOCAL
        self.campaigns: dict[str, Campaign] = {}
        self.channels: list[Channel] = []
        self.ticked: frozenset[int] = frozenset()
        self._saved: dict[str, datetime] = {}
        self._not_saved: dict[str, str] = {}
        self.editing = Editing(parent=self)
        self.planning = Planning(runner, self.clock, self.zone, self)
        self.running = Running(
            self.editing, self.planning, self.messages, self.clock, self.zone, self
        )
        self.writing = Writing(self.editing, self.view, self.pictures, self.clock, self.zone, self)
        self.deeds = MessageDeeds(self)
        self.shelf = Shelf(self)
        self.files = FileIntake(runner, images, self.editing, paste_folder, self)
        self.outcomes = Outcomes(self)
        self._state_soon = QTimer(self)
        self._state_soon.setSingleShot(True)
        self._state_soon.setInterval(STATE_MS)
        self._state_soon.timeout.connect(self._show_state_now)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._time_passed)
        self._wire()
        self._wire_keys()
        self._show_campaign(None)

    def _wire(self) -> None:
        editing, planning, running, files = self.editing, self.planning, self.running, self.files
        editing.opened.connect(self._show_campaign)
        editing.changed.connect(self._changed)
        editing.saveRequested.connect(self._save)
        planning.planned.connect(self._show_outlook)
        planning.checked.connect(self._show_findings)
        running.startRequested.connect(self.startRequested)
        running.stopRequested.connect(self.stopRequested)
        running.retryRequested.connect(self.retryRequested)
        files.added.connect(self.deeds.select_new)
        files.refused.connect(lambda words: self.say("warning", words))
        files.tablesFound.connect(self.importFilesRequested)
        self.list.opened.connect(self.shelf.open)
        self.list.renamed.connect(self.shelf.rename)
        self.list.duplicated.connect(self.shelf.duplicate)
        self.list.deleted.connect(self.shelf.delete)
        self.list.newRequested.connect(self.shelf.new)
        self.head.backRequested.connect(self.shelf.show_list)
        self.head.renamed.connect(lambda name: editing.change("name", name=name))
        self.head.importRequested.connect(self.importRequested)
        self.head.addRequested.connect(self.deeds.write)
        self.head.filesRequested.connect(self.deeds.choose_files)
        self.head.pasteRequested.connect(self.deeds.paste)
        self.head.timelineRequested.connect(self.toggle_timeline)
        self.rhythm.startTyped.connect(lambda text: editing.change("start", start_text=text))
        self.rhythm.rhythmChosen.connect(lambda rhythm: editing.change("", rhythm=rhythm))
        self.rhythm.styleChosen.connect(lambda name: editing.change("", style=name))
        self.add_message.clicked.connect(self.deeds.write)
        self.empty.clicked.connect(self.deeds.write)
        self.view.openRequested.connect(self.writing.open)
        self.view.menuRequested.connect(self._open_menu)
        self.view.deleteRequested.connect(self.deeds.delete)
        self.view.duplicateRequested.connect(self.deeds.duplicate)
        self.view.moveRequested.connect(self.deeds.move)
        self.view.filesDropped.connect(self.deeds._dropped)
        self.view.textDropped.connect(self.deeds.add_text)
        self.view.selectionModel().currentChanged.connect(self._current_changed)
        self.writing.filesWanted.connect(self.deeds.choose_files)
        self.writing.filesDropped.connect(self.files.add_files)
        self.writing.pasteWanted.connect(self.deeds.take_mime)
        self.writing.lockedOpened.connect(self.say_locked)
        self.timeline.chosen.connect(self.view.go_to)
        self.timeline.fixed.connect(self.deeds.move_to)
        self.timeline.closeRequested.connect(self.toggle_timeline)
        self.foot.startRequested.connect(self.start)
        self.foot.stopRequested.connect(self.running.stop)
        self.foot.retryRequested.connect(self.running.retry)
        self.foot.saveRequested.connect(self.shelf.show_list)
        self.foot.duplicateRequested.connect(self.shelf.duplicate_open)
        self.foot.deleteRequested.connect(self.shelf.delete_open)
        Theme.instance().changed.connect(self._theme_changed)

    def _wire_keys(self) -> None:
        for keys, slot in (
            ("Ctrl+Return", self.start),
            ("Ctrl+S", self.shelf.show_list),
            ("Ctrl+F", self.list.search.setFocus),
            ("Ctrl+Alt+P", self.toggle_timeline),
            ("Ctrl+Shift+N", self.shelf.new_here),
            ("Ctrl+O", self.deeds.choose_files),
            ("Ctrl+T", self.rhythm.start.setFocus),
            ("Ctrl+Z", self.undo),
            ("Ctrl+Shift+Z", self.redo),
            ("Alt+Left", self.shelf.show_list),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # -- what the app tells the page -------------------------------------------------------------

    def set_campaigns(
        self, campaigns: Iterable[Campaign], posts: Mapping[str, Sequence[Post]]
    ) -> None:
        """All campaigns of all workspaces, and what became of their messages."""
        present = self.editing.campaign
        self.campaigns = {one.id: one for one in campaigns}
        if present is not None:
            self.campaigns[present.id] = present
        self.outcomes.set_all(posts)
        if self.shelf.wanted and self.shelf.wanted in self.campaigns:
            self.shelf.open(self.shelf.wanted)

    def set_posts(self, campaign_id: str, posts: Sequence[Post]) -> None:
        """What became of the messages of one campaign is something else now."""
        self.outcomes.set_posts(campaign_id, posts)

    def set_saved(self, campaign_id: str, when: datetime) -> None:
        self._saved[campaign_id] = when
        self._not_saved.pop(campaign_id, None)
        self.show_state()

    def set_not_saved(self, campaign_id: str, sentence: str) -> None:
        self._not_saved[campaign_id] = sentence
        self.show_state()

    def set_schedules(self, rows: Sequence[Schedule], *_more: object) -> None:
        """The plan of the workspace."""
        self.outcomes.set_rows(rows)

    @property
    def plan(self) -> Sequence[Schedule]:
        """The plan of the workspace, as last heard."""
        return self.outcomes.rows

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """What is in the outbox."""
        self.planning.set_entries(entries)
        self.outcomes.set_entries(entries)

    def set_channels(self, channels: Sequence[Channel]) -> None:
        """The channels of the workspace."""
        self.channels = list(channels)
        self.messages.set_channels(channels)
        self.planning.set_channels(channels)
        self.show_count()

    def set_ticked(self, ids: Collection[int]) -> None:
        """The ticked channels: while this page is open they are those of the campaign."""
        self.ticked = frozenset(ids)
        campaign = self.editing.campaign
        if not self.channels:
            return  # they are still awaited: nobody unticked them
        if campaign is not None and self.isVisible() and campaign.state != "running":
            known = [one.id for one in self.channels if one.id in self.ticked]
            self.editing.set_quietly(channel_ids=tuple(known))

    def set_slots(self, text: str, workspace: str) -> None:
        """The weekly slots, as the setting has them."""
        self.planning.set_slots(text, workspace)

    def set_wardrobe(self, wardrobe: Wardrobe, service: str) -> None:
        """All styles, and the service whose defaults of channels count."""
        self.rhythm.set_styles([(one.name, style_title(one)) for one in wardrobe.usable()])
        self.planning.set_wardrobe(wardrobe, service)

    def rename_style(self, before: str, name: str) -> None:
        """A style has another name: the open campaign follows, whatever is taken back in it."""
        self.editing.rename_style(before, name)

    def set_workspace(self, workspace: str) -> None:
        """Another workspace is open: its campaigns are shown."""
        if workspace != self.workspace:
            self.shelf.show_list()
            self.workspace = workspace
            self.outcomes.set_rows(())
            self.outcomes.show()

    def flush(self) -> None:
        """Keep what is not kept yet: the app is about to quit."""
        self.editing.keep()

    def add_messages(self, messages: Sequence[Message]) -> int:
        """Messages that were imported: into the open campaign, or into a new one; how many."""
        if self.editing.campaign is None:
            self.shelf.new(write=False)
        count = self.editing.add(messages)
        self.deeds.select_new([one.id for one in messages[:count]])
        return count

    @Slot()
    def _time_passed(self) -> None:
        self.rhythm.refresh()
        self.planning.look_again()
        self.outcomes.show()
        self.show_state()

    # -- showing ---------------------------------------------------------------------------------

    @Slot(object)
    def _show_campaign(self, campaign: Campaign | None) -> None:
        self.writing.close()
        self.messages.forget_findings()
        self.messages.set_results({})
        self.messages.set_campaign(campaign)
        self.planning.results = {}
        self.planning.set_campaign(campaign)
        if campaign is not None:
            self._show_head(campaign)
            self.outcomes.show()
            self.view.scrollToTop()
        self._show_part(campaign=campaign is not None)
        self.show_count()
        self.show_state()
        if campaign is None:
            self.outcomes.show()

    @Slot(object)
    def _changed(self, campaign: Campaign) -> None:
        self.campaigns[campaign.id] = campaign
        kept = self.view.selected_ids() if self.messages.rowCount() else []
        rows = self.messages.rowCount()
        self.messages.set_campaign(campaign)
        if self.messages.rowCount() != rows or not self.view.selected_ids():
            self.view.select_ids(kept, scroll=False)
        self.planning.set_campaign(campaign)
        self._show_head(campaign)
        self.show_count()
        self.show_state()

    def _show_head(self, campaign: Campaign) -> None:
        self.head.name.show_name(campaign.name)
        self.rhythm.show_campaign(campaign)

    def show_count(self) -> None:
        campaign = self.editing.campaign
        count = len(campaign.messages) if campaign is not None else 0
        self.view.setVisible(count > 0)
        self.empty.setVisible(not count)
        self.add_message.setVisible(count > 0)
        self.hint.setVisible(count > 1)
        self.hint.setText(self.tr("Drag to reorder: the times stay, the messages move"))
        self.count.setText(
            self.tr("1 message") if count == 1 else self.tr("%n messages", "", count)
        )
        channels = len(reached(campaign)) if campaign is not None else 0
        words = (
            self.tr("to 1 channel") if channels == 1 else self.tr("to %n channels", "", channels)
        )
        self.targets.setText(words if channels else self.tr("to no channel yet"))

    @Slot(object)
    def _show_outlook(self, outlook: Outlook) -> None:
        self.messages.set_planned(outlook.planned)
        self.timeline.set_timeline(outlook.timeline, self.messages.title_at)
        self.show_state()

    @Slot(object)
    def _show_findings(self, findings: dict[str, Any]) -> None:
        self.messages.set_findings(findings)
        if not findings or not self.planning.is_checking:
            self.show_state()

    def show_state(self) -> None:
        """Head and foot; with many messages only when nothing else is to be done."""
        if self.messages.rowCount() > MANY:
            self._state_soon.start()
        else:
            self._show_state_now()

    @Slot()
    def _show_state_now(self) -> None:
        campaign = self.editing.campaign
        if campaign is None:
            return
        deeds = self.running.deeds()
        self.foot.show_actions(
            deeds.start, hint=deeds.hint, stop=deeds.stop, retry=deeds.retry, draft=deeds.draft
        )
        self.head.show_state(*self.running.state_words())
        held = campaign.state == "running" and bool(self.editing.results)
        self.rhythm.set_locked(
            self.tr("It is running: stop it to change its rhythm.") if held else ""
        )
        if bad := self._not_saved.get(campaign.id):
            self.foot.show_state(self.tr("Not kept yet"), "bad", bad)
        elif self.editing.unsaved:
            self.foot.show_state(self.tr("Saving…"), "open")
        elif when := self._saved.get(campaign.id):
            words = self.tr("Saved on this computer {ago}").format(ago=ago(when, self.clock()))
            self.foot.show_state(words, "kept")
        else:
            self.foot.show_state(self.tr("Saved on this computer"), "kept")

    @Slot()
    def _current_changed(self, *_what: object) -> None:
        self.timeline.mark(self.view.current_row())

    @Slot(object)
    def _save(self, campaign: Campaign) -> None:
        self.campaigns[campaign.id] = campaign
        self.saveRequested.emit(campaign)

    @Slot()
    def undo(self) -> None:
        """One step back."""
        self.editing.undo()

    @Slot()
    def redo(self) -> None:
        self.editing.redo()

    # -- going out -------------------------------------------------------------------------------

    @Slot()
    def start(self) -> None:
        """Let it go out; where some messages cannot, it asks."""
        if not self.is_open or self.running.deeds().hint:
            return
        ready = self.running.ready()
        if not ready.bad:
            self.running.start(ready)
            return
        count = len(ready.bad)
        title = self.tr("1 message cannot go out")
        if count > 1:
            title = self.tr("%n messages cannot go out", "", count)
        first = ready.bad[0][0]
        dialog = Confirm(
            title,
            self.running.bad_words(ready),
            self.running.others_words(ready) if ready.wishes else self.tr("Fix first"),
            danger=False,
            cancel=self.tr("Fix first") if ready.wishes else self.tr("Back"),
            parent=self.window(),
        )
        if ready.wishes:
            dialog.accepted.connect(lambda: self.running.start(ready))
            dialog.rejected.connect(lambda: self.view.go_to(first))
        else:
            dialog.accepted.connect(lambda: self.view.go_to(first))
        dialog.open()

    def want_channels(self) -> None:
        campaign = self.editing.campaign
        if campaign is None or not self.isVisible():
            return
        if campaign.channel_ids:
            self.channelsWanted.emit(set(campaign.channel_ids))
        else:
            self.set_ticked(self.ticked)

    def dragEnterEvent(self, event: Any) -> None:
        if self.is_open and (files_of(event.mimeData()) or event.mimeData().hasText()):
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        self.deeds.take_mime(event.mimeData(), "")

    # -- words and frame -------------------------------------------------------------------------

    def say(self, kind: str, words: str, *, undo: bool = False) -> None:
        action, callback = (self.tr("Undo"), self.undo) if undo else ("", None)
        self.noticeRequested.emit(ComposeNotice(kind, words, action, callback))

    @Slot()
    def say_locked(self, *_what: object) -> None:
        self.say("info", self.tr("It is on its way: stop the campaign to change it."))

    @Slot(str, QPoint)
    def _open_menu(self, message_id: str, place: QPoint) -> None:
        menus.message_menu(self, message_id).popup(place)

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        return menus.commands_of(self)

    @Slot()
    def _theme_changed(self) -> None:
        # Not the overridden slot itself: its connection would outlive the page.
        self.restyle()

    def restyle(self) -> None:
        super().restyle()
        self.writing.refit()

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        self.writing.refit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self._tick.start()
        self.want_channels()
        self.slotsWanted.emit()
        self._time_passed()

    def event(self, event: QEvent) -> bool:
        # The window would take the clipboard's files for a message of its own.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.matches(QKeySequence.StandardKey.Paste)
            and self.is_open
        ):
            event.accept()
            return True
        return super().event(event)

    def take_paste(self) -> bool:
        """Take what is pasted while the keyboard is outside of the page; whether it was taken."""
        if self.is_open:
            self.deeds.paste()
        return self.is_open

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self.is_open and event.matches(QKeySequence.StandardKey.Paste):
            self.deeds.paste()
            return
        super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.slotsWanted.emit()  # the settings may have been open

    def hideEvent(self, event: QHideEvent) -> None:
        self.editing.keep()
        self._tick.stop()
        super().hideEvent(event)
