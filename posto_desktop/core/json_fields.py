"""Values out of stored plain data, which may hold anything: what is wrong counts as not there."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, TypeGuard


def get_text(data: Mapping[str, Any], key: str) -> str:
    """A text; empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, str) else ""


def get_list(data: Mapping[str, Any], key: str) -> list[Any]:
    """A list; empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, list) else []


def get_mapping(data: Mapping[str, Any], key: str) -> Mapping[Any, Any]:
    """A mapping; empty where there is none."""
    value = data.get(key)
    return value if isinstance(value, Mapping) else {}


def is_uint(value: object) -> TypeGuard[int]:
    """Whether this is a whole number that a database holds."""
    return type(value) is int and -(2**63) <= value < 2**63


def get_uint(data: Mapping[str, Any], key: str) -> int:
    """A whole number from 0 up; 0 where there is none."""
    value = data.get(key)
    return value if is_uint(value) and value >= 0 else 0


def get_seconds(data: Mapping[str, Any], key: str) -> float:
    """A finite number from 0 up; 0 where there is none."""
    value = data.get(key)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return 0.0
    try:
        number = float(value)
    except OverflowError:
        return 0.0
    return number if math.isfinite(number) and number >= 0 else 0.0


def get_time(data: Mapping[str, Any], key: str) -> datetime | None:
    """A moment in UTC, of an ISO text; one without a zone counts as UTC."""
    value = data.get(key)
    if not isinstance(value, str):
        return None
    try:
        when = datetime.fromisoformat(value)
        return when.astimezone(UTC) if when.tzinfo else when.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
