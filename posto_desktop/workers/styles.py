"""Styles and defaults for the pages: read and written on a worker, watched for other programs."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from PySide6.QtCore import QFileSystemWatcher, QObject, Signal, Slot

from posto_desktop.common.user_error import message_of
from posto_desktop.core.styles import StyleRegistry
from posto_desktop.delivery.style_store import (
    YOUNG_SECONDS,
    Call,
    StyleResult,
    StyleStore,
    Where,
)
from posto_desktop.sdk.errors import PostoError
from posto_desktop.sdk.style_files import Stamp, StyleFile
from posto_desktop.sdk.style_parts import FOLDER
from posto_desktop.sdk.style_texts import SNIPPETS
from posto_desktop.storage.errors import StorageError
from posto_desktop.workers.debouncer import Debouncer
from posto_desktop.workers.runner import Job, JobHandle, JobRunner

SOON_MS = 150
"""Delay that collects changes on the disk."""
MAX_WATCHED = 300
"""Files watched singly, for programs that write in place; the folder's watch covers the others."""


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
