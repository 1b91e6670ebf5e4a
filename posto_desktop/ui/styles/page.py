"""Styles page: list, editor, and a preview of what the style makes of a message."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.common.translation import translate
from posto_desktop.models.styles import StylesModel, style_title
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.stores.drafts import DraftStore
from posto_desktop.ui.shared.preview_posts import PreviewSources
from posto_desktop.ui.styles.actions import StylesActions
from posto_desktop.ui.styles.preview_builder import PLAIN_LOOKS, build_preview
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.styles_state import PRESENT, StylesSnapshot, StylesState
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.file_info import is_late, local_path

if TYPE_CHECKING:
    from posto_desktop.ui.styles.sample_picture import SamplePicture

SOON_MS = 40
ENDING = ".json"


class StylesPage(StylesActions):
    """Connects `state` with the widgets; `StylesActions` has the signals.

    `preview_sources` provide the pictures of the open message."""

    def __init__(
        self,
        state: StylesState | None = None,
        *,
        clock: Callable[[], datetime] | None = None,
        preview_sources: PreviewSources = PLAIN_LOOKS,
        parent: QWidget | None = None,
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        super().__init__(StylesModel(), state or StylesState(DraftStore()), parent)
        self.setAcceptDrops(True)
        self._preview_sources = preview_sources
        self._picture: SamplePicture | None = None
        self._preview_debouncer = Debouncer(SOON_MS, self._show_preview, self)
        self._connect_signals()
        self._show_view(self.state.view, frozenset({"style_registry", "tab", "present"}))
        self._show_style(self.state.editor.style)

    def _connect_signals(self) -> None:
        state, editor = self.state, self.state.editor
        state.changed.connect(self._show_view)
        state.saved.connect(self._select_current)
        state.watermarkSaved.connect(self.form.parts.set_picture)
        state.deleteRequested.connect(self.deleteRequested)
        state.restoreRequested.connect(self.restoreRequested)
        state.notifier.requested.connect(self.notificationRequested)
        state.uses.changed.connect(self._show_uses)
        editor.opened.connect(self._show_style)
        editor.reloaded.connect(self._show_changed)
        editor.changed.connect(self._show_changed)
        editor.savedStateChanged.connect(self._show_saved)
        editor.saveRequested.connect(self.saveRequested)
        editor.addRequested.connect(self.addRequested)
        self.list.chosen.connect(editor.open)
        self.list.menuRequested.connect(self._open_menu)
        self._empty.clicked.connect(self.add_style)
        self.head.renamed.connect(editor.set_name)
        self.head.menuRequested.connect(self._open_more)
        self.head.usesRequested.connect(self._open_uses)
        self.form.parts.pictureWanted.connect(self.choose_watermark)
        self.preview.sourceChosen.connect(self._source_chosen)
        self.preview.networkChosen.connect(state.show_tab)
        self.preview.closeRequested.connect(self.toggle_preview)
        Theme.instance().changed.connect(self.restyle)
        self._add_commands()

    # -- what the app asks of the page -----------------------------------------------------------

    def set_picture(self, picture: SamplePicture) -> None:
        """Set the picture of the sample message."""
        picture.ratio = self.devicePixelRatioF()
        self._picture = picture
        picture.changed.connect(self._schedule_preview)

    def flush(self) -> None:
        """Save all changes before the window closes."""
        self.state.editor.save_all()

    # -- showing -----------------------------------------------------------------------------

    @Slot(object, object)
    def _show_view(self, view: StylesSnapshot, changed: frozenset[str]) -> None:
        if "style_registry" in changed:
            self.list.set_styles(view.style_registry.styles)
            self._select_current()
            self.form.set_words(view.style_registry.words)
            self.form.parts.mark.set_lost(view.style_registry.no_marks)
        if "tab" in changed:
            self.form.show_tab(view.tab)
        if changed & {"source", "present"}:
            self.preview.show_source(view.source, view.present.title)
        self._schedule_preview()

    @Slot()
    def _select_current(self) -> None:
        style = self.state.editor.style
        if style is not None:
            self.list.select(style.name, builtin=style.builtin)

    @Slot(object)
    def _show_style(self, style: StyleFile | None) -> None:
        # An unreadable style is shown with its reason instead of fields.
        self._right.setVisible(style is not None)
        self._empty.setVisible(style is None)
        if style is not None:
            self.list.reveal(style)
            self._show_changed(style)
        self._show_saved()
        self._schedule_preview()

    @Slot(object)
    def _show_changed(self, style: StyleFile) -> None:
        self.head.show_style(style, style_title(style))
        self._show_uses()
        self._schedule_preview()

    @Slot()
    def _show_uses(self) -> None:
        style = self.state.editor.style
        if style is None:
            return
        used = self.state.uses.of(style.name)
        words = usage_text(len(used.campaigns), used.posts, len(used.drafts))
        if style.builtin:
            #: {words}: where the style is used.
            words = self.tr("Built in · {words}").format(words=words)
        self.head.show_used(words, len(used.drafts) + len(used.campaigns))

    @Slot()
    def _show_saved(self) -> None:
        editor, style = self.state.editor, self.state.editor.style
        self.commands.refresh()
        if style is None:
            self.foot.show_state("", "plain")
        elif style.problem:
            self.foot.show_state(style.problem, "bad")
        elif editor.problem:
            self.foot.show_state(editor.problem, "bad")
        elif editor.is_unsaved:
            self.foot.show_state(self.tr("Not saved yet"), "open")
        elif style.builtin:
            self.foot.show_state(self.tr("Your changes go into a copy"), "plain")
        else:
            self.foot.show_state(self.tr("Saved on this computer"), "kept")

    @Slot()
    def _schedule_preview(self, *_args: object) -> None:
        self._preview_debouncer.call()

    @Slot()
    def _show_preview(self) -> None:
        style = self.state.editor.style
        if style is None or not self.isVisible():
            return
        if style.problem:
            self.preview.set_posts((), {})
            return
        shown = build_preview(
            style, self.state.view, self.clock(), self._preview_sources, self._picture
        )
        self.preview.set_posts(shown.posts, shown.tints)
        self.form.show_counts(shown.result.counts)

    @Slot(str)
    def _source_chosen(self, source: str) -> None:
        if source == PRESENT:
            self.presentRequested.emit()
        self.state.choose_source(source)

    # -- files dropped ---------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if style_files_in(event.mimeData()) or is_late(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        paths = style_files_in(event.mimeData())
        if paths:
            event.acceptProposedAction()
            self.importRequested.emit(paths)

    # -- frame -------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()
        self.presentRequested.emit()
        self._schedule_preview()

    def hideEvent(self, event: QHideEvent) -> None:
        self.state.editor.save()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.state.editor.save()


def usage_text(campaigns: int, posts: int, drafts: int) -> str:
    """Return "Used by 3 campaigns, 12 scheduled posts, 1 draft"."""
    parts = []
    for count, words in (
        (campaigns, translate("StylesPage", "%n campaign(s)", "", campaigns)),
        (posts, translate("StylesPage", "%n scheduled post(s)", "", posts)),
        (drafts, translate("StylesPage", "%n draft(s)", "", drafts)),
    ):
        if count:
            parts.append(words)
    if not parts:
        return translate("StylesPage", "Not used yet")
    return translate("StylesPage", "Used by {what}").format(what=", ".join(parts))


def style_files_in(mime: QMimeData) -> list[str]:
    """Return the paths of dragged files if all of them may contain styles."""
    paths = [local_path(url) for url in mime.urls() if url.isLocalFile()]
    fit = bool(paths) and all(path.lower().endswith(ENDING) for path in paths)
    return paths if fit else []
