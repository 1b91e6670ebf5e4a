"""Menu entries and keys that change the user's groups of channels, and a popup for their names."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QKeyCombination, QModelIndex, QObject, QPoint, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from posto_desktop.core.channel_groups import MAX_NAME, find
from posto_desktop.models.channels import ChannelsModel
from posto_desktop.ui import keys
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

    @property
    def groups(self) -> ChannelGroups:
        return self._groups

    def handle_key(self, event: QKeyEvent, index: QModelIndex, place: QPoint) -> bool:
        """Carry out a key on a row of the tree; `place` is where a name is asked for. Return False
        if it means nothing there."""
        if self._model.grouping != "group" or not index.isValid():
            return False
        steps = _is_key(event, keys.MOVE_DOWN) - _is_key(event, keys.MOVE_UP)
        channel = index.data(ChannelsModel.ChannelRole)
        if channel is not None:
            return bool(steps) and self._move_channel(channel.id, steps)
        name = str(index.data(ChannelsModel.GroupKeyRole))
        if not name:
            return False
        if steps:
            self._groups.move(name, steps)
        elif _is_key(event, keys.RENAME):
            self.ask_name(name, place)
        elif _is_key(event, keys.DELETE):
            self._groups.remove(name)
        else:
            return False
        return True

    def handle_undo(self, event: QKeyEvent) -> bool:
        """Take back or repeat a change; return False for other keys."""
        if _is_key(event, keys.UNDO):
            self._groups.undo()
        elif is_undo_key(event):
            self._groups.redo()
        else:
            return False
        return True

    def _move_channel(self, channel_id: int, steps: int) -> bool:
        """Move a channel into the group above or below; below the last one it is in none."""
        names = [group.name for group in self._groups.groups]
        current = self._groups.name_of(channel_id)
        at = (names.index(current) if current else len(names)) + steps
        if not 0 <= at <= len(names):
            return True
        if at == len(names):
            self._groups.remove_from_groups([channel_id])
        else:
            self._groups.add_to_group(names[at], [channel_id])
        return True

    def chosen(self) -> tuple[list[int], bool]:
        """Return the channels for a new group: those that the search finds (True), else the ticked
        ones."""
        if self._model.filter_text:
            return [channel.id for channel in self._model.visible_channels()], True
        return sorted(self._model.checked_ids()), False

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
            submenu.add(leave, "x", partial(self._groups.remove_from_groups, [channel_id]))
        menu.addMenu(submenu)

    def _put_in(self, name: str, channel_id: int) -> None:
        self._groups.add_to_group(name, [channel_id])

    def fill_group_menu(self, menu: Menu, name: str, place: QPoint) -> None:
        """Add the entries of a group to its context menu."""
        if menu.actions():
            menu.addSeparator()
        names = [group.name for group in self._groups.groups]
        at = names.index(name)
        rename = menu.add(self.tr("Rename group…"), "pencil", shortcut=keys.RENAME)
        rename.triggered.connect(partial(self.ask_name, name, place))
        up = menu.add(self.tr("Move up"), "chevron-up", shortcut=keys.MOVE_UP)
        up.triggered.connect(partial(self._groups.move, name, -1))
        up.setEnabled(at > 0)
        down = menu.add(self.tr("Move down"), "chevron-down", shortcut=keys.MOVE_DOWN)
        down.triggered.connect(partial(self._groups.move, name, 1))
        down.setEnabled(at < len(names) - 1)
        menu.addSeparator()
        ids, is_found = self.chosen()
        add = self.tr("Move the (ticked channel/%Ln ticked channels) here", "", len(ids))
        if is_found:
            add = self.tr("Move the (found channel/%Ln found channels) here", "", len(ids))
        entry = menu.add(add, "folder-tree", partial(self._groups.add_to_group, name, ids))
        entry.setEnabled(bool(ids))
        menu.addSeparator()
        remove = partial(self._groups.remove, name)
        menu.add(self.tr("Remove group"), "trash-2", remove, danger=True, shortcut=keys.DELETE)

    def ask_new(self, channel_ids: Collection[int], place: QPoint) -> NamePopup:
        count = len(channel_ids)

        def note(name: str) -> str:
            known = find(self._groups.groups, name)
            if known is not None:
                return self.tr("Moves %Ln channel(s) into this group.", "", count)
            return self.tr("Creates a group with %Ln channel(s).", "", count)

        def create(name: str) -> None:
            self._groups.add_to_group(name, channel_ids)

        title, suggestion = self.tr("New group"), self._common_name(channel_ids)
        return self._ask(title, self.tr("Create group"), suggestion, note, create, place)

    def _common_name(self, channel_ids: Collection[int]) -> str:
        """Return the name that all these channels have; "" if they differ."""
        names = {channel.name for channel in self._model.channels_by_id(channel_ids)}
        return names.pop() if len(names) == 1 and len(channel_ids) > 1 else ""

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


def _is_key(event: QKeyEvent, shortcut: str) -> bool:
    modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
    pressed = QKeySequence(QKeyCombination(modifiers, Qt.Key(event.key())))
    return pressed in keys.sequences(shortcut)


def is_undo_key(event: QKeyEvent) -> bool:
    """Return True for a key of undo or redo."""
    return any(_is_key(event, shortcut) for shortcut in (keys.UNDO, keys.REDO, keys.REDO_TOO))
