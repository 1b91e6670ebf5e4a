"""What people have done: who, when, from which device, what, to which object, before and after.

Owner of the tables `audit_log` and `audit_outcomes`, which no program can change or empty: triggers
of the database refuse it. An entry is written before something is done, its outcome after it, so
that an entry without an outcome is one of which nobody knows whether it was carried out. Whoever
may change the database's schema can drop the triggers; people of the workspace cannot.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

from posto_desktop.server.database import ServerDatabase
from posto_desktop.server.redaction import clean
from posto_desktop.server.rows import Row
from posto_desktop.server.team.audit_facts import read, stored
from posto_desktop.server.team.person import Person

DONE = "done"
MOST_AT_ONCE = 500
_LONGEST = 2_000


class AuditLog:
    def __init__(self, store: ServerDatabase, *, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    def begin(
        self, person: Person, address: str, action: str, target: str, before: Mapping[str, str]
    ) -> int:
        """Store that a person is about to do something, and return the entry's id."""
        with self._store.change() as db:
            cursor = db.execute(
                "INSERT INTO audit_log (happened_at, person_id, person, device, address, action,"
                " object, state_before, facts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    self._clock(),
                    person.id,
                    person.name,
                    person.device,
                    address,
                    action,
                    _short(target),
                    _words(before),
                    stored(target, before),
                ),
            )
            return int(cursor.lastrowid or 0)

    def finish(
        self, entry_id: int, outcome: str, target: str = "", after: Mapping[str, str] | None = None
    ) -> None:
        """Store what came of it: DONE, or why it was refused. `target` is what it has made."""
        self._store.run(
            "INSERT INTO audit_outcomes (entry_id, happened_at, outcome, object, state_after,"
            " facts) VALUES (?, ?, ?, ?, ?, ?)",
            entry_id,
            self._clock(),
            _short(outcome),
            _short(target),
            _words(after or {}),
            stored(target, after or {}),
        )

    def page(self, limit: int, before: int | None = None, person: str = "") -> list[dict[str, Any]]:
        """Return entries older than the entry `before`, the newest first."""
        condition = " AND l.person = ?" if person else ""
        rows = self._store.rows(
            "SELECT l.*, o.outcome, o.object AS made, o.state_after,"
            " o.facts AS facts_after FROM audit_log l"
            f" LEFT JOIN audit_outcomes o ON o.entry_id = l.id WHERE l.id < ?{condition}"
            " ORDER BY l.id DESC LIMIT ?",
            before or 2**62,
            *([person] if person else []),
            min(max(limit, 1), MOST_AT_ONCE),
        )
        return [_entry(row) for row in rows]


def _entry(row: Row) -> dict[str, Any]:
    before, after = read(row["facts"]), read(row["facts_after"] or "")
    return {
        "id": row["id"],
        "at": row["happened_at"],
        "person": row["person"],
        "device": row["device"],
        "address": row["address"],
        "action": row["action"],
        "object": row["object"] or row["made"] or "",
        "before": row["state_before"],
        "after": row["state_after"] or "",
        "outcome": row["outcome"] or "",
        "facts": {
            "objects": (before if row["object"] else after)["objects"],
            "before": before["state"],
            "after": after["state"],
        },
    }


def difference(
    before: Mapping[str, str], after: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Return what is different in each of two states."""
    changed = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return (
        {name: before[name] for name in changed if name in before},
        {name: after[name] for name in changed if name in after},
    )


def _words(state: Mapping[str, str]) -> str:
    return _short("; ".join(f"{name}: {value}" for name, value in state.items()))


def _short(text: str) -> str:
    """Return a text as one line: ids and names in it come from requests."""
    text = clean(text)
    if len(text) > _LONGEST:
        text = text[: _LONGEST - 1] + "…"
    return "".join(letter if letter.isprintable() else " " for letter in text)
