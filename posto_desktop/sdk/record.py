"""Base class of records: dictionaries of the service's keys, with frozen attributes."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import fields, make_dataclass
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Final, TypeVar

from ..common import json_text

# Rows of channels hold cookies and the passwords of proxies.
_SECRET: Final = re.compile(r"\A(?:session_data|proxy)\Z")
# Names of further secrets that a service may send; no script needs them.
_LIKELY: Final = re.compile(
    r"(?i)session_?data|proxy|passw|secret|token|cookie|credential|(?:api|private)_?key"
)

_T = TypeVar("_T", bound="Record")


class Record(dict[str, Any]):
    """A dictionary of the service's keys and values, as in the published client: it can be written
    as JSON, copied, and changed by its holder. It contains no secret.

    Its fields are attributes, too, and those are frozen: changes of the dictionary do not affect
    the SDK. ``record[name]``, ``in`` and ``get`` also accept the names of the fields. Two records
    are equal if their fields are.
    """

    # Empty, so that numerous records can do without a `__dict__` each.
    __slots__ = ()

    # Service keys with other names here: a field or a property.
    _keys: ClassVar[dict[str, str]] = {}

    def __post_init__(self) -> None:
        self._fill({})

    def _fill(self, row: Mapping[str, Any]) -> None:
        """Store the service's `row`, without its secrets, and the parsed fields."""
        dict.update(self, readable({**row, **self._service_values()}))

    def _service_values(self) -> dict[str, Any]:
        """Return the fields under the service's keys."""
        return {key: getattr(self, name) for key, name in _service_keys(type(self))}

    def __missing__(self, key: str) -> object:
        name = _all_names(type(self)).get(key)
        if name is None:
            raise KeyError(key)
        return getattr(self, name)

    def get(self, key: str, default: object = None) -> object:
        try:
            return self[key]
        except KeyError:
            return default

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in _all_names(type(self))

    def __bool__(self) -> bool:
        return True  # also of a row whose dictionary is empty

    def __ne__(self, other: object) -> bool:
        # `dict.__ne__` would not match `__eq__`.
        equal = self.__eq__(other)
        return equal if equal is NotImplemented else not equal

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as plain JSON values, for the cache. Holds no secret."""
        values = [(name, getattr(self, name)) for name in _field_names(type(self))]
        # A hundred thousand rows may be cached at once: few calls each.
        return {
            name: value if isinstance(value, (str, int)) else _plain(value)
            for name, value in values
        }


def lean_maker(kind: type[_T]) -> Callable[..., _T]:
    """Return a function that makes a frozen record with slots and an empty dictionary out of the
    values of its fields, four times as fast as the class: that sets each field by its name."""

    def freeze(made: Record) -> None:
        made.__class__ = kind

    return make_dataclass(
        kind.__name__,
        [(item.name, object) for item in fields(kind)],  # type: ignore[arg-type]
        bases=(Record,),
        namespace={"__post_init__": freeze},
        eq=False,
        slots=True,
    )


def is_being_written() -> bool:
    """Return whether the caller's caller is Python's JSON encoder: with an indent it writes a false
    dictionary as empty."""
    return sys._getframe(2).f_globals.get("__name__") == "json.encoder"


def readable(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a row's public part as JSON data."""
    return _without(_LIKELY, json_text.plain(row))


def post_settings(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Return a channel's settings for posts, without those that can hold passwords or cookies."""
    return _without(_SECRET, json_text.plain(settings))


def _without(secret: re.Pattern[str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {k: _cleaned(secret, v) for k, v in values.items() if not secret.search(k)}


def _cleaned(secret: re.Pattern[str], value: object) -> object:
    if isinstance(value, dict):
        return _without(secret, value)
    if isinstance(value, list):
        return [_cleaned(secret, item) for item in value]
    return value


_ALL: dict[type[Record], dict[str, str]] = {}
_SERVICE: dict[type[Record], list[tuple[str, str]]] = {}


def _all_names(kind: type[Record]) -> dict[str, str]:
    """Return the attribute behind each key, the service's and our own."""
    names = _ALL.get(kind)
    if names is None:
        own = {item.name: item.name for item in fields(kind)}  # type: ignore[arg-type]
        names = _ALL[kind] = {**own, **kind._keys}
    return names


def _service_keys(kind: type[Record]) -> list[tuple[str, str]]:
    """Return (key of the service, attribute): one for each field, and the other keys."""
    keys = _SERVICE.get(kind)
    if keys is None:
        renamed = set(kind._keys.values())
        own = [item.name for item in fields(kind) if item.name not in renamed]  # type: ignore[arg-type]
        keys = _SERVICE[kind] = [*((name, name) for name in own), *kind._keys.items()]
    return keys


@cache
def _field_names(kind: type[Record]) -> tuple[str, ...]:
    return tuple(item.name for item in fields(kind))  # type: ignore[arg-type]


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, Record):
        return value.to_dict()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    return value
