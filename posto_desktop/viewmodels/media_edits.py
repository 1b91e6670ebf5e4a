"""Edits of one attachment while its dialog is open: for all networks and for single ones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from posto_desktop.core.crop_box import is_whole, turned
from posto_desktop.core.draft import MediaRef
from posto_desktop.core.edits import NOTHING, Crop, Edit, combine, is_nothing, network_edit
from posto_desktop.core.history import History, Snapshot

MAX_STEPS = 200


@dataclass(frozen=True)
class MediaEdits:
    """The edit for all networks, and the additional edits by network slug."""

    common: Edit = NOTHING
    network_edits: tuple[tuple[str, Edit], ...] = ()

    @classmethod
    def of(cls, ref: MediaRef) -> MediaEdits:
        return cls(ref.edit or NOTHING, tuple(sorted(ref.network_edits.items())))

    def edit_for(self, slug: str) -> Edit:
        """Return the edit that applies to a network, "" for all."""
        return combine(self.common, dict(self.network_edits).get(slug)) if slug else self.common

    def with_network_edit(self, slug: str, edit: Edit) -> MediaEdits:
        """Return a copy with another edit for one network; an empty edit is left out."""
        network_edits = dict(self.network_edits)
        network_edits.pop(slug, None)
        if not is_nothing(edit):
            network_edits[slug] = edit
        return replace(self, network_edits=tuple(sorted(network_edits.items())))


class MediaEditState(QObject):
    """Owns the `MediaEdits` of the file with undo and redo, and the network being edited.

    Signal `changed(MediaEdits, frozenset[str])`: the fields that changed, "edits" or "slug".
    """

    changed = Signal(object, object)

    def __init__(self, ref: MediaRef, slug: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._edits = self._before = MediaEdits.of(ref)
        self._slug = slug
        self._history: History[Snapshot[MediaEdits]] = History(most_steps=MAX_STEPS)
        self._kind = ""

    @property
    def edits(self) -> MediaEdits:
        return self._edits

    @property
    def slug(self) -> str:
        """Return the network being edited, "" for all."""
        return self._slug

    @property
    def edit(self) -> Edit:
        """Return the edit that applies to the network being edited."""
        return self._edits.edit_for(self._slug)

    @property
    def is_changed(self) -> bool:
        return self._edits != self._before

    @property
    def can_undo(self) -> bool:
        return self._history.can_undo

    @property
    def can_redo(self) -> bool:
        return self._history.can_redo

    @property
    def can_reset(self) -> bool:
        """Return True if the network being edited has edits to reset."""
        if self._slug:
            return self._slug in dict(self._edits.network_edits)
        return not is_nothing(self._edits.common)

    def choose(self, slug: str) -> None:
        if slug != self._slug:
            self._slug = slug
            self._kind = ""
            self.changed.emit(self._edits, frozenset({"slug"}))

    def set(self, kind: str = "", **values: Any) -> None:
        """Change the edit. Consecutive changes of one `kind` join into one undo step."""
        if self._slug:
            network_edits = dict(self._edits.network_edits).get(self._slug)
            changed = network_edit(self._edits.common, network_edits, **values)
            new = self._edits.with_network_edit(self._slug, changed)
        else:
            new = replace(self._edits, common=replace(self._edits.common, **values))
        self._add_step(new, kind)

    def set_crop(self, crop: Crop | None, kind: str = "crop") -> None:
        self.set(kind, crop=None if is_whole(crop) else crop)

    def turn(self, right: bool) -> None:
        """Turn by 90°; the crop turns with the picture."""
        edit = self.edit
        crop = turned(edit.crop, right)
        self.set("", crop=crop, turns=(edit.turns + (1 if right else 3)) % 4)

    def end_step(self) -> None:
        """Let the next change start a new undo step."""
        self._kind = ""

    def reset(self) -> None:
        if self._slug:
            self._add_step(self._edits.with_network_edit(self._slug, NOTHING), "")
        else:
            self._add_step(replace(self._edits, common=NOTHING), "")

    def undo(self) -> None:
        step = self._history.undo()
        if step is not None:
            self._kind = ""
            self._set(step.before)

    def redo(self) -> None:
        step = self._history.redo()
        if step is not None:
            self._kind = ""
            self._set(step.after)

    def _add_step(self, new: MediaEdits, kind: str) -> None:
        if new == self._edits:
            return
        last = self._history.last if kind and kind == self._kind else None
        if last is not None:
            self._history.replace_last(Snapshot(last.before, new))
        else:
            self._history.push(Snapshot(self._edits, new))
        self._kind = kind
        self._set(new)

    def _set(self, edits: MediaEdits) -> None:
        self._edits = edits
        self.changed.emit(edits, frozenset({"edits"}))
