"""The settings of the app: read from their file, checked against what is declared, written."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from posto_desktop.storage import atomic
from posto_desktop.storage.errors import StorageError
from posto_desktop.storage.settings_declared import BY_NAME, Value, declaration

SCHEMA = 1


class Settings:
    """What the user chose. Only values that differ from the default are written.

    `problems` holds sentences about a file that was damaged, from a newer version, or partly
    unusable; the app shows them once.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._values: dict[str, Value] = {}
        self._unknown: dict[str, Any] = {}
        self._writable = True
        self.problems: list[str] = []
        self._read()

    def get(self, name: str) -> Any:
        return self._values.get(name, declaration(name).default)

    def set(self, name: str, value: Value) -> None:
        """Change and write at once. ValueError for a wrong value, StorageError if not writable.

        After a StorageError the new value still holds until the app ends.
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

    def chosen(self) -> dict[str, Value]:
        """The values that differ from their defaults, by name."""
        return dict(self._values)

    def _read(self) -> None:
        try:
            stored, damaged = atomic.read_json_reporting(self._path, {})
        except StorageError as error:
            # Writing now would replace a file that we were not able to look at.
            self._writable = False
            self.problems.append(f"{error.user_message} The settings are the built-in ones.")
            return
        if damaged is None and not isinstance(stored, dict):
            damaged = atomic.set_aside(self._path, "its content is not what Posto writes")
            stored = {}
        if damaged is not None:
            self._writable = damaged.kept is not None
            self.problems.append(f"{damaged.sentence} The settings are the built-in ones.")
            return
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
                self.problems.append(
                    f"The setting “{declared.text}” had a value that cannot be used; "
                    "the built-in one is used instead."
                )

    def _keep_newer(self) -> None:
        """What we understand of a newer file is used; the file itself stays for that version."""
        kept = atomic.set_aside(self._path, "it is from a newer version of Posto", "newer")
        self._writable = kept.kept is not None
        self.problems.append(f"{kept.sentence} What this version understands of it is used.")

    def _write(self) -> None:
        if not self._writable:
            return
        stored = {"schema": SCHEMA, **self._unknown, **self._values}
        # Called on the GUI thread: no wait for the disk. The swap itself is still atomic.
        atomic.write_json(self._path, stored, durable=False)
