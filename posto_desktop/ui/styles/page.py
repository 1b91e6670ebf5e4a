"""The Styles page: the list, the editor, and what the style makes of a message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QDragEnterEvent,
    QDropEvent,
    QHideEvent,
    QKeySequence,
    QShortcut,
    QShowEvent,
)
from PySide6.QtWidgets import QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.styles import Wardrobe, uses
from posto_desktop.models.styles import StylesModel, style_title
from posto_desktop.sdk.stored import free_name
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.compose.notice import ComposeNotice
from posto_desktop.ui.styles import menus
from posto_desktop.ui.styles.editing import Editing, new_style
from posto_desktop.ui.styles.layout import StylesLayout
from posto_desktop.ui.styles.preview import PRESENT
from posto_desktop.ui.styles.previewing import Present, preview_of
from posto_desktop.ui.theme import Theme
from posto_desktop.workers.files import local_path

if TYPE_CHECKING:
    from posto_desktop.ui.commands import Command
    from posto_desktop.ui.styles.sample_picture import SamplePicture

SOON_MS = 40
ENDING = ".json"


class StylesPage(StylesLayout):
    """Shows and asks, does nothing itself.

    Signals:
        saveRequested(StyleFile, str before, object stamp), addRequested(StyleFile, str after),
        deleteRequested(str name), restoreRequested(StyleFile), arrangeRequested(list names),
        importRequested(list paths), exportRequested(str name, str path).
        useRequested(str name): begin a message with it.  draftRequested(str id): open a draft.
        noticeRequested(ComposeNotice).  presentWanted(): call `set_present` with the message.
        markRequested(str path): keep a picture as a watermark.  defaultsRequested(): show them.
    """

    saveRequested = Signal(object, str, object)
    addRequested = Signal(object, str)
    deleteRequested = Signal(str)
    restoreRequested = Signal(object)
    arrangeRequested = Signal(list)
    importRequested = Signal(list)
    exportRequested = Signal(str, str)
    useRequested = Signal(str)
    draftRequested = Signal(str)
    noticeRequested = Signal(object)
    presentWanted = Signal()
    markRequested = Signal(str)
    defaultsRequested = Signal()

    def __init__(
        self, clock: Callable[[], datetime] | None = None, parent: QWidget | None = None
    ) -> None:
        self.clock = clock or (lambda: datetime.now(UTC))
        super().__init__(StylesModel(), Editing(self.clock), parent)
        self.setAcceptDrops(True)
        self._wardrobe: Wardrobe | None = None
        self._present = Present()
        self._drafts: list[Draft] = []
        self._service = ""
        self._picture: SamplePicture | None = None
        self._wanted = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(SOON_MS)
        self._soon.timeout.connect(self._show_preview)
        self._wire()
        self._show_style(None)

    def _wire(self) -> None:
        editing, view = self.editing, self.list.view
        editing.opened.connect(self._show_style)
        editing.changed.connect(self._changed)
        editing.stateChanged.connect(self._show_state)
        editing.saveRequested.connect(self.saveRequested)
        editing.addRequested.connect(self.addRequested)
        editing.copied.connect(self._copied)
        self.list.chosen.connect(editing.open)
        self.list.menuWanted.connect(self._open_menu)
        self.list.new_button.clicked.connect(self.add_style)
        self.list.import_button.clicked.connect(self.choose_import)
        self.list.defaults_button.clicked.connect(self.defaultsRequested)
        view.moveRequested.connect(self.move_style)
        view.deletePressed.connect(self.delete_style)
        view.duplicatePressed.connect(self.duplicate_style)
        view.renamePressed.connect(self.rename_style)
        self._empty.clicked.connect(self.add_style)
        self.head.renamed.connect(editing.set_name)
        self.head.duplicateRequested.connect(self.duplicate_style)
        self.head.deleteRequested.connect(self.delete_style)
        self.head.menuRequested.connect(self._open_more)
        self.head.usesRequested.connect(self._open_uses)
        self.head.previewRequested.connect(self.toggle_preview)
        self.editor.tabChosen.connect(self._look_soon)
        self.editor.parts.pictureWanted.connect(self.choose_mark)
        self.foot.saveRequested.connect(self.save)
        self.foot.useRequested.connect(self.use_style)
        self.preview.sourceChosen.connect(self._source_chosen)
        self.preview.networkChosen.connect(self._network_chosen)
        self.preview.closeRequested.connect(self.toggle_preview)
        Theme.instance().changed.connect(self.restyle)
        for keys, slot in (
            ("Ctrl+S", self.save),
            ("Ctrl+Return", self.use_style),
            ("Ctrl+F", self.list.search.setFocus),
            ("Ctrl+Alt+P", self.toggle_preview),
            ("Ctrl+Tab", lambda: self.editor.tabs.step(1)),
            ("Ctrl+Shift+Tab", lambda: self.editor.tabs.step(-1)),
        ):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(slot)

    # -- what the app tells the page -------------------------------------------------------------

    @Slot(object)
    def set_wardrobe(self, wardrobe: Wardrobe) -> None:
        """All styles as they are on the disk now."""
        first, self._wardrobe = self._wardrobe is None, wardrobe
        self.list.set_styles(wardrobe.styles)
        self.editor.set_words(wardrobe.words)
        self.editing.set_wardrobe(wardrobe)
        if self._wanted and self.show_style(self._wanted):
            self._wanted = ""
        if (first or self.editing.style is None) and not self.editing.unsaved:
            self._open_first()
        self._look_soon()

    @Slot(object)
    def set_outcome(self, outcome: object) -> None:
        """What a request led to (a workers.styles.Outcome)."""
        kind, style = getattr(outcome, "kind", ""), getattr(outcome, "style", None)
        before = getattr(outcome, "before", None)
        if kind in ("saved", "added") and style is not None:
            was = before.name if kind == "saved" and before is not None else ""
            if self.editing.written(style, was):
                self._select_current()
            elif kind == "added" and not self.show_style(style.name):
                self._wanted = style.name
        if kind == "mark" and self.editing.can_edit:
            self.editor.parts.set_picture(getattr(outcome, "path", ""))
        kept = getattr(outcome, "kept", "")
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

    def _select_current(self) -> None:
        style = self.editing.style
        if style is not None:
            self.list.select(style.name, builtin=style.builtin)

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
    def _changed(self, style: StyleFile) -> None:
        self.head.show_style(style, style_title(style))
        self._show_uses()
        self._look_soon()

    def _show_uses(self) -> None:
        style = self.editing.style
        if style is None:
            return
        count = len(uses(self._drafts, style.name))
        words = self.tr("Not used in a draft")
        if count:
            words = self.tr("Used in {count} drafts").format(count=count)
            if count == 1:
                words = self.tr("Used in 1 draft")
        if style.builtin:
            words = self.tr("Built in · {words}").format(words=words)
        self.head.show_used(words, count)

    @Slot()
    def _show_state(self) -> None:
        editing, style = self.editing, self.editing.style
        usable = style is not None and not style.problem
        self.foot.use.setEnabled(usable)
        self.foot.save.setEnabled(editing.unsaved)
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
        self._soon.start()

    @Slot()
    def _show_preview(self) -> None:
        style = self.editing.style
        if style is None or not self.isVisible():
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

    # -- what the user does --------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Keep the changes now."""
        focused = self.focusWidget()
        if focused is self.head.name:
            self.head.name.editingFinished.emit()
        self.editing.save()

    @Slot()
    def use_style(self) -> None:
        """Begin a message with the style."""
        style = self.editing.style
        if style is not None and not style.problem:
            self.editing.save()
            self.useRequested.emit(style.name)

    @Slot()
    def add_style(self) -> None:
        """Make a new style and open it."""
        style = new_style(self.tr("New style"), self._wardrobe or Wardrobe())
        self._wanted = style.name
        self.editing.save()
        self.addRequested.emit(style, "")

    @Slot()
    def duplicate_style(self) -> None:
        """Make another style like the present one and open it."""
        style = self.editing.style
        if style is None or style.problem:
            return
        taken = {one.name for one in (self._wardrobe or Wardrobe()).styles}
        name = free_name(self.tr("{name} copy").format(name=style_title(style)), taken)
        copy = replace(style, name=name, builtin=False, path=None, stamp=None, place=None)
        self.editing.save()
        self._wanted = name
        self.addRequested.emit(copy, "" if style.builtin else style.name)

    @Slot(object, str)
    def _copied(self, builtin: StyleFile, name: str) -> None:
        """The first edit of a built-in style went into a copy."""
        words = self.tr("{title} is built in and stays as it is. You are editing “{name}”.").format(
            title=style_title(builtin), name=name
        )

        def back() -> None:
            self.editing.open(builtin)
            self._select_current()
            self.deleteRequested.emit(name)

        self.noticeRequested.emit(ComposeNotice("info", words, self.tr("Undo"), back))

    @Slot()
    def delete_style(self) -> None:
        """Delete the style; the toast brings it back."""
        style = self.editing.style
        if style is None or style.builtin or not style.content:
            return
        self.editing.save()
        own = [one.name for one in self.model.own() if one.name != style.name]
        self._wanted = own[0] if own else ""
        self.deleteRequested.emit(style.name)

    @Slot()
    def rename_style(self) -> None:
        """Bring the caret into the name."""
        if self.editing.can_edit:
            self.head.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.head.name.selectAll()

    @Slot(int)
    def move_style(self, by: int) -> None:
        """Move the style up or down among the user's own ones."""
        style = self.editing.style
        names = [one.name for one in self.model.own()]
        if style is None or style.builtin or style.name not in names:
            return
        at = names.index(style.name)
        to = at + by
        if 0 <= to < len(names):
            names.insert(to, names.pop(at))
            self.editing.save()
            self.arrangeRequested.emit(names)

    def set_icon(self, name: str) -> None:
        """Give the style another icon."""
        self.editing.set_icon(name)

    @Slot(list)
    def take_files(self, paths: list[str]) -> None:
        """Import these files."""
        self.importRequested.emit(paths)

    @Slot()
    def choose_import(self) -> None:
        """Ask for files with styles."""
        menus.choose_import(self)

    @Slot()
    def choose_export(self) -> None:
        """Ask where the style is to be written."""
        menus.choose_export(self)

    @Slot()
    def choose_mark(self) -> None:
        """Ask for the picture of a watermark."""
        menus.choose_mark(self)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        menus.style_menu(self).popup(place)

    @Slot()
    def _open_more(self) -> None:
        menus.more_menu(self).popup(menus.below(self.head.more))

    @Slot()
    def _open_uses(self) -> None:
        menus.uses_menu(self, self._drafts).popup(menus.below(self.head.show_uses))

    def menu_commands(self) -> tuple[str, list[Command | None]]:
        """The page's menu in the menu bar."""
        return menus.commands_of(self)

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


def style_files_in(mime: QMimeData) -> list[str]:
    """The paths of the files in a drag, where all of them may hold styles."""
    paths = [local_path(url) for url in mime.urls() if url.isLocalFile()]
    fit = bool(paths) and all(path.lower().endswith(ENDING) for path in paths)
    return paths if fit else []
