"""Commands for the whole message: menus and shortcuts of the Compose page."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from posto_desktop.core.draft import LOCAL, Draft
from posto_desktop.core.draft_list import title_of
from posto_desktop.core.limits import limits_for
from posto_desktop.models.when_text import ago
from posto_desktop.ui import icons, keys
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.compose.layout import ComposeLayout
from posto_desktop.ui.compose.message_files import MessageFiles
from posto_desktop.ui.compose.slot_chip_presenter import SlotChipPresenter
from posto_desktop.ui.compose.text_inserter import TextInserter
from posto_desktop.ui.compose.text_presenter import TextPresenter
from posto_desktop.ui.compose.thread_presenter import ThreadPresenter
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.viewmodels.open_message import OpenMessage
from posto_desktop.workers.images import ImageLoader

if TYPE_CHECKING:
    from posto_desktop.ui.compose.drafts_list import DraftsList
    from posto_desktop.ui.shared.draft_pictures import DraftPictures


class ComposeActions(QObject):
    """Adds the commands of the page to the menu bar, the more menu and the shortcuts. Signal
    `siteRequested()`: show the posts of the site."""

    siteRequested = Signal()

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        text_presenter: TextPresenter,
        text_inserter: TextInserter,
        files: MessageFiles,
        thread_presenter: ThreadPresenter,
        drafts_popup: DraftsPopupController,
        slot_chip_presenter: SlotChipPresenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._text_presenter, self._text_inserter, self._files = (
            text_presenter,
            text_inserter,
            files,
        )
        self._thread_presenter = thread_presenter
        self._drafts_popup, self._slot_chip_presenter = drafts_popup, slot_chip_presenter

    def add_to(
        self,
        page: QWidget,
        *,
        undo: Callable[[], None],
        redo: Callable[[], None],
        to_evergreen: Callable[[], None],
    ) -> Commands:
        views, message, open_drafts = self._views, self._message, self._message.open_drafts
        posting, drafts_popup, text_inserter = (
            message.posting,
            self._drafts_popup,
            self._text_inserter,
        )
        commands = Commands(self.tr("&Message"), page, Qt.ShortcutContext.WindowShortcut)
        add, is_written, several = commands.add, self._is_written, self._are_several
        self._post = add(posting.words, posting.post, keys.MAIN, why_not=posting.hint)
        self._post_now = add(
            self.tr("Send now"),
            posting.send_now,
            keys.SEND_NOW,
            icon="send",
            can=lambda: posting.scheduled() and not posting.only_proposes and not posting.hint(),
        )
        commands.add_separator()
        words, tip = self.tr("Add files…"), self.tr("Add pictures or videos")
        files = add(words, self._files.choose_files, keys.ADD_FILES, tip=tip)
        files.bind(views.attach_button)
        add(self.tr("Use a sample picture"), self._files.add_sample)
        words, tip = self.tr("Insert emoji…"), self.tr("Insert an emoji")
        add(words, text_inserter.pick_emoji, keys.EMOJI, tip=tip).bind(views.emoji_button)
        words = self.tr("Insert snippet…")
        tip = self.tr("Insert hashtags, a signature or a snippet")
        add(words, text_inserter.pick_snippet, keys.SNIPPET, tip=tip).bind(views.snippet_button)
        add(self.tr("Manage snippets…"), text_inserter.manage_snippets)
        words, tip = self.tr("From the site…"), self.tr("Fill the message from a post of the site")
        add(words, self._open_site, icon="newspaper", tip=tip, why_not=self._why_no_site)
        commands.add_separator()
        self._thread_presenter.add_to(commands)
        add(self.tr("Change the time"), views.focus_when, keys.TIME)
        slot = add(
            self.tr("Next free slot"), self._slot_chip_presenter.use, keys.FREE_SLOT, icon="sparkle"
        )
        add(self.tr("Repeat…"), views.when.open_repeat)
        add(self.tr("Next network tab"), self._text_presenter.next_tab, keys.NEXT_TAB)
        add(self.tr("Previous network tab"), self._text_presenter.previous_tab, keys.PREVIOUS_TAB)
        words, tip = self.tr("Show or hide the preview"), self.tr("Show the preview")
        preview = add(words, views.toggle_preview, keys.SIDE_PANE, tip=tip)
        preview.bind(views.preview_button)
        commands.add_separator()
        save = add(
            self.tr("Save as draft"),
            open_drafts.save_as_draft,
            keys.SAVE,
            icon="pencil-line",
            tip=self.tr("Save to Drafts and start a new message"),
            can=is_written,
        )
        words = self.tr("Save as template…")
        template = add(words, drafts_popup.save_as_template, icon="bookmark", can=is_written)
        words, tip = (
            self.tr("Add to evergreen"),
            self.tr("Keep a copy to send again and again"),
        )
        evergreen = add(words, to_evergreen, icon="evergreen", tip=tip, can=is_written)
        beside = add(
            self.tr("New message beside this one"),
            open_drafts.new_beside,
            keys.NEW_HERE,
            icon="files",
            tip=self.tr("New message beside these"),
        )
        beside.bind(views.draft_tabs.new_button)
        words = self.tr("New from template…")
        from_template = add(words, drafts_popup.show_templates, icon="bookmark")
        words, tip = self.tr("Drafts…"), self.tr("Drafts and templates")
        add(words, drafts_popup.show_drafts, keys.DRAFTS, tip=tip).bind(views.drafts_button)
        add(self.tr("Next open message"), open_drafts.next, keys.NEXT, can=several)
        add(self.tr("Previous open message"), open_drafts.previous, keys.PREVIOUS, can=several)
        words = self.tr("Close this message")
        add(words, open_drafts.close_active, keys.CLOSE_MESSAGE, can=several)
        words = self.tr("Discard this message")
        discard = add(words, open_drafts.discard, icon="trash-2", can=is_written, danger=True)
        for key, run in (
            (keys.MOVE_RIGHT, open_drafts.move_right),
            (keys.MOVE_LEFT, open_drafts.move_left),
            (keys.UNDO, undo),
            (keys.REDO, redo),
        ):
            commands.add_keys(key, run)
        views.action_bar.set_commands(self._post, self._post_now, slot, save, template)
        self._on_written = (save, template, evergreen, discard)
        self._more = (beside, from_template, template, evergreen, discard)
        return commands

    @Slot()
    def show_post(self) -> None:
        """Update icon and state of the main button's commands."""
        posting = self._message.posting
        has_now = posting.scheduled() and not posting.only_proposes
        scheduled = posting.scheduled()
        if scheduled != self._post_now.isVisible() or self._post.icon().isNull():
            self._post.setIcon(icons.icon("clock" if scheduled else "send"))
        self._post.refresh()
        self._post_now.setVisible(has_now)
        self._post_now.refresh()

    @Slot()
    def show_written(self) -> None:
        """Refresh the commands that need a message with content."""
        for command in self._on_written:
            command.refresh()

    def _why_no_site(self) -> str:
        """Return why the workspace has no posts of a site; "" if it is a WordPress service."""
        if self._message.channels.workspace != LOCAL:
            return ""
        return self.tr("Needs a WordPress site: this computer has none.")

    @Slot()
    def _open_site(self) -> None:
        reason = self._why_no_site()
        if reason:
            self._message.notifier.notify("info", reason)
        else:
            self.siteRequested.emit()

    def _is_written(self) -> bool:
        return not self._message.draft.is_empty

    def _are_several(self) -> bool:
        return len(self._message.open_drafts.ids) > 1

    @Slot()
    def open_menu(self) -> Menu:
        views, count = self._views, self._message.store.count()
        menu = Menu(views)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.show_written()
        beside, from_template, template, evergreen, discard = self._more
        start = self._message.open_drafts.start_new
        menu.add(self.tr("New message"), "plus", start, shortcut=keys.NEW_MESSAGE)
        menu.addActions([beside, from_template])
        menu.addSeparator()
        words = self.tr("Drafts ({n})…").format(n=count) if count else self.tr("Drafts…")
        menu.add(words, "pencil-line", self._drafts_popup.show_drafts, shortcut=keys.DRAFTS)
        menu.addActions([template, evergreen])
        menu.addSeparator()
        menu.addAction(discard)
        button = views.more_button
        place = QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)
        menu.popup(button.mapToGlobal(place))
        return menu


