"""Styles and defaults for the pages: read and written on a worker, watched for other programs."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot

from posto_desktop.common import json_text
from posto_desktop.common.resources import resource
from posto_desktop.common.user_error import message_of
from posto_desktop.core.draft import Draft
from posto_desktop.core.styles import StyleRegistry, mark_files, place_between, sort_key
from posto_desktop.sdk.defaults import Defaults
from posto_desktop.sdk.errors import PostoError, SettingsError
from posto_desktop.sdk.named_settings import NamedSettingsStore
from posto_desktop.sdk.style_files import Stamp, StyleFile, encode, parse, style_of
from posto_desktop.sdk.style_parts import FOLDER
from posto_desktop.sdk.style_texts import SNIPPETS, read_words
from posto_desktop.storage import atomic, regular_files
from posto_desktop.storage.errors import StorageError, explain
from posto_desktop.workers import watermarks
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.runner import Job, JobHandle, JobRunner
from posto_desktop.workers.style_bundle import packed, unpacked

SOON_MS = 150
"""Delay that collects changes on the disk."""
YOUNG_SECONDS = 2.0
MAX_WATCHED = 300
"""Files watched singly, for programs that write in place; the folder's watch covers the others."""
MAX_IMPORT = 4 * 1024 * 1024
DAMAGED = "defaults.json is damaged, so no defaults count. The next change keeps it aside."


Where = str | tuple[str, int]
"""A network, or a channel: the address of its service and its number."""


@dataclass(frozen=True)
class StyleResult:
    """Result of a call. `kind`: "saved", "added", "deleted", "exported", "mark", "default".
    `kept_names`: the name that another program's version got; after an export, the pictures left
    out. `before`: the previous style, for Undo and renaming. `target`: the network or channel whose
    default changed, and its previous `values`."""

    kind: str
    style: StyleFile | None = None
    before: StyleFile | None = None
    kept_names: str = ""
    path: str = ""
    target: Where = ""
    values: Mapping[str, Any] = field(default_factory=dict, hash=False)


Call = Callable[[], StyleResult | None]


class StyleStore:
    """The files, for worker threads and scripts: no Qt. All calls may block on the disk."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self.book = NamedSettingsStore(lambda: config / "styles", "style", resource("styles"))
        self.defaults = Defaults(lambda: config / "defaults.json")
        self._mutex = threading.Lock()

    def read(self) -> StyleRegistry:
        """Return everything from the disk."""
        with self._mutex:
            return self._style_registry(tuple(self.book.scan(YOUNG_SECONDS)))

    def read_plain(self) -> StyleRegistry:
        """Return the defaults, without any style."""
        with self._mutex:
            return self._style_registry(())

    def _style_registry(self, styles: tuple[StyleFile, ...]) -> StyleRegistry:
        (defaults, problem), folder = self.read_defaults(), self.book.folder / FOLDER
        lost = {
            name: why
            for name in mark_files(styles, defaults)
            if (why := watermarks.problem_of(folder / name))
        }
        return StyleRegistry(styles, defaults, read_words(self._config), str(folder), lost, problem)

    def read_defaults(self) -> tuple[dict[str, Any], str]:
        """Return the content of ``defaults.json``, and a sentence if it cannot be read."""
        # Not through `Defaults`, which moves a damaged file aside: another program may be writing
        # it right now.
        path = self._config / "defaults.json"
        try:
            with regular_files.open_file(path) as file:
                data = json_text.loads(file.read(MAX_IMPORT))
        except FileNotFoundError:
            return {}, ""
        except OSError as error:
            return {}, explain(error, path, "read").user_message
        except ValueError:
            return {}, DAMAGED
        return (data, "") if isinstance(data, dict) else ({}, DAMAGED)

    def save(self, style: StyleFile, before: str, based_on: Stamp | None) -> StyleResult:
        old = self.book.find(before or style.name)
        saved, kept_name = self.book.put(style, before=before, based_on=based_on)
        return StyleResult("saved", saved, old, kept_name)

    def add(self, style: StyleFile, place_after: str = "") -> StyleResult:
        own = sorted(
            (own_style for own_style in self.book.scan() if _is_custom(own_style)), key=sort_key
        )
        at = next(
            (n for n, own_style in enumerate(own) if own_style.name == place_after), len(own) - 1
        )
        if own and own[-1].place is not None:
            after = own[at + 1] if at + 1 < len(own) else None
            style = replace(style, place=place_between(own[at], after))
        return StyleResult("added", self.book.add(style))

    def delete(self, name: str) -> StyleResult | None:
        style = self.book.find(name)
        if style is None or style.builtin or not self.book.delete(name):
            return None
        return StyleResult("deleted", before=style)

    def restore(self, style: StyleFile) -> StyleResult:
        """Undo `delete`."""
        return StyleResult("added", self.book.add(style))

    def arrange(self, names: Sequence[str]) -> None:
        """Order the user's styles; only moved ones are written."""
        own = {style.name: style for style in self.book.scan() if _is_custom(style)}
        for number, name in enumerate(names):
            style = own.get(name)
            if style is not None and style.place != float(number):
                self.book.put(replace(style, place=float(number)), before=name)

    def import_style(self, path: str) -> StyleResult:
        """Import a file. Raises `SettingsError` if it holds no style."""
        source = Path(path)
        try:
            data = regular_files.read_regular(source, MAX_IMPORT)
        except regular_files.TooLargeError as error:
            raise SettingsError(f"{source.name} is too large for a style.") from error
        except OSError as error:
            raise explain(error, source, "read") from error
        try:
            style = style_of(unpacked(parse(data), self.book.folder), source.stem)
        except SettingsError as error:
            raise SettingsError(f"{source.name} is no style. {error.user_message}") from error
        if style.problem:
            raise SettingsError(f"{source.name} is no style. {style.problem}")
        if not style.settings:
            raise SettingsError(
                f"{source.name} is not a style: it has no settings for any network."
            )
        return StyleResult("added", self.book.add(replace(style, place=None)))

    def set_default(self, target: Where, changes: Mapping[str, Any]) -> StyleResult:
        """Change defaults (see `Defaults.change`); the result has the previous values."""
        return StyleResult("default", target=target, values=self.defaults.change(target, changes))

    def import_watermark(self, path: str) -> StyleResult:
        """Store a picture beside the styles; the result's `path` is its name there."""
        return StyleResult("mark", path=watermarks.import_watermark(path, self.book.folder))

    def export(self, name: str, path: str) -> StyleResult:
        style = self.book.find(name)
        if style is None or style.problem:
            raise SettingsError(f"There is no style “{name}” to export.")
        whole, lost = packed(replace(style, place=None), self.book.folder)
        atomic.write_bytes(Path(path), encode(whole), mode=0o644)
        return StyleResult("exported", style, path=path, kept_names=", ".join(lost))


