"""Menus and file dialogs of the Styles page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.core.style_uses import uses
from posto_desktop.models.styles import style_title
from posto_desktop.ui.commands import Command
from posto_desktop.ui.styles.list_pane import STYLE_ICONS
from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.styles.actions import StylesActions

MOST_USES = 20
ICONS = {
    "Rename": "pencil",
    "Duplicate": "copy",
    "Move up": "chevron-up",
    "Move down": "chevron-down",
    "Export…": "upload",
    "Delete": "trash-2",
}


def below(widget: QWidget) -> QPoint:
    """Where a menu opens under a button."""
    return widget.mapToGlobal(QPoint(0, widget.height() + 4))


def commands_of(page: StylesActions) -> tuple[str, list[Command | None]]:
    """The title of the page's menu and its entries."""
    style, able = page.editing.style, page.editing.can_edit
    return _tr("&Style"), [
        Command(_tr("New style"), page.add_style),
        Command(_tr("Import…"), page.choose_import),
        Command(_tr("Defaults…"), page.defaultsRequested.emit),
        Command(_tr("Find a style"), page.list.search.setFocus, "Ctrl+F"),
        Command(_tr("Show or hide the preview"), page.toggle_preview, "Ctrl+Alt+P"),
        None,
        Command(_tr("Save"), page.save, "Ctrl+S", page.editing.unsaved),
        Command(_tr("Use for new message"), page.use_style, "Ctrl+Return",
                style is not None and not style.problem),
        None,
        *_on_style(page, able),
    ]  # fmt: skip


def _on_style(page: StylesActions, able: bool) -> list[Command | None]:
    style = page.editing.style
    own = style is not None and not style.builtin and bool(style.content)
    return [
        Command(_tr("Rename"), page.rename_style, "F2", able),
        Command(_tr("Duplicate"), page.duplicate_style, "Ctrl+D", able),
        Command(_tr("Move up"), partial(page.move_style, -1), "Alt+Up", own),
        Command(_tr("Move down"), partial(page.move_style, 1), "Alt+Down", own),
        Command(_tr("Export…"), page.choose_export, "", able),
        None,
        Command(_tr("Delete"), page.delete_style, "Del", own, danger=True),
    ]


def style_menu(page: StylesActions) -> Menu:
    """What can be done to the present style."""
    menu = _menu(page)
    names = {_tr(text): icon for text, icon in ICONS.items()}
    for one in _on_style(page, page.editing.can_edit):
        if one is None:
            menu.addSeparator()
            continue
        icon = names.get(one.text, "")
        action = menu.add(one.text, icon, one.run, shortcut=one.keys, danger=one.danger)
        action.setEnabled(one.enabled)
    return menu


def more_menu(page: StylesActions) -> Menu:
    """The same, and the icons to choose from."""
    menu = style_menu(page)
    if page.editing.can_edit:
        menu.addSeparator()
        words = _tr("Icon: {name}")
        for name in STYLE_ICONS:
            shown = words.format(name=name.replace("-", " "))
            menu.add(shown, name, partial(page.set_icon, name))
    return menu


def uses_menu(page: StylesActions, drafts: Sequence[Draft]) -> Menu:
    """The campaigns and drafts that use the present style, the newest first."""
    menu, style = _menu(page), page.editing.style
    for name in page.campaigns_of(style.name)[:MOST_USES] if style is not None else ():
        title = (name.strip() or _tr("Untitled"))[:60].replace("&", "&&")
        menu.add(title, "layers", page.campaignsRequested.emit)
    for draft in uses(drafts, style.name)[:MOST_USES] if style is not None else ():
        first = next((one for one in draft.text.splitlines() if one.strip()), "")
        title = (draft.name or first or _tr("Untitled"))[:60].replace("&", "&&")
        menu.add(title, "pencil-line", partial(page.draftRequested.emit, draft.id))
    return menu


def choose_import(page: StylesActions) -> None:
    """Ask for files with styles."""
    dialog = QFileDialog(page, _tr("Import styles"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(_tr("Styles (*.json)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(page.take_files)
    dialog.open()


def choose_mark(page: StylesActions) -> None:
    """Ask for the picture of the style's watermark."""
    ask_for_mark(page, page.markRequested.emit)


def ask_for_mark(parent: QWidget, take: Callable[[str], object]) -> None:
    """Ask for a picture; `take` gets its path."""
    dialog = QFileDialog(parent, _tr("Picture of the watermark"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_tr("Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


def choose_export(page: StylesActions) -> None:
    """Ask where the present style is to be written."""
    style = page.editing.style
    if style is None or style.problem:
        return
    page.editing.save()
    safe = "".join("-" if one in '/\\:*?"<>|' else one for one in style_title(style))
    dialog = QFileDialog(page, _tr("Export style"), f"{safe}.json")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    dialog.setNameFilter(_tr("Styles (*.json)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(partial(page.exportRequested.emit, style.name))
    dialog.open()


def _menu(page: StylesActions) -> Menu:
    menu = Menu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _tr(text: str) -> str:
    return QCoreApplication.translate("StylesMenus", text)
