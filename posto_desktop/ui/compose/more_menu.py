"""The menu behind the dots in the head: what is done with messages as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QPoint, Qt

from posto_desktop.ui.widgets.menu import Menu

if TYPE_CHECKING:
    from posto_desktop.ui.compose.page import ComposePage


def open_menu(page: ComposePage) -> Menu:
    """Open the menu under its button."""
    menu = Menu(page)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    written, count = not page.draft.is_empty, page.shelf.count()
    drafting, listing = page.drafting, page.listing
    menu.add(_tr("New message"), "plus", drafting.start_new, shortcut="Ctrl+N")
    words = _tr("New message beside this one")
    menu.add(words, "files", drafting.new_beside, shortcut="Ctrl+Shift+N")
    menu.add(_tr("New from template…"), "bookmark", listing.show_templates)
    menu.addSeparator()
    words = _tr("Drafts ({n})…").format(n=count) if count else _tr("Drafts…")
    menu.add(words, "pencil-line", listing.show_drafts, shortcut="Ctrl+Shift+O")
    keep = menu.add(_tr("Save as template…"), "copy", page.templating.ask_name)
    keep.setEnabled(written)
    menu.addSeparator()
    words = _tr("Discard this message")
    gone = menu.add(words, "trash-2", drafting.discard, danger=True)
    gone.setEnabled(written)
    button = page.more_button
    place = QPoint(button.width() - menu.sizeHint().width(), button.height() + 4)
    menu.popup(button.mapToGlobal(place))
    return menu


def _tr(text: str) -> str:
    return QCoreApplication.translate("ComposePage", text)
