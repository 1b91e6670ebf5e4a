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


def test_what_a_notice_leads_to_is_kept(db: Database) -> None:
    notices.add(db, "error", "Failed", leads_to=("show_schedule", "7", "local"), about="cause")
    notices.add(db, "info", "plain")
    plain, failed = notices.newest(db, limit=10)
    assert (failed["leads_to"], failed["argument"]) == ("show_schedule", "7")
    assert (failed["workspace"], failed["about"]) == ("local", "cause")
    assert (plain["leads_to"], plain["about"]) == ("", "")


def test_a_cause_has_one_notice(db: Database) -> None:
    notices.add(db, "error", "1 failed", about="cause")
    notices.add(db, "info", "plain")
    notices.add(db, "info", "plain")
    notices.add(db, "error", "2 failed", about="cause")
    texts = [row["text"] for row in notices.newest(db, limit=10)]
    assert texts == ["2 failed", "plain", "plain"]
