"""Rows as they arrive: repaired as `server.rows` repairs them, with the types of their columns.

SQLite takes any value in any column, PostgreSQL does not. What a repair replaces is lost at the
target, so the decision that hangs on it is made here, as the sender would make it: a waiting post
whose time, channel, content or key is damaged does not wait any more.
"""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterable, Sequence
from typing import Any, Final

from posto_desktop.common import json_text
from posto_desktop.server.damaged_rows import damage_outcome
from posto_desktop.server.move.tables import Column, StoredTable
from posto_desktop.server.rows import Row, damage_of, faults, mended

Values = tuple[Any, ...]

_TICKS: Final = ("first_ticks", "last_ticks")


def fitted(table: StoredTable, values: Sequence[Any]) -> tuple[Values, bool]:
    """Return the row as it arrives, and whether something of it was repaired."""
    raw = dict(zip(table.names, values, strict=True))
    row = mended(dict(raw))
    if table.name == "schedules":
        _decide(row)
    record = row.get("record")
    if isinstance(record, str) and "_ticks" in record:
        row["record"] = without_ticks(record)
    arrived = tuple(_value(column, row, raw) for column in table.columns)
    is_repaired = any(
        before != after and column.name != "record"
        for column, before, after in zip(table.columns, values, arrived, strict=True)
    )
    return arrived, is_repaired or bool(damage_of(row))


def without_ticks(record: str) -> str:
    """Return a record without the seconds since the start of a computer (`server.attempts`), which
    mean nothing on another one."""
    try:
        content = json_text.loads(record)
    except ValueError:
        return record
    if not isinstance(content, dict):
        return record
    parts = content.get("parts")
    is_changed = False
    for part in [content, *(parts if isinstance(parts, list) else [])]:
        for name in _TICKS:
            if isinstance(part, dict) and part.get(name) is not None:
                part[name] = None
                is_changed = True
    return json.dumps(content, ensure_ascii=False) if is_changed else record


def digest(rows: Iterable[Values], so_far: hashlib._Hash | None = None) -> hashlib._Hash:
    """Return the hash over rows, which both sides have in the same order."""
    total = so_far or hashlib.sha256()
    for row in rows:
        total.update(json.dumps(row).encode())
        total.update(b"\n")
    return total


def _decide(row: Row) -> None:
    """Keep a damaged row from being sent, as `server.claims` does."""
    damaged = damage_of(row)
    if "status" in damaged:
        row["status"], row["error_msg"] = damage_outcome(row, ["status"], may_be_out=True)
        row["stage"] = ""
    elif row["status"] == "not_sent" and (columns := faults(row)):
        row["status"], row["error_msg"] = damage_outcome(row, columns)
        row["stage"] = ""
    key = row["idempotency_key"]
    if key is not None and not isinstance(key, str):
        row["idempotency_key"] = ""  # which is damaged, too
    if row["send_time"] is None:
        row["send_time"] = row["created_at"] if row["due_at"] is None else row["due_at"]
    if row["due_at"] is None:
        row["due_at"] = row["send_time"]


def _value(column: Column, row: Row, raw: Row) -> object:
    value = row[column.name]
    if column.kind == "text":
        text = _text(value, column.is_nullable)
        if column.is_unique and text != raw[column.name]:
            # Two damaged rows must not become alike.
            mark = hashlib.sha256(repr((row.get("id"), raw[column.name])).encode()).hexdigest()[:8]
            return f"{text or ''}damaged-{mark}"
        return text
    lost: object = None if column.is_nullable else 0
    if not isinstance(value, int | float) or not math.isfinite(value):
        value = lost
    if value is None:
        return None
    return int(value) if column.kind == "whole" else float(value)


def _text(value: object, is_nullable: bool) -> str | None:
    if value is None:
        return None if is_nullable else ""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return str(value).replace("\0", "")