def _is_custom(style: StyleFile) -> bool:
    return not style.builtin and bool(style.content)


def with_resolved_style(draft: Draft, config: Path, service: str = "") -> Draft:
    """Return a draft with its style and defaults resolved, for sending one that was never shown. A
    resolved draft stays as it was shown."""
    if draft.resolved_style is not None:
        return draft
    store = StyleStore(config)
    style_registry = store.read() if draft.style else store.read_plain()
    return replace(draft, resolved_style=style_registry.resolved_style(draft.style, service))


class _Once:
    """A call that runs once, on whichever thread comes first; the other waits."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._lock = threading.Lock()
        self._ran = False

    def run(self) -> StyleResult | None:
        with self._lock:
            if self._ran:
                return None
            self._ran = True
            return self._call()


class StyleLibrary(QObject):
    """The styles of this computer. The calls return at once and run in order.

    Signals:
        changed(StyleRegistry): everything, after each call and when files changed.
        done(StyleResult): what a call did.
        refused(str name, str why): a call failed; nothing was changed.
    """

    changed = Signal(object)
    done = Signal(object)
    refused = Signal(str, str)

    def __init__(
        self,
        runner: JobRunner,
        config: Path,
        parent: QObject | None = None,
        *,
        soon_ms: int = SOON_MS,
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._config = config
        self._store = StyleStore(config)
        self._waiting: list[tuple[str, _Once | None]] = []
        self._running: _Once | None = None
        self._job: JobHandle | None = None
        self._current = ""
        self.known: StyleRegistry | None = None
        """As last read; None before the first `load` has ended."""
        self._watcher: QFileSystemWatcher | None = None
        self._soon = Debouncer(soon_ms, self.load, self)
        self._later = Debouncer(round(YOUNG_SECONDS * 1000) + 200, self.load, self)

    @Slot()
    def load(self) -> None:
        """Read everything (again)."""
        if not any(call is None for _name, call in self._waiting):
            self._ask("", None)

    def watch(self) -> None:
        """Start reporting changes by other programs."""
        if self._watcher is None:
            self._watcher = QFileSystemWatcher(self)
            self._watcher.directoryChanged.connect(self._changed_outside)
            self._watcher.fileChanged.connect(self._changed_outside)
        self.load()

    def save(self, style: StyleFile, before: str = "", based_on: Stamp | None = None) -> None:
        """Save a new or changed style; `before` is its previous name."""
        self._ask(style.name, lambda: self._store.save(style, before, based_on))

    def add(self, style: StyleFile, place_after: str = "") -> None:
        """Add a style under the next free name."""
        self._ask(style.name, lambda: self._store.add(style, place_after))

    def delete(self, name: str) -> None:
        self._ask(name, lambda: self._store.delete(name))

    def restore(self, style: StyleFile) -> None:
        """Undo `delete`."""
        self._ask(style.name, lambda: self._store.restore(style))

    def arrange(self, names: Sequence[str]) -> None:
        """Order the user's styles."""
        order = list(names)

        def arrange() -> None:
            self._store.arrange(order)

        self._ask("", arrange)

    def import_style(self, path: str) -> None:
        """Import a file."""
        self._ask(Path(path).name, lambda: self._store.import_style(path))

    def set_default(self, target: Where, changes: Mapping[str, Any]) -> None:
        """Change defaults of a network, or of a channel (address of its service, number)."""
        new_values = dict(changes)
        self._ask("", lambda: self._store.set_default(target, new_values))

    def import_watermark(self, path: str) -> None:
        """Store a picture as a watermark."""
        self._ask(Path(path).name, lambda: self._store.import_watermark(path))

    def export(self, name: str, path: str) -> None:
        self._ask(name, lambda: self._store.export(name, path))

    @property
    def busy(self) -> bool:
        """Return whether reads or writes are pending."""
        return self._job is not None or bool(self._waiting)

    def finish(self) -> None:
        """Carry out pending calls now: the program is ending."""
        waiting = [self._running, *(once for _name, once in self._waiting)]
        self._waiting = []
        self._soon.cancel()
        self._later.cancel()
        for once in waiting:
            if once is not None:
                with suppress(StorageError, PostoError):
                    once.run()

    def _ask(self, name: str, call: Call | None) -> None:
        self._waiting.append((name, _Once(call) if call is not None else None))
        self._next()

    def _next(self) -> None:
        if self._job is not None or not self._waiting:
            return
        self._current, self._running = self._waiting.pop(0)
        self._job = self._runner.submit(_run, self._store, self._running, parent=self)
        self._job.done.connect(self._done)
        self._job.failed.connect(self._failed)
        self._job.cancelled.connect(self._ended)

    @Slot(object)
    def _done(self, answer: object) -> None:
        outcome, style_registry = cast(tuple[StyleResult | None, StyleRegistry], answer)
        self._ended()
        before, self.known = self.known, style_registry
        if style_registry != before:
            self.changed.emit(style_registry)
        self._watch_files()
        if outcome is not None:
            self.done.emit(outcome)
        if any(not style.content and not style.builtin and style.path is not None
               and style.path.suffix == ".json" for style in style_registry.styles):  # fmt: skip
            self._later.call()  # it may have been half written

    @Slot(object)
    def _failed(self, error: object) -> None:
        name = self._current
        self._ended()
        sentence = message_of(error, str(error))
        self.refused.emit(name, sentence)

    @Slot()
    def _ended(self) -> None:
        self._job = self._running = None
        self._next()

    @Slot(str)
    def _changed_outside(self, _path: str) -> None:
        self._soon.call()

    def _watch_files(self) -> None:
        watcher, known = self._watcher, self.known
        if watcher is None or known is None:
            return
        folder = self._config / "styles"
        to_watch = {str(self._config), str(folder), str(folder / FOLDER)}
        to_watch |= {str(self._config / name) for name in ("defaults.json", SNIPPETS)}
        files = [
            style.path for style in known.styles if not style.builtin and style.path is not None
        ]
        to_watch |= {str(path) for path in files[:MAX_WATCHED]}
        watched = {*watcher.files(), *watcher.directories()}
        if removed := sorted(watched - to_watch):
            watcher.removePaths(removed)
        # An unreadable file cannot be watched.
        if new := sorted(path for path in to_watch - watched if os.access(path, os.R_OK)):
            watcher.addPaths(new)


def _run(
    _job: Job, store: StyleStore, once: _Once | None
) -> tuple[StyleResult | None, StyleRegistry]:
    outcome = once.run() if once is not None else None
    return outcome, store.read()