class DraftsPopupController(QObject):
    """Imports and creates the drafts popup on first use.

    Signal ``evergreenRequested(Draft)``: keep a draft for reuse.
    """

    evergreenRequested = Signal(object)

    def __init__(
        self,
        views: ComposeLayout,
        message: OpenMessage,
        images: ImageLoader,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._views, self._message = views, message
        self._images = images
        self._pictures: DraftPictures | None = None
        self._popup: DraftsList | None = None
        self._message.store.changed.connect(self._fill)

    @Slot()
    def show_drafts(self) -> None:
        self._open(templates=False)

    @Slot()
    def show_templates(self) -> None:
        self._open(templates=True)

    def _open(self, *, templates: bool) -> None:
        from posto_desktop.models.drafts import DraftLookups
        from posto_desktop.ui.compose.drafts_list import DraftsList
        from posto_desktop.ui.shared.draft_pictures import DraftPictures

        self._message.editor.save()
        if self._pictures is None:
            self._pictures = DraftPictures(self._images, self._views.devicePixelRatioF(), self)
        lookups = DraftLookups(self._age, self._networks, self._pictures.get)
        popup = DraftsList(lookups, self._message.open_drafts.known_labels, self._views)
        popup.opened.connect(self._message.open_drafts.open_by_id)
        popup.duplicated.connect(self._message.store.duplicate)
        popup.deleted.connect(self._message.open_drafts.delete)
        popup.labelled.connect(self._message.open_drafts.label)
        popup.templateRequested.connect(self._save_template)
        popup.templateUsed.connect(self._message.templates.use)
        popup.renamed.connect(self._message.templates.rename)
        popup.templateDeleted.connect(self._message.templates.delete)
        popup.evergreenRequested.connect(self._add_to_evergreen)
        popup.newRequested.connect(self._message.open_drafts.start_new)
        popup.undoRequested.connect(self._message.store.undo_delete)
        self._pictures.arrived.connect(popup.model.pictures_changed)
        self._popup = popup
        if templates:
            popup.show_templates()
        self._fill()
        button, window = self._views.drafts_button, self._views.window()
        corner = button.mapTo(window, QPoint(button.width(), button.height() + 4))
        popup.fit(corner.x() - 8, window.height() - corner.y() - 8)
        popup.show_at(window.mapToGlobal(QPoint(corner.x() - popup.width(), corner.y())))

    @Slot()
    def save_as_template(self) -> None:
        """Ask for a name and save the message as a template. The message stays open."""
        from posto_desktop.ui.widgets.name_input import NamePopup

        draft = self._message.draft
        if draft.is_empty:
            self._message.notifier.notify("info", self.tr("There is nothing to save yet"))
            return
        note = self.tr("Saves text, files, channels, options, labels and the time as typed.")
        popup = NamePopup(
            "template-name-popup", self.tr("Save as template"), lambda _name: note, self._views
        )
        bar = self._views.action_bar
        popup.setMinimumWidth(380)
        popup.named.connect(lambda name: self._message.templates.save(self._message.draft, name))
        words = self.tr("Name of the template")
        popup.row.ask(words, self.tr("Save template"), title_of(draft)[:60])
        hint = popup.sizeHint()
        place = QPoint(bar.width() - max(380, hint.width()) - 16, -hint.height() - 8)
        popup.show_at(bar.mapToGlobal(place))

    @Slot(str, str)
    def _save_template(self, draft_id: str, name: str) -> None:
        template = self._message.templates.save_draft(draft_id, name)
        if template is not None and self._popup is not None:
            self._popup.show_templates(template.id)

    @Slot(str)
    def _add_to_evergreen(self, draft_id: str) -> None:
        store = self._message.store
        draft = store.get(draft_id) or store.template(draft_id)
        if draft is not None and self._popup is not None:
            self._popup.close()
            self.evergreenRequested.emit(draft)

    @Slot()
    def _fill(self) -> None:
        if self._popup is not None and isValid(self._popup):
            store = self._message.store
            self._popup.fill(store.drafts(), store.templates(), self._message.open_drafts.ids)

    def _age(self, draft: Draft) -> str:
        return ago(draft.updated_at, self._message.clock())

    def _networks(self, draft: Draft) -> list[str]:
        """Return the networks of a draft; none for another workspace, where ids mean other
        channels."""
        if draft.workspace != self._message.channels.workspace:
            return []
        channels = map(self._message.channels.model.channel, draft.channel_ids)
        return list(
            dict.fromkeys(
                limits_for(channel.network).slug for channel in channels if channel is not None
            )
        )
