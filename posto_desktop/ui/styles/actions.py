"""Actions and commands of the Styles page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Qt, Signal, Slot

from posto_desktop.models.styles import style_title
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.shared.watermark_fields import ask_for_watermark
from posto_desktop.ui.styles import menus
from posto_desktop.ui.styles.layout import StylesLayout
from posto_desktop.ui.widgets.file_dialogs import ask_for_files, ask_where_to_save
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.popup import below


class StylesActions(StylesLayout):
    """Emits requests for styles; `controllers` carry them out.

    Signals:
        saveRequested(StyleFile, str before, object stamp), addRequested(StyleFile, str after),
        deleteRequested(str name), restoreRequested(StyleFile), arrangeRequested(list names),
        importRequested(list paths), exportRequested(str name, str path).
        useRequested(str name): start a message with the style.
        draftRequested(str id): open a draft.
        campaignsRequested(): show the campaigns.
        notificationRequested(PageNotification). presentRequested(): call `StylesState.set_present`.
        watermarkRequested(str path): copy a picture to use as a watermark.
        defaultsRequested(): show the defaults of networks and channels."""

    commands: Commands

    saveRequested = Signal(object, str, object)
    addRequested = Signal(object, str)
    deleteRequested = Signal(str)
    restoreRequested = Signal(object)
    arrangeRequested = Signal(list)
    importRequested = Signal(list)
    exportRequested = Signal(str, str)
    useRequested = Signal(str)
    draftRequested = Signal(str)
    campaignsRequested = Signal()
    notificationRequested = Signal(object)
    presentRequested = Signal()
    watermarkRequested = Signal(str)
    defaultsRequested = Signal()

    @Slot()
    def save(self) -> None:
        """Save the changes now."""
        focused = self.focusWidget()
        if focused is self.head.name:
            self.head.name.editingFinished.emit()
        self.state.editor.save()

    @Slot()
    def use_style(self) -> None:
        """Start a message with the style."""
        style = self.state.editor.style
        if style is not None and not style.problem:
            self.state.editor.save()
            self.useRequested.emit(style.name)

    @Slot()
    def add_style(self) -> None:
        """Create a style and open it."""
        self.state.editor.add(self.tr("New style"))

    @Slot()
    def rename_style(self) -> None:
        """Focus the name field."""
        if self.state.editor.can_edit:
            self.head.name.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self.head.name.selectAll()

    @Slot(int)
    def move_style(self, by: int) -> None:
        """Move the style up or down among the user's styles."""
        names = self.state.editor.moved(by)
        if names:
            self.arrangeRequested.emit(names)

    def set_icon(self, name: str) -> None:
        self.state.editor.set_icon(name)

    @Slot(list)
    def import_files(self, paths: list[str]) -> None:
        self.importRequested.emit(paths)

    @Slot()
    def choose_import(self) -> None:
        """Ask for style files to import."""
        ask_for_files(self, self.tr("Import styles"), [self._style_files()], self.import_files)

    @Slot()
    def choose_export(self) -> None:
        """Ask where to export the style."""
        style = self.state.editor.style
        if style is None or style.problem:
            return
        self.state.editor.save()
        safe = "".join("-" if char in '/\\:*?"<>|' else char for char in style_title(style))
        ask_where_to_save(
            self,
            self.tr("Export style"),
            [self._style_files()],
            partial(self.exportRequested.emit, style.name),
            proposed=f"{safe}.json",
            suffix="json",
        )

    def _style_files(self) -> str:
        return self.tr("Styles (*.json)")

    @Slot()
    def choose_watermark(self) -> None:
        """Ask for the picture of a watermark."""
        ask_for_watermark(self, self.watermarkRequested.emit)

    @Slot(QPoint)
    def _open_menu(self, place: QPoint) -> None:
        self._style_menu().popup(place)

    def _style_menu(self) -> Menu:
        self.commands.refresh()
        return menus.style_menu(self._style_commands, self)

    def more_menu(self) -> Menu:
        """Return the menu of the current style, with the icons to choose from."""
        menu = self._style_menu()
        if self.state.editor.can_edit:
            menus.add_icons(menu, self.set_icon)
        return menu

    def uses_menu(self) -> Menu:
        """Return a menu of the campaigns and drafts that use the style."""
        used = self.state.uses.of(self.state.editor.name)
        return menus.uses_menu(
            used.campaigns,
            used.drafts,
            self.campaignsRequested.emit,
            self.draftRequested.emit,
            self,
        )

    @Slot()
    def _open_more(self) -> None:
        self.more_menu().popup(below(self.head.more))

    @Slot()
    def _open_uses(self) -> None:
        self.uses_menu().popup(below(self.head.show_uses))

    def _add_commands(self) -> None:
        """Create the commands and bind them to the buttons."""
        commands = self.commands = Commands(self.tr("&Style"), self)
        commands.add(self.tr("New style"), self.add_style).bind(self.list.new_button)
        commands.add(self.tr("Import…"), self.choose_import).bind(self.list.import_button)
        show_defaults = commands.add(self.tr("Defaults…"), self.defaultsRequested.emit)
        show_defaults.bind(self.list.defaults_button)
        commands.add(self.tr("Find a style"), self.list.search.setFocus, keys.FIND)
        words = self.tr("Show or hide the preview")
        commands.add(words, self.toggle_preview, keys.SIDE_PANE).bind(self.head.preview)
        commands.add_separator()
        commands.add(
            self.tr("Save"),
            self.save,
            keys.SAVE,
            tip=self.tr("Changes are saved automatically"),
            can=lambda: self.state.editor.is_unsaved,
        ).bind(self.foot.save)
        commands.add(
            self.tr("Use for new message"),
            self.use_style,
            keys.MAIN,
            tip=self.tr("Start a message with this style"),
            can=lambda: self.state.editor.can_edit,
        ).bind(self.foot.use)
        commands.add_separator()
        add, can_edit = partial(commands.add, in_view=True), lambda: self.state.editor.can_edit
        rename = add(self.tr("Rename"), self.rename_style, keys.RENAME, "pencil", can=can_edit)
        duplicate = add(
            self.tr("Duplicate"),
            self.state.editor.duplicate,
            keys.DUPLICATE,
            "copy",
            tip=self.tr("Create a copy of this style"),
            why_not=self._why_unreadable,
            can=can_edit,
        )
        duplicate.bind(self.head.duplicate)
        words, move = self.tr("Move up"), partial(self.move_style, -1)
        up = add(words, move, keys.MOVE_UP, "chevron-up", can=self._is_own)
        words, move = self.tr("Move down"), partial(self.move_style, 1)
        down = add(words, move, keys.MOVE_DOWN, "chevron-down", can=self._is_own)
        export = add(self.tr("Export…"), self.choose_export, "", "upload", can=can_edit)
        commands.add_separator()
        delete = add(
            self.tr("Delete"),
            self.state.delete_style,
            keys.DELETE,
            "trash-2",
            why_not=self._why_kept,
            can=self._is_own,
            danger=True,
        )
        delete.bind(self.head.delete)
        self._style_commands = (rename, duplicate, up, down, export, None, delete)
        for step, key in ((1, keys.NEXT_TAB), (-1, keys.PREVIOUS_TAB)):
            commands.add_keys(key, partial(self.form.tabs.step, step))
        self.list.view.handle_key = commands.handle_key

    def _is_own(self) -> bool:
        """Return True if the user can delete the style and undo it."""
        style = self.state.editor.style
        return style is not None and not style.builtin and bool(style.content)

    def _why_unreadable(self) -> str:
        style = self.state.editor.style
        return (
            self.tr("The file of this style cannot be read")
            if style is not None and style.problem
            else ""
        )

    def _why_kept(self) -> str:
        style = self.state.editor.style
        if style is not None and style.builtin:
            return self.tr("Built-in styles cannot be deleted")
        # Undo could not restore an unreadable file.
        return (
            self.tr("The file of this style cannot be read") if style and not style.content else ""
        )
