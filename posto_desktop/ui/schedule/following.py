"""A post that is moved may come back under another id: what was current stays current."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot

from posto_desktop.ui.schedule.part import Part

if TYPE_CHECKING:
    from posto_desktop.ui.schedule.page import SchedulePage

__all__ = ["Following"]

_REMEMBERED = 2000


class Following(Part):
    """Which id a post has now. Hears of new rows before the inspector does, see `Inspecting`."""

    def __init__(self, page: SchedulePage) -> None:
        super().__init__(page)
        self._new: dict[int, int] = {}
        page.model.countsChanged.connect(self._look)

    def follow(self, ids: Mapping[int, int]) -> None:
        """Posts have other ids: the new one by the old one."""
        self._new.update({old: new for old, new in ids.items() if old != new})
        while len(self._new) > _REMEMBERED:
            del self._new[next(iter(self._new))]
        self._look()

    def forget(self) -> None:
        """Another workspace comes, with ids of its own."""
        self._new.clear()

    @Slot()
    def _look(self) -> None:
        model, table = self.page.model, self.page.table
        old = table.current_id()
        new = self._new.get(old) if old is not None else None
        if new is None or model.schedule(new) is None or model.schedule(old or 0) is not None:
            return
        table.take_over(new)
        self.page.inspecting.take_over(new)
