"""Menu of saved views: select, save, rename, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_views import MAX_NAME_LENGTH, ScheduleFilters
from posto_desktop.ui.widgets.buttons import IconButton
from posto_desktop.ui.widgets.popup import below
from posto_desktop.viewmodels.schedule_view import ScheduleView, ScheduleViewState

if TYPE_CHECKING:
    from posto_desktop.ui.widgets.menu import Menu
    from posto_desktop.ui.widgets.name_input import NamePopup

__all__ = ["SavedViewsMenu"]


class SavedViewsMenu(QObject):
    """Shows the current view on the button and opens its menu."""

    def __init__(self, button: IconButton, state: ScheduleViewState, parent: QWidget) -> None:
        super().__init__(parent)
        self._button, self._state, self._parent = button, state, parent
        button.clicked.connect(self.show_menu)

    def show_view(self, view: ScheduleView) -> None:
        saved = view.saved_view()
        words = self.tr("Saved views")
        if saved is not None:
            words = self.tr("View: {name}").format(name=saved.name)
        self._button.setToolTip(words)
        self._button.setAccessibleDescription(words if saved is not None else "")

    @Slot()
    def show_menu(self) -> None:
        self.make_menu().popup(below(self._button))

    def make_menu(self) -> Menu:
        """Return the menu; it deletes itself on close."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self._parent)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        state, view = self._state, self._state.view
        current = view.saved_view()
        is_unfiltered = view.filters == ScheduleFilters() and view.sort == Sort()
        all_posts = menu.add(self.tr("All posts"), slot=state.show_all)
        all_posts.setCheckable(True)
        all_posts.setChecked(is_unfiltered and current is None)
        for saved in view.saved:
            entry = menu.add(
                saved.name.replace("&", "&&"),
                slot=lambda _on=False, chosen_view=saved: state.choose(chosen_view),
            )
            entry.setCheckable(True)
            entry.setChecked(saved is current)
        menu.addSeparator()
        menu.add(self.tr("Save as view…"), "plus", self.ask_name)
        chosen = current or next((saved for saved in view.saved if saved.name == view.chosen), None)
        if chosen is not None:
            name = chosen.name
            if chosen is not current:
                menu.add(
                    self.tr("Save changes to “{name}”").format(name=name),
                    "check",
                    lambda: state.save_view(name),
                )
            rename = self.tr("Rename “{name}”…").format(name=name)
            menu.add(rename, "pencil", lambda: self.ask_name(name))
            delete = self.tr("Delete “{name}”").format(name=name)
            menu.add(delete, "trash-2", lambda: state.delete_view(name), danger=True)
        return menu

    def ask_name(self, before: str = "") -> NamePopup:
        """Ask for the name of a new view, or for a new name of an existing one."""
        from posto_desktop.ui.widgets.name_input import NamePopup

        # A menu action passes its checked state as first argument.
        before = before if isinstance(before, str) else ""
        taken = {saved.name.casefold() for saved in self._state.view.saved if saved.name != before}

        def name_hint(name: str) -> str:
            if name.casefold() in taken:
                return self.tr("Replaces the view with this name.")
            return self.tr("Saves the current filters, order, columns and grouping.")

        title = self.tr("Name of the view")
        popup = NamePopup("view-name-popup", title, name_hint, self._parent)
        if before:
            popup.named.connect(lambda name: self._state.rename_view(before, name))
        else:
            popup.named.connect(self._state.save_view)
        popup.row.field.setMaxLength(MAX_NAME_LENGTH)
        action = self.tr("Rename") if before else self.tr("Save view")
        popup.row.ask(self.tr("View name"), action, before)
        popup.show_at(below(self._button))
        return popup
