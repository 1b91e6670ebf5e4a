"""What is done with messages as a whole: the page's menus and its keys."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QPoint, Qt, Slot
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.commands import Command
from posto_desktop.ui.compose.files import Files
from posto_desktop.ui.compose.inserting import Inserting
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.listing import Listing
from posto_desktop.ui.compose.slot_chip import SlotChip
from posto_desktop.ui.compose.writing import Writing
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.message import Message


class ComposeActions(QObject):
    """The commands of the Compose page: in the menu bar, behind the dots, and by keys."""

    def __init__(
        self,
        views: ComposeLayout,
        message: Message,
        writing: Writing,
        inserting: Inserting,
        files: Files,
        listing: Listing,
        slot_chip: SlotChip,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._writing, self._inserting, self._files = writing, inserting, files
        self._listing, self._slot_chip = listing, slot_chip

    def commands(self) -> tuple[str, list[Command | None]]:
        """The title of the menu in the menu bar and its entries, as the message stands."""
        views, message, open_drafts = self._views, self._message, self._message.open_drafts
        bar, written = views.action_bar, not message.draft.is_empty
        several = len(open_drafts.ids) > 1
        return self.tr("&Message"), [
            Command(
                bar.post.text(), message.posting.post, "Ctrl+Return", bar.main_action.isEnabled()
            ),
            Command(
                self.tr("Send now…"),
                message.posting.send_now,
                "Ctrl+Shift+Return",
                bar.now_action.isVisible() and bar.now_action.isEnabled(),
            ),
            None,
            Command(self.tr("Add files…"), self._files.choose_files, "Ctrl+O"),
            Command(self.tr("Insert emoji…"), self._inserting.pick_emoji, "Ctrl+E"),
            Command(self.tr("Insert snippet…"), self._inserting.pick_snippet, "Ctrl+J"),
            Command(self.tr("Manage snippets…"), self._inserting.manage_snippets),
            Command(self.tr("Change the time"), views.focus_when, "Ctrl+T"),
            Command(self.tr("Next free slot"), self._slot_chip.use, "Ctrl+Shift+S"),
            Command(self.tr("Repeat…"), views.when.open_repeat),
            Command(self.tr("Next network tab"), self._writing.next_tab, "Ctrl+Tab"),
            Command(self.tr("Previous network tab"), self._writing.previous_tab, "Ctrl+Shift+Tab"),
            Command(self.tr("Show or hide the preview"), views.toggle_preview, "Ctrl+Alt+P"),
            None,
            Command(self.tr("Save as draft"), open_drafts.save_as_draft, "Ctrl+S", written),
            Command(self.tr("Save as template…"), self._listing.save_as_template, "", written),
            Command(
                self.tr("New message beside this one"),
                open_drafts.new_beside,
                "Ctrl+Shift+N",
            ),
            Command(self.tr("New from template…"), self._listing.show_templates),
            Command(self.tr("Drafts…"), self._listing.show_drafts, "Ctrl+Shift+O"),
            Command(self.tr("Next open message"), open_drafts.next, "Ctrl+PgDown", several),
            Command(self.tr("Previous open message"), open_drafts.previous, "Ctrl+PgUp", several),
            Command(self.tr("Close this message"), open_drafts.close_active, "Ctrl+W", several),
            Command(
                self.tr("Discard this message"),
                open_drafts.discard,
                "",
                written,
                danger=True,
            ),
        ]

    @Slot()
    def open_menu(self) -> Menu:
        """Open the menu of the three dots, under its button."""
        views, message = self._views, self._message
        menu = Menu(views)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        written, count = not message.draft.is_empty, message.store.count()
        open_drafts, listing = message.open_drafts, self._listing
        menu.add(self.tr("New message"), "plus", open_drafts.start_new, shortcut="Ctrl+N")
        words = self.tr("New message beside this one")
        menu.add(words, "files", open_drafts.new_beside, shortcut="Ctrl+Shift+N")
        menu.add(self.tr("New from template…"), "bookmark", listing.show_templates)
        menu.addSeparator()
        words = self.tr("Drafts ({n})…").format(n=count) if count else self.tr("Drafts…")
        menu.add(words, "pencil-line", listing.show_drafts, shortcut="Ctrl+Shift+O")
        keep = menu.add(self.tr("Save as template…"), "copy", self._listing.save_as_template)
        keep.setEnabled(written)
        menu.addSeparator()
        words = self.tr("Discard this message")
        gone = menu.add(words, "trash-2", open_drafts.discard, danger=True)
        gone.setEnabled(written)
        button = views.more_button
        place = QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)
        menu.popup(button.mapToGlobal(place))
        return menu

    def add_shortcuts(
        self, page: QWidget, *, undo: Callable[[], None], redo: Callable[[], None]
    ) -> None:
        """The keys of the page."""
        views, message = self._views, self._message
        for keys, slot in (
            ("Ctrl+Return", message.posting.post),
            ("Ctrl+Enter", message.posting.post),
            ("Ctrl+Shift+Return", message.posting.send_now),
            ("Ctrl+S", message.open_drafts.save_as_draft),
            ("Ctrl+Shift+O", self._listing.show_drafts),
            ("Ctrl+Shift+N", message.open_drafts.new_beside),
            ("Ctrl+W", message.open_drafts.close_active),
            ("Ctrl+PgDown", message.open_drafts.next),
            ("Ctrl+PgUp", message.open_drafts.previous),
            ("Ctrl+Shift+PgDown", message.open_drafts.move_right),
            ("Ctrl+Shift+PgUp", message.open_drafts.move_left),
            ("Ctrl+T", views.focus_when),
            ("Ctrl+Z", undo),
            ("Ctrl+Shift+Z", redo),
            ("Ctrl+Shift+S", self._slot_chip.use),
            ("Ctrl+E", self._inserting.pick_emoji),
            ("Ctrl+.", self._inserting.pick_emoji),
            ("Ctrl+J", self._inserting.pick_snippet),
            ("Ctrl+O", self._files.choose_files),
            ("Ctrl+Tab", self._writing.next_tab),
            ("Ctrl+Shift+Tab", self._writing.previous_tab),
            ("Ctrl+Alt+P", views.toggle_preview),
        ):
            QShortcut(QKeySequence(keys), page).activated.connect(slot)
