"""The Styles page: the list, the editor, and what the style makes of a message."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.style_uses import uses
from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.styles import StylesModel, style_title
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.styles.actions import StylesActions
from posto_desktop.ui.styles.editing import Editing
from posto_desktop.ui.styles.preview import PRESENT
from posto_desktop.ui.styles.previewing import Present, preview_of
from posto_desktop.ui.theme import Theme
from posto_desktop.viewmodels.notice import ComposeNotice
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.files import local_path

if TYPE_CHECKING:
    from posto_desktop.ui.styles.sample_picture import SamplePicture
    from posto_desktop.workers.styles import Outcome

SOON_MS = 40
ENDING = ".json"


class StylesPage(StylesActions):
    """Shows and asks, does nothing itself; what it asks for stands with `StylesActions`."""

    def __init__(
        self, clock: Callable[[], datetime] | None = None, parent: QWidget | None = None
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        super().__init__(StylesModel(), Editing(), parent)
        self.setAcceptDrops(True)
        self._present = Present()
        self._service = ""
        self._picture: SamplePicture | None = None
        self._soon = Debouncer(SOON_MS, self._show_preview, self)
        self._wire()
        self._show_style(None)

    def _wire(self) -> None:
        editing = self.editing
        editing.opened.connect(self._show_style)
        editing.changed.connect(self._changed)
        editing.stateChanged.connect(self._show_state)
        editing.saveRequested.connect(self.saveRequested)
        editing.addRequested.connect(self.addRequested)
        editing.copied.connect(self._copied)
        editing.replaced.connect(self._replaced)
        self.list.chosen.connect(editing.open)
        self.list.menuWanted.connect(self._open_menu)
        self._empty.clicked.connect(self.add_style)
        self.head.renamed.connect(editing.set_name)
        self.head.menuRequested.connect(self._open_more)
        self.head.usesRequested.connect(self._open_uses)
        self.editor.tabChosen.connect(self._look_soon)
        self.editor.parts.pictureWanted.connect(self.choose_mark)
        self.editor.partRemoved.connect(self._part_removed)
        self.preview.sourceChosen.connect(self._source_chosen)
        self.preview.networkChosen.connect(self._network_chosen)
        self.preview.closeRequested.connect(self.toggle_preview)
        Theme.instance().changed.connect(self.restyle)
        self._add_commands()

    # -- what the app tells the page -------------------------------------------------------------

    @Slot(object)
    def set_wardrobe(self, wardrobe: Wardrobe) -> None:
        """All styles as they are on the disk now."""
        first, self._wardrobe = self._wardrobe is None, wardrobe
        self.list.set_styles(wardrobe.styles)
        self.editor.set_words(wardrobe.words)
        self.editor.parts.mark.set_lost(wardrobe.no_marks)
        self.editing.set_wardrobe(wardrobe)
        if self._wanted and self.show_style(self._wanted):
            self._wanted = ""
        if (first or self.editing.style is None) and not self.editing.unsaved:
            self._open_first()
        self._look_soon()

    @Slot(object)
    def set_outcome(self, outcome: Outcome) -> None:
        """What a request led to."""
        kind, style, before = outcome.kind, outcome.style, outcome.before
        if kind in ("saved", "added") and style is not None:
            was = before.name if kind == "saved" and before is not None else ""
            if self.editing.written(style, was):
                self._select_current()
            elif kind == "added" and not self.show_style(style.name):
                self._wanted = style.name
        if kind == "mark" and self.editing.can_edit:
            self.editor.parts.set_picture(outcome.path)
        kept = outcome.kept
        if kept and kind == "exported":
            words = self.tr("The file is without its watermark: {name}").format(name=kept)
            self.noticeRequested.emit(ComposeNotice("warning", words))
        elif kept:
            words = self.tr("Another program changed this style meanwhile. Its version is kept as "
                            "“{name}”.").format(name=kept)  # fmt: skip
            self.noticeRequested.emit(ComposeNotice("warning", words))
        if kind == "deleted" and before is not None:
            words = self.tr("Style “{name}” deleted").format(name=before.name)
            self.noticeRequested.emit(
                ComposeNotice("ok", words, self.tr("Undo"),
                              lambda: self.restoreRequested.emit(before))
            )  # fmt: skip
        if kind == "exported" and style is not None:
            words = self.tr("Style “{name}” exported").format(name=style_title(style))
            self.noticeRequested.emit(ComposeNotice("ok", words))

    @Slot(str, str)
    def set_refused(self, name: str, why: str) -> None:
        """A request did not work; nothing was changed."""
        self.editing.refused(name, why)
        self.noticeRequested.emit(ComposeNotice("error", why))

    @Slot(object)
    def set_drafts(self, drafts: Sequence[Draft]) -> None:
        """All drafts and templates, to tell where a style is used."""
        self._drafts = list(drafts)
        self._show_uses()

    @Slot(object)
    def set_campaigns(self, used: Mapping[str, Sequence[str]]) -> None:
        """The names of the campaigns that use a style, by its name."""
        self._campaigns = used
        self._show_uses()

    def set_posts(self, used: Mapping[str, int]) -> None:
        """How many posts are still to go out in each style, by its name."""
        self._posts = used
        self._show_uses()

    def set_present(self, present: Present) -> None:
        """The message that is being written."""
        self._present = present
        self.preview.set_present(present.title)
        self._look_soon()

    def set_service(self, address: str) -> None:
        """The service whose defaults of channels count."""
        self._service = address
        self._look_soon()

    def set_picture(self, picture: SamplePicture) -> None:
        """What the sample shows where a style puts a watermark on pictures."""
        picture.ratio = self.devicePixelRatioF()
        self._picture = picture
        picture.changed.connect(self._look_soon)

    def show_style(self, name: str) -> bool:
        """Open a style; False when there is none of that name (yet)."""
        if not self.list.select(name):
            self.list.search.clear()
            if not self.list.select(name):
                return False
        style = self.list.current()
        if style is not None:
            self.editing.open(style)
        return True

    def flush(self) -> None:
        """Keep what is not kept yet: the window is about to close."""
        self.editing.save_all()

    # -- showing -----------------------------------------------------------------------------

    def _open_first(self) -> None:
        styles = [one for one in self.model.styles() if one.content]
        self.editing.open(styles[0] if styles else None)
        self._select_current()

    @Slot(object)
    def _show_style(self, style: StyleFile | None) -> None:
        # One that cannot be read at all has nothing to edit, but a reason.
        self._right.setVisible(style is not None)
        self._empty.setVisible(style is None)
        if style is not None:
            self.head.show_style(style, style_title(style))
            self._show_uses()
        self._show_state()
        self._look_soon()

    @Slot(object)
    def _replaced(self, mine: StyleFile) -> None:
        """Another program wrote over what the user typed: it is shown, and there is a way back."""

        def back() -> None:
            if self.show_style(mine.name):
                self.editing.bring_back(mine)

        words = self.tr("Another program changed “{name}” after you.").format(name=mine.name)
        self.noticeRequested.emit(ComposeNotice("warning", words, self.tr("Bring mine back"), back))

    @Slot(object)
    def _changed(self, style: StyleFile) -> None:
        self.head.show_style(style, style_title(style))
        self._show_uses()
        self._look_soon()

    def _show_uses(self) -> None:
        style = self.editing.style
        if style is None:
            return
        drafts = len(uses(self._drafts, style.name))
        campaigns = len(self.campaigns_of(style.name))
        words = used_words(campaigns, self._posts.get(style.name, 0), drafts)
        if style.builtin:
            words = self.tr("Built in · {words}").format(words=words)
        self.head.show_used(words, drafts + campaigns)

    @Slot()
    def _show_state(self) -> None:
        editing, style = self.editing, self.editing.style
        self.commands.refresh()
        if style is None:
            self.foot.show_state("", "plain")
        elif style.problem:
            self.foot.show_state(style.problem, "bad")
        elif editing.problem:
            self.foot.show_state(editing.problem, "bad")
        elif editing.unsaved:
            self.foot.show_state(self.tr("Not saved yet"), "open")
        elif style.builtin:
            self.foot.show_state(self.tr("Built in: a change makes a copy"), "plain")
        else:
            self.foot.show_state(self.tr("Saved on this computer"), "kept")

    @Slot()
    def _look_soon(self, *_what: object) -> None:
        self._soon.call()

    @Slot()
    def _show_preview(self) -> None:
        style = self.editing.style
        if style is None or not self.isVisible():
            return
        if style.problem:
            self.preview.set_posts((), {})
            return
        present = self._present if self.preview.value() == PRESENT else None
        shown = preview_of(
            style,
            self._wardrobe or Wardrobe(),
            self.clock(),
            tab=self.editor.slug,
            present=present,
            service=self._service,
            picture=self._picture,
        )
        self.preview.set_posts(shown.posts, shown.tints)
        self.editor.show_counts(shown.result.counts)

    @Slot(str)
    def _source_chosen(self, source: str) -> None:
        if source == PRESENT:
            self.presentWanted.emit()
        self._look_soon()

    @Slot(str)
    def _network_chosen(self, slug: str) -> None:
        if not self.editor.tabs.choose(slug):
            self.editor.tabs.choose("")

    # -- files dropped ---------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if style_files_in(event.mimeData()):
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
        self.presentWanted.emit()
        self._look_soon()

    def hideEvent(self, event: QHideEvent) -> None:
        self.editing.save()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and not self.isActiveWindow():
            self.editing.save()


def used_words(campaigns: int, posts: int, drafts: int) -> str:
    """ "Used by 3 campaigns, 12 scheduled posts, 1 draft"."""
    parts = []
    for count, one, many in (
        (campaigns, _tr("1 campaign"), _tr("{count} campaigns")),
        (posts, _tr("1 scheduled post"), _tr("{count} scheduled posts")),
        (drafts, _tr("1 draft"), _tr("{count} drafts")),
    ):
        if count:
            parts.append(one if count == 1 else many.format(count=count))
    if not parts:
        return _tr("Not used yet")
    return _tr("Used by {what}").format(what=", ".join(parts))


def _tr(text: str) -> str:
    return QCoreApplication.translate("StylesPage", text)


def style_files_in(mime: QMimeData) -> list[str]:
    """The paths of the files in a drag, where all of them may hold styles."""
    paths = [local_path(url) for url in mime.urls() if url.isLocalFile()]
    fit = bool(paths) and all(path.lower().endswith(ENDING) for path in paths)
    return paths if fit else []
