"""The settings as the Compose page knows them: it reads and writes single values by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from posto_desktop.storage.settings_declared import declaration


class Keeping:
    """Until `use` is called, what is written is only remembered here."""

    def __init__(self) -> None:
        self._values: dict[str, Any] = {}
        self._read: Callable[[str], Any] | None = None
        self._write: Callable[[str, Any], None] | None = None

    def use(self, read: Callable[[str], Any], write: Callable[[str, Any], None]) -> None:
        """Read and write the settings of the app from now on."""
        self._read, self._write = read, write

    def get(self, name: str) -> Any:
        if self._read is not None:
            return self._read(name)
        return self._values.get(name, declaration(name).default)

    def set(self, name: str, value: Any) -> None:
        if self._write is not None:
            self._write(name, value)
        else:
            declaration(name)
            self._values[name] = value
