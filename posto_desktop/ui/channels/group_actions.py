"""Menu entries that change the user's groups of channels, and the popup for their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint
from PySide6.QtWidgets import QWidget

from posto_desktop.core.channel_groups import MAX_NAME, find
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui.widgets.menu import Menu, menu_icon
from posto_desktop.viewmodels.channel_groups import ChannelGroups

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from posto_desktop.ui.widgets.name_input import NamePopup


class GroupActions(QObject):
    """Changes `groups`, which owns them; popups open over `parent`."""

    def __init__(self, groups: ChannelGroups, model: ChannelsModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._groups, self._model, self._parent = groups, model, parent

    def add_move_menu(self, menu: Menu, channel_id: int, place: QPoint) -> None:
        """Add "Move to group" with all groups; `place` is where a name is asked for."""
        current = self._groups.name_of(channel_id)
        submenu = Menu(menu)
        submenu.setTitle(self.tr("Move to group"))
        submenu.setIcon(menu_icon("folder-tree"))
        for group in self._groups.groups:
            entry = submenu.add(group.name.replace("&", "&&"))
            entry.setCheckable(True)
            entry.setChecked(group.name == current)
            entry.triggered.connect(partial(self._put_in, group.name, channel_id))
        if self._groups.groups:
            submenu.addSeparator()
        submenu.add(self.tr("New group…"), "plus", partial(self.ask_new, [channel_id], place))
        if current:
            leave = self.tr("Remove from “{name}”").format(name=current)
            submenu.add(leave, "x", partial(self._groups.take_out, [channel_id]))
        menu.addMenu(submenu)

    def _put_in(self, name: str, channel_id: int) -> None:
        self._groups.put_in(name, [channel_id])

    def group_menu(self, name: str, place: QPoint) -> Menu:
        """Return the context menu of a group."""
        menu = Menu(self._parent)
        names = [group.name for group in self._groups.groups]
        at = names.index(name)
        menu.add(self.tr("Rename group…"), "pencil", partial(self.ask_name, name, place))
        up = menu.add(self.tr("Move up"), "chevron-up", partial(self._groups.move, name, -1))
        up.setEnabled(at > 0)
        down = menu.add(self.tr("Move down"), "chevron-down", partial(self._groups.move, name, 1))
        down.setEnabled(at < len(names) - 1)
        menu.addSeparator()
        ticked = self._model.checked_ids()
        add = self.tr("Move the (ticked channel/%Ln ticked channels) here", "", len(ticked))
        entry = menu.add(add, "folder-tree", partial(self._groups.put_in, name, sorted(ticked)))
        entry.setEnabled(bool(ticked))
        menu.addSeparator()
        remove = partial(self._groups.remove, name)
        menu.add(self.tr("Remove group"), "trash-2", remove, danger=True)
        return menu

    def ask_new(self, channel_ids: Collection[int], place: QPoint) -> NamePopup:
        """Ask for the name of a new group of these channels."""
        count = len(channel_ids)

        def note(name: str) -> str:
            known = find(self._groups.groups, name)
            if known is not None:
                return self.tr("Moves %Ln channel(s) into this group.", "", count)
            return self.tr("Creates a group with %Ln channel(s).", "", count)

        def create(name: str) -> None:
            self._groups.put_in(name, channel_ids)

        title = self.tr("New group")
        return self._ask(title, self.tr("Create group"), "", note, create, place)

    def ask_name(self, before: str, place: QPoint) -> NamePopup:
        """Ask for a new name of a group."""

        def note(name: str) -> str:
            known = find(self._groups.groups, name)
            if known is not None and known.name != before:
                return self.tr("Joins both groups.")
            return self.tr("Its channels stay in it.")

        def rename(name: str) -> None:
            self._groups.rename(before, name)

        return self._ask(
            self.tr("Name of the group"), self.tr("Rename"), before, note, rename, place
        )

    def _ask(
        self,
        title: str,
        action: str,
        before: str,
        note: Callable[[str], str],
        apply: Callable[[str], None],
        place: QPoint,
    ) -> NamePopup:
        from posto_desktop.ui.widgets.name_input import NamePopup

        popup = NamePopup("group-name-popup", title, note, self._parent)
        popup.named.connect(apply)
        popup.row.field.setMaxLength(MAX_NAME)
        popup.row.ask(self.tr("Group name"), action, before)
        popup.show_at(place)
        return popup
