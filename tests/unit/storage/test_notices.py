"""Notices of earlier runs."""

from __future__ import annotations

from posto_desktop.storage import notices
from posto_desktop.storage.database import Database


def test_old_notices_make_room(db: Database) -> None:
    for number in range(notices.KEPT + 20):
        notices.add(db, "info", f"notice {number}")
    found = notices.newest(db, limit=10_000)
    assert len(found) == notices.KEPT
    assert found[0]["text"] == f"notice {notices.KEPT + 19}"


def test_notices_are_read_and_forgotten_together(db: Database) -> None:
    notices.add(db, "error", "caf\udce9", "why")
    notices.add(db, "info", "second")
    notices.mark_seen(db)
    notices.add(db, "info", "third")
    found = notices.newest(db, limit=2)
    assert [(row["text"], row["seen"]) for row in found] == [("third", 0), ("second", 1)]
    [first] = notices.newest(db, limit=10)[2:]
    assert (first["kind"], first["text"], first["detail"]) == ("error", "caf?", "why")
    notices.clear(db)
    assert notices.newest(db, limit=10) == []
