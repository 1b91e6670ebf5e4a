"""The style being edited: what the user changed, and when it is kept. No widgets here."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.styles import Wardrobe
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.stored import free_name
from posto_desktop.sdk.style_files import ALL_NETWORKS, SAME_AS, Settings, StyleFile
from posto_desktop.workers.debouncer import Debouncer

SAVE_MS = 700


class Editing(QObject):
    """Signals:
    opened(StyleFile | None): another style is at hand, or this one as another program left it.
    changed(StyleFile): the user changed it.  stateChanged(): it is kept now, or not any more.
    saveRequested(StyleFile, str before, object stamp); addRequested(StyleFile, str after).
    copied(StyleFile builtin, str name): the first edit of a built-in style made a copy.
    replaced(StyleFile mine): another program wrote over what the user made of it here.
    """

    opened = Signal(object)
    changed = Signal(object)
    stateChanged = Signal()
    saveRequested = Signal(object, str, object)
    addRequested = Signal(object, str)
    copied = Signal(object, str)
    replaced = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.style: StyleFile | None = None
        self.wardrobe = Wardrobe()
        self.problem = ""
        """Why it could not be kept the last time."""
        self._stored = ""  # the name that it has on the disk; "" while it is not there
        self._sent = ""  # the name that is being written
        self._mine: StyleFile | None = None  # as the user last left it here
        self._dirty = False
        self._writing = False
        self._timer = Debouncer(SAVE_MS, self.save, self)

    # -- what is at hand ---------------------------------------------------------------------

    @property
    def unsaved(self) -> bool:
        return self._dirty or self._writing

    @property
    def can_edit(self) -> bool:
        return self.style is not None and not self.style.problem

    def open(self, style: StyleFile | None) -> None:
        """Work on this style; what is not kept of the last one is kept now."""
        self.save_all()
        self.style = style
        self._stored = style.name if style is not None and not style.builtin else ""
        self._dirty = self._writing = False
        self._mine = None
        self.problem = ""
        self.opened.emit(style)
        self.stateChanged.emit()

    def set_wardrobe(self, wardrobe: Wardrobe) -> None:
        """All styles as they are on the disk. What another program changed shows at once, unless
        the user is in the middle of changing it."""
        self.wardrobe = wardrobe
        style = self.style
        if style is None or self.unsaved:
            return
        there = self._there(style)
        if there is None:
            self.style = None
            self.opened.emit(None)
        elif there.stamp != style.stamp or there != style:
            self.style = there
            if there.settings != style.settings or there.name != style.name:
                mine, self._mine = self._mine, None
                self.opened.emit(there)
                if mine is not None and mine.settings != there.settings:
                    self.replaced.emit(mine)

    def _there(self, style: StyleFile) -> StyleFile | None:
        same = (one for one in self.wardrobe.styles if one.name == style.name)
        return next((one for one in same if one.builtin == style.builtin), None)

    # -- changing ----------------------------------------------------------------------------

    def part(self, slug: str) -> Settings:
        """What the style says about a network itself, or about all (``*``)."""
        return dict(self.style.settings.get(slug, {})) if self.style is not None else {}

    def set_value(self, slug: str, key: str, value: object) -> None:
        """Change one setting of a network; None takes it away."""
        part = self.part(slug)
        if part.get(key) == value and (value is not None or key not in part):
            return
        part[key] = value
        if value is None:
            del part[key]
        self.set_part(slug, part)

    def set_part(self, slug: str, part: Settings | None) -> None:
        """Replace all that is said about a network; None: it is like all networks."""
        if self.style is None:
            return
        settings = {key: dict(value) for key, value in self.style.settings.items()}
        if part is None:
            settings.pop(slug, None)
        else:
            settings[slug] = part
        self._change(settings=settings)

    def set_same_as(self, slug: str, other: str) -> None:
        """Make a network the same as another, all it says itself gone; "" gives it a text."""
        if other:
            self.set_part(slug, {SAME_AS: other})
        else:
            part = self.part(slug)
            if part.pop(SAME_AS, None) is not None:
                self.set_part(slug, part)

    def set_name(self, name: str) -> None:
        if self.style is not None and name.strip() and name.strip() != self.shown_name():
            self._change(name=name.strip())

    def set_icon(self, name: str) -> None:
        if self.style is not None and name != self.style.icon:
            self._change(icon=name)

    def shown_name(self) -> str:
        return style_title(self.style) if self.style is not None else ""

    def _change(self, **changes: Any) -> None:
        style = self.style
        if style is None or style.problem:
            return
        if style.builtin:
            self._change_copy(style, changes)
            return
        self.style = replace(style, **changes)
        self._dirty = True
        self.problem = ""
        self._timer.call()
        self.changed.emit(self.style)
        self.stateChanged.emit()

    def _change_copy(self, builtin: StyleFile, changes: dict[str, Any]) -> None:
        """A built-in style stays as it is: the change goes into a copy."""
        taken = {one.name for one in self.wardrobe.styles}
        wanted = changes.pop("name", "") or self.tr("{name} copy").format(name=style_title(builtin))
        name = free_name(wanted, taken)
        copy = replace(
            builtin, builtin=False, name=name, path=None, stamp=None, place=None, **changes
        )
        self.style = copy
        self._stored = ""
        self._dirty, self._writing, self._sent = False, True, name
        self.addRequested.emit(copy, "")
        self.copied.emit(builtin, name)
        self.changed.emit(copy)
        self.stateChanged.emit()

    # -- keeping -----------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Keep what was changed; one write at a time, so that each knows what was there."""
        self._timer.cancel()
        if not self._dirty or self._writing or self.style is None:
            return
        self._dirty, self._writing, self._sent = False, True, self.style.name
        self.saveRequested.emit(self.style, self._stored, self.style.stamp)
        self.stateChanged.emit()

    def save_all(self) -> None:
        """Keep everything now, also what was changed while an earlier change is being written: the
        style is left."""
        if self._dirty and self._writing and self.style is not None:
            self._timer.cancel()
            self._dirty = False
            # Over what is being written in this moment, whose stamp is not known yet.
            self.saveRequested.emit(self.style, self._sent, None)
        self.save()

    def written(self, style: StyleFile, before: str = "") -> bool:
        """A style reached the disk; `before` is the name that it had there, "" for a new one.
        False where it is another than the one at hand."""
        mine = self.style
        if not self._writing or mine is None or before != self._stored:
            return False
        if not before and not style.name.startswith(self._sent):
            return False  # another new one, say of a file that was dropped
        self._writing = False
        self._stored = style.name
        # The disk may have another name for it, where the one wanted was taken meanwhile.
        self.style = replace(
            mine,
            name=mine.name if self._dirty else style.name,
            path=style.path,
            stamp=style.stamp,
            place=style.place,
            content=style.content,
        )
        self._mine = self.style
        if self._dirty:
            self._timer.call()
        self.stateChanged.emit()
        return True

    def bring_back(self, mine: StyleFile) -> None:
        """Make the style at hand what it was before another program wrote over it."""
        if self.style is not None and self.style.name == mine.name:
            self._change(settings=mine.settings)
            self.opened.emit(self.style)

    def refused(self, name: str, why: str) -> None:
        """It could not be kept: it stays as it is here, and is tried again with the next change."""
        if self._writing and name == self._sent:
            self._writing, self._dirty = False, True
            self.problem = why
            self.stateChanged.emit()


def new_style(name: str, wardrobe: Wardrobe) -> StyleFile:
    """An empty style under a name that is free."""
    taken = {one.name for one in wardrobe.styles}
    return StyleFile(free_name(name, taken), {ALL_NETWORKS: {"post_text": "{post_title}"}})
