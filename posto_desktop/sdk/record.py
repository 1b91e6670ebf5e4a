"""The base of all records: frozen dataclasses that can also be read like dictionaries."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any, ClassVar


class Record:
    """Read access by the service's keys and by our own field names."""

    # Empty, so that records of which there are many can do without a dictionary each.
    __slots__ = ()

    _keys: ClassVar[dict[str, str]] = {}

    def _names(self) -> dict[str, str]:
        kind = type(self)
        names = _NAMES.get(kind)
        if names is None:
            own = {item.name: item.name for item in fields(kind)}  # type: ignore[arg-type]
            names = _NAMES[kind] = {**own, **self._keys}
        return names

    def __getitem__(self, key: str) -> Any:
        name = self._names().get(key)
        if name is None:
            raise KeyError(key)
        return getattr(self, name)

    def get(self, key: str, default: Any = None) -> Any:
        name = self._names().get(key)
        return default if name is None else getattr(self, name)

    def __contains__(self, key: object) -> bool:
        return key in self._names()

    def __iter__(self) -> Iterator[str]:
        return iter(self._names())

    def keys(self) -> list[str]:
        return list(self._names())

    def items(self) -> list[tuple[str, Any]]:
        return [(key, self[key]) for key in self._names()]

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values, for the cache. Holds no secret."""
        return {item.name: _plain(getattr(self, item.name)) for item in fields(self)}  # type: ignore[arg-type]


_NAMES: dict[type[Record], dict[str, str]] = {}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
