"""What is wished for one file while its window is open: with Undo, and per network."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import NOTHING, Crop, Edit, combine, is_nothing, own_edit
from posto_desktop.ui.shared.crop_box import is_whole, turned

MOST_STEPS = 200


@dataclass(frozen=True)
class Wishes:
    """The edit for all networks and those of single ones, by their slugs."""

    common: Edit = NOTHING
    own: tuple[tuple[str, Edit], ...] = ()

    @classmethod
    def of(cls, ref: MediaRef) -> Wishes:
        return cls(ref.edit or NOTHING, tuple(sorted(ref.network_edits.items())))

    def edit_for(self, slug: str) -> Edit:
        """What holds for a network, "" for all."""
        return combine(self.common, dict(self.own).get(slug)) if slug else self.common

    def with_own(self, slug: str, edit: Edit) -> Wishes:
        own = dict(self.own)
        own.pop(slug, None)
        if not is_nothing(edit):
            own[slug] = edit
        return replace(self, own=tuple(sorted(own.items())))


class EditState(QObject):
    """Signals: ``changed()`` after every change, also by undo and a change of the target."""

    changed = Signal()

    def __init__(self, ref: MediaRef, slug: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.wishes = self.before = Wishes.of(ref)
        self.slug = slug
        self._done: list[Wishes] = []
        self._undone: list[Wishes] = []
        self._kind = ""

    @property
    def edit(self) -> Edit:
        """What holds for the present target."""
        return self.wishes.edit_for(self.slug)

    @property
    def is_changed(self) -> bool:
        return self.wishes != self.before

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    @property
    def can_redo(self) -> bool:
        return bool(self._undone)

    @property
    def can_reset(self) -> bool:
        """Whether the present target has any wish that could be taken back."""
        if self.slug:
            return self.slug in dict(self.wishes.own)
        return not is_nothing(self.wishes.common)

    def choose(self, slug: str) -> None:
        """Edit for all networks ("") or for one from now on."""
        if slug != self.slug:
            self.slug = slug
            self._kind = ""
            self.changed.emit()

    def set(self, kind: str = "", **values: Any) -> None:
        """Change wishes of the target. Changes of one `kind` in a row are one step of Undo."""
        if self.slug:
            own = dict(self.wishes.own).get(self.slug)
            changed = own_edit(self.wishes.common, own, **values)
            new = self.wishes.with_own(self.slug, changed)
        else:
            new = replace(self.wishes, common=replace(self.wishes.common, **values))
        self._take(new, kind)

    def set_crop(self, crop: Crop | None, kind: str = "crop") -> None:
        self.set(kind, crop=None if is_whole(crop) else crop)

    def turn(self, right: bool) -> None:
        """A quarter turn; what was cut out stays what it is."""
        edit = self.edit
        crop = turned(edit.crop, right)
        self.set("", crop=crop, turns=(edit.turns + (1 if right else 3)) % 4)

    def end_step(self) -> None:
        """What comes now is a step of its own."""
        self._kind = ""

    def reset(self) -> None:
        """Take every wish of the target back."""
        if self.slug:
            self._take(self.wishes.with_own(self.slug, NOTHING), "")
        else:
            self._take(replace(self.wishes, common=NOTHING), "")

    def undo(self) -> bool:
        return self._step(self._done, self._undone)

    def redo(self) -> bool:
        return self._step(self._undone, self._done)

    def _take(self, new: Wishes, kind: str) -> None:
        if new == self.wishes:
            return
        if not kind or kind != self._kind:
            self._done.append(self.wishes)
            del self._done[:-MOST_STEPS]
        self._kind = kind
        self._undone.clear()
        self.wishes = new
        self.changed.emit()

    def _step(self, source: list[Wishes], target: list[Wishes]) -> bool:
        if not source:
            return False
        target.append(self.wishes)
        self.wishes = source.pop()
        self._kind = ""
        self.changed.emit()
        return True
