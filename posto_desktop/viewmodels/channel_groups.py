"""State of the user's own groups of channels: those of the open workspace, and their changes with
undo."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core import channel_groups
from posto_desktop.core.channel_groups import Groups
from posto_desktop.core.history import History, Snapshot
from posto_desktop.viewmodels.notification import PageNotifier


class ChannelGroups(QObject):
    """Owns the groups of all workspaces; each change is saved at once and offers Undo, which takes
    back this change alone.

    `save` writes the text of the setting `channels.groups`, of which `stored` is the present one.
    Signal `changed()`: the groups of the open workspace have changed.
    """

    changed = Signal()

    def __init__(
        self,
        stored: str,
        save: Callable[[str], None],
        notifier: PageNotifier,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._of_workspace = channel_groups.read(stored)
        self._save, self._notifier = save, notifier
        self._workspace = ""
        self._histories: defaultdict[str, History[Snapshot[Groups]]] = defaultdict(History)

    @property
    def groups(self) -> Groups:
        """Groups of the open workspace, in the user's order."""
        return self._of_workspace.get(self._workspace, ())

    @Slot(str)
    def set_workspace(self, workspace: str) -> None:
        """Show the groups of another workspace."""
        if workspace != self._workspace:
            self._workspace = workspace
            self.changed.emit()

    def name_of(self, channel_id: int) -> str:
        """Return the name of a channel's group, "" for none."""
        return next((group.name for group in self.groups if channel_id in group.channel_ids), "")

    def add_to_group(self, name: str, channel_ids: Collection[int]) -> None:
        """Move channels into a group, which is created if there is none of this name."""
        name = channel_groups.clean_name(name)
        if not name:
            return
        known = channel_groups.find(self.groups, name)
        if known is not None:
            words = self.tr("%Ln channel(s) moved to “{name}”", "", len(channel_ids))
            name = known.name
        else:
            words = self.tr("Group “{name}” created")
        changed = channel_groups.add_to_group(self.groups, name, channel_ids)
        self._apply(changed, words.format(name=name))

    def remove_from_groups(self, channel_ids: Collection[int]) -> None:
        """Remove channels from their groups."""
        words = self.tr("%Ln channel(s) removed from (its/their) group", "", len(channel_ids))
        self._apply(channel_groups.remove_from_groups(self.groups, channel_ids), words)

    def rename(self, name: str, new_name: str) -> None:
        """Rename a group, or merge it into the group that has the new name."""
        new_name = channel_groups.clean_name(new_name)
        other = channel_groups.find(self.groups, new_name)
        if other is not None and other.name != name:
            words = self.tr("“{name}” is now part of “{other}”").format(name=name, other=other.name)
        else:
            words = self.tr("Group renamed to “{name}”").format(name=new_name)
        self._apply(channel_groups.rename(self.groups, name, new_name), words)

    def remove(self, name: str) -> None:
        """Remove a group; its channels stay in the workspace."""
        words = self.tr("Group “{name}” removed. Its channels stay.").format(name=name)
        self._apply(channel_groups.remove(self.groups, name), words)

    def move(self, name: str, steps: int) -> None:
        """Move a group up (negative) or down, without a notification: the reverse is one key."""
        words = self.tr("Group “{name}” moved").format(name=name)
        self._push(channel_groups.move(self.groups, name, steps), words)

    @Slot()
    def undo(self) -> None:
        """Take back the last change that was not taken back."""
        step = self._histories[self._workspace].undo()
        if step is not None:
            self._revert(self._workspace, step.before, step.after)
            #: {what}: what was done, as “Cafés” is renamed.
            self._notifier.notify("info", self.tr("Undone: {what}").format(what=step.name))

    @Slot()
    def redo(self) -> None:
        step = self._histories[self._workspace].redo()
        if step is not None:
            self._revert(self._workspace, step.after, step.before)
            #: {what}: what was done, as “Cafés” is renamed.
            self._notifier.notify("info", self.tr("Redone: {what}").format(what=step.name))

    def _apply(self, groups: Groups, words: str) -> None:
        workspace = self._workspace
        step = self._push(groups, words)
        if step is not None:
            self._notifier.offer_undo(words, lambda: self._undo_step(workspace, step))

    def _push(self, groups: Groups, words: str) -> Snapshot[Groups] | None:
        if groups == self.groups:
            return None
        step = Snapshot(self.groups, groups, words)
        self._histories[self._workspace].push(step)
        self._set(self._workspace, groups)
        return step

    def _undo_step(self, workspace: str, step: Snapshot[Groups]) -> None:
        """Take back a change, unless that was done already."""
        history = self._histories[workspace]
        if any(known is step for known in history):
            history.discard(lambda known: known is step)
            self._revert(workspace, step.before, step.after)

    def _revert(self, workspace: str, before: Groups, after: Groups) -> None:
        current = self._of_workspace.get(workspace, ())
        self._set(workspace, channel_groups.revert(current, before, after))

    def _set(self, workspace: str, groups: Groups) -> None:
        if groups == self._of_workspace.get(workspace, ()):
            return
        self._of_workspace[workspace] = groups
        self._save(channel_groups.write(self._of_workspace))
        if workspace == self._workspace:
            self.changed.emit()
