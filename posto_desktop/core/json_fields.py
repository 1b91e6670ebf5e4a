"""Typed access to stored JSON: invalid values count as missing."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard


def get_text(data: Mapping[str, Any], key: str) -> str:
    """Return a text; empty if missing."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def get_list(data: Mapping[str, Any], key: str) -> list[Any]:
    """Return a list; empty if missing."""
    value = data.get(key)
    return value if isinstance(value, list) else []


def get_mapping(data: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    """Return a mapping; empty if missing."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def is_uint(value: object) -> TypeGuard[int]:
    """Return whether this is a non-negative integer that SQLite can store."""
    return type(value) is int and -(2**63) <= value < 2**63


def get_uint(data: Mapping[str, Any], key: str) -> int:
    """Return a non-negative integer; 0 if missing."""
    value = data.get(key)
    return value if is_uint(value) and value >= 0 else 0


def get_seconds(data: Mapping[str, Any], key: str) -> float:
    """Return a finite non-negative number; 0 if missing."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) and number >= 0 else 0.0


def get_time(data: Mapping[str, Any], key: str) -> datetime | None:
    """Return the UTC time of an ISO text; without a zone it counts as UTC."""
    value = data.get(key)
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
