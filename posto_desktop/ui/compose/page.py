"""The Compose page: put together from its parts, and what they tell each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QHideEvent,
    QImage,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMenu,
    QScrollArea,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from posto_desktop.core.checks import Finding, blocked_channels
from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.limits import limits_for, network_name
from posto_desktop.core.posts import text_of
from posto_desktop.models.media import MediaModel, MediaRow
from posto_desktop.sdk.records import Channel
from posto_desktop.storage.paths import find_paths
from posto_desktop.ui import icons
from posto_desktop.ui.compose.action_bar import ActionBar, AskBar
from posto_desktop.ui.compose.alt_editor import AltEditor
from posto_desktop.ui.compose.assess import QUIET_CODES, Assessment
from posto_desktop.ui.compose.checks_panel import ChecksPanel
from posto_desktop.ui.compose.composer import Composer
from posto_desktop.ui.compose.counters import CounterRow
from posto_desktop.ui.compose.drafts_list import DraftsList
from posto_desktop.ui.compose.editor import MessageEditor
from posto_desktop.ui.compose.fields import Fields, Hairline
from posto_desktop.ui.compose.first_run import EditorBox, Places, Welcome
from posto_desktop.ui.compose.intake import Intake
from posto_desktop.ui.compose.media_strip import MediaStrip
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.compose.preview_card import PreviewMedia, PreviewPost
from posto_desktop.ui.compose.preview_pane import PreviewPane
from posto_desktop.ui.compose.tabs import NetworkTabs
from posto_desktop.ui.compose.variant_bar import VariantBar
from posto_desktop.ui.compose.when_row import WhenRow
from posto_desktop.ui.compose.when_text import ago, local_zone, short_day
from posto_desktop.ui.theme import Theme
from posto_desktop.ui.widgets.buttons import Button, IconButton, name_control

FILTER_ENDINGS = (
    "*.jpg *.jpeg *.png *.gif *.webp *.bmp *.tif *.tiff *.heic *.avif"
    " *.mp4 *.mov *.m4v *.webm *.mkv *.txt *.md"
)
LEFT_PANE = 272


class ComposePage(QWidget):
    """Write one message, see it per network, post it.

    Signals:
        postRequested(Draft, datetime | None): post this to its ``channel_ids``; None = at once.
        draftChanged(Draft): store this copy.  draftDeleted(str): remove it from the store.
        channelsWanted(list[int]): a draft was opened, these channels belong to it.
        pictureWanted(str): the address of a channel's picture; answered by `set_picture`.
        signInRequested(), noticeRequested(ComposeNotice), channelSearchRequested().
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
        super().__init__(parent)
        self._clock = clock or _now
        self._zone = zone or local_zone()
        self._channels_model = channels_model
        self._drafts: dict[str, Draft] = {}
        self._saved_at: datetime | None = None
        self._avatars: dict[str, QImage] = {}
        self._asked_pictures: set[str] = set()
        self._pending: tuple[list[Channel], datetime | None] | None = None
        self._loading = False
        self._restored = False
        self._first_run = False
        self._overlay = False
        self._dragged_splitter = False

        self.composer = Composer(runner, self._clock, self._zone, self)
        self.media = MediaModel(self)
        folder = paste_folder or find_paths().data / "pasted"
        self.intake = Intake(runner, images, self.media, folder, self)
        self._build()
        self._wire()
        self._add_shortcuts()
        self._tick = QTimer(self)
        self._tick.setInterval(5_000)
        self._tick.timeout.connect(self._minute)
        self._restyle()
        self.composer.open(Draft(), stored=False)
        if channels_model is not None:
            self._take_channels()

    # -- building --------------------------------------------------------------------------

    def _build(self) -> None:
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.setHandleWidth(1)
        outer.addWidget(self._splitter)

        self._main = QFrame(self)
        self._main.setProperty("role", "surface")
        self._main.setObjectName("compose-main")
        column = QVBoxLayout(self._main)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)

        head = QWidget(self._main)
        head.setFixedHeight(Theme.instance().px("size.tab_row"))
        row = QHBoxLayout(head)
        row.setContentsMargins(24, 0, 10, 0)
        row.setSpacing(4)
        self.tabs = NetworkTabs(head)
        row.addWidget(self.tabs, 1)
        self.preview_button = Button(
            self.tr("Preview"), "quiet", icon="panel-right", small=True, parent=head
        )
        name_control(self.preview_button, self.tr("Show preview"))
        self.preview_button.setToolTip(self.tr("Show the preview (Ctrl+Alt+P)"))
        self.preview_button.hide()
        row.addWidget(self.preview_button)
        self.more_button = IconButton("ellipsis", self.tr("More"), parent=head)
        self.more_button.setObjectName("more")
        row.addWidget(self.more_button)
        column.addWidget(head)
        column.addWidget(Hairline(self._main))

        self.variant_bar = VariantBar(self._main)
        self.variant_bar.hide()
        column.addWidget(self.variant_bar)

        self.scroll = QScrollArea(self._main)
        self.scroll.setFrameShape(QFrame.Shape.NoFrame)
        self.scroll.setWidgetResizable(True)
        self.scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.scroll.viewport().setAutoFillBackground(False)
        inside = QWidget()
        inside.setAutoFillBackground(False)
        self._inside = inside
        body = QVBoxLayout(inside)
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        self._body = body

        self.welcome = Welcome(inside)
        body.addWidget(self.welcome)
        self.editor = MessageEditor(inside)
        self.editor.setPlaceholderText(self.tr("What would you like to say?"))
        self._name_editor()
        self.editor_box = EditorBox(self.editor, inside)
        body.addWidget(self.editor_box, 1)

        self._tools = QWidget(inside)
        tools = QHBoxLayout(self._tools)
        tools.setContentsMargins(18, 4, 24, 2)
        tools.setSpacing(2)
        self._hash = IconButton("hash", self.tr("Insert hashtag sign"), parent=self._tools)
        self._at = IconButton("at-sign", self.tr("Insert mention sign"), parent=self._tools)
        self._attach = IconButton("image-plus", self.tr("Attach files"), parent=self._tools)
        self._attach.setToolTip(self.tr("Add pictures or videos (Ctrl+O)"))
        for button in (self._attach, self._hash, self._at):
            tools.addWidget(button)
        self.counters = CounterRow(self._tools)
        tools.addWidget(self.counters, 1)
        body.addWidget(self._tools)

        self._strip_box = QWidget(inside)
        strip_column = QVBoxLayout(self._strip_box)
        strip_column.setContentsMargins(24 - 3, 0, 16, 6)
        self.strip = MediaStrip(self.media, self._strip_box)
        strip_column.addWidget(self.strip)
        body.addWidget(self._strip_box)

        self._rest = QWidget(inside)
        rest = QVBoxLayout(self._rest)
        rest.setContentsMargins(0, 0, 0, 0)
        rest.setSpacing(0)
        rest.addWidget(Hairline(self._rest))
        self.fields = Fields(self._rest)
        rest.addWidget(self.fields)
        rest.addWidget(Hairline(self._rest))
        self.when = WhenRow(self._clock, self._zone, self._rest)
        rest.addWidget(self.when)
        self._checks_line = Hairline(self._rest)
        rest.addWidget(self._checks_line)
        self.checks = ChecksPanel(self._rest)
        rest.addWidget(self.checks)
        body.addWidget(self._rest)

        self.places = Places(inside)
        body.addWidget(self.places)
        body.addStretch(0)
        self.scroll.setWidget(inside)
        column.addWidget(self.scroll, 1)

        ask_box = QHBoxLayout()
        ask_box.setContentsMargins(16, 0, 16, 8)
        self.ask_bar = AskBar(self._main)
        ask_box.addWidget(self.ask_bar)
        self._ask_holder = QWidget(self._main)
        self._ask_holder.setLayout(ask_box)
        self._ask_holder.hide()
        column.addWidget(self._ask_holder)
        self.action_bar = ActionBar(self._main)
        column.addWidget(self.action_bar)

        self._splitter.addWidget(self._main)
        self.preview = PreviewPane(self.media.picture, self)
        self._splitter.addWidget(self.preview)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        self.set_first_run(False)

    def _wire(self) -> None:
        self.tabs.chosen.connect(self._show_tab)
        self.more_button.clicked.connect(self._open_menu)
        self.preview_button.clicked.connect(self.toggle_preview)
        self.variant_bar.commonRequested.connect(self._use_common_text)
        self.editor.edited.connect(self._edited)
        self.editor.filesPasted.connect(self.add_files)
        self.editor.imagePasted.connect(self.add_image)
        self._attach.clicked.connect(self.choose_files)
        self._hash.clicked.connect(self._insert_hash)
        self._at.clicked.connect(self._insert_at)
        self.editor_box.browseRequested.connect(self.choose_files)
        self.strip.addRequested.connect(self.choose_files)
        self.strip.filesDropped.connect(self.add_files)
        self.strip.describeRequested.connect(self.describe)
        self.strip.removed.connect(self._file_removed)
        self.media.filesChanged.connect(self._files_changed)
        self.intake.noticed.connect(self.noticeRequested)
        self.intake.textRead.connect(self._insert_text)
        self.intake.added.connect(self._files_added)
        self.intake.missingFound.connect(self._missing_found)
        self.intake.pictureReady.connect(self.preview.pictures_changed)
        self.fields.edited.connect(self._fields_edited)
        self.when.changed.connect(self._when_edited)
        self.checks.fixRequested.connect(self._fix)
        self.action_bar.postRequested.connect(self.post)
        self.action_bar.sendNowRequested.connect(self.send_now)
        self.action_bar.saveRequested.connect(self.save_as_draft)
        self.action_bar.problemsRequested.connect(self._show_checks)
        self.ask_bar.answered.connect(self._answered)
        self.preview.networkChosen.connect(self.tabs.choose)
        self.preview.closeRequested.connect(self._close_preview)
        self.places.signInRequested.connect(self.signInRequested)
        self.places.stayRequested.connect(self._leave_first_run)
        self._splitter.splitterMoved.connect(self._splitter_moved)
        self.composer.assessed.connect(self._show_assessment)
        self.composer.pulling.connect(self._pull)
        self.composer.kept.connect(self._keep)
        self.composer.emptied.connect(self._emptied)
        Theme.instance().changed.connect(self._restyle)
        if self._channels_model is not None:
            self._channels_model.selectionChanged.connect(self._take_channels)

    def _add_shortcuts(self) -> None:
        for keys, slot in (
            ("Ctrl+Return", self.post),
            ("Ctrl+Enter", self.post),
            ("Ctrl+Shift+Return", self.send_now),
            ("Ctrl+S", self.save_as_draft),
            ("Ctrl+T", self._focus_when),
            ("Ctrl+O", self.choose_files),
            ("Ctrl+N", self._new_by_user),
            ("Ctrl+Tab", self._next_tab),
            ("Ctrl+Shift+Tab", self._previous_tab),
            ("Ctrl+Alt+P", self.toggle_preview),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(slot)

    # -- public: files, channels, drafts ---------------------------------------------------

    @Slot(list)
    def add_files(self, paths: Sequence[str], at: int | None = None) -> None:
        """Attach files (before row ``at``); what cannot be posted is named in a notice."""
        self.intake.set_ratio(self.devicePixelRatioF())
        self.intake.add_files(list(paths), at)

    @Slot(QImage)
    def add_image(self, image: QImage, name: str = "") -> None:
        """Attach a pasted picture; it is kept as a file of its own."""
        self.intake.set_ratio(self.devicePixelRatioF())
        self.intake.add_image(image, name)

    @Slot(object)
    def set_channels_selection(self, channels: Sequence[Channel]) -> None:
        """The ticked channels: where the message goes."""
        self.composer.channels = list(channels)
        for channel in channels:
            if channel.picture and channel.picture not in self._asked_pictures:
                self._asked_pictures.add(channel.picture)
                self.pictureWanted.emit(channel.picture)
        networks = self.composer.networks()
        self.tabs.set_networks([(slug, network_name(slug)) for slug in networks])
        self._show_variants()
        self.composer.refresh()

    @Slot(str, QImage)
    def set_picture(self, address: str, image: QImage) -> None:
        """A channel's picture, decoded."""
        self._avatars[address] = image
        self._show_previews(self.composer.result)

    def set_workspace(self, workspace: str) -> None:
        """Where posts go from now on: "local" or an account's id."""
        self.composer.workspace = workspace or LOCAL
        self.composer.draft.workspace = self.composer.workspace
        self.composer.refresh()

    @Slot(object)
    def load_draft(self, draft: Draft) -> None:
        """Open a draft; what is in the page now is kept first."""
        if draft.id != self.composer.draft.id:
            self.composer.keep()
        self._open(draft.copy(), stored=True)
        if draft.channel_ids:
            self.channelsWanted.emit(list(draft.channel_ids))

    @Slot()
    def new_message(self) -> None:
        """Keep what is there and begin with an empty page; the channels stay ticked."""
        self.composer.keep()
        self._open(Draft(workspace=self.composer.workspace), stored=False)
        self._saved_at = None
        self._show_saved()
        self.tabs.choose("")
        if self.isVisible():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def restore(self, draft: Draft) -> None:
        """The way back after posting: the message as it was, to be changed or posted again."""
        again = draft.copy()
        self.load_draft(again)
        self.composer.touch()

    @Slot(object)
    def set_saved(self, when: datetime | None = None) -> None:
        """The draft has reached the disk (at this time, aware)."""
        self._saved_at = when or self._clock()
        self._show_saved()

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All stored drafts.  The first time the newest one is opened again, as it was left."""
        self._drafts = {draft.id: draft for draft in drafts}
        if not self._restored:
            self._restored = True
            newest = max(drafts, key=lambda one: one.updated_at, default=None)
            self._pull()
            if newest is not None and self.composer.draft.is_empty and not newest.is_empty:
                self.load_draft(newest)
                self.set_saved(newest.updated_at)

    def flush(self) -> None:
        """Hand out what is not stored yet: the window is about to close."""
        self.composer.keep()

    @property
    def draft(self) -> Draft:
        """A copy of the message as it is now."""
        self._pull()
        return self.composer.draft.copy()

    # -- the draft in the page -------------------------------------------------------------

    def _open(self, draft: Draft, *, stored: bool) -> None:
        self._loading = True
        try:
            self._ask(None)
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
            if not draft.is_empty:
                self._leave_first_run()
        finally:
            self._loading = False
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

    def _edited(self, key: str) -> None:
        draft = self.composer.draft
        if key and key not in draft.variants:
            draft.variants[key] = ""
            self._show_variants()
        if self._first_run and (key or self.editor.document().characterCount() > 1):
            self._leave_first_run()
        self._dismiss_question()
        self.composer.touch()

    def _fields_edited(self) -> None:
        self._leave_first_run()
        self.composer.touch()

    def _when_edited(self) -> None:
        self._dismiss_question()
        self.composer.touch()

    def _files_changed(self) -> None:
        if not self._loading:
            self._dismiss_question()
            self.composer.touch()

    def _files_added(self, _count: int) -> None:
        self._leave_first_run()

    def _insert_text(self, text: str) -> None:
        cursor = self.editor.textCursor()
        if self.editor.document().characterCount() > 1:
            cursor.movePosition(cursor.MoveOperation.End)
            text = f"\n{text}"
        cursor.insertText(text)
        self.editor.setTextCursor(cursor)

    def _insert_hash(self) -> None:
        self._insert_sign("#")

    def _insert_at(self) -> None:
        self._insert_sign("@")

    def _insert_sign(self, sign: str) -> None:
        """A sign with a space before it where one is needed, ready for the name."""
        cursor = self.editor.textCursor()
        before = cursor.block().text()[: cursor.positionInBlock()]
        cursor.insertText(sign if not before or before[-1].isspace() else f" {sign}")
        self.editor.setTextCursor(cursor)
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _keep(self, draft: Draft) -> None:
        self._drafts[draft.id] = draft
        self.draftChanged.emit(draft)

    def _emptied(self, draft_id: str) -> None:
        self._drafts.pop(draft_id, None)
        self._saved_at = None
        self._show_saved()
        self.draftDeleted.emit(draft_id)

    # -- tabs and own texts ----------------------------------------------------------------

    def _name_editor(self) -> None:
        key = self.editor.key
        name = self.tr("Message")
        if key:
            name = self.tr("Message for {network}").format(network=network_name(key))
        name_control(self.editor, name)

    def _show_tab(self, slug: str) -> None:
        self._pull()
        draft = self.composer.draft
        if slug and slug not in draft.variants:
            self.editor.set_text(slug, draft.text)
        self.editor.show_key(slug)
        self._name_editor()
        self._show_variants()
        self._show_over(self.composer.result)
        if slug:
            self.preview.show_network(slug)
        if self.isVisible() and not self.tabs.hasFocus():
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_variants(self) -> None:
        variants = self.composer.draft.variants
        self.tabs.set_own(set(variants))
        slug = self.tabs.current()
        self.variant_bar.setVisible(bool(slug))
        if slug:
            self.variant_bar.show_network(slug, network_name(slug), slug in variants)

    def _use_common_text(self) -> None:
        slug = self.tabs.current()
        draft = self.composer.draft
        if slug not in draft.variants:
            return
        self._pull()
        before = draft.variants.pop(slug)
        self.editor.set_text(slug, draft.text, undoable=True)
        self._show_variants()
        self.composer.touch()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

        def back() -> None:
            if slug not in self.composer.draft.variants and self.composer.draft is draft:
                self.composer.draft.variants[slug] = before
                self.editor.set_text(slug, before, undoable=True)
                self._show_variants()
                self.composer.touch()

        words = self.tr("{name} uses the common text").format(name=network_name(slug))
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    def _next_tab(self) -> None:
        self.tabs.step(1)

    def _previous_tab(self) -> None:
        self.tabs.step(-1)

    # -- what follows from the message -----------------------------------------------------

    @Slot(object)
    def _show_assessment(self, result: Assessment) -> None:
        self.counters.set_counts(self._shown_counts(result))
        pristine = self.composer.draft.is_empty
        findings = [
            one
            for one in result.findings
            if one.code not in ("no_channel", "empty")
            and not (pristine and one.code in QUIET_CODES)
        ]
        self.checks.set_findings(findings)
        self._checks_line.setVisible(bool(findings))
        self._show_over(result)
        self._show_files(findings)
        self._show_previews(result)
        self._show_button(result)
        self._show_saved()
        self._show_problem_chip()

    def _shown_counts(self, result: Assessment) -> list[Any]:
        slug = self.tabs.current()
        return [one for one in result.counts if not slug or one.slug == slug]

    def _show_over(self, result: Assessment) -> None:
        slug = self.tabs.current()
        variants = self.composer.draft.variants
        if slug:
            over = result.over.get(slug)
        else:
            common = [
                index
                for network, index in result.over.items()
                if index is not None and network not in variants
            ]
            over = min(common, default=None)
        self.editor.mark_over(over)
        self.counters.set_counts(self._shown_counts(result))

    def _show_files(self, findings: Sequence[Finding]) -> None:
        worst: dict[str, str] = {}
        order = {"error": 0, "warning": 1, "hint": 2}
        for one in findings:
            if one.file and order[one.severity] < order.get(worst.get(one.file, ""), 3):
                worst[one.file] = one.severity
        self.media.set_severities(worst)

    def _show_previews(self, result: Assessment) -> None:
        draft, now = self.composer.draft, self._clock()
        reading = self.when.reading
        date = short_day(reading.when, self._zone, now) if reading.ok and reading.when else ""
        media = tuple(
            PreviewMedia(
                ref.path,
                ref.kind,
                ref.width / ref.height if ref.width and ref.height else 1.0,
                ref.duration,
                ref.alt,
            )
            for ref in draft.media[:20]
        )
        counts = {one.slug: one for one in result.counts}
        posts = []
        for slug, channels in self.composer.networks().items():
            limits = limits_for(slug)
            most = limits.media_max if limits.media_max is not None else len(media)
            first = channels[0]
            posts.append(
                PreviewPost(
                    slug=slug,
                    network=limits.name,
                    channel=first.name,
                    others=len(channels) - 1,
                    text=text_of(draft, slug)[:20_000],
                    over=result.over.get(slug),
                    media=media[:most],
                    left_out=max(0, len(media) - most),
                    link=draft.link.strip(),
                    date=date,
                    own_text=slug in draft.variants,
                    problem=self._problem_of(slug, counts.get(slug), result.findings),
                    avatar=self._avatars.get(first.picture),
                    avatar_key=self._avatar_key(first.picture),
                )
            )
        self.preview.set_posts(posts)

    def _avatar_key(self, address: str) -> int:
        image = self._avatars.get(address)
        return image.cacheKey() if image is not None else 0

    def _problem_of(self, slug: str, count: Any, findings: Sequence[Finding]) -> str:
        if self.composer.draft.is_empty:
            return ""
        if count is not None and count.left is not None and count.left < 0:
            return self.tr("{n} too long").format(n=-count.left)
        for one in findings:
            if one.severity == "error" and slug in one.networks:
                if one.code == "media_missing":
                    return self.tr("needs a file")
                if one.code == "text_missing":
                    return self.tr("needs a text")
                return self.tr("will be refused")
        return ""

    # -- the button ------------------------------------------------------------------------

    def _show_button(self, result: Assessment) -> None:
        count = len(self.composer.channels)
        reading = self.when.reading
        scheduled = not reading.ok or reading.when is not None
        hint = ""
        if not count:
            hint = self.tr("Choose a channel first")
        elif self.composer.draft.is_empty:
            hint = self.tr("Write something or add a file first")
        if not count:
            words = self.tr("Schedule") if scheduled else self.tr("Send now")
        else:
            words = self._deed(count, scheduled)
        self.action_bar.set_post(words, hint, scheduled=scheduled)

    def _deed(self, count: int, scheduled: bool) -> str:
        if scheduled:
            return (
                self.tr("Schedule 1 post")
                if count == 1
                else self.tr("Schedule {n} posts").format(n=count)
            )
        return (
            self.tr("Send 1 post now")
            if count == 1
            else self.tr("Send {n} posts now").format(n=count)
        )

    @Slot()
    def post(self) -> None:
        """The main action: post or schedule, asking first where something would be refused."""
        self._try_post(now=False)

    @Slot()
    def send_now(self) -> None:
        """Send at once although a time is set: asks first."""
        self.when.refresh()
        if self.when.reading.ok and self.when.reading.when is None:
            self.post()
            return
        if not self.action_bar.post.button.isEnabled():
            return
        count = len(self.composer.channels)
        words = self.tr("Send now instead of at the time in When? This cannot be taken back.")
        self._ask(
            words,
            [
                ("now", self._deed(count, False), "primary"),
                ("", self.tr("Keep the time"), ""),
            ],
            severe=False,
        )

    def _try_post(self, *, now: bool) -> None:
        self.when.refresh()
        result = self.composer.settle()
        channels = self.composer.channels
        if not channels or self.composer.draft.is_empty:
            return
        reading = self.when.reading
        findings = [one for one in result.findings if not (now and one.code.startswith("when_"))]
        share_at = None if now else reading.when
        if not now and not reading.ok:
            self._pending = None
            self._ask(
                reading.problem or self.tr("The time was not understood."),
                [("when", self.tr("Change the time"), "primary")],
            )
            return
        blocked = blocked_channels(findings, channels)
        if not blocked:
            self._submit(channels, share_at)
            return
        others = [channel for channel in channels if channel.id not in blocked]
        self._pending = (others, share_at)
        words = self.composer.problems(findings)
        buttons = [("fix", self.tr("Fix first"), "primary" if not others else "")]
        if others:
            scheduled = share_at is not None
            if len(others) == 1:
                text = self.tr("Schedule the other 1") if scheduled else self.tr("Send the other 1")
            else:
                text = (
                    self.tr("Schedule the other {n}")
                    if scheduled
                    else self.tr("Send the other {n}")
                ).format(n=len(others))
            buttons.insert(0, ("others", text, "primary"))
        self._ask(words, buttons)

    def _ask(
        self,
        words: str | None,
        buttons: list[tuple[str, str, str]] | None = None,
        *,
        severe: bool = True,
    ) -> None:
        if words is None:
            self._ask_holder.hide()
            self.ask_bar.hide()
            return
        self._ask_holder.show()
        self.ask_bar.ask(words, buttons or [], severe=severe)

    def _dismiss_question(self) -> None:
        if self._ask_holder.isVisible():
            self._ask(None)
            self._pending = None

    @Slot(str)
    def _answered(self, key: str) -> None:
        self._ask_holder.hide()
        pending, self._pending = self._pending, None
        if key == "now":
            self._try_post(now=True)
        elif key == "others" and pending is not None:
            others, share_at = pending
            chosen = {channel.id for channel in others}
            rest = [one for one in self.composer.channels if one.id not in chosen]
            self._submit(others, share_at, rest)
        elif key == "when":
            self._focus_when()
        elif key == "fix":
            first = next((one for one in self.checks.findings if one.severity == "error"), None)
            self._show_checks()
            if first is not None and first.fix is not None:
                self._fix(first)
            else:
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    def _submit(
        self,
        channels: Sequence[Channel],
        share_at: datetime | None,
        rest: Sequence[Channel] = (),
    ) -> None:
        """Hand the message out and free the page; what was left out stays as a draft."""
        self._pull()
        draft = self.composer.draft.copy()
        draft.workspace = self.composer.workspace
        draft.channel_ids = [channel.id for channel in channels]
        draft.updated_at = datetime.now(UTC)
        self.composer.discard_changes()
        self._drafts.pop(draft.id, None)
        self.postRequested.emit(draft, share_at.astimezone(UTC) if share_at else None)
        self.new_message()
        if rest:
            left = draft.duplicate()
            left.channel_ids = [channel.id for channel in rest]
            self.composer._stored.add(left.id)
            self._keep(left)
            names = ", ".join(dict.fromkeys(network_name(one.network) for one in rest))
            words = self.tr("The message for {names} is kept in Drafts").format(names=names)

            def open_it() -> None:
                self.load_draft(left)

            self.noticeRequested.emit(ComposeNotice("info", words, self.tr("Open"), open_it))

    # -- drafts ----------------------------------------------------------------------------

    @Slot()
    def save_as_draft(self) -> None:
        """Put the message aside and begin a new one."""
        self._pull()
        if self.composer.draft.is_empty:
            self.noticeRequested.emit(
                ComposeNotice("info", self.tr("There is nothing to keep yet"))
            )
            return
        self.composer.touch()
        self.composer.keep()
        kept = self._drafts.get(self.composer.draft.id)
        self.new_message()
        if kept is not None:

            def open_it() -> None:
                self.load_draft(kept)

            self.noticeRequested.emit(
                ComposeNotice("ok", self.tr("Kept in Drafts"), self.tr("Open"), open_it)
            )

    @Slot()
    def _new_by_user(self) -> None:
        self._pull()
        if not self.composer.draft.is_empty:
            self.save_as_draft()
        else:
            self.new_message()

    def discard(self) -> None:
        """Throw the message away; the notice brings it back."""
        self._pull()
        draft = self.composer.draft.copy()
        if draft.is_empty:
            return
        stored = self.composer.is_stored(draft.id)
        self.composer.discard_changes()
        self.composer.forget(draft.id)
        self._drafts.pop(draft.id, None)
        if stored:
            self.draftDeleted.emit(draft.id)
        self.new_message()

        def back() -> None:
            self.restore(draft)

        self.noticeRequested.emit(
            ComposeNotice("ok", self.tr("Message discarded"), self.tr("Undo"), back)
        )

    @Slot()
    def show_drafts(self) -> None:
        """The list of drafts, under the menu button."""
        self.composer.keep()
        popup = DraftsList(
            [draft for draft in self._drafts.values() if not draft.is_empty],
            self.composer.draft.id,
            self._clock(),
            self,
        )
        popup.opened.connect(self._open_by_id)
        popup.deleted.connect(self._delete_by_id)
        popup.newRequested.connect(self._new_by_user)
        corner = self.more_button.mapToGlobal(
            QPoint(self.more_button.width() - popup.width(), self.more_button.height() + 4)
        )
        popup.show_at(corner)

    def _open_by_id(self, draft_id: str) -> None:
        draft = self._drafts.get(draft_id)
        if draft is not None and draft_id != self.composer.draft.id:
            self.load_draft(draft)
            self.set_saved(draft.updated_at)

    def _delete_by_id(self, draft_id: str) -> None:
        draft = self._drafts.pop(draft_id, None)
        if draft is None:
            return
        if draft_id == self.composer.draft.id:
            self.composer.discard_changes()
            self.composer.forget(draft_id)
            self._open(Draft(workspace=self.composer.workspace), stored=False)
        self.draftDeleted.emit(draft_id)

        def back() -> None:
            self._keep(draft)

        self.noticeRequested.emit(
            ComposeNotice("ok", self.tr("Draft deleted"), self.tr("Undo"), back)
        )

    @Slot()
    def _open_menu(self) -> None:
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._pull()
        count = sum(1 for draft in self._drafts.values() if not draft.is_empty)
        new = menu.addAction(icons.icon("plus"), self.tr("New message"))
        new.setShortcut(QKeySequence("Ctrl+N"))
        new.triggered.connect(self._new_by_user)
        words = self.tr("Drafts ({n})…").format(n=count) if count else self.tr("Drafts…")
        drafts = menu.addAction(icons.icon("pencil-line"), words)
        drafts.triggered.connect(self.show_drafts)
        menu.addSeparator()
        gone = menu.addAction(icons.icon("trash-2"), self.tr("Discard this message"))
        gone.setEnabled(not self.composer.draft.is_empty)
        gone.triggered.connect(self.discard)
        button = self.more_button
        hint = menu.sizeHint()
        menu.popup(button.mapToGlobal(QPoint(button.width() - hint.width(), button.height() + 4)))

    # -- media -----------------------------------------------------------------------------

    @Slot()
    def choose_files(self) -> None:
        """Open the file dialog."""
        dialog = QFileDialog(self, self.tr("Add pictures or videos"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters(
            [
                self.tr("Pictures, videos and texts") + f" ({FILTER_ENDINGS})",
                self.tr("All files") + " (*)",
            ]
        )
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

    @Slot(str, str)
    def _described(self, path: str, text: str) -> None:
        for number in self.media.rows_of(path):
            self.media.set_alt(number, text)

    @Slot(int, object)
    def _file_removed(self, number: int, row: MediaRow) -> None:
        def back() -> None:
            self.media.put_back(number, row)

        words = self.tr("{name} removed from the message").format(
            name=row.ref.name.replace("\n", " ")
        )
        self.noticeRequested.emit(ComposeNotice("ok", words, self.tr("Undo"), back))

    @Slot(object)
    def _missing_found(self, missing: frozenset[str]) -> None:
        if missing != self.composer.missing:
            self.composer.missing = missing
            self.composer.look_again()

    # -- fixes -----------------------------------------------------------------------------

    @Slot(object)
    def _fix(self, finding: Finding) -> None:
        fix = finding.fix
        if fix is None:
            return
        if fix.kind == "edit_for":
            self.tabs.choose(fix.arg)
            self.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        elif fix.kind == "edit_when":
            self._focus_when()
        elif fix.kind == "add_media":
            self.choose_files()
        elif fix.kind == "remove_media":
            numbers = self.media.rows_of(fix.arg)
            if numbers:
                row = self.media.remove(numbers[0])
                if row is not None:
                    self._file_removed(numbers[0], row)
        elif fix.kind == "describe":
            numbers = self.media.rows_of(fix.arg)
            if numbers:
                self.strip.setCurrentIndex(self.media.index(numbers[0]))
                self.describe(numbers[0])
        elif fix.kind == "untick_channel":
            left = [one for one in self.composer.channels if str(one.id) != fix.arg]
            self.channelsWanted.emit([one.id for one in left])
            if self._channels_model is None:
                self.set_channels_selection(left)
        elif fix.kind == "choose_channels":
            self.channelSearchRequested.emit()

    def _focus_when(self) -> None:
        self._leave_first_run()
        self.when.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.when.field.selectAll()
        self.scroll.ensureWidgetVisible(self.when)

    def _show_checks(self) -> None:
        self.checks.set_open(True)
        self.scroll.ensureWidgetVisible(self.checks, 0, 8)

    # -- first run -------------------------------------------------------------------------

    def set_first_run(self, first: bool) -> None:
        """Show the welcome layout until something is written or attached."""
        self._first_run = first
        self.welcome.setVisible(first)
        self.places.setVisible(first)
        self.editor_box.set_framed(first)
        for part in (self._tools, self._strip_box, self._rest):
            part.setVisible(not first)
        self._body.setStretch(self._body.indexOf(self.editor_box), 0 if first else 1)
        self._reflow()

    @Slot()
    def _leave_first_run(self) -> None:
        if self._first_run:
            focused = self.editor.hasFocus()
            self.set_first_run(False)
            if focused:
                self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    # -- save state ------------------------------------------------------------------------

    def _show_saved(self) -> None:
        if self.composer.draft.is_empty and not self.composer.unsaved:
            self.action_bar.set_state(self.tr("Nothing written yet"), kept=False)
        elif self._saved_at is not None:
            words = self.tr("Saved on this computer {ago}").format(
                ago=ago(self._saved_at, self._clock())
            )
            self.action_bar.set_state(words, kept=True)
        else:
            self.action_bar.set_state(self.tr("Not kept yet"), kept=False)
        self.action_bar.save.setEnabled(not self.composer.draft.is_empty)

    @Slot()
    def _minute(self) -> None:
        self._show_saved()
        if self.composer.draft.when_text:
            self.composer.look_again()

    # -- size and look ---------------------------------------------------------------------

    def _show_problem_chip(self) -> None:
        """On low windows the list may be below the fold: then the bar says it."""
        window = self.window().height()
        low = window < Theme.instance().token("breakpoint.checks_chip_below_height")
        words = self.checks.short_text() if low and not self._first_run else ""
        self.action_bar.set_problems(words, severe=self.checks.count_of("error") > 0)

    def _window_width(self) -> int:
        window = self.window()
        return window.width() if window is not self else self.width() + LEFT_PANE

    def _reflow(self) -> None:
        theme = Theme.instance()
        width = self._window_width()
        narrow = width < theme.token("breakpoint.side_panes_overlay_below")
        wide = width >= theme.token("breakpoint.two_preview_columns_from")
        tall = self.window().height() >= theme.token("breakpoint.tall_from_height")
        self.strip.set_tall(tall)
        least = 84 if self._first_run else (340 if tall else 161)
        self.editor.set_least_height(least)
        self.preview_button.setVisible(narrow)
        self._set_overlay(narrow)
        self._main.setMaximumWidth(theme.px("pane.editor_max") if wide else 16_777_215)
        if narrow:
            self._place_overlay()
        elif not self._dragged_splitter:
            if wide:
                preview = max(self.width() - theme.px("pane.editor_max"), 364)
            else:
                preview = theme.px(
                    "pane.preview.default"
                    if width >= theme.token("breakpoint.tab_icons_from")
                    else "pane.preview.min"
                )
            self._splitter.setSizes([max(300, self.width() - preview - 1), preview])
        self._show_problem_chip()

    def _set_overlay(self, overlay: bool) -> None:
        if overlay == self._overlay:
            return
        self._overlay = overlay
        self.preview.set_overlay(overlay)
        if overlay:
            self.preview.setParent(self)
            self.preview.hide()
        else:
            self._splitter.addWidget(self.preview)
            self.preview.show()

    def _place_overlay(self) -> None:
        width = Theme.instance().px("pane.inspector.overlay")
        self.preview.setGeometry(self.width() - width, 0, width, self.height())
        self.preview.raise_()

    @Slot()
    def toggle_preview(self) -> None:
        """Open or close the preview."""
        shown = not self.preview.isVisible()
        if self._overlay and shown:
            self._place_overlay()
        self.preview.setVisible(shown)
        if shown:
            self.preview.raise_()

    @Slot()
    def _close_preview(self) -> None:
        self.preview.hide()
        self.editor.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(int, int)
    def _splitter_moved(self, _position: int, _index: int) -> None:
        self._dragged_splitter = True

    @Slot()
    def _take_channels(self) -> None:
        self.set_channels_selection(self._channels_model.checked_channels())

    @Slot()
    def _restyle(self) -> None:
        for part in (
            self.editor,
            self.strip,
            self.fields,
            self.when,
            self.checks,
            self.action_bar,
            self.preview,
            self.places,
            self.editor_box.drop,
        ):
            part.restyle()
        self._show_over(self.composer.result)
        self._show_variants()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._reflow()

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
            if self._ask_holder.isVisible():
                self._dismiss_question()
                return
            if self._overlay and self.preview.isVisible():
                self._close_preview()
                return
        super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        return QSize(1088, 808)


def _now() -> datetime:
    return datetime.now(UTC)
