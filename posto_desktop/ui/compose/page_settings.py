"""Settings of the Compose page: reads and writes single values by name."""

from __future__ import annotations

from collections.abc import Callable

from posto_desktop.storage.setting_declarations import SettingsReader, Value, declaration


class PageSettings(SettingsReader):
    """Until `use` is called, values live only in memory."""

    def __init__(self) -> None:
        self._values: dict[str, Value] = {}
        self._read: Callable[[str], Value] | None = None
        self._write: Callable[[str, Value], None] | None = None

    def use(self, read: Callable[[str], Value], write: Callable[[str, Value], None]) -> None:
        self._read, self._write = read, write

    def get(self, name: str) -> Value:
        if self._read is not None:
            return self._read(name)
        return self._values.get(name, declaration(name).default)

    def set(self, name: str, value: Value) -> None:
        if self._write is not None:
            self._write(name, value)
        else:
            declaration(name)
            self._values[name] = value
