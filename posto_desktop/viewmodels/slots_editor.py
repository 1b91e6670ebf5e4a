"""Editor of the weekly slots in the settings, with undo."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.history import History, Snapshot
from posto_desktop.core.slots import MAX_GROUPS, SlotGroup, read, write
from posto_desktop.models.slot_lines import DEFAULT_LINES, SlotGroupLines, SlotLine


@dataclass(frozen=True)
class WeeklySlots:
    """``groups`` apply to the open workspace, ``other_groups`` belong to other workspaces."""

    groups: tuple[SlotGroupLines, ...] = ()
    other_groups: tuple[SlotGroup, ...] = ()

    @property
    def is_full(self) -> bool:
        """Return True if the number of groups has reached its limit."""
        return len(self.groups) + len(self.other_groups) >= MAX_GROUPS

    def all_groups(self) -> list[SlotGroup]:
        return [*(group.group() for group in self.groups), *self.other_groups]


class SlotsEditor(QObject):
    """Owns the `WeeklySlots`; each change is saved at once.

    Signals:
        changed(WeeklySlots, frozenset[str]): these fields changed.
        saveRequested(str value): save this as the setting ``publishing.slots``.
    """

    changed = Signal(object, object)
    saveRequested = Signal(str)

    def __init__(self, setting: str, workspace: str, parent: QObject | None = None) -> None:
        """`setting` is the value of ``publishing.slots``."""
        super().__init__(parent)
        self._workspace = workspace
        all_groups = read(setting)
        usable_groups = [group for group in all_groups if group.workspace in ("", workspace)]
        self._slots = WeeklySlots(
            tuple(map(SlotGroupLines.of, usable_groups)),
            tuple(group for group in all_groups if group.workspace not in ("", workspace)),
        )
        self._history: History[Snapshot[WeeklySlots]] = History()

    @property
    def slots(self) -> WeeklySlots:
        return self._slots

    @property
    def last_change(self) -> str:
        """Return the description of the last change, "" if there is none."""
        last = self._history.last
        return last.name if last is not None else ""

    def set_group(self, number: int, group: SlotGroupLines | None, words: str) -> None:
        """Replace a group, or remove it with None. `words` describe the change for undo."""
        groups = list(self._slots.groups)
        groups[number : number + 1] = [] if group is None else [group]
        self._edit(tuple(groups), words)

    def add_group(self, words: str, lines: tuple[SlotLine, ...] = DEFAULT_LINES) -> None:
        """Add a group with these times: the first one for all workspaces, others for this one."""
        workspace = self._workspace if self._slots.groups else ""
        self._edit((*self._slots.groups, SlotGroupLines(workspace=workspace, lines=lines)), words)

    @Slot()
    def undo(self) -> None:
        step = self._history.undo()
        if step is not None:
            self._set(step.before)

    def _edit(self, groups: tuple[SlotGroupLines, ...], words: str) -> None:
        after = replace(self._slots, groups=groups)
        self._history.push(Snapshot(self._slots, after, words))
        self._set(after)

    def _set(self, slots: WeeklySlots) -> None:
        self._slots = slots
        self.saveRequested.emit(write(slots.all_groups()))
        self.changed.emit(slots, frozenset({"groups"}))
