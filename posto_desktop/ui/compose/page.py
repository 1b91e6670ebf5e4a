"""The Compose page: put together from its parts, and what they tell each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from posto_desktop.core.checks import Finding
from posto_desktop.core.draft import Draft
from posto_desktop.core.entries import Entry
from posto_desktop.core.shelf import Desk
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.media import MediaModel
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.paths import find_paths
from posto_desktop.ui.compose.asking import Asking
from posto_desktop.ui.compose.checking import Checking
from posto_desktop.ui.compose.composer import Composer
from posto_desktop.ui.compose.detailing import Detailing
from posto_desktop.ui.compose.draft_shelf import DraftShelf
from posto_desktop.ui.compose.drafting import Drafting
from posto_desktop.ui.compose.files import Files
from posto_desktop.ui.compose.inserting import Inserting
from posto_desktop.ui.compose.intake import Intake
from posto_desktop.ui.compose.keeping import Keeping
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.listing import Listing
from posto_desktop.ui.compose.media_kit import MediaKit
from posto_desktop.ui.compose.media_places import MediaPlaces
from posto_desktop.ui.compose.open_messages import OpenMessages
from posto_desktop.ui.compose.pasted_pages import PastedPages
from posto_desktop.ui.compose.planning import Planning
from posto_desktop.ui.compose.posting import Posting
from posto_desktop.ui.compose.previewing import Previewing
from posto_desktop.ui.compose.styling import Styling
from posto_desktop.ui.compose.targets import Targets
from posto_desktop.ui.compose.templating import Templating
from posto_desktop.ui.compose.undoing import Undoing
from posto_desktop.ui.compose.when_reading import When
from posto_desktop.ui.compose.when_text import local_zone
from posto_desktop.ui.compose.wiring import add_shortcuts, wire_parts, wire_widgets
from posto_desktop.ui.compose.writing import Writing

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command


class ComposePage(ComposeLayout):
    """Write one message, see it per network, post it.

    Signals:
        postRequested(Draft, datetime | None): post this to its ``channel_ids``; None = at once.
        seriesRequested(Draft, list[datetime]): post it at each of these times (aware UTC).
        slotsRequested(): the user wants to set weekly slots.
        draftChanged(Draft): store this copy.  draftDeleted(str): remove it from the store.
        openChanged(list[str], str): the ids of the open drafts in their order, the one in front.
        templateKept(Draft), templateDeleted(str): the same for templates.
        channelSearchRequested(): the user wants to choose channels.
        pictureWanted(str): the address of a channel's picture; answered by `set_picture`.
        signInRequested(), noticeRequested(ComposeNotice).
    """

    postRequested = Signal(object, object)
    seriesRequested = Signal(object, object)
    slotsRequested = Signal()
    draftChanged = Signal(object)
    draftDeleted = Signal(str)
    openChanged = Signal(list, str)
    templateKept = Signal(object)
    templateDeleted = Signal(str)
    channelSearchRequested = Signal()
    pictureWanted = Signal(str)
    signInRequested = Signal()
    noticeRequested = Signal(object)

    def __init__(
        self,
        runner: Any,
        images: Any,
        channels: ChannelsModel | None = None,
        *,
        paste_folder: Path | None = None,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.clock = clock or _now
        self.zone = zone or local_zone()
        self.media = MediaModel()
        super().__init__(self.media, self.clock, self.zone, parent)
        self.media.setParent(self)
        self.composer = Composer(runner, self.clock, self.zone, self)
        self.posting = Posting(self.composer, self.reading, self.when.times, self)
        self.shelf = DraftShelf(self)
        folder = paste_folder or find_paths().data / "pasted"
        self.intake = Intake(runner, images, self.media, folder, self)
        self.keeping = Keeping()
        self.inserting = Inserting(self, runner)
        self.pasted_pages = PastedPages(self, runner)
        self.writing = Writing(self)
        self.undoing = Undoing(self)
        kit = MediaKit(folder.parent / "renditions", folder)
        self.files = Files(self, runner, images, kit)
        self.media_places = MediaPlaces(self)
        self.drafting = Drafting(self)
        self.open_messages = OpenMessages(self)
        self.templating = Templating(self)
        self.listing = Listing(self, images)
        self.checking = Checking(self)
        self.previewing = Previewing(self)
        self.styling = Styling(self)
        self.detailing = Detailing(self)
        self.planning = Planning(self, runner)
        self.asking = Asking(self)
        self.targets = Targets(self, channels or ChannelsModel(self))
        # "Saved 10 s ago" and a time that slips into the past move by themselves.
        self._tick = QTimer(self)
        self._tick.setInterval(5_000)
        self._tick.timeout.connect(self._time_passed)
        self.writing.name_editor()
        wire_widgets(self)
        wire_parts(self)
        self.open_messages.setup()
        add_shortcuts(self)
        self.restyle_all()
        self.composer.open(Draft(), stored=False)
        self.targets.begin()

    # -- what the app asks of the page: each subject does its own ----------------------------

    @property
    def draft(self) -> Draft:
        """The message as it is now."""
        self.drafting.pull()
        return self.composer.draft

    @Slot(object)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); what cannot be posted is named in a notice."""
        self.files.add_files(paths, at)

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture; it is kept as a file of its own."""
        self.files.add_image(image, name)

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog."""
        self.files.choose_files()

    @Slot(int)
    def describe(self, number: int) -> None:
        """Open the description editor over a tile."""
        self.files.describe(number)

    @Slot(object)
    def load_draft(self, draft: Draft) -> None:
        """Open a draft; what is in the page now is kept first."""
        self.drafting.load_draft(draft)

    @Slot(object)
    def restore(self, draft: Draft) -> None:
        """The way back after posting: the message as it was, to be changed or posted again."""
        self.drafting.restore(draft)

    @Slot()
    def new_message(self) -> None:
        """Keep what is there and begin with an empty page, to the same channels."""
        self.drafting.new_message()

    @Slot()
    def start_new(self) -> None:
        """Put the message aside, as a draft if it has anything, and begin another."""
        self.drafting.start_new()

    @Slot(object)
    def set_saved(self, when: datetime | None = None) -> None:
        """The draft has reached the disk (at this time, aware)."""
        self.drafting.set_saved(when)

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All stored drafts.  The first time the newest one is opened again, as it was left."""
        self.drafting.set_drafts(drafts)

    @Slot(object)
    def set_desk(self, desk: Desk) -> None:
        """All drafts and templates; the first time, those that were open are so again."""
        self.drafting.set_desk(desk)

    @Slot(object)
    def set_templates(self, templates: Sequence[Draft]) -> None:
        """All templates, after one was stored or removed."""
        self.shelf.set_templates(templates)

    @Slot()
    def save_as_draft(self) -> None:
        """Put the message aside and begin a new one."""
        self.drafting.save_as_draft()

    @Slot()
    def discard(self) -> None:
        """Throw the message away; the notice brings it back."""
        self.drafting.discard()

    @Slot()
    def show_drafts(self) -> None:
        """The list of drafts, under its button."""
        self.listing.show_drafts()

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        """A channel's picture, decoded."""
        self.previewing.set_picture(address, image)

    @Slot(object)
    def fix(self, finding: Finding) -> None:
        """Do what the button of a check says."""
        self.checking.fix(finding)

    @Slot()
    def undo(self) -> None:
        """Take back what was done last to text, files, options or time."""
        self.undoing.undo()

    @Slot()
    def redo(self) -> None:
        self.undoing.redo()

    @Slot(object)
    def set_plan(self, rows: Sequence[Schedule]) -> None:
        """The schedules of the workspace: the checks look for the same text nearby."""
        self.composer.set_plan(rows)

    @Slot(object)
    def set_entries(self, entries: Sequence[Entry]) -> None:
        """The posts of the outbox, for the same reason."""
        self.composer.set_entries(entries)

    @Slot()
    def next_tab(self) -> None:
        self.writing.next_tab()

    @Slot()
    def previous_tab(self) -> None:
        self.writing.previous_tab()

    def flush(self) -> None:
        """Hand out what is not stored yet: the window is about to close."""
        self.drafting.put_by()

    # -- channels --------------------------------------------------------------------------

    @Slot(object)
    def set_channels_selection(self, channels: Sequence[Channel]) -> None:
        """Let the message go to these channels."""
        self.targets.choose(channels)

    @Slot(str)
    def set_workspace(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        self.targets.work_in(workspace)

    # -- writing ---------------------------------------------------------------------------

    @Slot()
    def content_changed(self) -> None:
        if self.drafting.loading:
            return
        if self._first_run and not self.draft.is_empty:
            self.leave_first_run()
        self.asking.dismiss()
        self.composer.touch()
        self.undoing.record()

    @Slot()
    def facts_changed(self) -> None:
        """Nobody did anything: a question that is open stays."""
        if not self.drafting.loading:
            self.undoing.facts_found()
            self.composer.touch()

    # -- what follows from the message -----------------------------------------------------

    def reading(self) -> When:
        self.when.refresh()
        return self.when.reading

    @Slot()
    def _time_passed(self) -> None:
        self.drafting.show_saved()
        if self.composer.draft.when_text:
            self.composer.look_again()

    @Slot()
    def post(self) -> None:
        """The main action, as the button does it."""
        self.posting.post()

    @Slot()
    def focus_when(self) -> None:
        """Bring the caret into the When field."""
        self.leave_first_run()
        self.when.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.when.field.selectAll()
        self.scroll_area.ensureWidgetVisible(self.when)

    # -- the rest --------------------------------------------------------------------------

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        from posto_desktop.ui.compose.commands import commands_of

        return commands_of(self)

    @Slot()
    def open_menu(self) -> None:
        """The menu of the three dots."""
        from posto_desktop.ui.compose.more_menu import open_menu

        open_menu(self)

    @Slot()
    def restyle_all(self) -> None:
        self.restyle()
        self.writing.show_counts(self.composer.result)
        self.writing.show_variants()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reflow()
        self._tick.start()
        self.intake.is_shown = True
        self.intake.look_for_missing()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        self.intake.is_shown = False
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.intake.look_for_missing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.asking.is_open:
                self.asking.dismiss()
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if self._overlay and self.preview.isVisible():
                self.close_preview()
                return
        super().keyPressEvent(event)


def _now() -> datetime:
    return datetime.now(UTC)
