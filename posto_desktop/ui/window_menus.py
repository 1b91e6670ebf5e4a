"""The menus of the main window: its own actions, and what its pages offer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from posto_desktop.ui.commands import Command, MenuSource
from posto_desktop.ui.page import Page, Redoable, Undoable
from posto_desktop.ui.pages import Pages
from posto_desktop.ui.widgets.top_bar import TopBar

Entries = list[QAction | Command | None]
Actions = Mapping[str, QAction]


def menus_of(actions: Actions, top_bar: TopBar, pages: Pages) -> list[MenuSource]:
    """File, Edit, one for each page that has commands, View and Help. `actions` are the window's
    own, see `MainWindow.commands`."""
    found = [
        MenuSource(_tr("&File"), partial(_file, actions)),
        MenuSource(_tr("&Edit"), partial(_edit, actions, pages)),
    ]
    for key in top_bar.visible_pages():
        page = pages.page(key)
        commands = page.menu_commands()
        if commands is not None:
            found.append(MenuSource(commands[0], partial(_of_page, page, pages)))
    found.append(MenuSource(_tr("&View"), partial(_view, actions, top_bar)))
    found.append(MenuSource(_tr("&Help"), partial(_help, actions)))
    return found


def _file(actions: Actions, _focused: QWidget | None) -> Entries:
    actions["settings"].setMenuRole(QAction.MenuRole.PreferencesRole)
    actions["quit"].setMenuRole(QAction.MenuRole.QuitRole)
    return [
        actions["new-message"],
        None,
        actions["add-workspace"],
        actions["manage-workspaces"],
        None,
        actions["settings"],
        None,
        actions["quit"],
    ]


def _edit(actions: Actions, pages: Pages, focused: QWidget | None) -> Entries:
    page = pages.current_page()
    # A page with one order of steps takes its own back, wherever in it the keyboard is.
    inside = page is not None and (focused is None or page.isAncestorOf(focused))
    undo = page.undo if inside and isinstance(page, Undoable) else _slot(focused, "undo")
    redo = page.redo if inside and isinstance(page, Redoable) else _slot(focused, "redo")
    # Files and pictures are pasted wherever the keyboard is.
    paste = _slot(focused, "paste") or actions["paste"].trigger
    return [
        _known(_tr("Undo"), "Ctrl+Z", undo),
        _known(_tr("Redo"), "Ctrl+Shift+Z", redo),
        None,
        _known(_tr("Cut"), "Ctrl+X", _slot(focused, "cut")),
        _known(_tr("Copy"), "Ctrl+C", _slot(focused, "copy")),
        _known(_tr("Paste"), "Ctrl+V", paste),
        _known(_tr("Select all"), "Ctrl+A", _slot(focused, "selectAll")),
        None,
        actions["find-a-channel"],
        actions["search"],
    ]


def _slot(widget: QWidget | None, name: str) -> Callable[[], object] | None:
    """A method that Qt's text widgets share without a class in common; None where it is not."""
    found = getattr(widget, name, None)
    return found if callable(found) else None


def _known(text: str, keys: str, run: Callable[[], object] | None) -> Command:
    """A command that is greyed out where nobody carries it out."""
    return Command(text, run or _nothing, keys, enabled=run is not None)


def _nothing() -> None:
    """What a greyed out command runs."""


def _of_page(page: Page, pages: Pages, _focused: QWidget | None) -> Entries:
    here = pages.current_page() is page
    _, commands = page.menu_commands() or ("", [])
    return [
        one if one is None or here else Command(one.text, one.run, one.keys, False, one.danger)
        for one in commands
    ]


def _view(actions: Actions, top_bar: TopBar, _focused: QWidget | None) -> Entries:
    return [
        *(one for one in top_bar.pages.actions() if one.isVisible()),
        None,
        actions["notifications"],
        actions["newest-notice"],
        None,
        actions["reload"],
        actions["next-pane"],
        actions["previous-pane"],
    ]


def _help(actions: Actions, _focused: QWidget | None) -> Entries:
    actions["about"].setMenuRole(QAction.MenuRole.AboutRole)
    return [actions["shortcuts"], None, actions["about"]]


def _tr(text: str) -> str:
    return QCoreApplication.translate("MenuBar", text)
