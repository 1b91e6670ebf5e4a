"""Menus and file dialogs of the Styles page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from posto_desktop.core.draft import Draft
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.style_files import StyleFile
from posto_desktop.ui.commands import Command
from posto_desktop.ui.styles.list_pane import STYLE_ICONS
from posto_desktop.ui.widgets.menu import Menu

MOST_USES = 20
ICONS = {
    "Rename": "pencil",
    "Duplicate": "copy",
    "Move up": "chevron-up",
    "Move down": "chevron-down",
    "Export…": "upload",
    "Delete": "trash-2",
}


def style_menu(commands: Iterable[Command | None], parent: QWidget) -> Menu:
    """What can be done to the present style."""
    menu = _menu(parent)
    names = {_tr(text): icon for text, icon in ICONS.items()}
    for one in commands:
        if one is None:
            menu.addSeparator()
            continue
        icon = names.get(one.text, "")
        action = menu.add(one.text, icon, one.run, shortcut=one.keys, danger=one.danger)
        action.setEnabled(one.enabled)
    return menu


def add_icons(menu: Menu, choose: Callable[[str], object]) -> None:
    """Add the icons that a style may have; `choose` gets the name of one."""
    menu.addSeparator()
    words = _tr("Icon: {name}")
    for name in STYLE_ICONS:
        menu.add(words.format(name=name.replace("-", " ")), name, partial(choose, name))


def uses_menu(
    campaigns: Sequence[str],
    drafts: Sequence[Draft],
    show_campaigns: Callable[[], object],
    open_draft: Callable[[str], object],
    parent: QWidget,
) -> Menu:
    """The campaigns, by name, and the drafts that use a style, the newest first. `open_draft` gets
    the id of one."""
    menu = _menu(parent)
    for name in campaigns[:MOST_USES]:
        title = (name.strip() or _tr("Untitled"))[:60].replace("&", "&&")
        menu.add(title, "layers", show_campaigns)
    for draft in drafts[:MOST_USES]:
        first = next((one for one in draft.text.splitlines() if one.strip()), "")
        title = (draft.name or first or _tr("Untitled"))[:60].replace("&", "&&")
        menu.add(title, "pencil-line", partial(open_draft, draft.id))
    return menu


def ask_for_styles(parent: QWidget, take: Callable[[list[str]], object]) -> None:
    """Ask for files with styles; `take` gets their paths."""
    dialog = QFileDialog(parent, _tr("Import styles"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.setNameFilter(_tr("Styles (*.json)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.filesSelected.connect(take)
    dialog.open()


def ask_for_mark(parent: QWidget, take: Callable[[str], object]) -> None:
    """Ask for the picture of a watermark; `take` gets its path."""
    dialog = QFileDialog(parent, _tr("Picture of the watermark"))
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilter(_tr("Pictures (*.png *.webp *.jpg *.jpeg *.gif *.bmp *.tif *.tiff)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


def ask_where_to_export(style: StyleFile, parent: QWidget, take: Callable[[str], object]) -> None:
    """Ask where a style is to be written; `take` gets the path."""
    safe = "".join("-" if one in '/\\:*?"<>|' else one for one in style_title(style))
    dialog = QFileDialog(parent, _tr("Export style"), f"{safe}.json")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("json")
    dialog.setNameFilter(_tr("Styles (*.json)"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.fileSelected.connect(take)
    dialog.open()


def _menu(parent: QWidget) -> Menu:
    menu = Menu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu


def _tr(text: str) -> str:
    return QCoreApplication.translate("StylesMenus", text)
