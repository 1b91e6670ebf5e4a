"""The schema of stored drafts and its migrations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from posto_desktop.core.edits import MAX_SIDE, combine
from posto_desktop.core.json_fields import get_list, get_mapping
from posto_desktop.core.media_ref import edit_in
from posto_desktop.sdk import networks

SCHEMA = 4


def migrate(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return a draft's data in the current schema. Raises ValueError for a newer one."""
    schema = data.get("schema", 1)
    if type(schema) is not int or schema < 1:
        schema = 1
    if schema > SCHEMA:
        raise ValueError("a draft of a newer version")
    for number in range(schema, SCHEMA):
        data = MIGRATIONS[number](data)
    return data


def _to_2(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Own texts could have an alias ("x") as key, which lookups no longer find."""
    variants: dict[Any, Any] = {}
    for slug, text in get_mapping(data, "variants").items():
        variants.setdefault(networks.canonical(slug) if isinstance(slug, str) else slug, text)
    return {**data, "schema": 2, "variants": variants}


def _to_3(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """ "Nothing of the common edit" was encoded as an almost complete crop and a side longer than
    any picture."""
    media = [
        _spelled_out(raw) if isinstance(raw, Mapping) else raw for raw in get_list(data, "media")
    ]
    return {**data, "schema": 3, "media": media}


def _to_4(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Threads came in: programs of before would lose the further parts, and must not read them."""
    return {**data, "schema": 4}


def _spelled_out(raw: Mapping[str, Any]) -> Mapping[str, Any]:
    common, own = edit_in(raw.get("edit")), dict(get_mapping(raw, "network_edits"))
    for slug, value in own.items():
        edit = combine(common, edit_in(value))
        whole = edit.crop is not None and min(edit.crop[2:]) > 1 - 1e-6
        endless = edit.max_side == MAX_SIDE
        if whole or endless:
            edit = replace(
                edit,
                crop=None if whole else edit.crop,
                max_side=None if endless else edit.max_side,
                alone=True,
            )
            own[slug] = edit.to_json()
    return {**raw, "network_edits": own} if own else raw


# By the schema from which they start. Never change a released step.
MIGRATIONS: dict[int, Callable[[Mapping[str, Any]], Mapping[str, Any]]] = {
    1: _to_2,
    2: _to_3,
    3: _to_4,
}
