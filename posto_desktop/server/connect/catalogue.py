"""Catalogue of networks in three groups, with the reason why one needs more work."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

from posto_desktop.common import json_text
from posto_desktop.common.resources import resource
from posto_desktop.server.publishers.base import Publisher

AT_ONCE = "at_once"
GROUPS = (AT_ONCE, "own_app", "service")


def networks_json(publishers: Mapping[str, Publisher]) -> list[dict[str, Any]]:
    """All networks as clients see them: those that this computer connects first, then those that it
    does not, which have no fields."""
    entries_by_method = {entry["method"]: entry for entry in _other_networks()}
    listed = [
        _network(
            method,
            entries_by_method.get(method, {}).get("name", publisher.name),
            entries_by_method.get(method, {}),
            publisher,
        )
        for method, publisher in publishers.items()
        if publisher.fields
    ]
    listed += [
        _network(method, entry["name"], entry, None)
        for method, entry in entries_by_method.items()
        if method not in publishers or not publishers[method].fields
    ]
    return sorted(listed, key=lambda network: GROUPS.index(network["group"]))


def _network(
    method: str, name: str, entry: Mapping[str, str], publisher: Publisher | None
) -> dict[str, Any]:
    return {
        "method": method,
        "name": name,
        "group": entry.get("group", AT_ONCE),
        "network": entry.get("network", method),
        "reason": entry.get("reason", ""),
        "browser": publisher is not None and publisher.signs_in_by_browser,
        "fields": _fields(publisher) if publisher is not None else [],
    }


def _fields(publisher: Publisher) -> list[dict[str, Any]]:
    return [
        {
            "name": field.name,
            "label": field.label,
            "secret": field.is_secret,
            "required": field.is_required,
            "hint": field.hint,
        }
        for field in publisher.fields
    ]


@functools.cache
def _other_networks() -> list[dict[str, str]]:
    loaded = json_text.loads(resource("connections.json").read_bytes())
    assert isinstance(loaded, dict)
    return list(loaded["networks"])
