"""The Compose page: creates its parts and connects them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

from posto_desktop.core.draft import CONTENT, LOCAL, Draft, text_keys
from posto_desktop.core.draft_list import DraftsSnapshot, snapshot_of
from posto_desktop.core.entries import Entry
from posto_desktop.core.limits import network_name
from posto_desktop.core.refusal import Refusal
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.models.media import MediaModel
from posto_desktop.models.when_text import ago, local_zone
from posto_desktop.sdk.records import Channel, Schedule
from posto_desktop.storage.paths import find_paths
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.ui.compose.actions import ComposeActions, DraftsPopupController
from posto_desktop.ui.compose.checks_presenter import ChecksPresenter
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.media_import import MediaImporter
from posto_desktop.ui.compose.message_files import (
    MediaServices,
    MessageFiles,
    NetworkMediaSelection,
)
from posto_desktop.ui.compose.message_text_edit import MessageTextEdit
from posto_desktop.ui.compose.options_presenter import (
    OptionsPresenter,
    PreviewPresenter,
)
from posto_desktop.ui.compose.page_settings import PageSettings
from posto_desktop.ui.compose.slot_chip_presenter import SlotChipPresenter
from posto_desktop.ui.compose.suggestion_presenter import SuggestionPresenter
from posto_desktop.ui.compose.text_inserter import PastedPageReader, TextInserter
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.compose.thread_presenter import ThreadPresenter
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.draft_editor import DraftEditor
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.viewmodels.sending_outlook import Outlook
from posto_desktop.workers.images import ImageLoader
from posto_desktop.workers.runner import JobRunner


class ComposePage(ComposeLayout):
    """Write one message, see it per network, post it.

    Signals:
        postRequested(Draft, datetime | None): post this to its ``channel_ids``; None = at once.
        seriesRequested(Draft, list[datetime]): post it at each of these times (aware UTC).
        editRequested(Draft, list[Channel], datetime | None, FurtherMessages | None): save the
            changes of a scheduled message, and those of its repeat.
        slotsRequested(): the user wants to set weekly slots.
        openChanged(list[str], str): the ids of the open drafts in order, and the active one.
        channelSearchRequested(): the user wants to choose channels.
        pictureWanted(str): the address of a channel's picture; answered by `set_picture`.
        timePassed(): some seconds are over while the page is shown.
        outlookActionRequested(): do something about why the message would wait.
        postUndoRequested(): take back what was posted last, if that is still offered.
        evergreenRequested(Draft): keep this for reuse.
        addChannelRequested(), signInRequested(), notificationRequested(PageNotification).
    """

    postRequested = Signal(object, object)
    seriesRequested = Signal(object, object)
    editRequested = Signal(object, object, object, object)
    slotsRequested = Signal()
    openChanged = Signal(list, str)
    channelSearchRequested = Signal()
    pictureWanted = Signal(str)
    timePassed = Signal()
    outlookActionRequested = Signal()
    postUndoRequested = Signal()
    evergreenRequested = Signal(object)
    addChannelRequested = Signal()
    signInRequested = Signal()
    notificationRequested = Signal(object)
    siteRequested = Signal()

    def __init__(
        self,
        runner: JobRunner,
        images: ImageLoader,
        channels: ChannelsModel | None = None,
        *,
        store: DraftStore | None = None,
        paste_folder: Path | None = None,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self.clock = clock or _now
        self.zone = zone or local_zone()
        self.message = OpenMessage(
            runner, store or DraftStore(), channels or ChannelsModel(), self.clock, self.zone
        )
        self.media = MediaModel()
        super().__init__(self.media, self.message.time, parent)
        self.message.setParent(self)
        self.media.setParent(self)
        folder = paste_folder or find_paths().data / "pasted"
        self.media_import = MediaImporter(runner, images, self.media, folder, self)
        self.page_settings = PageSettings()
        self._asked: set[str] = set()  # requested addresses of pictures
        self._shown_empty = True
        message = self.message
        self.text_presenter = TextPresenter(self, message, self)
        self.pasted_page_reader = PastedPageReader(self, message, runner, self)
        self.text_inserter = TextInserter(
            self, message, self.text_presenter, self.page_settings, runner, self
        )
        self.text_presenter.signed = self.text_inserter.signed
        self.suggestion_presenter = SuggestionPresenter(
            self, message, self.text_presenter, self.page_settings, self
        )
        self.thread_presenter = ThreadPresenter(self, message, self.text_presenter, self)
        self.undo_keys = UndoKeys(self, message.editor)
        media_services = MediaServices(folder.parent / "renditions", folder)
        self.files = MessageFiles(
            self,
            message,
            self.text_presenter,
            self.media_import,
            runner,
            images,
            media_services,
            self,
        )
        self.network_media = NetworkMediaSelection(self, message, self)
        self.drafts_popup = DraftsPopupController(self, message, images, self)
        self.preview_presenter = PreviewPresenter(self, message, self)
        self.options_presenter = OptionsPresenter(
            self, message, self.text_presenter, self.preview_presenter, self.page_settings, self
        )
        self.checks_presenter = ChecksPresenter(
            self,
            message,
            self.text_presenter,
            self.files,
            self.options_presenter,
            self.preview_presenter,
            self,
        )
        # Keep "Saved 10 s ago" and times that slip into the past up to date.
        self._tick = QTimer(self)
        self._tick.setInterval(5_000)
        self._tick.timeout.connect(self._time_passed)
        self.text_presenter.name_editor()
        self.slot_chip_presenter = SlotChipPresenter(self, message, self.page_settings, self)
        self.message_actions = ComposeActions(
            self,
            message,
            self.text_presenter,
            self.text_inserter,
            self.files,
            self.thread_presenter,
            self.drafts_popup,
            self.slot_chip_presenter,
            self,
        )
        self.message_actions.siteRequested.connect(self.siteRequested)
        self.commands = self.message_actions.add_to(
            self, undo=self.undo, redo=self.redo, to_evergreen=self._add_to_evergreen
        )
        self.drafts_popup.evergreenRequested.connect(self.evergreenRequested)
        self._connect_views()
        self._connect_message()
        self.restyle_all()
        self.editor.undoable = lambda: (self.message.editor.can_undo, self.message.editor.can_redo)
        self.message.open_drafts.open(Draft(), stored=False)

    def _connect_views(self) -> None:
        self.tabs.chosen.connect(self.text_presenter.show_tab)
        self.counters.networkChosen.connect(self.tabs.choose)
        self.more_button.clicked.connect(self.message_actions.open_menu)
        self.variant_bar.commonRequested.connect(self.text_presenter.use_common_text)
        self.variant_bar.targetChosen.connect(self.text_presenter.show_key)
        self.editor.edited.connect(self.text_presenter.type)
        self.editor.cursorPositionChanged.connect(self.text_presenter.follow_caret)
        self.editor.focusMoved.connect(self.text_presenter.follow_caret)
        self.editor.caretMoved.connect(self.message.editor.move_caret)
        self.editor.undoRequested.connect(self.undo)
        self.editor.redoRequested.connect(self.redo)
        self.editor.filesPasted.connect(self.files.add_files)
        self.editor.imagePasted.connect(self.files.add_image)
        self.editor.mediaPasted.connect(self.files.add_pasted)
        self.recent_button.clicked.connect(self.files.show_recent)
        self.hash_button.clicked.connect(self.text_presenter.insert_hash)
        self.at_button.clicked.connect(self.text_presenter.insert_at)
        self.editor_box.browseRequested.connect(self.files.choose_files)
        self.editor_box.sampleRequested.connect(self.files.add_sample)
        self.strip.addRequested.connect(self.files.choose_files)
        self.strip.filesDropped.connect(self.files.add_files)
        self.strip.describeRequested.connect(self.files.describe)
        self.strip.removed.connect(self.files.file_removed)
        self.strip.moved.connect(self.files.file_moved)
        self.media.filesChanged.connect(self.files.files_changed)
        self.media.filesArrived.connect(self.files.files_arrived)
        self.media.factsChanged.connect(self.files.facts_found)
        self.fields.linkEdited.connect(partial(self.edit_field, "link"))
        self.fields.commentEdited.connect(partial(self.edit_field, "first_comment"))
        self.labels.known = self.message.open_drafts.known_labels
        self.labels.edited.connect(self.edit_labels)
        self.checks.fixRequested.connect(self.checks_presenter.fix)
        self.checks.settled.connect(self.checks_presenter.show_line)
        self.preview.networkChosen.connect(self.tabs.choose)
        self.destinations.addChannelRequested.connect(self.addChannelRequested)
        self.destinations.signInRequested.connect(self.signInRequested)
        self.destinations.stayRequested.connect(self.leave_first_run)
        self.action_bar.outlook.actionRequested.connect(self.outlookActionRequested)
        self.action_bar.problemsRequested.connect(self.checks_presenter.show_checks)
        self.confirmation_bar.answered.connect(self.answer)
        self.editing_strip.discardRequested.connect(self.message.open_drafts.discard)
        self.editing_strip.keepRequested.connect(self.message.edit.detach)
        Theme.instance().changed.connect(self.restyle_all)

    def _connect_message(self) -> None:
        self.media_import.notificationRequested.connect(self.notificationRequested)
        self.media_import.textRead.connect(self.text_presenter.insert_text)
        self.media_import.added.connect(self.leave_first_run)
        self.media_import.missingFound.connect(self.files.missing_found)
        self.message.checks.assessed.connect(self.message_actions.show_post)
        self.message.checks.assessed.connect(self.checks_presenter.show_assessment)
        self.checks_presenter.channelSearchRequested.connect(self.channelSearchRequested)
        self.message.editor.changed.connect(self.show_changed)
        self.message.editor.edited.connect(self.dismiss_question)
        self.message.editor.opened.connect(self.show_opened)
        self.message.editor.opened.connect(self.thread_presenter.show)
        self.message.editor.caretMoved.connect(self.text_presenter.go_to)
        self.message.editor.savedStateChanged.connect(self.show_saved)
        self.message.channels.listChanged.connect(self.show_channels)
        self.message.posting.asked.connect(self.ask)
        self.message.posting.posted.connect(self.postRequested)
        self.message.posting.seriesPosted.connect(self.seriesRequested)
        self.message.posting.edited.connect(self.editRequested)
        self.message.edit.changed.connect(self.show_edit)
        self.message.posting.rightsChanged.connect(self.show_rights)
        self.message.posting.fixRequested.connect(self.checks_presenter.fix_first)
        self.style_row.chosen.connect(self.message.style.choose)
        self.message.style.stylesChanged.connect(self.style_row.set_styles)
        self.message.style.stylesChanged.connect(self.message.checks.refresh)
        self.slot_chip_presenter.slotsRequested.connect(self.slotsRequested)
        self.message.open_drafts.listChanged.connect(self.show_open_drafts)
        self.message.open_drafts.caretRequested.connect(self.text_presenter.place_caret)
        self.message.open_drafts.focusRequested.connect(self.focus_message)
        self.message.notifier.requested.connect(self.notificationRequested)
        self.message.addFilesRequested.connect(self.files.add_files)
        self.message.open_drafts.changed.connect(self.openChanged)
        row = self.draft_tabs
        row.tabs.chosen.connect(self.message.open_drafts.switch)
        row.tabs.closeRequested.connect(self.message.open_drafts.close)
        row.tabs.arranged.connect(self.message.open_drafts.arrange)

    # -- calls from the app ------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        return self.message.editor.draft

    @Slot(object)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); a notification names unusable ones."""
        self.files.add_files(paths, at)

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture, saved as a file."""
        self.files.add_image(image, name)

    @Slot(object)
    def restore(self, draft: Draft) -> None:
        """Open a message again after posting, to edit or post it."""
        self.message.open_drafts.load_changed(draft)

    def edit_refused(self, draft: Draft, refusal: Refusal) -> None:
        """Open a message that a network refused, at what it refused."""
        self.restore(draft)
        self.message.checks.set_refusal(refusal)
        self.checks_presenter.lead_to_refusal()

    @Slot()
    def start_new(self) -> None:
        """Save a message that is not empty as a draft, and start another."""
        self.message.open_drafts.start_new()

    @Slot()
    def show_drafts(self) -> None:
        """Open the list of drafts."""
        self.drafts_popup.show_drafts()

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """Set all stored drafts.  The first call opens the newest one."""
        self.message.open_drafts.restore(snapshot_of(drafts))

    @Slot(object)
    def set_snapshot(self, snapshot: DraftsSnapshot) -> None:
        """Set all drafts and templates; the first call opens the messages of the last session."""
        self.message.open_drafts.restore(snapshot)

    @Slot(object)
    def set_templates(self, templates: Sequence[Draft]) -> None:
        self.message.store.fill_templates(templates)

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        self.preview_presenter.set_picture(address, image)

    @Slot()
    def undo(self) -> None:
        """Undo the last change of text, files, options or time; else take back what was posted."""
        self.media.emit_facts_changed()  # facts of files are no undo step
        if self.message.editor.can_undo:
            self.message.editor.undo()
        else:
            self.postUndoRequested.emit()

    @Slot()
    def redo(self) -> None:
        self.media.emit_facts_changed()
        self.message.editor.redo()

    @Slot()
    def _add_to_evergreen(self) -> None:
        if not self.draft.is_empty:
            self.evergreenRequested.emit(self.draft)

    @Slot(object)
    def set_schedules(self, rows: Sequence[Schedule]) -> None:
        """Set the schedule, in which the checks look for the same text nearby."""
        self.message.checks.set_schedules(rows)
        self.message.suggestions.used.set_rows(rows)

    @Slot(object)
    def set_entries(self, entries: Sequence[Entry]) -> None:
        """Set the entries of the outbox, for the same check."""
        self.message.checks.set_entries(entries)

    def flush(self) -> None:
        """Save the draft, because the window is closing."""
        self.message.editor.save()

    # -- channels --------------------------------------------------------------------------

    @Slot(object)
    def set_channels_selection(self, channels: Sequence[Channel]) -> None:
        self.message.channels.choose(channels)

    @Slot(str)
    def set_workspace(self, workspace: str) -> None:
        """Set the open workspace: "local" or an account's id."""
        self.message.channels.set_workspace(workspace)
        self.message.suggestions.used.set_workspace(workspace)
        if workspace != LOCAL:
            self.leave_first_run()  # where it should go is answered

    # -- user input ------------------------------------------------------------------------

    @Slot(str)
    def edit_field(self, name: str, text: str) -> None:
        fields: dict[str, Any] = {name: text}
        self.message.editor.edit(name, **fields)

    @Slot(list)
    def edit_labels(self, labels: list[str]) -> None:
        self.message.editor.edit(labels=tuple(labels))

    # -- showing the draft -----------------------------------------------------------------

    @Slot(object)
    def show_opened(self, draft: Draft) -> None:
        """Show all of another draft."""
        self.dismiss_question()
        with QSignalBlocker(self.tabs):
            self.tabs.choose("")
        self.editor.show_key("")
        self.editor.keep_keys(text_keys(draft))
        self.show_changed(draft, frozenset(CONTENT))
        self.editor.set_caret(len(draft.text))
        if not draft.is_empty:
            self.leave_first_run()
        self.text_presenter.name_editor()
        self.message.channels.show_opened()
        self.scroll_area.verticalScrollBar().setValue(0)
        self.media_import.check_files()

    @Slot(object, object)
    def show_changed(self, draft: Draft, changed: frozenset[str]) -> None:
        """Show the changed fields; views that show them already do nothing."""
        if changed & {"text", "variants", "threads"}:
            self.text_presenter.show_texts(draft)
        if changed & {"link", "first_comment"}:
            self.fields.set_values(draft.link, draft.first_comment)
        if "labels" in changed:
            self.labels.set_labels(draft.labels)
        if "style" in changed:
            self.style_row.set_value(draft.style)
        if "media" in changed:
            self.files.show(draft)
        if draft.threads or "threads" in changed:
            self.thread_presenter.show_changed(changed)
        is_begun = not draft.is_empty or draft.style or draft.when_text
        if self._first_run and is_begun:
            self.leave_first_run()
        if draft.is_empty != self._shown_empty:
            self.show_saved()

    @Slot()
    def show_open_drafts(self) -> None:
        """Show the tabs of open messages and the number of drafts."""
        titles = self.message.open_drafts.titles()
        if len(titles) > 1:
            self.draft_tabs.tabs.set_messages(titles, self.message.open_drafts.active)
        self.show_draft_tabs(len(titles) > 1)
        self.show_drafts_count(self.message.store.count())

    @Slot()
    def show_saved(self) -> None:
        """Show the saved state of the message in the action bar."""
        bar, state = self.action_bar, self.message.editor.saved_state
        is_empty = self._shown_empty = self.draft.is_empty
        # An empty message has nothing to lose.
        if is_empty:
            bar.set_state(self.tr("Nothing written yet"), is_saved=False)
        elif state.failed:
            short = words = self.tr("Not saved")
            if state.problem:
                words = self.tr("Not saved: {why}").format(why=state.problem)
            bar.set_state(words, is_saved=False, bad=True, short=short, tip=state.sentence)
        elif state.saved_at is not None:
            #: {ago}: "2 min ago".
            words, short = self.tr("Saved {ago}"), self.tr("Saved")
            tip = self.tr("Saved on this computer")
            if self.draft.editing is not None:
                #: {ago}: "2 min ago".
                words, short = self.tr("Draft saved {ago}"), self.tr("Draft saved")
                tip = self.tr("The scheduled message stays as it is until you save the changes")
            words = words.format(ago=ago(state.saved_at, self.clock()))
            bar.set_state(words, is_saved=True, short=short, tip=tip)
        elif self.draft.editing is not None:
            bar.set_state(self.tr("No changes yet"), is_saved=False)
        else:
            bar.set_state(self.tr("Not saved yet"), is_saved=False)
        self.message_actions.show_written()

    @Slot()
    def show_edit(self) -> None:
        """Show which scheduled message is edited."""
        edit = self.message.edit
        is_late = edit.edited is not None and edit.state in ("sent", "gone")
        self.editing_strip.show_edit(edit.words(), is_late=is_late)
        self.request_strip.show_edit(edit, self.clock(), self.zone)
        self.message_actions.show_post()
        self.share_height()

    @Slot()
    def show_rights(self) -> None:
        """Show what the signed-in person may do with the message."""
        self.when.set_only_proposes(self.message.posting.only_proposes)
        self.message_actions.show_post()

    @Slot()
    def show_channels(self) -> None:
        """Show channels in tabs, checks and button, and request their pictures."""
        for channel in self.message.channels.listed:
            if channel.picture and channel.picture not in self._asked:
                self._asked.add(channel.picture)
                self.pictureWanted.emit(channel.picture)
        networks = self.message.channels.networks()
        self.tabs.set_networks([(slug, network_name(slug)) for slug in networks])
        self.dismiss_question()
        self.text_presenter.show_variants()

    # -- derived views ---------------------------------------------------------------------

    @Slot(object)
    def show_outlook(self, outlook: Outlook) -> None:
        """Show whether the message would go out or wait on this computer."""
        self.action_bar.set_outlook(outlook)

    @Slot()
    def _time_passed(self) -> None:
        self.show_saved()
        self.timePassed.emit()
        if self.draft.when_text:
            self.message.checks.refresh_soon()

    @Slot(str, list, bool)
    def ask(self, words: str, buttons: list[tuple[str, str, str]], severe: bool) -> None:
        self._confirmation_holder.show()
        self.confirmation_bar.ask(words, buttons, severe=severe)
        if severe and self.checks.count_of("error"):
            self.checks_presenter.show_checks_soon()

    @property
    def has_question(self) -> bool:
        return not self._confirmation_holder.isHidden()

    @Slot()
    def dismiss_question(self) -> None:
        """Close the confirmation without an answer."""
        if self.has_question:
            self._confirmation_holder.hide()
            self.message.posting.forget_question()

    @Slot(str)
    def answer(self, key: str) -> None:
        """Pass the pressed button of the confirmation on; "" if it was closed."""
        self._confirmation_holder.hide()
        self.message.posting.answer(key)
        if not key:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- other -----------------------------------------------------------------------------

    @Slot()
    def restyle_all(self) -> None:
        self.restyle()
        self.text_presenter.show_counts(self.message.checks.result)
        self.text_presenter.show_variants()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reflow()
        self._tick.start()
        self.media_import.is_shown = True
        self.media_import.check_files()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        self.media_import.is_shown = False
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.media_import.check_files()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.has_question:
                self.dismiss_question()
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if self._overlay and self.preview.isVisible():
                self.close_preview()
                return
        super().keyPressEvent(event)


def _now() -> datetime:
    return datetime.now(UTC)


class UndoKeys(QObject):
    """Redirects undo and redo keys of the text fields in `page` to the page, and ends the undo step
    of a field when the focus leaves it."""

    def __init__(self, page: QWidget, editor: DraftEditor) -> None:
        super().__init__(page)
        self._page, self._editor = page, editor
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._focus_changed)

    @Slot(QWidget, QWidget)
    def _focus_changed(self, _old: QWidget | None, now: QWidget | None) -> None:
        if self._editor.is_typing:
            self._editor.record()
        # The message handles these keys itself.
        field = isinstance(now, QLineEdit | QPlainTextEdit | QTextEdit)
        if isinstance(now, MessageTextEdit):
            return
        if now is not None and field and self._page.isAncestorOf(now):
            now.installEventFilter(self)  # installing it twice has no effect

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo, redo = QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo
            if event.matches(undo) or event.matches(redo):
                event.ignore()
                return True
        return super().eventFilter(watched, event)
