"""The limits of a network, as JSON and as lines."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from typing import Any

from posto_desktop.core.limits import limits_for


def limits_json(slug: str) -> dict[str, Any]:
    """Return the fields of `core.limits.NetworkLimits`; null means unknown."""
    data = _plain(dataclasses.asdict(limits_for(slug)))
    assert isinstance(data, dict)
    return data


def limit_lines(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the known limits, one a line."""
    yield str(data["name"])
    for name, value in data.items():
        if isinstance(value, dict):
            inner = {key: part for key, part in value.items() if part is not None}
            if inner:
                yield f"  {name}: " + ", ".join(
                    f"{key} {_words(part)}" for key, part in inner.items()
                )
        elif value not in (None, "", [], False) and name not in ("slug", "name"):
            yield f"  {name}: {_words(value)}"


def _words(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "yes" if value is True else str(value)


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return value
