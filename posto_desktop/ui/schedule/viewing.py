"""Views of the schedule that have a name: chosen, saved, renamed, deleted with a way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot

from posto_desktop.models.schedule_columns import Sort
from posto_desktop.models.schedule_views import (
    Filters,
    View,
    read_views,
    with_view,
    without_view,
    write_views,
)
from posto_desktop.ui.schedule.filtering import below
from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.name_popup import NamePopup
    from posto_desktop.ui.schedule.page import SchedulePage
    from posto_desktop.ui.widgets.menu import Menu

__all__ = ["Viewing"]


class Viewing(Part):
    """`chosen` is the name of the view that was chosen last, "" for none; what is shown may have
    been changed since."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self.views: tuple[View, ...] = ()
        self.chosen = ""
        page.tools.views.clicked.connect(self.show_menu)

    def set_kept(self, views: str) -> None:
        """Take what was remembered, as `SchedulePage.keepRequested` told it."""
        self.views = read_views(views)

    def present(self, name: str) -> View:
        """What is shown now, under a name."""
        page = self.page
        return View(name, page.model.filters, page.table.sorting(), page.arranging.columns)

    def current(self) -> View | None:
        """The view whose filters, order and columns are just those that are shown; the one chosen
        last goes before others that are alike."""
        page = self.page
        now = (page.model.filters, page.table.sorting(), page.arranging.columns)
        alike = [view for view in self.views if view.looks_like(*now)]
        return next((one for one in alike if one.name == self.chosen), alike[0] if alike else None)

    @Slot()
    def follow(self) -> None:
        """Let the button say which view is shown."""
        view = self.current() if self.views else None
        words = self.tr("Saved views")
        if view is not None:
            words = self.tr("View: {name}").format(name=view.name)
        self.page.tools.views.setToolTip(words)
        self.page.tools.views.setAccessibleDescription(words if view is not None else "")

    # --- doing ------------------------------------------------------------------------------------

    def choose(self, view: View) -> None:
        """Show this view; the widths of columns stay as they are."""
        page = self.page
        self.chosen = view.name
        page.filtering.set_filters(view.filters)
        widths = page.arranging.columns.widths
        page.arranging.set_columns(replace(view.columns, widths=widths))
        page.table.set_sorting(view.sort)
        self.follow()

    def show_all(self) -> None:
        """All posts, by time; the columns stay."""
        self.chosen = ""
        self.page.filtering.set_filters(Filters())
        self.page.table.set_sorting(Sort())

    @Slot(str)
    def save(self, name: str) -> None:
        """Keep what is shown under a name; a view of that name is replaced."""
        self._set(with_view(self.views, self.present(name)))
        self.chosen = next(
            (view.name for view in self.views if view.name.casefold() == name.casefold()), ""
        )
        self.follow()

    def rename(self, before: str, name: str) -> None:
        view = next((one for one in self.views if one.name == before), None)
        if view is not None:
            self._set(with_view(self.views, replace(view, name=name), instead_of=before))
            self.chosen = name if self.chosen == before else self.chosen
            self.follow()

    def delete(self, name: str) -> None:
        """Delete a view, and offer to have it back."""
        before = self.views
        self._set(without_view(before, name))
        self.follow()
        words = self.tr("View “{name}” deleted").format(name=name)
        self.page.undoOffered.emit(words, lambda: self._restore(before, name))

    def _restore(self, before: tuple[View, ...], name: str) -> None:
        """Bring a view back to its place; what was done to others since stays."""
        names = [view.name for view in before]
        if any(view.name.casefold() == name.casefold() for view in self.views):
            return
        at = names.index(name)
        follows = set(names[at + 1 :])
        place = next((n for n, v in enumerate(self.views) if v.name in follows), len(self.views))
        self._set((*self.views[:place], before[at], *self.views[place:]))
        self.follow()

    def _set(self, views: tuple[View, ...]) -> None:
        self.views = views
        self.page.keepRequested.emit("views", write_views(views))

    # --- asking -----------------------------------------------------------------------------------

    @Slot()
    def show_menu(self) -> None:
        """Open the menu of the views."""
        self.make_menu().popup(below(self.page.tools.views))

    def make_menu(self) -> Menu:
        """The views and what can be done with them; it deletes itself on close."""
        from posto_desktop.ui.widgets.menu import Menu

        menu = Menu(self.page)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        page, current = self.page, self.current()
        plain = page.model.filters == Filters() and page.table.sorting() == Sort()
        whole = menu.add(self.tr("All posts"), slot=self.show_all)
        whole.setCheckable(True)
        whole.setChecked(plain and current is None)
        for view in self.views:
            entry = menu.add(
                view.name.replace("&", "&&"), slot=lambda _on=False, one=view: self.choose(one)
            )
            entry.setCheckable(True)
            entry.setChecked(view is current)
        menu.addSeparator()
        menu.add(self.tr("Save as view…"), "plus", self.ask_name)
        chosen = current or next((one for one in self.views if one.name == self.chosen), None)
        if chosen is not None:
            name = chosen.name
            if chosen is not current:
                menu.add(
                    self.tr("Save changes to “{name}”").format(name=name),
                    "check",
                    lambda: self.save(name),
                )
            rename = self.tr("Rename “{name}”…").format(name=name)
            menu.add(rename, "pencil", lambda: self.ask_name(name))
            delete = self.tr("Delete “{name}”").format(name=name)
            menu.add(delete, "trash-2", lambda: self.delete(name), danger=True)
        return menu

    def ask_name(self, before: str = "") -> NamePopup:
        """Ask for the name of a new view, or for another one of a view."""
        from posto_desktop.ui.schedule.name_popup import NamePopup

        # Of a menu's entry comes whether it is checked.
        before = before if isinstance(before, str) else ""
        taken = [view.name for view in self.views if view.name != before]
        popup = NamePopup(before, taken, self.page)
        if before:
            popup.named.connect(lambda name: self.rename(before, name))
        else:
            popup.named.connect(self.save)
        popup.show_at(below(self.page.tools.views))
        return popup
