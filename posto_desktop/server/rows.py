"""Repairs rows of the server's databases (`storage.row_repair`).

A damaged row is shown as far as readable and hides no other. A post is never sent by itself if one
of its decisive values is damaged: its time, its channel, its content, or the key that prevents
sending it twice.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Final

from posto_desktop.common import json_text
from posto_desktop.storage.row_repair import DAMAGED, LATEST, ColumnTypes, repair

__all__ = [
    "STATUSES",
    "Row",
    "damage_of",
    "faults",
    "find_damage",
    "json_list",
    "json_object",
    "json_value",
    "mended",
]

Row = dict[str, Any]

STATUSES: Final = (
    "not_sent", "sending", "success", "error", "draft", "trash", "missed", "unknown",
    "proposed", "returned",
)  # fmt: skip

_JSON: Final = (
    "labels",
    "custom_post_data",
    "body",
    "customization",
    "value",
    "media",
    "facts",
    "limits",
)
_JSON_OR_NULL: Final = ("record", "posted")
_COUNTS: Final = frozenset((
    "id", "wp_post_id", "channel_id", "attempt", "size", "views", "active", "auto_share_on",
    "channel_active", "channel_account", "account_id", "removed", "fence", "renewals", "pid",
))  # fmt: skip
_TEXTS: Final = frozenset((
    "name", "social_network", "channel_type", "channel_link", "method", "proxy", "slug", "title",
    "sha256", "mime", "alt_text", "caption", "description", "group_id", "status", "stage",
    "error_msg", "error_field", "posto_ref", "remote_post_id", "remote_post_link", "post_title",
    "channel_name", "channel_method", "uuid", "server", "remote_id", "handle", "picture", "health",
    "health_note", "sender", "host",
    "target", "identity", "mark", "network", "text", "link", "first_comment",
))  # fmt: skip
_COLUMNS: Final = ColumnTypes(
    times=frozenset(("share_at", "send_time", "due_at", "stage_at", "checked_at")),
    set_times=frozenset(("created_at", "published_at")),
    counts=_COUNTS,
    sizes=frozenset(("width", "height")),
    texts=_TEXTS,
    bodies=frozenset((*_JSON, *_JSON_OR_NULL, "idempotency_key")),
)
_DECIDING: Final = {"due_at", "send_time", "channel_id"}
_NEVER_NULL: Final = {"send_time", "due_at"}


def mended(values: Row) -> Row:
    """Return a repaired row; unknown times are None."""
    values = repair(values, _COLUMNS)
    lost = [name for name in _NEVER_NULL if name in values and values[name] is None]
    if "status" in values and values["status"] not in STATUSES:
        values["status"] = "unknown"
        lost.append("status")
    if "group_id" in values and not values["group_id"]:
        values["group_id"] = f"damaged-{values.get('id', 0)}"
        lost.append("group_id")
    if lost:
        values[DAMAGED] = tuple(dict.fromkeys((*values.get(DAMAGED, ()), *lost)))
    return values


def damage_of(row: Row) -> tuple[str, ...]:
    """Return the names of the repaired columns."""
    columns: tuple[str, ...] = row.get(DAMAGED, ())
    return columns


def faults(row: Row) -> list[str]:
    """Return the damaged columns because of which a waiting post must not be sent."""
    damaged = [name for name in damage_of(row) if name in _DECIDING]
    due, planned = row["due_at"], row["send_time"]
    if due is not None and planned is not None and int(due) < planned:
        damaged.append("due_at")  # a post is never due before its time
    if not isinstance(_value(row["customization"]), dict):
        damaged.append("customization")
    if row["record"] is not None and not isinstance(_value(row["record"]), dict):
        damaged.append("record")
    key = row["idempotency_key"]
    if key is not None and (not isinstance(key, str) or not key):
        damaged.append("idempotency_key")
    return damaged


def json_object(text: object) -> dict[str, Any]:
    """Return a stored JSON object; {} if invalid."""
    value = _value(text)
    return value if isinstance(value, dict) else {}


def json_list(text: object) -> list[Any]:
    """Return a stored JSON list; [] if invalid."""
    value = _value(text)
    return value if isinstance(value, list) else []


def json_value(text: object, default: object) -> object:
    """Return a stored JSON value of the type of `default`; `default` if invalid."""
    value = _value(text)
    return value if type(value) is type(default) else default


def find_damage(db: sqlite3.Connection) -> set[str]:
    """Return the columns, as `table.column`, with an invalid value in some row."""
    damaged: set[str] = set()
    tables = db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()
    for (table,) in tables:
        columns = [str(column[1]) for column in db.execute(f'PRAGMA table_info("{table}")')]
        tests = {name: _test(name) for name in columns if _test(name)}
        if not tests:
            continue
        checks = ", ".join(f"max({test})" for test in tests.values())
        row = db.execute(f'SELECT {checks} FROM "{table}"').fetchone()
        damaged |= {f"{table}.{name}" for name, bad in zip(tests, row, strict=True) if bad}
    return damaged


def _test(name: str) -> str:
    """Return SQL that is true for invalid values of a column; '' if it is not checked."""
    if name in _COLUMNS.times or name in _COLUMNS.set_times:
        right = f"typeof({name}) IN ('integer', 'real') AND abs({name}) <= {LATEST}"
        is_nullable = name in _COLUMNS.times - _NEVER_NULL
        return f"NOT ({right}){f' AND {name} IS NOT NULL' if is_nullable else ''}"
    if name in _COLUMNS.counts:
        return f"typeof({name}) <> 'integer'"
    if name in _COLUMNS.sizes:
        return f"typeof({name}) NOT IN ('integer', 'null')"
    if name in _COLUMNS.texts:
        return f"typeof({name}) <> 'text'"
    if name in _JSON or name in _JSON_OR_NULL:
        null = f" AND {name} IS NOT NULL" if name in _JSON_OR_NULL else ""
        return f"(typeof({name}) <> 'text' OR NOT json_valid({name})){null}"
    return ""


def _value(text: object) -> object:
    if not isinstance(text, str):
        return None
    try:
        return json_text.loads(text)
    except ValueError:
        return None
