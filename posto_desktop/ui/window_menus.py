"""Menus of the main window: its own actions, and the commands of its pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from posto_desktop.common.translation import translate
from posto_desktop.ui import keys
from posto_desktop.ui.commands import Commands
from posto_desktop.ui.menu_bar import MenuSource
from posto_desktop.ui.page import AppPage, Redoable, Undoable
from posto_desktop.ui.page_stack import PageStack
from posto_desktop.ui.widgets.menu import Menu
from posto_desktop.ui.widgets.top_bar import TopBar

Actions = Mapping[str, QAction]


def menus_of(actions: Actions, top_bar: TopBar, pages: PageStack) -> list[MenuSource]:
    """Return the menus File, Edit, one for each page with commands, View and Help. `actions` are
    those of the window, see `MainWindow.commands`."""
    menus = [
        MenuSource(translate("MenuBar", "&File"), partial(_file, actions)),
        MenuSource(translate("MenuBar", "&Edit"), partial(_edit, actions, pages)),
    ]
    for key in top_bar.visible_pages():
        page = pages.page(key)
        if page.commands is not None:
            fill = partial(_of_page, page, page.commands, pages)
            menus.append(MenuSource(page.commands.title, fill))
    menus.append(MenuSource(translate("MenuBar", "&View"), partial(_view, actions, top_bar)))
    menus.append(MenuSource(translate("MenuBar", "&Help"), partial(_help, actions)))
    return menus


def _file(actions: Actions, menu: Menu, _focused: QWidget | None) -> None:
    actions["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)
    actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
    menu.addActions([actions["new-message"], actions["quick-post"]])
    menu.addSeparator()
    menu.addAction(actions["add-channel"])
    menu.addActions([actions["add-workspace"], actions["manage-workspaces"]])
    menu.addSeparator()
    menu.addAction(actions["settings"])
    menu.addSeparator()
    menu.addAction(actions["quit"])


def _edit(actions: Actions, pages: PageStack, menu: Menu, focused: QWidget | None) -> None:
    page = pages.current_page()
    # A page with one undo history handles Undo wherever the focus is in it.
    inside = page is not None and (focused is None or page.isAncestorOf(focused))
    undo = page.undo if inside and isinstance(page, Undoable) else _slot(focused, "undo")
    redo = page.redo if inside and isinstance(page, Redoable) else _slot(focused, "redo")
    # Files and pictures can be pasted wherever the focus is.
    paste = _slot(focused, "paste") or actions["paste"].trigger
    _add(menu, translate("MenuBar", "Undo"), keys.UNDO, undo)
    _add(menu, translate("MenuBar", "Redo"), keys.REDO, redo)
    menu.addSeparator()
    _add(menu, translate("MenuBar", "Cut"), keys.CUT, _slot(focused, "cut"))
    _add(menu, translate("MenuBar", "Copy"), keys.COPY, _slot(focused, "copy"))
    _add(menu, translate("MenuBar", "Paste"), keys.PASTE, paste)
    _add(menu, translate("MenuBar", "Select all"), keys.SELECT_ALL, _slot(focused, "selectAll"))
    menu.addSeparator()
    menu.addActions([actions["find-a-channel"], actions["search"]])


def _slot(widget: QWidget | None, name: str) -> Callable[[], object] | None:
    """Return a method that Qt's text widgets share without a common class; None if missing."""
    method = getattr(widget, name, None)
    return method if callable(method) else None


def _add(menu: Menu, text: str, shortcut: str, run: Callable[[], object] | None) -> None:
    """Add an entry, disabled without a function."""
    menu.add(text, "", run, shortcut=shortcut).setEnabled(run is not None)


def _of_page(
    page: AppPage, commands: Commands, pages: PageStack, menu: Menu, _focused: QWidget | None
) -> None:
    """Add copies of the commands: shortcuts of the originals would work from a visible menu even
    for a hidden page."""
    is_shown = pages.current_page() is page
    for command in commands.entries():
        if command is None:
            menu.addSeparator()
        else:
            entry = menu.add(
                command.text(),
                "",
                command.trigger,
                shortcut=command.keys,
                danger=command.property("danger"),
            )
            entry.setEnabled(is_shown and command.isEnabled())


def _view(actions: Actions, top_bar: TopBar, menu: Menu, _focused: QWidget | None) -> None:
    menu.addActions([action for action in top_bar.pages.actions() if action.isVisible()])
    menu.addSeparator()
    menu.addActions([actions["notifications"], actions["newest-notice"]])
    menu.addSeparator()
    menu.addActions([actions["reload"], actions["next-pane"], actions["previous-pane"]])


def _help(actions: Actions, menu: Menu, _focused: QWidget | None) -> None:
    actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
    menu.addAction(actions["shortcuts"])
    menu.addSeparator()
    menu.addAction(actions["about"])
