"""Editor of the open style: owns it and saves it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from posto_desktop.core.styles import StyleRegistry, sort_key
from posto_desktop.models.styles import style_title
from posto_desktop.sdk.named_settings import free_name
from posto_desktop.sdk.style_files import ALL_NETWORKS, SAME_AS, Settings, StyleFile
from posto_desktop.workers.debouncer import Debouncer

SAVE_MS = 700
_FIELDS = tuple(StyleFile.__dataclass_fields__)


class StyleEditor(QObject):
    """Owns the open style, a frozen `StyleFile`; all changes go through it, and views show what its
    signals emit. Built-in styles are read-only: the first change makes a copy.

    Signals:
        opened(StyleFile | None): another style is open, or none.
        reloaded(StyleFile): show the style again: another program wrote it, or a change was undone.
        changed(StyleFile, frozenset[str]): the user changed these fields.
        savedStateChanged(): `is_unsaved` or `problem` changed.
        saveRequested(StyleFile, str before, object stamp), addRequested(StyleFile, str after): see
            `workers.styles.StyleLibrary`.
        copied(StyleFile builtin, str name): the first change of a built-in style made this copy.
        replaced(StyleFile mine): another program overwrote the user's version.
    """

    opened = Signal(object)
    reloaded = Signal(object)
    changed = Signal(object, object)
    savedStateChanged = Signal()
    saveRequested = Signal(object, str, object)
    addRequested = Signal(object, str)
    copied = Signal(object, str)
    replaced = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._style: StyleFile | None = None
        self._style_registry = StyleRegistry()
        self._is_loaded = False
        self._problem = ""
        self._awaited = ""  # name of the style to open once it is read
        self._saved_name = ""  # its name on the disk; "" until it is saved
        self._sent = ""  # the name being written
        self._overwritten: StyleFile | None = None  # the user's last version
        self._dirty = False
        self._writing = False
        self._save_soon = Debouncer(SAVE_MS, self.save, self)

    # -- open style ----------------------------------------------------------------------------

    @property
    def style(self) -> StyleFile | None:
        return self._style

    @property
    def name(self) -> str:
        """Return the name of the style, "" for none."""
        return self._style.name if self._style is not None else ""

    @property
    def is_unsaved(self) -> bool:
        return self._dirty or self._writing

    @property
    def problem(self) -> str:
        """Return why the last save failed, "" if it did not."""
        return self._problem

    @property
    def can_edit(self) -> bool:
        """Return True if a style is open and its file is readable."""
        return self._style is not None and not self._style.problem

    @Slot(object)
    def open(self, style: StyleFile | None) -> None:
        self.save_all()
        self._style = style
        self._saved_name = style.name if style is not None and not style.builtin else ""
        self._dirty = self._writing = False
        self._overwritten = None
        self._problem = ""
        self.opened.emit(style)
        self.savedStateChanged.emit()

    def open_named(self, name: str) -> bool:
        """Open a style by its name. Return False if there is none; before the styles are read, open
        it as soon as they are."""
        style = self._style_registry.find(name)
        if style is None:
            if not self._is_loaded:
                self._awaited = name
            return False
        self._awaited = ""
        self.open(style)
        return True

    def set_style_registry(self, style_registry: StyleRegistry) -> None:
        """Set all styles from the disk. Show changes of other programs at once, unless the user is
        editing."""
        is_first, self._is_loaded = not self._is_loaded, True
        self._style_registry = style_registry
        if not self.is_unsaved:
            self._follow_disk()
        is_found = bool(self._awaited) and self.open_named(self._awaited)
        if not is_found and (is_first or self._style is None) and not self.is_unsaved:
            self.open(self._first())

    def _follow_disk(self) -> None:
        style = self._style
        if style is None:
            return
        on_disk = self._on_disk(style)
        if on_disk is None:
            self._style = None
            self.opened.emit(None)
        elif on_disk.stamp != style.stamp or on_disk != style:
            self._style = on_disk
            if on_disk.settings != style.settings or on_disk.name != style.name:
                overwritten, self._overwritten = self._overwritten, None
                self.reloaded.emit(on_disk)
                self.savedStateChanged.emit()
                if overwritten is not None and overwritten.settings != on_disk.settings:
                    self.replaced.emit(overwritten)

    def _on_disk(self, style: StyleFile) -> StyleFile | None:
        same = (listed for listed in self._style_registry.styles if listed.name == style.name)
        return next((listed for listed in same if listed.builtin == style.builtin), None)

    def _first(self) -> StyleFile | None:
        """Return the first of the user's styles, else the first built-in one."""
        styles = [style for style in self._style_registry.styles if style.content]
        user_styles = sorted((style for style in styles if not style.builtin), key=sort_key)
        return next(iter([*user_styles, *(style for style in styles if style.builtin)]), None)

    # -- other styles --------------------------------------------------------------------------

    def add(self, name: str) -> None:
        """Create an empty style and open it once it is written."""
        self.save()
        text = {ALL_NETWORKS: {"post_text": "{post_title}"}}
        self._await_new(StyleFile(self._free_name(name), text), after="")

    def duplicate(self) -> None:
        """Duplicate the open style, and open the copy once it is written."""
        style = self._style
        if style is None or style.problem:
            return
        self.save()
        name = self._free_name(self.tr("{name} copy").format(name=style_title(style)))
        copy = replace(style, name=name, builtin=False, path=None, stamp=None, place=None)
        self._await_new(copy, after="" if style.builtin else style.name)

    def _await_new(self, style: StyleFile, after: str) -> None:
        self._awaited = style.name
        self.addRequested.emit(style, after)

    def leave(self) -> str:
        """Return the name of the open style, which the caller deletes; the next own style opens
        then. "" if it cannot be deleted."""
        style = self._style
        if style is None or style.builtin or not style.content:
            return ""
        self.save()
        user_styles = [
            user_style.name for user_style in self.user_styles() if user_style.name != style.name
        ]
        self._awaited = user_styles[0] if user_styles else ""
        return style.name

    def user_styles(self) -> list[StyleFile]:
        styles = self._style_registry.styles
        return sorted(
            (style for style in styles if not style.builtin and style.content), key=sort_key
        )

    def moved(self, by: int) -> list[str]:
        """Return the names of the user's styles with the open one moved up (-1) or down (1); empty
        if it cannot move."""
        names = [user_style.name for user_style in self.user_styles()]
        style = self._style
        if style is None or style.builtin or style.name not in names:
            return []
        at = names.index(style.name)
        if not 0 <= at + by < len(names):
            return []
        names.insert(at + by, names.pop(at))
        self.save()
        return names

    def _free_name(self, name: str) -> str:
        return free_name(name, {style.name for style in self._style_registry.styles})

    # -- changes -----------------------------------------------------------------------------

    def part(self, slug: str) -> Settings:
        """Return the style's settings for a network, or for all (``*``)."""
        return dict(self._style.settings.get(slug, {})) if self._style is not None else {}

    def set_value(self, slug: str, key: str, value: object) -> None:
        """Change one setting of a network; None removes it."""
        part = self.part(slug)
        if part.get(key) == value and (value is not None or key not in part):
            return
        part[key] = value
        if value is None:
            del part[key]
        self.set_part(slug, part)

    def set_part(self, slug: str, part: Settings | None) -> None:
        """Replace all settings of a network; None makes it the same as all networks."""
        if self._style is None:
            return
        settings = {key: dict(value) for key, value in self._style.settings.items()}
        if part is None:
            settings.pop(slug, None)
        else:
            settings[slug] = part
        self._change(settings=settings)

    def set_same_as(self, slug: str, source_slug: str) -> None:
        """Let a network use the settings of another and drop its own; "" ends that."""
        if source_slug:
            self.set_part(slug, {SAME_AS: source_slug})
        else:
            part = self.part(slug)
            if part.pop(SAME_AS, None) is not None:
                self.set_part(slug, part)

    def set_name(self, name: str) -> None:
        if self._style is not None and name.strip() and name.strip() != self.shown_name():
            self._change(name=name.strip())

    def set_icon(self, name: str) -> None:
        if self._style is not None and name != self._style.icon:
            self._change(icon=name)

    def shown_name(self) -> str:
        return style_title(self._style) if self._style is not None else ""

    def _change(self, **changes: Any) -> None:
        style = self._style
        if style is None or style.problem:
            return
        if style.builtin:
            self._change_copy(style, changes)
            return
        self._dirty = True
        self._problem = ""
        self._save_soon.call()
        self._set_style(replace(style, **changes))

    def _set_style(self, style: StyleFile) -> None:
        before, self._style = self._style, style
        changed = {name for name in _FIELDS if getattr(before, name, None) != getattr(style, name)}
        self.changed.emit(style, frozenset(changed))
        self.savedStateChanged.emit()

    def _change_copy(self, builtin: StyleFile, changes: dict[str, Any]) -> None:
        base_name = changes.pop("name", "") or self.tr("{name} copy").format(
            name=style_title(builtin)
        )
        name = self._free_name(base_name)
        copy = replace(
            builtin, builtin=False, name=name, path=None, stamp=None, place=None, **changes
        )
        self._saved_name = ""
        self._dirty, self._writing, self._sent = False, True, name
        self.addRequested.emit(copy, "")
        self.copied.emit(builtin, name)
        self._set_style(copy)

    # -- saving --------------------------------------------------------------------------------

    @Slot()
    def save(self) -> None:
        """Save changes; one write at a time, so that each knows the version before it."""
        self._save_soon.cancel()
        if not self._dirty or self._writing or self._style is None:
            return
        self._dirty, self._writing, self._sent = False, True, self._style.name
        self.saveRequested.emit(self._style, self._saved_name, self._style.stamp)
        self.savedStateChanged.emit()

    def save_all(self) -> None:
        """Save everything now, even during a write, because the style is being closed."""
        if self._dirty and self._writing and self._style is not None:
            self._save_soon.cancel()
            self._dirty = False
            # This overwrites the running write, whose stamp is not known yet.
            self.saveRequested.emit(self._style, self._sent, None)
        self.save()

    def _written(self, style: StyleFile, before: str) -> bool:
        overwritten = self._style
        if not self._writing or overwritten is None or before != self._saved_name:
            return False
        if not before and not style.name.startswith(self._sent):
            return False  # another new style, for example of a dropped file
        self._writing = False
        self._saved_name = style.name
        # The name on the disk differs if the requested one was taken meanwhile.
        self._style = replace(
            overwritten,
            name=overwritten.name if self._dirty else style.name,
            path=style.path,
            stamp=style.stamp,
            place=style.place,
            content=style.content,
        )
        self._overwritten = self._style
        if self._dirty:
            self._save_soon.call()
        self.savedStateChanged.emit()
        return True

    def restore_version(self, overwritten: StyleFile) -> None:
        """Restore the open style to the version that another program overwrote."""
        if self.name == overwritten.name:
            self._change(settings=overwritten.settings)
            self.reloaded.emit(self._style)

    def set_back(self, name: str, slug: str, key: str, value: object) -> None:
        """Undo a change of one setting, if the style `name` is still open."""
        if self.name == name:
            self.set_value(slug, key, value)
            self.reloaded.emit(self._style)

    def set_saved(self, style: StyleFile, before: str, *, is_new: bool) -> bool:
        """Record that a style was saved; `before` is its former name on the disk, "" for a new one.
        Return True if it is the open style; another new one opens as soon as it can be read."""
        if self._written(style, before):
            return True
        if is_new and not self.open_named(style.name):
            self._awaited = style.name
        return False

    def set_refused(self, name: str, why: str) -> None:
        """Record that saving failed; the next change tries again."""
        if self._writing and name == self._sent:
            self._writing, self._dirty = False, True
            self._problem = why
            self.savedStateChanged.emit()
