"""Menus of the Styles page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from posto_desktop.common.translation import translate
from posto_desktop.core.draft import Draft
from posto_desktop.ui.commands import Command
from posto_desktop.ui.styles.list_pane import STYLE_ICONS
from posto_desktop.ui.widgets.menu import Menu

MOST_USES = 20


def style_menu(commands: Iterable[Command | None], parent: QWidget) -> Menu:
    """Return the menu of the current style."""
    menu = _menu(parent)
    for command in commands:
        if command is None:
            menu.addSeparator()
        else:
            menu.addAction(command)
    return menu


def add_icons(menu: Menu, choose: Callable[[str], object]) -> None:
    """Add the icons of styles; `choose` is called with the name of one."""
    menu.addSeparator()
    words = translate("StylesMenus", "Icon: {name}")
    for name in STYLE_ICONS:
        menu.add(words.format(name=name.replace("-", " ")), name, partial(choose, name))


def uses_menu(
    campaigns: Sequence[str],
    drafts: Sequence[Draft],
    show_campaigns: Callable[[], object],
    open_draft: Callable[[str], object],
    parent: QWidget,
) -> Menu:
    """Return a menu of the campaigns, by name, and the drafts that use a style, the newest first.
    `open_draft` is called with an id."""
    menu = _menu(parent)
    for name in campaigns[:MOST_USES]:
        title = (name.strip() or translate("StylesMenus", "Untitled"))[:60].replace("&", "&&")
        menu.add(title, "layers", show_campaigns)
    for draft in drafts[:MOST_USES]:
        first = next((line for line in draft.text.splitlines() if line.strip()), "")
        title = (draft.name or first or translate("StylesMenus", "Untitled"))[:60].replace(
            "&", "&&"
        )
        menu.add(title, "pencil-line", partial(open_draft, draft.id))
    return menu


def _menu(parent: QWidget) -> Menu:
    menu = Menu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return menu
