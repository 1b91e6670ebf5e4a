"""The Compose page: put together from its parts, and what they tell each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QHideEvent, QImage, QKeyEvent, QKeySequence, QShortcut, QShowEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from posto_desktop.core.checks import Finding
from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.limits import network_name
from posto_desktop.models.media import MediaModel, MediaRow
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.paths import find_paths
from posto_desktop.ui import icons
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.assess import QUIET_CODES, Assessment
from posto_desktop.ui.compose.composer import Composer
from posto_desktop.ui.compose.draft_shelf import DraftShelf
from posto_desktop.ui.compose.intake import Intake
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.posting import Posting
from posto_desktop.ui.compose.preview_posts import preview_posts
from posto_desktop.ui.compose.when_reading import When
from posto_desktop.ui.compose.when_text import ago, local_zone, short_day
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import name_control

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command

FILE_ENDINGS = (
    "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.heic *.avif"
    " *.mp4 *.mov *.m4v *.webm *.mkv *.txt *.md"
)
_WORST = {"error": 0, "warning": 1, "hint": 2}


class ComposePage(ComposeLayout):
    """Write one message, see it per network, post it.

    Signals:
        postRequested(Draft, datetime | None): post this to its ``channel_ids``; None = at once.
        draftChanged(Draft): store this copy.  draftDeleted(str): remove it from the store.
        channelsWanted(list[int]): a draft was opened, these channels belong to it (a channels
            model given to the page is ticked by the page itself).
        channelSearchRequested(): the user wants to choose channels.
        pictureWanted(str): the address of a channel's picture; answered by `set_picture`.
        signInRequested(), noticeRequested(ComposeNotice).
    """

    postRequested = Signal(object, object)
    draftChanged = Signal(object)
    draftDeleted = Signal(str)
    channelsWanted = Signal(list)
    channelSearchRequested = Signal()
    pictureWanted = Signal(str)
    signInRequested = Signal()
    noticeRequested = Signal(object)

    def __init__(
        self,
        runner: Any,
        images: Any,
        channels_model: Any = None,
        *,
        paste_folder: Path | None = None,
        clock: Callable[[], datetime] | None = None,
        zone: tzinfo | None = None,
        parent: QWidget | None = None,
    ) -> None:
        self._clock = clock or _now
        self._zone = zone or local_zone()
        self.media = MediaModel()
        super().__init__(self.media, self._clock, self._zone, parent)
        self.media.setParent(self)
        self._channels_model = channels_model
        self._saved_at: datetime | None = None
        self._avatars: dict[str, QImage] = {}
        self._asked_pictures: set[str] = set()
        self._loading = False
        self._restored = False
        self._wanted_ids: list[int] = []
        self.composer = Composer(runner, self._clock, self._zone, self)
        self.posting = Posting(self.composer, self._reading, self)
        self.shelf = DraftShelf(self)
        folder = paste_folder or find_paths().data / "pasted"
        self.intake = Intake(runner, images, self.media, folder, self)
        # "Saved 10 s ago" and a time that slips into the past move by themselves.
        self._tick = QTimer(self)
        self._tick.setInterval(5_000)
        self._tick.timeout.connect(self._time_passed)
        self._name_editor()
        self._wire_parts()
        self._wire_collaborators()
        self._add_shortcuts()
        self._restyle_all()
        self.composer.open(Draft(), stored=False)
        if channels_model is not None:
            channels_model.selectionChanged.connect(self._take_channels)
            channels_model.channelsChanged.connect(self._channels_came)
            self._take_channels()

    def _wire_parts(self) -> None:
        self.tabs.chosen.connect(self._show_tab)
        self.more_button.clicked.connect(self._open_menu)
        self.variant_bar.commonRequested.connect(self._use_common_text)
        self.editor.edited.connect(self._edited)
        self.editor.filesPasted.connect(self.add_files)
        self.editor.imagePasted.connect(self.add_image)
        self.attach_button.clicked.connect(self.choose_files)
        self.hash_button.clicked.connect(self._insert_hash)
        self.at_button.clicked.connect(self._insert_at)
        self.editor_box.browseRequested.connect(self.choose_files)
        self.strip.addRequested.connect(self.choose_files)
        self.strip.filesDropped.connect(self.add_files)
        self.strip.describeRequested.connect(self.describe)
        self.strip.removed.connect(self._file_removed)
        self.strip.moved.connect(self._file_moved)
        self.media.filesChanged.connect(self._content_changed)
        self.media.factsChanged.connect(self._facts_changed)
        self.fields.edited.connect(self._content_changed)
        self.when.changed.connect(self._content_changed)
        self.checks.fixRequested.connect(self.fix)
        self.preview.networkChosen.connect(self.tabs.choose)
        self.places.signInRequested.connect(self.signInRequested)
        self.places.stayRequested.connect(self.leave_first_run)
        self.action_bar.postRequested.connect(self.posting.post)
        self.action_bar.sendNowRequested.connect(self.posting.send_now)
        self.action_bar.saveRequested.connect(self.save_as_draft)
        self.action_bar.problemsRequested.connect(self._show_checks)
        self.ask_bar.answered.connect(self._answered)
        Theme.instance().changed.connect(self._restyle_all)

    def _wire_collaborators(self) -> None:
        self.intake.noticed.connect(self.noticeRequested)
        self.intake.textRead.connect(self._insert_text)
        self.intake.added.connect(self.leave_first_run)
        self.intake.missingFound.connect(self._missing_found)
        self.intake.pictureReady.connect(self.preview.pictures_changed)
        self.composer.assessed.connect(self._show_assessment)
        self.composer.pulling.connect(self._pull)
        self.composer.kept.connect(self.shelf.keep)
        self.composer.emptied.connect(self._emptied)
        self.posting.asked.connect(self._ask)
        self.posting.posted.connect(self._posted)
        self.posting.leftOut.connect(self._left_out)
        self.posting.fixWanted.connect(self._fix_first)
        self.shelf.changed.connect(self.draftChanged)
        self.shelf.deleted.connect(self._draft_gone)
        self.shelf.opened.connect(self._open_from_shelf)
        self.shelf.newWanted.connect(self.start_new)
        self.shelf.noticed.connect(self.noticeRequested)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+Return", self.posting.post),
            ("Ctrl+Enter", self.posting.post),
            ("Ctrl+Shift+Return", self.posting.send_now),
            ("Ctrl+S", self.save_as_draft),
            ("Ctrl+T", self.focus_when),
            ("Ctrl+O", self.choose_files),
            ("Ctrl+Tab", self.next_tab),
            ("Ctrl+Shift+Tab", self.previous_tab),
            ("Ctrl+Alt+P", self.toggle_preview),
        ):
            QShortcut(QKeySequence(keys), self).activated.connect(slot)

    # -- files -----------------------------------------------------------------------------

    @Slot(object)
    @Slot(object, int)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); what cannot be posted is named in a notice."""
        self.intake.set_ratio(self.devicePixelRatioF())
        self.intake.add_files(list(paths), at)

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture; it is kept as a file of its own."""
        self.intake.set_ratio(self.devicePixelRatioF())
        self.intake.add_image(image, name)

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog."""
        dialog = QFileDialog(self, self.tr("Add pictures or videos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        known = self.tr("Pictures, videos and texts")
        dialog.setNameFilters([f"{known} ({FILE_ENDINGS})", self.tr("All files") + " (*)"])
        dialog.filesSelected.connect(self.add_files)
        dialog.open()

    @Slot(int)
    def describe(self, number: int) -> None:
        """Open the description editor over a tile."""
        if not 0 <= number < self.media.rowCount():
            return
        row = self.media.row(number)
        popup = AltEditor(row.ref.path, row.ref.name, row.ref.alt, row.picture, self)
        popup.described.connect(self._described)
        rect = self.strip.visualRect(self.media.index(number))
        popup.show_at(self.strip.viewport().mapToGlobal(QPoint(rect.left(), rect.bottom() + 4)))

    @Slot(object, str)
    def _described(self, path: str, text: str) -> None:
        for number in self.media.rows_of(path):
            self.media.set_alt(number, text)

    @Slot(int, object)
    def _file_removed(self, number: int, row: MediaRow) -> None:
        def back() -> None:
            self.media.put_back(number, row)

        name = row.ref.name.replace("\n", " ")
        words = self.tr("{name} removed from the message").format(name=name)
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(int, int)
    def _file_moved(self, source: int, target: int) -> None:
        def back() -> None:
            self.media.move(target, source)

        name = self.media.row(target).ref.name.replace("\n", " ")
        words = self.tr("{name} is now number {n}").format(name=name, n=target + 1)
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(object)
    def _missing_found(self, missing: frozenset[str]) -> None:
        if missing != self.composer.missing:
            self.composer.missing = missing
            self.composer.look_again()

    # -- channels --------------------------------------------------------------------------

    @Slot(object)
    def set_channels_selection(self, channels: Sequence[Channel]) -> None:
        """The ticked channels: where the message goes."""
        self.composer.channels = list(channels)
        for channel in channels:
            if channel.picture and channel.picture not in self._asked_pictures:
                self._asked_pictures.add(channel.picture)
                self.pictureWanted.emit(channel.picture)
        names = [(slug, network_name(slug)) for slug in self.composer.networks()]
        self.tabs.set_networks(names)
        self._dismiss_question()
        self._show_variants()
        self.composer.refresh()

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        """A channel's picture, decoded."""
        self._avatars[address] = image
        self._show_previews(self.composer.result)

    @Slot(str)
    def set_workspace(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        self.composer.workspace = workspace or LOCAL
        self.composer.draft.workspace = self.composer.workspace
        self.composer.refresh()

    @Slot()
    def _take_channels(self) -> None:
        self.set_channels_selection(self._channels_model.checked_channels())

    def _want_channels(self, ids: list[int]) -> None:
        """Tick these channels; at start the list may not be there yet, then when it comes."""
        self.channelsWanted.emit(ids)
        model = self._channels_model
        if model is None:
            return
        self._wanted_ids = ids
        if any(model.channel(one) is not None for one in ids):
            self._wanted_ids = []
            model.set_checked_ids(ids)

    @Slot()
    def _channels_came(self) -> None:
        if self._wanted_ids:
            self._want_channels(self._wanted_ids)

    # -- drafts ----------------------------------------------------------------------------

    @property
    def draft(self) -> Draft:
        """A copy of the message as it is now."""
        self._pull()
        return self.composer.draft.copy()

    @Slot(object)
    def load_draft(self, draft: Draft) -> None:
        """Open a draft; what is in the page now is kept first."""
        if draft.id != self.composer.draft.id:
            self.composer.keep()
        self._open(draft.copy(), stored=True)
        if draft.channel_ids:
            self._want_channels(list(draft.channel_ids))

    @Slot()
    def new_message(self) -> None:
        """Keep what is there and begin with an empty page; the channels stay ticked."""
        self.composer.keep()
        self._open(Draft(workspace=self.composer.workspace), stored=False)
        if self.isVisible():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def restore(self, draft: Draft) -> None:
        """The way back after posting: the message as it was, to be changed or posted again."""
        self.load_draft(draft)
        self.composer.touch()

    @Slot(object)
    def set_saved(self, when: datetime | None = None) -> None:
        """The draft has reached the disk (at this time, aware)."""
        self._saved_at = when or self._clock()
        self._show_saved()

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All stored drafts.  The first time the newest one is opened again, as it was left."""
        self.shelf.fill(drafts)
        if self._restored:
            return
        self._restored = True
        newest = self.shelf.newest()
        if newest is not None and self.draft.is_empty:
            self._open_from_shelf(newest)

    def flush(self) -> None:
        """Hand out what is not stored yet: the window is about to close."""
        self.composer.keep()

    @Slot()
    def save_as_draft(self) -> None:
        """Put the message aside and begin a new one."""
        if self.draft.is_empty:
            words = self.tr("There is nothing to keep yet")
            self.noticeRequested.emit(ComposeNotice("info", words))
            return
        self.composer.touch()
        self.composer.keep()
        kept = self.composer.draft.copy()
        self.new_message()
        self.shelf.offer("ok", self.tr("Kept in Drafts"), kept)

    @Slot()
    def discard(self) -> None:
        """Throw the message away; the notice brings it back."""
        draft = self.draft
        if draft.is_empty:
            return
        stored = self.composer.is_stored(draft.id)
        self.composer.discard_changes()
        self.composer.forget(draft.id)
        self.shelf.forget(draft.id)
        if stored:
            self.draftDeleted.emit(draft.id)
        self.new_message()

        def back() -> None:
            self.restore(draft)

        words = self.tr("Message discarded")
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot()
    def show_drafts(self) -> None:
        """The list of drafts, under the menu button."""
        self.composer.keep()
        self.shelf.show_list(self.composer.draft.id, self._clock(), self.more_button)

    @Slot()
    def start_new(self) -> None:
        """Put the message aside, as a draft if it has anything, and begin another."""
        if self.draft.is_empty:
            self.new_message()
        else:
            self.save_as_draft()

    @Slot(object)
    def _open_from_shelf(self, draft: Draft) -> None:
        if draft.id != self.composer.draft.id:
            self.load_draft(draft)
            self.set_saved(draft.updated_at)

    @Slot(str)
    def _draft_gone(self, draft_id: str) -> None:
        if draft_id == self.composer.draft.id and not self.draft.is_empty:
            # Deleted in the list while it was open: the page must not store it again.
            self.composer.discard_changes()
            self.composer.forget(draft_id)
            self._open(Draft(workspace=self.composer.workspace), stored=False)
        self.draftDeleted.emit(draft_id)

    @Slot(str)
    def _emptied(self, draft_id: str) -> None:
        self._saved_at = None
        self.shelf.drop(draft_id)
        self._show_saved()

    def _open(self, draft: Draft, *, stored: bool) -> None:
        """Put a draft into the widgets."""
        self._loading = True
        try:
            self._dismiss_question()
            self.tabs.choose("")
            self.editor.show_key("")
            for slug in list(self.composer.draft.variants):
                self.editor.drop_key(slug)
            self.editor.set_text("", draft.text)
            for slug, text in draft.variants.items():
                self.editor.set_text(slug, text)
            self.fields.set_values(draft.link, draft.first_comment)
            self.when.set_text(draft.when_text)
            self.composer.draft = draft
            self.media.set_files(draft.media)
            for ref in draft.media:
                if not ref.width and not ref.problem:
                    self.intake.load_facts(ref.path)
            self._saved_at = None
            if not draft.is_empty:
                self.leave_first_run()
        finally:
            self._loading = False
        self._name_editor()
        self._show_variants()
        self.composer.open(draft, stored=stored)
        self.intake.look_for_missing()

    def _pull(self) -> None:
        """Bring the widgets' values into the draft."""
        if self._loading:
            return
        draft = self.composer.draft
        draft.text = self.editor.text_of("")
        for slug in draft.variants:
            draft.variants[slug] = self.editor.text_of(slug)
        draft.link = self.fields.link.text()
        draft.first_comment = self.fields.comment.text()
        draft.when_text = self.when.text()
        draft.media = self.media.refs()

    # -- writing ---------------------------------------------------------------------------

    @Slot(str)
    def _edited(self, key: str) -> None:
        variants = self.composer.draft.variants
        if key and key not in variants:
            variants[key] = ""
            self._show_variants()
        self._content_changed()

    @Slot()
    def _content_changed(self) -> None:
        if self._loading:
            return
        if self._first_run and not self.draft.is_empty:
            self.leave_first_run()
        self._dismiss_question()
        self.composer.touch()

    @Slot()
    def _facts_changed(self) -> None:
        """Nobody did anything: a question that is open stays."""
        if not self._loading:
            self.composer.touch()

    @Slot(str)
    def _insert_text(self, text: str) -> None:
        """The content of a dropped text file, behind what is there."""
        cursor = self.editor.textCursor()
        if self.editor.document().characterCount() > 1:
            cursor.movePosition(cursor.MoveOperation.End)
            text = f"\n{text}"
        cursor.insertText(text)
        self.editor.setTextCursor(cursor)

    @Slot()
    def _insert_hash(self) -> None:
        self._insert_sign("#")

    @Slot()
    def _insert_at(self) -> None:
        self._insert_sign("@")

    def _insert_sign(self, sign: str) -> None:
        """A sign with a space before it where one is needed, ready for the name."""
        cursor = self.editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        cursor.insertText(sign if not before or before[-1].isspace() else f" {sign}")
        self.editor.setTextCursor(cursor)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- tabs and own texts ----------------------------------------------------------------

    def _name_editor(self) -> None:
        key = self.editor.key
        name = self.tr("Message")
        if key:
            name = self.tr("Message for {network}").format(network=network_name(key))
        name_control(self.editor, name)

    @Slot(str)
    def _show_tab(self, slug: str) -> None:
        self._pull()
        draft = self.composer.draft
        if slug and slug not in draft.variants:
            self.editor.set_text(slug, draft.text)
        self.editor.show_key(slug)
        self._name_editor()
        self._show_variants()
        self._show_counts(self.composer.result)
        if slug:
            self.preview.show_network(slug)
        if self.isVisible() and not self.tabs.hasFocus() and not self._loading:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_variants(self) -> None:
        variants = self.composer.draft.variants
        self.tabs.set_own(set(variants))
        slug = self.tabs.current()
        self.variant_bar.setVisible(bool(slug))
        if slug:
            self.variant_bar.show_network(slug, network_name(slug), slug in variants)

    @Slot()
    def _use_common_text(self) -> None:
        slug, draft = self.tabs.current(), self.composer.draft
        if slug not in draft.variants:
            return
        self._pull()
        before = draft.variants.pop(slug)
        self.editor.set_text(slug, draft.text, undoable=True)
        self._show_variants()
        self.composer.touch()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

        def back() -> None:
            if self.composer.draft is draft and slug not in draft.variants:
                draft.variants[slug] = before
                self.editor.set_text(slug, before, undoable=True)
                self._show_variants()
                self.composer.touch()

        words = self.tr("{name} uses the common text").format(name=network_name(slug))
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot()
    def next_tab(self) -> None:
        self.tabs.step(1)

    @Slot()
    def previous_tab(self) -> None:
        self.tabs.step(-1)

    # -- what follows from the message -----------------------------------------------------

    def _reading(self) -> When:
        self.when.refresh()
        return self.when.reading

    @Slot(object)
    def _show_assessment(self, result: Assessment) -> None:
        pristine = self.composer.draft.is_empty
        findings = [
            one
            for one in result.findings
            if one.code not in ("no_channel", "empty")
            and not (pristine and one.code in QUIET_CODES)
        ]
        self.checks.set_findings(findings)
        self._checks_line.setVisible(bool(findings))
        self._show_counts(result)
        worst: dict[str, str] = {}
        for one in findings:
            if one.file and _WORST[one.severity] < _WORST.get(worst.get(one.file, ""), 3):
                worst[one.file] = one.severity
        self.media.set_severities(worst)
        self._show_previews(result)
        scheduled = self.posting.scheduled()
        self.action_bar.set_post(self.posting.words(), self.posting.hint(), scheduled=scheduled)
        self._show_saved()
        self.show_problem_chip()

    def _show_counts(self, result: Assessment) -> None:
        slug, variants = self.tabs.current(), self.composer.draft.variants
        self.counters.set_counts([one for one in result.counts if slug in ("", one.slug)])
        if slug:
            self.editor.mark_over(result.typed_over.get(slug))
            return
        tails = [
            place
            for network, place in result.typed_over.items()
            if place is not None and network not in variants
        ]
        self.editor.mark_over(min(tails, default=None))

    def _show_previews(self, result: Assessment) -> None:
        reading = self.when.reading
        date = ""
        if reading.ok and reading.when is not None:
            date = short_day(reading.when, self._zone, self._clock())
        self.preview.set_posts(
            preview_posts(
                self.composer.draft, self.composer.networks(), result, date, self._avatars.get
            )
        )

    def _show_saved(self) -> None:
        # Of an empty message there is nothing that could be lost.
        if self.composer.draft.is_empty:
            self.action_bar.set_state(self.tr("Nothing written yet"), kept=False)
        elif self._saved_at is not None:
            words = self.tr("Saved on this computer {ago}")
            words = words.format(ago=ago(self._saved_at, self._clock()))
            self.action_bar.set_state(words, kept=True)
        else:
            self.action_bar.set_state(self.tr("Not kept yet"), kept=False)
        self.action_bar.save.setEnabled(not self.composer.draft.is_empty)

    @Slot()
    def _time_passed(self) -> None:
        self._show_saved()
        if self.composer.draft.when_text:
            self.composer.look_again()

    # -- posting ---------------------------------------------------------------------------

    @Slot()
    def post(self) -> None:
        """The main action, as the button does it."""
        self.posting.post()

    @Slot(str, list, bool)
    def _ask(self, words: str, buttons: list[tuple[str, str, str]], severe: bool) -> None:
        self._ask_holder.show()
        self.ask_bar.ask(words, buttons, severe=severe)

    def _dismiss_question(self) -> None:
        if not self._ask_holder.isHidden():
            self._ask_holder.hide()
            self.posting.forget_question()

    @Slot(str)
    def _answered(self, key: str) -> None:
        self._ask_holder.hide()
        self.posting.answer(key)
        if not key:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object, object)
    def _posted(self, draft: Draft, share_at: datetime | None) -> None:
        self.shelf.forget(draft.id)
        self.composer.forget(draft.id)
        self.postRequested.emit(draft, share_at)
        self.new_message()

    @Slot(object, list)
    def _left_out(self, draft: Draft, channels: list[Channel]) -> None:
        self.shelf.keep(draft)
        names = ", ".join(dict.fromkeys(network_name(one.network) for one in channels))
        words = self.tr("The message for {names} is kept in Drafts").format(names=names)
        self.shelf.offer("info", words, draft)

    @Slot(str)
    def _fix_first(self, key: str) -> None:
        if key == "when":
            self.focus_when()
            return
        self._show_checks()
        first = next((one for one in self.checks.findings if one.severity == "error"), None)
        if first is not None and first.fix is not None:
            self.fix(first)
        else:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def fix(self, finding: Finding) -> None:
        """Do what the button of a check says."""
        kind, arg = (finding.fix.kind, finding.fix.arg) if finding.fix else ("", "")
        numbers = self.media.rows_of(arg)
        if kind == "edit_for":
            self.tabs.choose(arg)
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif kind == "edit_when":
            self.focus_when()
        elif kind == "add_media":
            self.choose_files()
        elif kind == "remove_media" and numbers:
            row = self.media.remove(numbers[0])
            if row is not None:
                self._file_removed(numbers[0], row)
        elif kind == "describe" and numbers:
            self.strip.setCurrentIndex(self.media.index(numbers[0]))
            self.describe(numbers[0])
        elif kind == "untick_channel":
            left = [one for one in self.composer.channels if str(one.id) != arg]
            self._want_channels([one.id for one in left])
            if self._channels_model is None:
                self.set_channels_selection(left)
        elif kind == "choose_channels":
            self.channelSearchRequested.emit()

    @Slot()
    def focus_when(self) -> None:
        """Bring the caret into the When field."""
        self.leave_first_run()
        self.when.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.when.field.selectAll()
        self.scroll.ensureWidgetVisible(self.when)

    @Slot()
    def _show_checks(self) -> None:
        self.checks.set_open(True)
        self.scroll.ensureWidgetVisible(self.checks, 0, 8)

    # -- the rest --------------------------------------------------------------------------

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        from posto_desktop.ui.compose.commands import commands_of

        return commands_of(self)

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        empty = self.draft.is_empty
        count = len(self.shelf.drafts())
        words = self.tr("Drafts ({n})…").format(n=count) if count else self.tr("Drafts…")
        new = menu.addAction(icons.icon("plus"), self.tr("New message"))
        new.setShortcut(QKeySequence("Ctrl+N"))
        # Only shown: the window has the key, for every page; twice would be ambiguous.
        new.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        new.triggered.connect(self.start_new)
        drafts = menu.addAction(icons.icon("pencil-line"), words)
        drafts.triggered.connect(self.show_drafts)
        menu.addSeparator()
        gone = menu.addAction(icons.icon("trash-2"), self.tr("Discard this message"))
        gone.setEnabled(not empty)
        gone.triggered.connect(self.discard)
        button = self.more_button
        place = QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)
        menu.popup(button.mapToGlobal(place))

    @Slot()
    def _restyle_all(self) -> None:
        self.restyle()
        self._show_counts(self.composer.result)
        self._show_variants()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._reflow()
        self._tick.start()
        self.intake.look_for_missing()

    def hideEvent(self, event: QHideEvent) -> None:
        self._tick.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self.isActiveWindow():
            self.intake.look_for_missing()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if not self._ask_holder.isHidden():
                self._dismiss_question()
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
                return
            if self._overlay and self.preview.isVisible():
                self.close_preview()
                return
        super().keyPressEvent(event)


def _now() -> datetime:
    return datetime.now(UTC)
