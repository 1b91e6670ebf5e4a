"""The Campaigns page: the list of campaigns, and one of them: left what, right when."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.campaign import Campaign, Message
from posto_desktop.core.campaign_results import Post
from posto_desktop.core.draft import LOCAL
from posto_desktop.core.entries import Entry
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.channel_choice import ChannelTargets
from posto_desktop.models.styles import style_title
from posto_desktop.models.when_text import local_zone
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.ui.campaigns import menus, starting
from posto_desktop.ui.campaigns.dropping import files_of
from posto_desktop.ui.campaigns.editing import Editing
from posto_desktop.ui.campaigns.intake import FileIntake
from posto_desktop.ui.campaigns.layout import CampaignsLayout
from posto_desktop.ui.campaigns.message_deeds import MessageDeeds
from posto_desktop.ui.campaigns.outcomes import Outcomes
from posto_desktop.ui.campaigns.planning import Planning
from posto_desktop.ui.campaigns.running import Running
from posto_desktop.ui.campaigns.shelf import Shelf
from posto_desktop.ui.campaigns.showing import Showing
from posto_desktop.ui.campaigns.wiring import wire, wire_keys
from posto_desktop.ui.campaigns.writing import Writing
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.notice import ComposeNotice

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command

TICK_MS = 15_000


class CampaignsPage(CampaignsLayout):
    """Shows and asks, does nothing itself.

    Signals:
        saveRequested(Campaign), deleteRequested(str id), restoreRequested(str id)
        startRequested(Campaign, list[Wish]), stopRequested(Campaign, list[Result]),
        retryRequested(Campaign, list[Result])
        rememberRequested(str id, dict): how posts ended (core.campaign_results.endings_of)
        showRequested(int): a row of the plan
        entryRequested(str): an entry of the outbox
        slotsWanted(): call `set_slots`
        settingsRequested(str): a page of the settings
        importRequested(), importFilesRequested(list paths), importPasteRequested(): `add_messages`
            takes what came of it
        noticeRequested(ComposeNotice)

    `channel_choice` is the channel pane's way to the channels of the open campaign, which owns
    them. `first_channels` returns those that a new campaign begins with.
    """

    saveRequested = Signal(object)
    deleteRequested = Signal(str)
    restoreRequested = Signal(str)
    startRequested = Signal(object, object)
    stopRequested = Signal(object, object)
    retryRequested = Signal(object, object)
    rememberRequested = Signal(str, object)
    showRequested = Signal(object)
    entryRequested = Signal(str)
    slotsWanted = Signal()
    settingsRequested = Signal(str)
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
        folder: Callable[[], str] = lambda: "",
        keep_folder: Callable[[str], None] = lambda _folder: None,
        first_channels: Callable[[], Sequence[int]] = tuple,
        parent: QWidget | None = None,
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        self.zone = zone or local_zone()
        super().__init__(images, self.clock, self.zone, parent)
        self.setAcceptDrops(True)
        self.folder, self.keep_folder = folder, keep_folder  # where pictures were looked for last
        self.workspace = LOCAL
        self.campaigns: dict[str, Campaign] = {}
        self.channels: list[Channel] = []
        self.first_channels = first_channels
        self.editing = Editing(parent=self)
        self.channel_choice = ChannelTargets(
            "campaign", self._channel_ids, self.editing.set_channels, self._channels_locked, self
        )
        self.planning = Planning(runner, self.clock, self.zone, self)
        self.running = Running(
            self.editing, self.planning, self.messages, self.clock, self.zone, self
        )
        self.writing = Writing(self.editing, self.view, self.pictures, self.clock, self.zone, self)
        self.deeds = MessageDeeds(self)
        self.shelf = Shelf(self)
        self.files = FileIntake(runner, images, self.editing, paste_folder, self)
        self.outcomes = Outcomes(self)
        self.showing = Showing(self)
        self._tick = QTimer(self)
        self._tick.setInterval(TICK_MS)
        self._tick.timeout.connect(self._time_passed)
        wire(self)
        wire_keys(self)
        Theme.instance().changed.connect(self._theme_changed)
        self.showing.show_campaign(None)

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
        self.list.set_loaded()
        if self.shelf.wanted and self.shelf.wanted in self.campaigns:
            self.shelf.open(self.shelf.wanted)

    def begin_with(self, paths: Sequence[str]) -> None:
        """Begin a campaign with a message for each of these files."""
        self.shelf.new(write=False)
        self.files.add_files(paths)

    def set_posts(self, campaign_id: str, posts: Sequence[Post]) -> None:
        """What became of the messages of one campaign is something else now."""
        self.outcomes.set_posts(campaign_id, posts)

    def set_saved(self, campaign_id: str, when: datetime) -> None:
        self.showing.set_saved(campaign_id, when)

    def set_not_saved(self, campaign_id: str, sentence: str) -> None:
        self.showing.set_not_saved(campaign_id, sentence)

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
        self.showing.show_count()

    def set_channel_filter(self, ids: Collection[int] | None) -> None:
        """List campaigns that go to these channels; None lists all."""
        self.list.set_channels(ids)

    def _channel_ids(self) -> Sequence[int]:
        campaign = self.editing.campaign
        return campaign.channel_ids if campaign is not None else ()

    def _channels_locked(self) -> str:
        if not self.editing.is_held:
            return ""
        return self.tr("It is running: stop it to change its channels.")

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
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        return count

    @Slot()
    def _time_passed(self) -> None:
        self.rhythm.refresh()
        self.planning.look_again()
        self.outcomes.show()
        self.showing.show_state()

    # -- showing ---------------------------------------------------------------------------------

    @Slot()
    def _current_changed(self, *_what: object) -> None:
        self.timeline.mark(self.view.current_row())

    @Slot(object)
    def _save(self, campaign: Campaign) -> None:
        self.campaigns[campaign.id] = campaign
        self.saveRequested.emit(campaign)

    @Slot()
    def start(self) -> None:
        """Let it go out; where some messages cannot, it asks."""
        starting.start(self)

    @Slot()
    def undo(self) -> None:
        """One step back."""
        self.editing.undo()

    @Slot()
    def redo(self) -> None:
        self.editing.redo()

    def dragEnterEvent(self, event: Any) -> None:
        if self.is_open and (files_of(event.mimeData()) or event.mimeData().hasText()):
            event.acceptProposedAction()
            self.empty.set_over(True)

    def dragLeaveEvent(self, event: Any) -> None:
        super().dragLeaveEvent(event)
        self.empty.set_over(False)

    def dropEvent(self, event: Any) -> None:
        event.acceptProposedAction()
        self.empty.set_over(False)
        self.deeds.take_mime(event.mimeData(), "")

    # -- words and frame -------------------------------------------------------------------------

    def say(self, kind: str, words: str, *, undo: bool = False) -> None:
        action, callback = (self.tr("Undo"), self.undo) if undo else ("", None)
        self.noticeRequested.emit(ComposeNotice(kind, words, action, callback))

    @Slot()
    def say_locked(self, *what: object) -> None:
        """Why a message cannot be changed."""
        result = self.editing.results.get(str(what[0])) if what else None
        words = self.tr("It is on its way: stop the campaign to change it.")
        if result is not None and not result.is_open:
            words = self.tr("It has gone out. A duplicate of it can be changed (Ctrl+D).")
            if result.can_retry:
                words = self.tr("It failed. Retry it, or change a duplicate of it (Ctrl+D).")
        self.say("info", words)

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

    def hideEvent(self, event: QHideEvent) -> None:
        self.editing.keep()
        self._tick.stop()
        super().hideEvent(event)
