"""The app's settings: read, validated against the declarations, written."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from posto_desktop.common.translation import translate
from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError, could_not_be
from posto_desktop.storage.setting_declarations import BY_NAME, SettingsReader, Value, declaration

log = logging.getLogger(__name__)

SCHEMA = 1


class Settings(SettingsReader):
    """The user's settings. Only values that differ from the default are written.

    `problems` are sentences about a file that was damaged, from a newer version, or partly invalid;
    the app shows them once. They are made when they are read: the language is one of the settings.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Value] = {}
        self._unknown: dict[str, Any] = {}
        self._writable = True
        self._writer: _Writer | None = None
        self._problems: list[Callable[[], str]] = []
        self._read()

    @property
    def problems(self) -> list[str]:
        return [problem() for problem in self._problems]

    def add_problem(self, problem: Callable[[], str]) -> None:
        """Add a sentence to `problems`."""
        self._problems.append(problem)

    def get(self, name: str) -> Value:
        return self._values.get(name, declaration(name).default)

    def set(self, name: str, value: Value) -> None:
        """Set and write a value. Raises ValueError for an invalid value, StorageError if it cannot
        be written.

        After a StorageError the new value still applies until the app ends. On return it is on the
        disk, unless `write_in_background` was called.
        """
        setting = declaration(name)
        if not setting.accepts(value):
            raise ValueError(f"{name} cannot be {value!r}")
        if self.get(name) == value:
            return
        if value == setting.default:
            self._values.pop(name, None)
        else:
            self._values[name] = value
        self._write()

    def write_in_background(self, failed: Callable[[StorageError], None]) -> None:
        """Write on a background thread from now on, until `close`; `set` then raises no
        StorageError, `failed` is called on that thread instead. For the app, whose window must not
        wait."""
        self._writer = _Writer(self._path, failed)
        if self._values and self._writable and not atomic.copy_path(self._path).exists():
            self._write()  # written by a version without a copy

    def flush(self, seconds: float) -> bool:
        """Wait until all is written; return False on timeout."""
        return self._writer is None or self._writer.flush(seconds)

    def close(self, seconds: float = 4.0) -> None:
        """Write pending changes. Later changes are written at once again."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.close(seconds)

    def chosen(self) -> dict[str, Value]:
        """Return the values that differ from their defaults, by name."""
        return dict(self._values)

    def _read(self) -> None:
        try:
            stored, damaged = atomic.read_json_or_copy(
                self._path, {}, lambda content: isinstance(content, dict)
            )
        except StorageError as error:
            # Do not overwrite a file that could not be read.
            self._writable = False
            unreadable = error.user_message
            self.add_problem(lambda: f"{unreadable} {_default_used()}")
            return
        if damaged is not None:
            self._writable = damaged.copy_path is not None
            self.add_problem(partial(_damage_sentence, damaged))
        schema = stored.pop("schema", SCHEMA)
        if type(schema) is not int or schema > SCHEMA:
            self._keep_newer()
        for name, value in stored.items():
            declared = BY_NAME.get(name)
            if declared is None:
                self._unknown[name] = value
            elif declared.accepts(value):
                self._values[name] = value
            else:
                self.add_problem(partial(_invalid_sentence, declared.text))

    def _keep_newer(self) -> None:
        """Use the known part of a newer file, but leave the file to that version."""
        moved = atomic.set_aside(self._path, atomic.IS_NEWER, "newer")
        self._writable = moved.copy_path is not None
        self.add_problem(partial(_newer_sentence, moved))

    def _write(self) -> None:
        if not self._writable:
            return
        stored = {"schema": SCHEMA, **self._unknown, **self._values}
        if self._writer is not None:
            self._writer.write(stored)
        else:
            atomic.write_json_and_copy(self._path, stored)


def _default_used() -> str:
    return translate("Storage", "Default settings are used.")


def _damage_sentence(damaged: atomic.DamagedFile) -> str:
    instead = _default_used()
    if damaged.is_from_copy:
        instead = translate("Storage", "The last copy of the settings is used.")
    return f"{damaged.sentence} {instead}"


def _newer_sentence(moved: atomic.DamagedFile) -> str:
    instead = translate("Storage", "This version uses the settings that it knows.")
    return f"{moved.sentence} {instead}"


def _invalid_sentence(name: str) -> str:
    #: {name}: title of a setting.
    sentence = translate(
        "Storage", "The setting “{name}” had an invalid value. The default is used instead."
    )
    return sentence.format(name=translate("Settings", name))


class _Writer:
    """A thread that writes the newest settings: a flush to the disk may take seconds."""

    def __init__(self, path: Path, failed: Callable[[StorageError], None]) -> None:
        self._path, self._failed = path, failed
        self._changed = threading.Condition()
        self._next: dict[str, Any] | None = None
        self._is_writing = self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="posto-settings", daemon=True)
        self._thread.start()

    def write(self, stored: dict[str, Any]) -> None:
        """Write this soon; of several in a row only the last is written."""
        with self._changed:
            self._next = stored
            self._changed.notify_all()

    def flush(self, seconds: float) -> bool:
        """Wait until all is written; return False on timeout."""
        with self._changed:
            return self._changed.wait_for(
                lambda: self._next is None and not self._is_writing, seconds
            )

    def close(self, seconds: float) -> None:
        """Write pending changes, and end."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(seconds)

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._next is not None or self._is_closed)
                stored, self._next = self._next, None
                if stored is None:
                    return
                self._is_writing = True
            try:
                atomic.write_json_and_copy(self._path, stored)
            except StorageError as error:
                self._failed(error)
            except Exception as error:
                log.exception("The settings were not written")
                self._failed(StorageError(could_not_be("saved", self._path.name, str(error))))
