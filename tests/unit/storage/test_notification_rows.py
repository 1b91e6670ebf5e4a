"""Tests of stored notifications."""

from __future__ import annotations

from posto_desktop.storage import notification_rows
from posto_desktop.storage.database import Database


def test_old_notices_make_room(db: Database) -> None:
    for number in range(notification_rows.KEPT + 20):
        notification_rows.add(db, "info", f"notice {number}")
    rows = notification_rows.newest(db, limit=10_000)
    assert len(rows) == notification_rows.KEPT
    assert rows[0]["text"] == f"notice {notification_rows.KEPT + 19}"


def test_notices_are_read_and_forgotten_together(db: Database) -> None:
    notification_rows.add(db, "error", "caf\udce9", "why")
    notification_rows.add(db, "info", "second")
    notification_rows.mark_seen(db)
    notification_rows.add(db, "info", "third")
    rows = notification_rows.newest(db, limit=2)
    assert [(row["text"], row["seen"]) for row in rows] == [("third", 0), ("second", 1)]
    [first] = notification_rows.newest(db, limit=10)[2:]
    assert (first["kind"], first["text"], first["detail"]) == ("error", "caf?", "why")
    notification_rows.clear(db)
    assert notification_rows.newest(db, limit=10) == []


def test_what_a_notice_leads_to_is_kept(db: Database) -> None:
    notification_rows.add(
        db, "error", "Failed", leads_to=("show_schedule", "7", "local"), about="cause"
    )
    notification_rows.add(db, "info", "plain")
    plain, failed = notification_rows.newest(db, limit=10)
    assert (failed["leads_to"], failed["argument"]) == ("show_schedule", "7")
    assert (failed["workspace"], failed["about"]) == ("local", "cause")
    assert (plain["leads_to"], plain["about"]) == ("", "")


def test_a_cause_has_one_notice(db: Database) -> None:
    notification_rows.add(db, "error", "1 failed", about="cause")
    notification_rows.add(db, "info", "plain")
    notification_rows.add(db, "info", "plain")
    notification_rows.add(db, "error", "2 failed", about="cause")
    texts = [row["text"] for row in notification_rows.newest(db, limit=10)]
    assert texts == ["2 failed", "plain", "plain"]


def test_what_the_user_has_done_is_seen_from_the_start(db: Database) -> None:
    notification_rows.add(db, "ok", "4 posts deleted", is_seen=True)
    notification_rows.add(db, "ok", "1 post is published")
    assert [row["seen"] for row in notification_rows.newest(db, 9)] == [0, 1]
